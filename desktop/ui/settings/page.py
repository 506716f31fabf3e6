"""The Settings page: sections at the left, one column of rows at the right."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from desktop.ui.context import Context
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.page import Page
from desktop.ui.settings.about import AboutSection
from desktop.ui.settings.account.section import AccountSection
from desktop.ui.settings.appearance import AppearanceSection
from desktop.ui.settings.characters import CharactersSection
from desktop.ui.settings.data import DataSection
from desktop.ui.settings.hotkeys import HotkeysSection
from desktop.ui.settings.privacy import PrivacySection
from desktop.ui.settings.reminders import RemindersSection
from desktop.ui.theme.tokens import SPACE_M, SPACE_XL

_LIST_WIDTH = 184
_ITEM_HEIGHT = 36


class SettingsPage(Page):
    """Everything applies at once; nothing needs saving."""

    kinds: ClassVar[frozenset[str]] = frozenset({"characters"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Settings"))
        self.setAccessibleName(self.tr("Settings"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Sections"))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setProperty("nav", "true")
        self.stack = QStackedWidget()
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_XL - SPACE_M, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.stack, 1)
        self.body.addLayout(row)
        self._made: list[QWidget | None] = []
        self._sections: Sequence[tuple[str, str, Callable[[Context], QWidget]]] = (
            ("appearance", self.tr("Appearance"), AppearanceSection),
            ("characters", self.tr("Characters"), CharactersSection),
            ("reminders", self.tr("Reminders and tray"), RemindersSection),
            ("hotkeys", self.tr("Keys"), HotkeysSection),
            ("privacy", self.tr("Privacy"), PrivacySection),
            ("data", self.tr("Data and backups"), DataSection),
            ("account", self.tr("Account and sync"), AccountSection),
            ("about", self.tr("About"), AboutSection),
        )
        for _, title, _ in self._sections:
            item = QListWidgetItem(title)
            item.setSizeHint(QSize(_LIST_WIDTH, _ITEM_HEIGHT))
            self.list.addItem(item)
            area = ScrollArea(max_width=760)
            self.stack.addWidget(area)
            self._made.append(None)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)

    def refresh(self) -> None:
        for section in self._made:
            refresh = getattr(section, "refresh", None)
            if refresh is not None:
                refresh()

    def open_with(self, **arguments: object) -> None:
        for index, (name, _, _) in enumerate(self._sections):
            if name == arguments.get("section"):
                self.list.setCurrentRow(index)

    def first_focus(self) -> QWidget:
        return self.list

    def _show(self, index: int) -> None:
        if self._made[index] is None:
            area = self.stack.widget(index)
            assert isinstance(area, ScrollArea)
            section = self._sections[index][2](self.context)
            area.add(section)
            area.body.addStretch(1)
            area.setAlignment(Qt.AlignmentFlag.AlignLeft)
            self._made[index] = section
        self.stack.setCurrentIndex(index)
