"""Hears from the system when the network is back."""

from PySide6.QtCore import QObject, Signal


class Network(QObject):
    """back: this computer is online again. Says nothing where the system does not tell."""

    back = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._away = False
        self._watched = False

    def watch(self) -> None:
        """Begin to listen."""
        if self._watched:
            return
        self._watched = True
        from PySide6.QtNetwork import QNetworkInformation

        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            found = QNetworkInformation.instance()
            self.hear(found.reachability())
            found.reachabilityChanged.connect(self.hear)

    def hear(self, reachability: object) -> None:
        """What the system says now."""
        from PySide6.QtNetwork import QNetworkInformation

        # A local network is enough where the server stands in it.
        known = {QNetworkInformation.Reachability.Disconnected, QNetworkInformation.Reachability.Unknown}
        away, was_away = reachability in known, self._away
        self._away = away
        if was_away and not away:
            self.back.emit()
