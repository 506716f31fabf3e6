"""When the network is back, whoever waits for it hears so once."""

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication

from desktop.bridge.network import Network

Reachability = QNetworkInformation.Reachability


def test_the_way_back_is_told_and_nothing_else(qapp: QApplication) -> None:
    owner = QObject()
    network = Network(owner)
    told: list[None] = []
    network.back.connect(lambda: told.append(None))
    for heard, times in (
        (Reachability.Online, 0),
        (Reachability.Disconnected, 0),
        (Reachability.Disconnected, 0),
        (Reachability.Local, 1),
        (Reachability.Online, 1),
        (Reachability.Disconnected, 1),
        (Reachability.Online, 2),
    ):
        network.hear(heard)
        assert len(told) == times
    network.watch()
    network.watch()
