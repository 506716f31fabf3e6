"""A clan at a glance: what it is, how its snapshots stand, and what it has gained."""

from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.games import GameChoice
from desktop.ui.clans.marks import Fact
from desktop.ui.clans.panels import PanelCard
from desktop.ui.clans.part import Part, SideBySide, page_area
from desktop.ui.clans.questions import panels, snapshots
from desktop.ui.clans.snapshot_card import SnapshotCard
from desktop.ui.clans.words import counted, game_name, role_name, source_name, timeframe_name
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Card
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.labels import label
from desktop.ui.kit.placeholders import Placeholder
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.api.clans import ClanInfo
from shared.api.progress import Panel, Panels, SnapshotInfo, SnapshotStanding
from shared.clans.roles import Role
from shared.clans.timeframes import Timeframe

_LOOK_MS = 1500
"""While a snapshot runs, it is looked at this often."""
_SIDE_BY_SIDE = 800
_PANEL = 250
"""The least width of a panel with its gap, pixels."""
_EMPTY = 320


class OverviewPart(Part):
    """The part that a clan opens with."""

    subjects: ClassVar[frozenset[str]] = frozenset({"members", "snapshots", "people"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Overview"))
        self._snapshot_reader = self.make_reader()
        self._poll = QTimer(self)
        self._poll.setInterval(_LOOK_MS)
        self._poll.timeout.connect(self._look_at_snapshot)
        self._ran = ""
        area = page_area()
        self.head = self._build_head()
        self.snapshot = SnapshotCard(context)
        self.snapshot.run_asked.connect(self._run)
        self.snapshot.cancel_asked.connect(self._cancel)
        top = SideBySide(_SIDE_BY_SIDE)
        top.columns.addWidget(self.head, 5)
        top.columns.addWidget(self.snapshot, 6)
        area.add(top)
        area.add(self._build_figures())
        area.body.addStretch(1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    # Building

    def _build_head(self) -> Card:
        card = Card()
        self._tile = Placeholder("?", "clan", 56)
        self._name = label("", "title")
        self._badges = [Badge("", "text-muted") for _ in range(3)]
        names = QVBoxLayout()
        names.setSpacing(4)
        names.addWidget(self._name)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for badge in self._badges:
            row.addWidget(badge)
        row.addStretch(1)
        names.addLayout(row)
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self._tile)
        head.addLayout(names, 1)
        card.body.addLayout(head)
        card.body.addSpacing(SPACE_S)
        self._members = Fact(self.tr("Members"))
        self._people = Fact(self.tr("Players"))
        self._draws = Fact(self.tr("Contests"))
        self._sources = Fact(self.tr("Figures from"))
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_L)
        for fact in (self._members, self._people, self._draws, self._sources):
            facts.addWidget(fact)
        facts.addStretch(1)
        card.body.addLayout(facts)
        card.body.addSpacing(SPACE_S)
        self.members_button = button(self.tr("Members"), "plain", "party")
        self.members_button.clicked.connect(self._to_members)
        self.link = button(self.tr("Copy the leaderboard’s link"), "quiet", "copy")
        self.link.clicked.connect(self._copy_link)
        self.edit = button(self.tr("Change…"), "quiet", "edit")
        self.edit.clicked.connect(self._edit)
        buttons = FlowLayout(None, SPACE_S, SPACE_S)
        for made in (self.members_button, self.link, self.edit):
            buttons.addWidget(made)
        card.body.addStretch(1)
        card.body.addLayout(buttons)
        return card

    def _build_figures(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        head = QWidget()
        row = FlowLayout(head, SPACE_M, SPACE_S)
        row.addWidget(label(self.tr("What the clan gained"), "heading"))
        self.note = label("", "caption", "muted")
        self.games = GameChoice(self.clans)
        self.games.changed.connect(self.look)
        row.addWidget(self.games)
        self.timeframe = Segmented(
            self.tr("Time"), [(timeframe, timeframe_name(timeframe)) for timeframe in Timeframe]
        )
        self.timeframe.changed.connect(self._on_timeframe)
        row.addWidget(self.timeframe)
        row.addWidget(self.note)
        column.addWidget(head)
        self._cards: dict[str, PanelCard] = {}
        self._grid = QWidget()
        self._grid.setMinimumWidth(_PANEL)
        self._cells = QGridLayout(self._grid)
        self._cells.setContentsMargins(0, 0, 0, 0)
        self._cells.setSpacing(SPACE_L)
        column.addWidget(self._grid)
        self.nothing = EmptyState(
            "nothing_yet",
            self.tr("Nothing is known yet"),
            self.tr(
                "Add members; the first snapshot begins their figures, the second tells what they gained."
            ),
            self.tr("Members"),
        )
        self.nothing.setMinimumHeight(_EMPTY)
        self.nothing.action.connect(self._to_members)
        self.nothing.hide()
        column.addWidget(self.nothing)
        return made

    # What the page asks

    def look(self) -> None:
        if self.clan is not None:
            timeframe = self.timeframe.value()
            assert isinstance(timeframe, Timeframe)
            self.question(panels(self.clan_id, timeframe, self.games.game), self._on_panels)
            self.games.look()
            self._look_at_snapshot()

    def forget(self) -> None:
        self._snapshot_reader.cancel()
        self._poll.stop()
        self._ran = ""
        self.snapshot.forget()

    def first_focus(self) -> QWidget | None:
        return self.snapshot.run if self.snapshot.run.isEnabled() else self.members_button

    def show_clan(self, clan: ClanInfo) -> None:
        self.games.set_clan(clan)
        self._tile.set_name(clan.name)
        self._name.setText(clan.name)
        self._badges[0].set_state(role_name(clan.role), "accent", "crown" if clan.role is Role.LEADER else "")
        self._badges[1].set_state(game_name(clan.game), "text-muted")
        self._badges[2].set_state(
            self.tr("Public board") if clan.public else self.tr("Private"),
            "info" if clan.public else "text-muted",
            "eye" if clan.public else "lock",
        )
        self._members.say(f"{clan.members:,}")
        self._people.say(f"{clan.people:,}")
        draws = clan.contests
        self._draws.say(
            counted(draws.draws, self.tr("{0} drawn"), self.tr("{0} drawn")), self._draws_tip(clan)
        )
        self._sources.say(", ".join(source_name(source) for source in clan.sources))
        self.edit.setVisible(clan.role is Role.LEADER)
        self.link.setVisible(clan.public and bool(self.clans.address))
        self.snapshot.show_clan(clan)

    def _draws_tip(self, clan: ClanInfo) -> str:
        counts = clan.contests
        return self.tr("{0} drawn, {1} void, {2} whose secret was told late").format(
            counts.draws, counts.voids, counts.late
        )

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _arrange(self) -> None:
        """As many panels beside each other as there is room for, sharing it evenly."""
        shown = [card for card in self._cards.values() if not card.isHidden()]
        columns = max(1, min(len(shown), (self.width() - 2 * SPACE_XL) // _PANEL))
        for place, card in enumerate(shown):
            self._cells.addWidget(card, place // columns, place % columns)
        for column in range(self._cells.columnCount()):
            self._cells.setColumnStretch(column, 1 if column < columns else 0)

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]
        self._poll.stop()

    # Panels

    def _on_timeframe(self, _value: object) -> None:
        self.look()

    def _on_panels(self, told: Told) -> None:
        if not self.take(told):
            return
        found = told.value
        assert isinstance(found, Panels)
        for panel in found.items:
            self._card(panel).show_panel(panel, found)
        shown = {panel.metric for panel in found.items}
        for metric, card in self._cards.items():
            card.setVisible(metric in shown)
        self._grid.setVisible(bool(shown))
        self._arrange()
        self.nothing.setVisible(not shown)
        self.note.setText(
            self.tr("since {0} (UTC)").format(f"{found.first_day:%d %b}".lstrip("0")) if shown else ""
        )

    def _card(self, panel: Panel) -> PanelCard:
        if panel.metric not in self._cards:
            made = PanelCard(self.context, panel.metric)
            # Without a parent it would be a window once it is shown.
            made.setParent(self._grid)
            made.opened.connect(self._to_board)
            self._cards[panel.metric] = made
        return self._cards[panel.metric]

    def _to_board(self, metric: str) -> None:
        self.went.emit(
            "board", {"metric": metric, "timeframe": self.timeframe.value(), "game": self.games.game}
        )

    def _to_members(self) -> None:
        self.went.emit("members", {})

    # Snapshots

    def _look_at_snapshot(self) -> None:
        if self.clan is not None:
            self._snapshot_reader.ask(snapshots(self.clan_id), self._on_snapshots)

    def _on_snapshots(self, told: Told) -> None:
        standing = told.value
        if not isinstance(standing, SnapshotStanding):
            self.snapshot.show_trouble(told)
            return
        self.snapshot.show_standing(standing, told)
        if told.asking:
            return
        running = self.snapshot.running
        if running is None or told.error is not None or not self.isVisible():
            self._poll.stop()
        elif not self._poll.isActive():
            self._poll.start()
        self._note_end(running)

    def _note_end(self, running: SnapshotInfo | None) -> None:
        """Once one has ended, what it found is asked for."""
        if running is not None:
            self._ran = running.id
        elif self._ran:
            self._ran = ""
            self.look()

    def _run(self) -> None:
        clan = self.clan_id
        self.write(
            lambda client: client.run_snapshot(clan),
            lambda _: self._look_at_snapshot(),
            touches=(),
            failed=self.snapshot.refuse,
        )

    def _cancel(self, snapshot_id: str) -> None:
        clan = self.clan_id
        self.write(
            lambda client: client.cancel_snapshot(clan, snapshot_id),
            lambda _: self._look_at_snapshot(),
            touches=(),
            failed=self.snapshot.refuse,
        )

    # The clan

    def _copy_link(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.clans.address}/clans/{self.clan_id}")
        self.say(self.tr("Link copied"))

    def _edit(self) -> None:
        from desktop.ui.clans.clan_dialog import ClanDialog

        assert self.clan is not None
        ClanDialog(self.context, self.clan, self.window()).open()
