"""The Clans page: one of the player's clans in parts, or the way to one."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.bridge.clans import Access, ClanReader, Told
from desktop.ui.clans.gate import Gate, Welcome
from desktop.ui.clans.part import Part
from desktop.ui.clans.parts import PARTS
from desktop.ui.clans.questions import my_clans
from desktop.ui.clans.words import age_text
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, ErrorBanner, LoadingState
from desktop.ui.page import Page
from desktop.ui.sync_words import host_of
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL
from shared.api.clans import ClanInfo, ClanList
from shared.errors import NotFound

_REMEMBERED = "clans.chosen"


class ClansPage(Page):
    """Arguments of open_with: clan (an id), part ("overview", "members", "board", "contests", "people", "webhooks",
    "log"), and those of that part."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Clans"))
        self.setAccessibleName(self.tr("Clans"))
        self.clans = context.clans
        self._told = Told()
        self._part_told = Told()
        self._reader = ClanReader(self.clans, self)
        self._wanted = ""
        self._list: list[ClanInfo] = []
        self._made: dict[str, Part] = {}
        self._build_header()
        self._build_body()
        self.clans.changed.connect(self._on_access)
        self.clans.touched.connect(self._on_touched)
        context.ticker.ticked.connect(self._on_tick)
        remembered = context.services.remembered
        context.background.database(lambda: remembered.get(_REMEMBERED), self._on_remembered, owner=self)
        self._show_state()

    # What the shell asks

    @property
    def keeps_secret(self) -> bool:
        return any(part.busy for part in self._made.values())

    def refresh(self) -> None:
        self.look()

    def open_with(self, **arguments: object) -> None:
        if "clan" in arguments:
            self._wanted = str(arguments["clan"])
            self._show_list()
        if arguments.get("part") in PARTS:
            self.parts.set_value(arguments["part"])
            self._show_part()
            part = self.part
            if part is not None:
                part.open_with(**arguments)

    def first_focus(self) -> QWidget | None:
        shown = self.stack.currentWidget()
        if isinstance(shown, Gate | Welcome):
            return shown.first_focus()
        if shown is not self.part_stack:
            return shown
        # What a part begins with may not be there before its answer.
        found = self.part.first_focus() if self.part is not None else None
        return found if found is not None and found.isVisible() else self._chosen_part()

    def _chosen_part(self) -> QWidget:
        buttons = self.parts.findChildren(QAbstractButton)
        return next(button for button in buttons if button.isChecked())

    def showEvent(self, event: QShowEvent) -> None:
        fresh = not self._stale
        super().showEvent(event)
        if fresh:
            self.look()

    # Building

    def _build_header(self) -> None:
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(self.tr("Clan"))
        self.chooser.setToolTip(self.tr("Clan"))
        self.chooser.setMinimumWidth(180)
        self.chooser.activated.connect(self._choose)
        self.more = button(self.tr("Found or join…"), "quiet", "plus")
        self.more.clicked.connect(self._show_welcome)
        self.again = IconButton("refresh", self.tr("Ask the server again"))
        self.again.clicked.connect(self._look_again)
        for control in (self.more, self.again, self.chooser):
            self.controls.addWidget(control)

    def _build_body(self) -> None:
        holder = QWidget()
        notices = QVBoxLayout(holder)
        notices.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_M)
        notices.setSpacing(SPACE_S)
        self.samples = ErrorBanner(
            self.tr("Two made-up clans, to look around in. Real ones live on a MapleHub server."), tone="info"
        )
        self.away = ErrorBanner("", tone="warning")
        self.away.hide()
        self.parts = Segmented(
            self.tr("Part of the clan"),
            [
                ("overview", self.tr("Overview")),
                ("members", self.tr("Members")),
                ("board", self.tr("Leaderboard")),
                ("contests", self.tr("Contests")),
                ("people", self.tr("People")),
                ("webhooks", self.tr("Notifications")),
                ("log", self.tr("Log")),
            ],
        )
        self.parts.changed.connect(self._on_part)
        row = QHBoxLayout()
        row.addWidget(self.parts)
        row.addStretch(1)
        for notice in (self.samples, self.away):
            notices.addWidget(notice)
        notices.addLayout(row)
        self._notices = holder
        self.gate = Gate(self.context)
        self.welcome = Welcome(self.context)
        self.welcome.arrived.connect(self._on_arrived)
        self.welcome.closed.connect(self._show_list)
        self.loading = LoadingState(self.tr("Asking the server"), rows=8)
        self.failed = EmptyState(
            "could_not_load", self.tr("Your clans could not be loaded"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.look)
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, 0)
        column.addWidget(self.loading)
        # The keyboard waits here, so that keys are heard.
        waiting.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        waiting.setAccessibleName(self.loading.accessibleName())
        self._waiting = waiting
        self.part_stack = QStackedWidget()
        self.stack = QStackedWidget()
        for state in (self._waiting, self.gate, self.failed, self.welcome, self.part_stack):
            self.stack.addWidget(state)
        self.body.addWidget(holder)
        self.body.addWidget(self.stack, 1)

    # What is shown

    @property
    def part(self) -> Part | None:
        """The part in front."""
        found = self.part_stack.currentWidget()
        return found if isinstance(found, Part) else None

    @property
    def clan(self) -> ClanInfo | None:
        """The clan that is shown."""
        for clan in self._list:
            if clan.id == self._wanted:
                return clan
        return self._list[0] if self._list else None

    def look(self) -> None:
        """Ask for the player's clans, and again for what is in sight."""
        if self.clans.access is Access.READY and self.isVisible():
            self._reader.ask(my_clans(), self.show_clans)
            if self.stack.currentWidget() is self.part_stack and self.part is not None:
                self.part.look()

    def _look_again(self) -> None:
        self.look()

    def _show_state(self) -> None:
        told = self._told
        if self.clans.access is not Access.READY:
            self.gate.show_access(self.clans.access)
            self._front(self.gate)
        elif told.value is not None:
            self._show_list()
        elif told.error is not None:
            self.failed.set_text(str(told.error))
            self._front(self.failed)
        elif self.stack.currentWidget() is not self.failed:
            self._front(self._waiting)
        self._show_source()

    def _show_list(self) -> None:
        if self.clans.access is not Access.READY or self._told.value is None:
            return
        clan = self.clan
        if clan is None:
            self.welcome.set_first(first=True)
            self._front(self.welcome)
            return
        if self.stack.currentWidget() is not self.part_stack:
            self._front(self.part_stack)
        self._fill_chooser(clan)
        self._show_part()

    def _front(self, state: QWidget) -> None:
        inside = state is self.part_stack
        focused = QApplication.focusWidget()
        moves = focused is None or self.isAncestorOf(focused)
        self.stack.setCurrentWidget(state)
        self.parts.setVisible(inside)
        self.chooser.setVisible(inside and len(self._list) > 1)
        self.more.setVisible(inside)
        self.again.setVisible(state in {self.part_stack, self.failed})
        self._show_source()
        if moves and self.isVisible() and (focus := self.first_focus()) is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_chooser(self, clan: ClanInfo) -> None:
        names = [(each.name, each.id) for each in self._list]
        shown = [(self.chooser.itemText(at), self.chooser.itemData(at)) for at in range(self.chooser.count())]
        if names != shown:
            self.chooser.clear()
            for name, clan_id in names:
                self.chooser.addItem(name, clan_id)
        self.chooser.setCurrentIndex(self.chooser.findData(clan.id))
        self.chooser.setVisible(len(names) > 1)
        self.title_label.setText(self.tr("Clans") if len(names) > 1 else clan.name)

    def _show_part(self) -> None:
        clan = self.clan
        if clan is None or self.stack.currentWidget() is not self.part_stack:
            return
        name = str(self.parts.value())
        before = self.part
        if name not in self._made:
            made = PARTS[name](self.context)
            made.told.connect(self._on_part_told)
            made.went.connect(self._on_went)
            made.revealed.connect(self.revealed)
            self._made[name] = made
            self.part_stack.addWidget(made)
        part = self._made[name]
        other = part is not before or part.clan is None or part.clan.id != clan.id
        part.set_clan(clan)
        self.part_stack.setCurrentWidget(part)
        if other:
            self._part_told = part.told_now
            part.look()
        self._show_source()

    def _show_source(self) -> None:
        """Whose clans these are, and whether what is shown is from before."""
        inside = self.stack.currentWidget() is self.part_stack
        told = self._part_told if inside else Told()
        self.samples.setVisible(self.clans.samples)
        if not inside:
            self.title_label.setText(self.tr("Clans"))
        now, said = self.context.ticker.now(), []
        if self.clans.address and self.clans.access is Access.READY:
            said.append(host_of(self.clans.address))
        if inside and told.at is not None:
            said.append(self.tr("as of {0}").format(age_text(now, told.at)))
        self.note_label.setText(" · ".join(said))
        stale = told.error is not None and told.value is not None and told.at is not None
        if stale and told.error is not None and told.at is not None:
            words = self.tr("{0} This was told {1}.")
            self.away.set_message(words.format(told.error.message, age_text(now, told.at)))
        if not told.asking or not inside:
            self.away.setVisible(stale)
        self._notices.setVisible(inside or self.clans.samples)

    # What arrives

    def show_clans(self, told: Told) -> None:
        """Show the player's clans, or say why there are none."""
        self._told = told
        if told.value is not None:
            self._list = list(told.value.items)
        if self.stack.currentWidget() is self.welcome and self._list and self.welcome.open_by_hand:
            return
        self._show_state()

    def _on_part_told(self, told: Told) -> None:
        if self.sender() is self.part or self.part is None:
            self._part_told = told
            self._show_source()
            if isinstance(told.error, NotFound):
                # The player may have been removed, or the clan closed.
                self._reader.ask(my_clans(), self.show_clans)

    def _on_remembered(self, clan_id: object) -> None:
        if clan_id and not self._wanted:
            self._wanted = str(clan_id)
            self._show_list()

    def _on_access(self) -> None:
        self._reader.cancel()
        self._told, self._list = Told(), []
        for part in self._made.values():
            self.part_stack.removeWidget(part)
            part.deleteLater()
        self._made.clear()
        self._show_state()
        self.look()
        focus = self.first_focus()
        if focus is not None and self.isVisible():
            focus.setFocus()

    def _on_touched(self, subjects: frozenset[str]) -> None:
        if "clan" in subjects:
            self._reader.ask(my_clans(), self.show_clans)
        for part in self._made.values():
            if part is self.part and part.subjects & subjects:
                part.look()

    def _on_tick(self, now: datetime) -> None:
        part = self.part
        if self.isVisible() and self.clans.access is Access.READY:
            if self.stack.currentWidget() is self.failed:
                self.look()
            elif self.stack.currentWidget() is self.part_stack and part is not None:
                part.tick(now)
        self._show_source()

    # What the player does

    def _choose(self, _index: int) -> None:
        self._take_up(str(self.chooser.currentData()))

    def _take_up(self, clan_id: str) -> None:
        self._wanted = clan_id
        remembered = self.context.services.remembered
        self.context.background.database(lambda: remembered.set(_REMEMBERED, clan_id))
        self._show_list()

    def _on_part(self, _value: object) -> None:
        self._show_part()

    def _on_went(self, part: str, arguments: dict[str, object]) -> None:
        self.open_with(part=part, **arguments)
        self._chosen_part().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_welcome(self) -> None:
        self.welcome.set_first(first=False)
        self._front(self.welcome)
        self.welcome.first_focus().setFocus()

    def _on_arrived(self, clan: ClanInfo) -> None:
        self._list = [*(each for each in self._list if each.id != clan.id), clan]
        self._told = Told(ClanList(items=self._list), self.context.ticker.now())
        self.parts.set_value("overview")
        self._take_up(clan.id)
        self._reader.ask(my_clans(), self.show_clans)
        self._chosen_part().setFocus(Qt.FocusReason.OtherFocusReason)
