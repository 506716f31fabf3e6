"""One contest: what it asks for, how everybody stands, what is fixed of its draw, and the draw."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.clans import ClanReader, Told
from desktop.ui.clans.contest_actions import ContestActions
from desktop.ui.clans.contest_cards import AmendmentsCard, FairnessCard, ReceiptsCard, RulesCard
from desktop.ui.clans.draw_card import DrawCard
from desktop.ui.clans.part import SideBySide, page_area
from desktop.ui.clans.questions import contest, members, receipts, standings
from desktop.ui.clans.standings import StandingsCard
from desktop.ui.clans.words import at_text, counted, phase_look, when_text
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import ErrorBanner
from desktop.ui.theme.tokens import SPACE_L, SPACE_M
from shared.api.clans import ClanInfo
from shared.api.contests import ContestInfo, Standings
from shared.clans.roles import Role
from shared.errors import MapleHubError

_SOON_MS = 4000
"""While the server is about to do something by itself, it is looked at this often."""
_SOON = timedelta(minutes=2)
_SIDE_BY_SIDE = 840


class ContestView(QWidget):
    """closed: back to the list. told: how the question about it stands."""

    closed = Signal()
    told = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.clans = context.clans
        self._clan: ClanInfo | None = None
        self._id = ""
        self.shown: ContestInfo | None = None
        self._waiting_for_draw = False
        self._kept_back: ContestInfo | None = None
        self._readers = {
            name: ClanReader(context.clans, self) for name in ("contest", "standings", "receipts", "members")
        }
        self._soon = QTimer(self)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._look_at_contest)
        self.leading = ContestActions(context, self)
        self.leading.made.connect(self._done)
        self.leading.deleted.connect(self.closed)
        self._build()

    # Building

    def _build(self) -> None:
        self.area = area = page_area()
        self.failed = ErrorBanner("", self.tr("Try again"))
        self.failed.action.connect(self.look)
        self.failed.hide()
        area.add(self._build_head())
        area.add(self.failed)
        self.draw = DrawCard(self.context)
        self.draw.draw_asked.connect(self._draw)
        self.draw.pass_asked.connect(self._pass_on)
        self.draw.finished.connect(self._on_shown)
        self.draw.sought.connect(self._bring_into_sight)
        self.rules = RulesCard(self.context)
        self.standings = StandingsCard(self.context)
        self.fairness = FairnessCard(self.context)
        self.receipts = ReceiptsCard(self.context)
        self.amendments = AmendmentsCard(self.context)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, cards in (
            (left, (self.draw, self.standings, self.amendments)),
            (right, (self.rules, self.receipts, self.fairness)),
        ):
            column.setSpacing(SPACE_L)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        self.content = SideBySide(_SIDE_BY_SIDE)
        self.content.columns.addLayout(left, 7)
        self.content.columns.addLayout(right, 5)
        area.add(self.content)
        area.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _build_head(self) -> Card:
        card = Card()
        self.back = IconButton("chevron-left", self.tr("Back to the contests"), "Esc")
        self.back.clicked.connect(self.closed)
        self.title = label("", "title")
        self.badge = Badge("", "text-muted")
        self.about = label("", "body", "muted", wrap=True)
        first = QHBoxLayout()
        first.setSpacing(SPACE_M)
        first.addWidget(self.back)
        first.addWidget(self.title)
        first.addWidget(self.badge)
        first.addStretch(1)
        self.start = button(self.tr("Start it…"), "primary", "play")
        self.start.clicked.connect(partial(self._act, self.leading.start))
        self.edit = button(self.tr("Edit…"), "plain", "edit")
        self.edit.clicked.connect(partial(self._act, self.leading.edit))
        self.delete = button(self.tr("Delete…"), "quiet", "trash")
        self.delete.clicked.connect(partial(self._act, self.leading.delete))
        self.amend = button(self.tr("Add a remark…"), "quiet", "note-list")
        self.amend.clicked.connect(partial(self._act, self.leading.amend))
        self.void = button(self.tr("Call off…"), "quiet", "close")
        self.void.clicked.connect(partial(self._act, self.leading.void))
        for made in (self.delete, self.void, self.amend, self.edit, self.start):
            first.addWidget(made)
        card.body.addLayout(first)
        card.add(self.about)
        return card

    # What the part asks

    def set_clan(self, clan: ClanInfo) -> None:
        """Whose contests these are."""
        self._clan = clan
        if self.shown is not None:
            self._show_actions(self.shown)

    def show_contest(self, contest_id: str) -> None:
        """Show one."""
        if contest_id != self._id:
            self.leave()
            self._id = contest_id
            self.shown = None
            self.content.hide()
            self.title.setText("")
            self.about.setText(self.tr("Asking the server"))
            self.badge.hide()
            for made in (self.start, self.edit, self.delete, self.amend, self.void):
                made.hide()
            self.area.verticalScrollBar().setValue(0)
        self.look()

    def leave(self) -> None:
        """It goes out of sight."""
        self._soon.stop()
        self.draw.spinner.skip()
        self._waiting_for_draw = False
        for reader in self._readers.values():
            reader.cancel()
        self._id = ""

    def look(self) -> None:
        """Ask the server again."""
        if self._clan is None or not self._id:
            return
        clan, contest_id = self._clan.id, self._id
        self._look_at_contest()
        self._readers["standings"].ask(standings(clan, contest_id), self._on_standings)
        self._readers["receipts"].ask(receipts(clan, contest_id), self._on_receipts)
        self._readers["members"].ask(members(clan), self._on_members)

    def _look_at_contest(self) -> None:
        if self._clan is not None and self._id:
            self._readers["contest"].ask(contest(self._clan.id, self._id), self._on_contest)

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        return self.back

    @property
    def busy(self) -> bool:
        """Whether a draw is being shown."""
        return self.draw.spinner.playing

    def hides(self, contest_id: str) -> bool:
        """Whether who won this one is not told yet, because it is being shown."""
        return self.busy and contest_id == self._id

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.busy:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]
        self._soon.stop()

    # What arrives

    def _on_contest(self, told: Told) -> None:
        self.told.emit(told)
        self.failed.setVisible(told.error is not None and self.shown is None)
        if told.error is not None:
            self.failed.set_message(str(told.error))
        found = told.value
        here = isinstance(found, ContestInfo) and found.id == self._id
        # What is kept from before is shown only where nothing is.
        if here and (self.shown is None or not told.asking):
            self._take(found)

    def _take(self, found: ContestInfo) -> None:
        """Show it as it stands now; a draw that was asked for here is played first."""
        if self.busy:
            self._kept_back = found
            return
        before = self.shown
        asked = self._waiting_for_draw
        if asked and found.phase == "drawn":
            self._waiting_for_draw = False
            self.shown = found
            self.draw.play(found)
            return
        self._show(found)
        if before is not None and before.phase != found.phase:
            # The end has come, or the draw: what everybody has reached is another thing now.
            self.look()

    def _on_shown(self) -> None:
        """The draw has been seen."""
        kept, self._kept_back = self._kept_back, None
        found = kept or self.shown
        if found is not None:
            self._show(found)
        self.clans.touched.emit(frozenset({"clan", "log"}))

    def _show(self, found: ContestInfo) -> None:
        self.shown = found
        now = self.context.ticker.now()
        self.title.setText(found.title)
        self.badge.set_state(*phase_look(found.phase))
        self.badge.show()
        self.content.show()
        parts = [self.tr("Prize: {0}").format(found.prize)] if found.prize else []
        parts += [
            when_text(found, now),
            counted(found.entries, self.tr("{0} entry"), self.tr("{0} entries")),
            counted(found.winners, self.tr("{0} winner"), self.tr("{0} winners")),
            counted(found.alternates, self.tr("{0} alternate"), self.tr("{0} alternates")),
        ]
        self.about.setText(" · ".join(parts))
        self.about.setToolTip(
            self.tr("{0} to {1}").format(at_text(now, found.start_time), at_text(now, found.end_time))
        )
        self.rules.show_contest(found)
        self.fairness.show_contest(found)
        self.amendments.show_contest(found)
        self.draw.show_contest(found, leader=self._leads)
        self.standings.setVisible(found.phase not in {"draft", "upcoming"})
        self.standings.show_contest(found)
        self._show_actions(found)
        self._watch(found, now)

    def _bring_into_sight(self, part: QWidget) -> None:
        # Once the layout has given it its place.
        QTimer.singleShot(0, part, lambda: self.area.ensureWidgetVisible(part, 0, SPACE_L))

    @property
    def _leads(self) -> bool:
        return self._clan is not None and self._clan.role is Role.LEADER

    def _show_actions(self, found: ContestInfo) -> None:
        draft = found.phase == "draft"
        self.start.setVisible(self._leads and draft)
        self.edit.setVisible(self._leads and draft)
        self.delete.setVisible(self._leads and draft)
        self.void.setVisible(self._leads and found.status in {"active", "ended"})
        self.amend.setVisible(self._leads and found.locked_at is not None)
        self.draw.show_contest(found, leader=self._leads)

    def _watch(self, found: ContestInfo, now: datetime) -> None:
        """Look again soon while the next step is the server's."""
        comes = {"running": found.end_time, "upcoming": found.start_time, "waiting_for_round": found.round_at}
        at = comes.get(found.phase)
        soon = found.phase in {"locking", "awaiting_beacon"} or (at is not None and at - now < _SOON)
        if soon and self.isVisible():
            self._soon.start()
        else:
            self._soon.stop()

    def _on_standings(self, told: Told) -> None:
        if isinstance(told.value, Standings) and not self.busy:
            self.standings.show_standings(told.value)
            self.rules.show_standings(told.value)
            self.draw.set_entrants([row.name for row in told.value.items if row.entries])

    def _on_receipts(self, told: Told) -> None:
        if told.value is not None:
            self.receipts.show_receipts(list(told.value.items), self.shown)

    def _on_members(self, told: Told) -> None:
        if told.value is not None:
            mine = {each.id for each in told.value.items if each.user_id == self.clans.me and each.user_id}
            self.rules.set_mine(mine)
            self.standings.set_mine(mine)

    # What a leader does

    def _done(self, found: ContestInfo) -> None:
        if found.id == self._id:
            self._take(found)

    def _draw(self) -> None:
        if self._clan is None or self.shown is None:
            return
        clan, contest_id = self._clan.id, self._id
        self._waiting_for_draw = True
        self.clans.perform(
            lambda client: client.draw(clan, contest_id), self._done, self._not_drawn, owner=self
        )

    def _not_drawn(self, error: MapleHubError) -> None:
        self._waiting_for_draw = False
        self.draw.refuse(str(error))

    def _act(self, ask: Callable[[ClanInfo, ContestInfo], None], _checked: object = False) -> None:
        if self._clan is not None and self.shown is not None:
            ask(self._clan, self.shown)

    def _pass_on(self, place: int) -> None:
        if self._clan is not None and self.shown is not None:
            self.leading.pass_on(self._clan, self.shown, place)
