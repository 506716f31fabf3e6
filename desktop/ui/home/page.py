"""The Home page: this week at a glance, and what still needs a word."""

from datetime import datetime
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.background import Latest
from desktop.services.home import SHOWN_RESETS, Overview
from desktop.ui.consent import ConsentLine
from desktop.ui.context import Context
from desktop.ui.home.characters import CharacterGrid
from desktop.ui.home.countdowns import Countdowns
from desktop.ui.home.events import EventStrip, StripState
from desktop.ui.home.figures import WeekStrip
from desktop.ui.home.lists import DropsCard, FirstClearCard, NotesCard, short_day
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_XL
from shared.errors import MapleHubError
from shared.resets import Reset, period_of

_SIDE, _WIDE_SIDE, _WIDE_FROM = 360, 440, 1400
_STACKED_BELOW = 980
"""Widths of the page in pixels: below this one the lists stand under the characters, not beside them."""
_LEAST = 600
_UNLIMITED = 16_777_215


class HomePage(Page):
    """Reads the overview and turns what is pressed into use cases."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "boss_runs",
            "boss_run_drops",
            "boss_plans",
            "characters",
            "user_tasks",
            "task_completions",
            "ledger_transactions",
        }
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Home"))
        self.setAccessibleName(self.tr("Home"))
        self._overviews = Latest(context.background, self)
        self.countdowns = Countdowns(SHOWN_RESETS)
        self._strips = Latest(context.background, self)
        self.events = EventStrip(context.catalog.economy.materials)
        self.events.opened.connect(self._open_events)
        self.events.claimed.connect(self._claim)
        self.week = WeekStrip()
        self.characters = CharacterGrid(context.catalog)
        self.characters.chosen.connect(self._open_bosses)
        self.characters.follow(context.wardrobe)
        self.first_clear = FirstClearCard()
        self.first_clear.chosen.connect(self._go_to_bosses)
        self.first_clear.logged.connect(self._log)
        self.notes = NotesCard(context.catalog, context.pictures)
        self.notes.opened.connect(self._open_run)
        self.notes.emptied.connect(self._nothing)
        self.notes.resolved.connect(self._nothing_this_week)
        self.notes.more.connect(self._open_notes)
        self.drops = DropsCard(context.catalog, context.pictures)
        self.drops.opened.connect(self._open_run)
        self.no_character = EmptyState(
            "nothing_yet",
            self.tr("No character yet"),
            self.tr("Add your character to see its week here."),
            self.tr("Add a character"),
        )
        self.no_character.action.connect(context.shell.edit_character)
        self.loading = LoadingState(self.tr("Loading this week"), rows=6)
        self.failed = EmptyState(
            "could_not_load", self.tr("This week could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.invalidate)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self._build()
        context.ticker.ticked.connect(self.countdowns.show_now)
        context.ticker.ticked.connect(self._on_tick)

    def refresh(self) -> None:
        self._overviews.database(self.context.services.home.overview, self._show, self._on_failed)
        self._read_strip()

    def first_focus(self) -> QWidget | None:
        if self.characters.buttons:
            return next(b for b in self.characters.buttons if b.focusPolicy() is Qt.FocusPolicy.StrongFocus)
        return self.no_character.action_button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def stacked(self) -> bool:
        """Whether the lists stand below the characters."""
        return self.width() < _STACKED_BELOW

    def _arrange(self) -> None:
        """Beside each other where there is room."""
        stacked = self.stacked
        self.row.setDirection(
            QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        )
        self.row.setSpacing(SPACE_M if stacked else SPACE_L)
        side = _WIDE_SIDE if self.width() >= _WIDE_FROM else _SIDE
        self.side.setMinimumWidth(0 if stacked else side)
        self.side.setMaximumWidth(_UNLIMITED if stacked else side)
        policy = QSizePolicy.Policy.Preferred if stacked else QSizePolicy.Policy.Fixed
        self.side.setSizePolicy(policy, QSizePolicy.Policy.Preferred)
        # Few characters leave room below them; many need the whole column.
        last = self.characters.as_table or stacked
        column, other = (self.aside, self.main) if last else (self.main, self.aside)
        if column.indexOf(self.drops) < 0:
            other.removeWidget(self.drops)
            column.insertWidget(column.count() - 1, self.drops)

    def _build(self) -> None:
        self.area = ScrollArea(max_width=1760, margin=0)
        layout = self.area.content.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        self.area.verticalScrollBar().rangeChanged.connect(self._keep_edge)
        self.area.body.setSpacing(SPACE_M)
        self.consent = ConsentLine(self.context)
        self.area.add(self.consent)
        self.area.add(self.countdowns)
        self.area.add(self.events)
        self.area.add(self.week)
        self.columns = QWidget()
        # Said here, since beside each other they would ask for more than a small window has.
        self.columns.setMinimumWidth(_LEAST)
        self.row = QHBoxLayout(self.columns)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.main = QVBoxLayout()
        self.main.setSpacing(SPACE_M)
        self.main.addWidget(self.characters)
        self.main.addStretch(1)
        self.row.addLayout(self.main, 1)
        self.side = QWidget()
        self.side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.aside = QVBoxLayout(self.side)
        self.aside.setContentsMargins(0, 0, 0, 0)
        self.aside.setSpacing(SPACE_M)
        for card in (self.first_clear, self.notes, self.drops):
            self.aside.addWidget(card)
        self.aside.addStretch(1)
        self.row.addWidget(self.side)
        self.area.add(self.columns)
        self.area.add(self.no_character, 1)
        self.area.body.addStretch(1)
        for widget in (self._padded(self.loading), self.area, self.failed):
            self.stack.addWidget(widget)

    def _keep_edge(self, _least: int, most: int) -> None:
        """The content ends where the header ends, whether or not there is a scroll bar."""
        layout = self.area.content.layout()
        assert layout is not None
        bar = self.area.verticalScrollBar().sizeHint().width() if most > 0 else 0
        layout.setContentsMargins(SPACE_XL, 0, SPACE_XL - bar, SPACE_XL)

    @staticmethod
    def _padded(widget: QWidget) -> QWidget:
        around = QWidget()
        column = QVBoxLayout(around)
        column.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL, SPACE_XL)
        column.addWidget(widget)
        column.addStretch(1)
        return around

    def _show(self, overview: Overview) -> None:
        began = period_of(Reset.WEEKLY, overview.now)
        self.note_label.setText(self.tr("boss week since {0}").format(short_day(began)))
        self.countdowns.set_resets(overview.resets, overview.left if overview.has_runs else {}, overview.now)
        anyone = bool(overview.characters)
        new = not overview.has_runs
        self.columns.setVisible(anyone)
        self.no_character.setVisible(not anyone)
        self.events.setVisible(anyone)
        self.week.setVisible(anyone and not new)
        self.week.show_overview(overview)
        self.characters.set_weeks(overview.characters)
        self._arrange()
        self.first_clear.setVisible(new)
        self.notes.setVisible(not new)
        self.notes.show_lines(overview.opened, overview.open_total, overview.this_week.clears)
        self.drops.setVisible(not new)
        self.drops.show_lines(overview.recent)
        self.stack.setCurrentWidget(self.area)

    def _on_failed(self, error: Exception) -> None:
        self.failed.setAccessibleDescription(str(error) if isinstance(error, MapleHubError) else "")
        self.stack.setCurrentWidget(self.failed)

    def _read_strip(self) -> None:
        events, wallet = self.context.services.events, self.context.services.wallet

        def read() -> StripState:
            return StripState(events.overview(), wallet.daily_reward(), wallet.purse().daily_claimed)

        self._strips.database(read, self.events.show_state, self._on_failed)

    def _on_tick(self, now: datetime) -> None:
        if self.isVisible():
            if self.events.outdated(now):
                self._read_strip()
            else:
                self.events.show_now(now)

    def _open_events(self) -> None:
        self.context.shell.go("events")

    def _claim(self) -> None:
        self.context.operations.perform(
            self.context.services.wallet.claim_daily, None, self._not_claimed, owner=self
        )

    def _not_claimed(self, error: MapleHubError) -> None:
        self.context.shell.toast(str(error), tone="error")
        self._read_strip()

    def _open_bosses(self, character_id: str) -> None:
        self.context.selection.choose(character_id)
        self.context.shell.go("bosses", view="cards")

    def _go_to_bosses(self) -> None:
        self.context.shell.go("bosses", view="cards")

    def _open_notes(self) -> None:
        self.context.shell.go("diary", view="list", show="unresolved", dates="week")

    def _open_run(self, run_id: str) -> None:
        self.context.shell.log_run(run_id=run_id)

    def _log(self) -> None:
        self.context.shell.log_run()

    def _nothing(self, run_id: str) -> None:
        runs = self.context.services.runs
        self.context.operations.perform(lambda: runs.set_nothing([run_id]))

    def _nothing_this_week(self) -> None:
        self.context.operations.perform(self.context.services.runs.nothing_this_week)
