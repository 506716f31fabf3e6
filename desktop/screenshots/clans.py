"""Pictures of the Clans page: every part, a contest in every state, the draw, and the ways to a clan."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.bridge.clans import Told
from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.services.demo_clans.cast import LUMEN, LUMEN_CAST, WAYFARERS
from desktop.sync.binding import Binding
from desktop.sync.http import Unreachable
from desktop.ui.clans.contests import ContestsPart
from desktop.ui.clans.draw_card import drawn_names
from desktop.ui.clans.log import LogPart
from desktop.ui.clans.members import MembersPart
from desktop.ui.clans.overview import OverviewPart
from desktop.ui.clans.page import ClansPage
from desktop.ui.clans.people import PeoplePart
from desktop.ui.clans.reel import Reel
from desktop.ui.clans.webhooks import WebhooksPart
from desktop.ui.shell.controller import ShellController
from shared.api.clans import ClanList

_ARIA = Binding("https://hub.example", "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria", signed_in=False)
_PARTS = ("overview", "members", "board", "contests", "people", "webhooks", "log")
Views = Iterator[tuple[str, Callable[[], object]]]


class _Studio:
    def __init__(self, controller: ShellController, settle: Callable[[], None]) -> None:
        self.controller = controller
        self.settle = settle
        controller.go("clans", clan=LUMEN)
        settle()
        page = controller.front()
        assert isinstance(page, ClansPage)
        self.page = page

    def go(self, **arguments: object) -> None:
        """Show a part."""
        self.controller.go("clans", **{"clan": LUMEN, **arguments})
        self.settle()

    def parts(self) -> Views:
        """Every part of a clan, and the largest one there can be."""
        for part in _PARTS:
            yield f"clans-{part}", partial(self.go, part=part)
        yield "clans-member", partial(self.go, part="members", member=LUMEN_CAST[0].id)
        yield "clans-member-missing", partial(self.go, part="members", member=LUMEN_CAST[20].id)
        for part in ("overview", "members", "board"):
            yield f"clans-large-{part}", partial(self.go, clan=WAYFARERS, part=part)
        yield "clans-snapshot", self._run_snapshot
        yield "clans-checked-log", self._check_log

    def dialogs(self) -> Views:
        """What is asked for in dialogs."""
        contests, members = self._part("contests"), self._part("members")
        assert isinstance(contests, ContestsPart)
        assert isinstance(members, MembersPart)
        people, webhooks, overview = self._part("people"), self._part("webhooks"), self._part("overview")
        assert isinstance(people, PeoplePart)
        assert isinstance(webhooks, WebhooksPart)
        assert isinstance(overview, OverviewPart)
        for name, part, button in (
            ("clans-contest-form", "contests", contests.new),
            ("clans-add-members", "members", members.add),
            ("clans-add-characters", "members", members.own),
            ("clans-change-member", "members", members.edit),
            ("clans-invite", "people", people.invite),
            ("clans-close", "people", people.close_clan),
            ("clans-add-webhook", "webhooks", webhooks.add),
            ("clans-change", "overview", overview.edit),
        ):
            yield name, partial(self._press, part, button)

    def contests(self) -> Views:
        """A contest in every state, with the draw and its verification."""
        part = self._part("contests")
        assert isinstance(part, ContestsPart)
        found = list(part.table.lines.rows)
        ready = next(each for each in found if each.phase == "ready")
        for each in found:
            yield f"clans-contest-{each.phase.replace('_', '-')}", partial(self._open, each.id)
        yield "clans-draw-running", partial(self._draw, ready.id, 0.21)
        yield "clans-draw-second", partial(self._draw, ready.id, 0.62)
        yield "clans-draw-ended", partial(self._draw, ready.id, 1.0)
        yield "clans-verified", partial(self._verify, ready.id)
        oldest = found[-1]
        yield "clans-verified-beacon", partial(self._verify, oldest.id)

    def ways(self) -> Views:
        """Without a clan, an account, a connection."""
        page, clans = self.page, self.controller.clans
        now = self.controller.ticker.now()
        away = Unreachable("The server cannot be reached.", action="Try again in a moment.")
        self.go(part="overview")
        part = page.part
        assert part is not None
        stale = Told(part.told_now.value, part.told_now.at, away)
        yield "clans-away", lambda: part.told.emit(stale)
        yield "clans-found-or-join", page.more.click
        yield "clans-none", lambda: page.show_clans(Told(ClanList(items=[]), now))
        yield "clans-failed", lambda: page.show_clans(Told(error=away))
        syncing = self.controller.syncing

        def account(state: SyncState) -> None:
            clans.set_samples(samples=False)
            syncing.state = state
            syncing.changed.emit(state)

        yield "clans-signed-out", lambda: account(SyncState(SyncKind.OFF, _ARIA))
        yield "clans-no-server", lambda: account(SyncState())
        clans.set_samples(samples=True)

    def _part(self, name: str) -> QWidget:
        self.go(part=name)
        part = self.page.part
        assert part is not None
        return part

    def _press(self, part: str, button: QWidget) -> None:
        self.go(part=part)
        button.click()  # type: ignore[attr-defined]

    def _open(self, contest_id: str) -> None:
        self.go(part="contests", contest=contest_id)

    def _run_snapshot(self) -> None:
        self.go(part="overview")
        part = self.page.part
        assert isinstance(part, OverviewPart)
        part.snapshot.run.click()

    def _check_log(self) -> None:
        self.go(part="log")
        part = self.page.part
        assert isinstance(part, LogPart)
        part.check.click()

    def _draw(self, contest_id: str, share: float) -> None:
        self._open(contest_id)
        part = self.page.part
        assert isinstance(part, ContestsPart)
        card, shown = part.contest.draw, part.contest.shown
        if shown is not None and shown.phase == "ready":
            card.button.click()
            self.settle()
            shown = part.contest.shown
        assert shown is not None
        names, seed = drawn_names(shown), shown.proof_hash or ""
        card.spinner.show()
        if share < 1.0:
            card.prizes.hide()
            card.proof_buttons.hide()
        length = Reel(card.entrants, names, seed).duration
        card.spinner.show_at(card.entrants, names, seed, share * length)

    def _verify(self, contest_id: str) -> None:
        self._open(contest_id)
        part = self.page.part
        assert isinstance(part, ContestsPart)
        part.contest.draw.verify.click()
        self.settle()


def clans_views(controller: ShellController, settle: Callable[[], None]) -> Views:
    """Everything there is to see of clans."""
    studio = _Studio(controller, settle)
    yield from studio.parts()
    yield from studio.dialogs()
    yield from studio.contests()
    yield from studio.ways()
