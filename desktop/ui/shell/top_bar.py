"""The bar above the pages: whose week this is, search, undo and redo, and how the data is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.shell.coin_chip import CoinChip
from desktop.ui.shell.sync_chip import SyncChip
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL

if TYPE_CHECKING:
    # The frame is drawn before the database library is imported.
    from desktop.ui.context import Selection

HEIGHT = 52
_ROOMY = 940
"""Pixels; a narrower bar says less."""


class TopBar(QWidget):
    """search, undo, redo, log_run, new_character, coins and account are asked for by a person."""

    search = Signal()
    undo = Signal()
    redo = Signal()
    log_run = Signal()
    new_character = Signal()
    coins = Signal()
    account = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("layer", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Toolbar"))
        self._selection: Selection | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_S)
        row.setSpacing(SPACE_S)
        self.switcher = QComboBox()
        self.switcher.setAccessibleName(self.tr("Character"))
        self.switcher.setToolTip(self.tr("Character (Ctrl+PgUp, Ctrl+PgDown)"))
        self.switcher.setMinimumWidth(200)
        self.switcher.setMaxVisibleItems(24)
        self.switcher.activated.connect(self._picked)
        self.add_button = IconButton("plus", self.tr("Add a character"))
        self.add_button.clicked.connect(self.new_character)
        self.search_button = self._search_button()
        self.log_button = button(
            self.tr("Log run"), "primary", "plus", hint=self.tr("Log a boss run (Ctrl+L)")
        )
        self.log_button.clicked.connect(self.log_run)
        self.undo_button = IconButton("undo", self.tr("Undo"), "Ctrl+Z")
        self.undo_button.clicked.connect(self.undo)
        self.redo_button = IconButton("redo", self.tr("Redo"), "Ctrl+Y")
        self.redo_button.clicked.connect(self.redo)
        self.sync_chip = SyncChip()
        self.sync_chip.clicked.connect(self.account)
        self.coin_chip = CoinChip()
        self.coin_chip.clicked.connect(self.coins)
        row.addWidget(self.switcher)
        row.addWidget(self.add_button)
        row.addSpacing(SPACE_M)
        row.addWidget(self.search_button)
        row.addSpacing(SPACE_M)
        row.addStretch(1)
        row.addWidget(self.sync_chip)
        row.addSpacing(SPACE_S)
        row.addWidget(self.coin_chip)
        row.addSpacing(SPACE_S)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addSpacing(SPACE_S)
        row.addWidget(self.log_button)
        self.set_ready(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= _ROOMY
        self.sync_chip.set_compact(not roomy)
        self.search_button.setText(self.tr("Search bosses, items, actions…") if roomy else self.tr("Search…"))
        self.search_button.setFixedWidth(264 if roomy else 108)

    def attach(self, selection: Selection) -> None:
        """Show these characters from now on."""
        self._selection = selection
        selection.listed.connect(self._fill)
        selection.changed.connect(self._mark)
        self._fill()

    def set_ready(self, ready: bool) -> None:
        """Until the data is there, nothing here does anything."""
        for control in (self.switcher, self.add_button, self.search_button, self.log_button):
            control.setEnabled(ready)
        if not ready:
            self.coin_chip.hide()
            self.sync_chip.hide()
            self.set_undo("", "")

    def set_undo(self, undo: str, redo: str) -> None:
        """What undo and redo would do, "" for nothing."""
        self.undo_button.setEnabled(bool(undo))
        self.redo_button.setEnabled(bool(redo))
        self.undo_button.set_name(self.tr("Undo: {0}").format(undo) if undo else self.tr("Undo"))
        self.redo_button.set_name(self.tr("Redo: {0}").format(redo) if redo else self.tr("Redo"))

    def _search_button(self) -> QPushButton:
        made = button(self.tr("Search bosses, items, actions…"), "plain", "search")
        made.setProperty("kind", "search")
        made.setToolTip(self.tr("Search and commands (Ctrl+K)"))
        made.setFixedWidth(264)
        made.clicked.connect(self.search)
        return made

    def _fill(self) -> None:
        if self._selection is None:
            return
        self.switcher.clear()
        for character in self._selection.characters:
            self.switcher.addItem(character.name, character.id)
        if not self._selection.characters:
            self.switcher.addItem(self.tr("No character yet"), "")
        self._mark()

    def _mark(self) -> None:
        if self._selection is not None and self._selection.current is not None:
            self.switcher.setCurrentIndex(self.switcher.findData(self._selection.current.id))

    def _picked(self, index: int) -> None:
        if self._selection is not None and self.switcher.itemData(index):
            self._selection.choose(self.switcher.itemData(index))
