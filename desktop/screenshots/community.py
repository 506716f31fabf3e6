"""Pictures of the Community page in every state, as a server or the lack of one would bring them about."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from desktop.bridge.community import Told
from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.sync.binding import Binding
from desktop.sync.http import Unreachable
from desktop.ui.community.model import Column
from desktop.ui.community.page import CommunityPage
from desktop.ui.shell.controller import ShellController

_ARIA = Binding("https://hub.example", "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria")


def community_views(
    controller: ShellController, settle: Callable[[], None]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """With details, by boss, asking for consent, from a copy, and with nothing to show."""
    controller.go("community", view="drops")
    settle()
    page = controller.front()
    assert isinstance(page, CommunityPage)
    community, syncing, now = controller.community, controller.syncing, controller.ticker.now()
    figures = page.rates.told_now.figures

    def details() -> None:
        controller.go("community", view="drops")
        page.rates.sort_by(Column.RUNS)
        page.details_button.setChecked(True)
        page.rates.ask_history()

    yield "community-details", details

    def clears() -> None:
        page.details_button.setChecked(False)
        page.rates.sort_by(Column.DROP)
        controller.go("community", view="clears")

    yield "community-clears", clears

    # From here on nobody is asked: what a server would say is given.
    community.close()

    def state(shown: SyncState, told: Told) -> None:
        controller.go("community", view="drops")
        settle()
        community.samples = False
        syncing.state = shown
        syncing.changed.emit(shown)
        settle()
        page.show_told(told)

    signed_in = SyncState(SyncKind.IDLE, _ARIA, last=now)
    yield "community-consent", lambda: state(signed_in, Told(figures, now - timedelta(minutes=5)))
    away = Unreachable("The server cannot be reached.")
    yield "community-copy", lambda: state(signed_in, Told(figures, now - timedelta(hours=30), away))
    yield "community-failed", lambda: state(signed_in, Told(error=away))
    nothing = figures.model_copy(update={"items": ()})
    yield "community-empty", lambda: state(signed_in, Told(nothing, now))
    yield "community-no-server", lambda: state(SyncState(), Told())
    community.samples = True
    page.show_told(Told(figures, now))
