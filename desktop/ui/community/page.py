"""The Community page: how often what drops, how sure that is, and how one's own luck compares."""

from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.community import FigureReader, Told
from desktop.services.questions import boss_clears
from desktop.ui.community.clears import ClearsTable, clear_lines
from desktop.ui.community.rates import RatesView
from desktop.ui.community.server_form import ServerForm
from desktop.ui.community.words import age_text, figures_of
from desktop.ui.consent import ConsentCard
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, ErrorBanner, LoadingState
from desktop.ui.page import Page
from desktop.ui.sync_words import host_of
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL

_ROOM_FOR_DETAILS = 1300
_OLD = timedelta(minutes=10)
"""Figures in sight are asked for again when they are older."""


class CommunityPage(Page):
    """Arguments of open_with: text (to search for), view ("drops" or "clears")."""

    kinds: ClassVar[frozenset[str]] = frozenset({"boss_runs", "boss_run_drops", "characters"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Community"))
        self.setAccessibleName(self.tr("Community"))
        self._community = context.community
        self._address = self._community.address
        self._told = Told()
        self._details_decided = False
        self._clears_reader = FigureReader(self._community, self)
        self._build_header()
        self._build_notices()
        self._build_views()
        QShortcut(
            QKeySequence.StandardKey.Find,
            self,
            self._find,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self._community.changed.connect(self._on_community)
        context.ticker.ticked.connect(self._on_tick)
        self._show_view()

    # What the shell asks

    def refresh(self) -> None:
        self.rates.count_own()

    def open_with(self, **arguments: object) -> None:
        if arguments.get("view") in {"drops", "clears"}:
            self.view_switch.set_value(arguments["view"])
            self._switch()
        if "text" in arguments:
            self.rates.filters.apply(text=str(arguments["text"]), sample=0)

    def first_focus(self) -> QWidget | None:
        shown = self.stack.currentWidget()
        if shown is self.form:
            return self.form.address
        if shown is self.clears_stack:
            return self.clears
        return self.rates.table

    def showEvent(self, event: QShowEvent) -> None:
        if not self._details_decided:
            self._decide_details()
        super().showEvent(event)
        self._look()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if not self._details_decided and self.isVisible():
            self._decide_details()

    # Building

    def _build_header(self) -> None:
        self.details_button = button(self.tr("Details"), "plain", "eye")
        self.details_button.setCheckable(True)
        self.details_button.setToolTip(self.tr("Show the chosen drop with its history (Enter)"))
        self.details_button.toggled.connect(self._show_details)
        self.again = IconButton("refresh", self.tr("Ask the server again"))
        self.again.clicked.connect(partial(self._look, anew=True))
        self.view_switch = Segmented(
            self.tr("View"), [("drops", self.tr("Drops")), ("clears", self.tr("Clears"))]
        )
        self.view_switch.changed.connect(self._switch)
        self.server_button = button(self.tr("Server…"), "quiet")
        self.server_button.setToolTip(self.tr("Show another server’s figures"))
        self.server_button.clicked.connect(self._choose_server)
        for control in (self.server_button, self.again, self.details_button, self.view_switch):
            self.controls.addWidget(control)

    def _build_notices(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, 0)
        column.setSpacing(SPACE_S)
        self.consent = ConsentCard(self.context)
        self.samples = ErrorBanner(
            self.tr("Samples, made up for the demo. Real figures come from a MapleHub server."), tone="info"
        )
        self.away = ErrorBanner("", tone="warning")
        self.away.hide()
        for notice in (self.consent, self.samples, self.away):
            column.addWidget(notice)
        column.addSpacing(SPACE_M)
        self.body.addWidget(holder)

    def _build_views(self) -> None:
        self.form = ServerForm(self.context.settings)
        self.form.taken.connect(self._switch)
        self.form.account_asked.connect(partial(self.context.shell.go, "settings", section="account"))
        self.rates = RatesView(self.context)
        self.rates.told.connect(self._on_told)
        self.rates.details_wanted.connect(self.details_button.setChecked)
        self.rates.own_counted.connect(self._show_clears)
        self.clears = ClearsTable(self.context.catalog, self.context.pictures)
        self.clears_loading = LoadingState(self.tr("Loading the clears"), rows=9)
        self.clears_failed = EmptyState(
            "could_not_load", self.tr("The figures could not be loaded"), "", self.tr("Try again")
        )
        self.clears_failed.action.connect(partial(self._look, anew=True))
        self.clears_empty = EmptyState(
            "nothing_yet",
            self.tr("No clears yet"),
            self.tr("A boss is told of once enough players share their runs."),
        )
        self._clears_told = Told()
        self.clears_stack = QStackedWidget()
        self.clears_stack.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        for state in (self.clears_loading, self.clears, self.clears_failed, self.clears_empty):
            self.clears_stack.addWidget(state)
        self.stack = QStackedWidget()
        for view in (self.rates, self.clears_stack, self.form):
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)

    # What is shown

    @property
    def _has_source(self) -> bool:
        return self._community.samples or bool(self._community.address)

    def _show_view(self) -> None:
        clears = self.view_switch.value() == "clears"
        found = self._has_source
        self.stack.setCurrentWidget(self.form if not found else self.clears_stack if clears else self.rates)
        self.details_button.setVisible(found and not clears)
        self.again.setVisible(found and not self._community.samples)
        self.view_switch.setVisible(found)
        self._show_source()

    def _choose_server(self) -> None:
        self.stack.setCurrentWidget(self.form)
        self.form.address.setFocus()
        self.form.address.selectAll()

    def _look(self, _checked: object = False, *, anew: bool = False) -> None:
        if not self._has_source or not self.isVisible():
            return
        if self.view_switch.value() == "clears":
            self._clears_reader.ask(boss_clears(), self._on_clears, anew=anew)
        else:
            self.rates.look(anew=anew)

    def _switch(self, _value: object = None) -> None:
        self._show_view()
        self._look()

    def _on_community(self) -> None:
        if self._address != self._community.address:
            self._address = self._community.address
            self._told = self._clears_told = Told()
            self.rates.forget()
            self._clears_reader.cancel()
            self.clears_stack.setCurrentWidget(self.clears_loading)
            self._show_view()
            self._look()
            focus = self.first_focus()
            if focus is not None and self.isVisible():
                focus.setFocus()
        self._show_source()

    def show_told(self, told: Told) -> None:
        """Show drop rates, or say why there are none."""
        self._show_view()
        self.rates.show_told(told)

    def _on_told(self, told: Told) -> None:
        self._told = told
        self._show_source()

    def _on_clears(self, told: Told) -> None:
        self._clears_told = told
        if told.figures is not None:
            self._show_clears()
        elif told.error is not None:
            self.clears_failed.set_text(told.error.message)
            self.clears_stack.setCurrentWidget(self.clears_failed)
        self._on_told(told)

    def _show_clears(self) -> None:
        figures = self._clears_told.figures
        if figures is None:
            return
        self.clears.show_lines(clear_lines(figures.items, self.rates.own))
        self.clears_stack.setCurrentWidget(self.clears if figures.items else self.clears_empty)

    def _show_source(self) -> None:
        """Whose figures these are, of when, and whether they are a copy."""
        told, community = self._told, self._community
        self.samples.setVisible(community.samples)
        public = bool(community.address) and not community.samples and not community.has_account
        self.server_button.setVisible(public)
        if community.samples or not community.address:
            self.note_label.setText("")
            self.away.hide()
            return
        now, parts = self.context.ticker.now(), [host_of(community.address)]
        if told.figures is not None and told.at is not None:
            parts.append(figures_of(now, told.figures.last_calculated))
            if told.error is None:
                checked = self.tr("being checked") if told.asking else self.tr("checked {0}")
                parts.append(checked.format(age_text(now, told.at)))
        self.note_label.setText(" · ".join(parts))
        stale = told.error is not None and told.figures is not None and told.at is not None
        if stale and told.error is not None and told.at is not None:
            copy = self.tr("{0} This is a copy, last checked {1}.")
            self.away.set_message(copy.format(told.error.message, age_text(now, told.at)))
        if not told.asking:
            self.away.setVisible(stale)

    def _on_tick(self, now: datetime) -> None:
        told = self._told
        if told.error is not None or (told.at is not None and now - told.at > _OLD):
            self._look()
        self._show_source()

    # Details and keys

    def _decide_details(self) -> None:
        # Wide windows have room for the panel; after that, it is the person's choice.
        self._details_decided = True
        self.details_button.setChecked(self.width() >= _ROOM_FOR_DETAILS)

    def _show_details(self, shown: bool) -> None:
        self._details_decided = True
        self.rates.show_details(shown)

    def _find(self) -> None:
        self.rates.filters.search.setFocus()
        self.rates.filters.search.selectAll()
