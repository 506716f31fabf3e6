"""The built-in tasks to choose from."""

from collections.abc import Collection

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.bridge.background import Latest
from desktop.services.characters import Character
from desktop.services.tasks import BOSS_CATEGORIES, TaskState, suggested
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.search import rank
from desktop.ui.tasks.words import category_title, reset_word
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import CONTROL, SPACE_M, SPACE_S, SPACE_XS, TYPE_BODY, TYPE_CAPTION
from shared.catalog import TaskTemplate

_SLUG = Qt.ItemDataRole.UserRole
_NOTE = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class _NoteDelegate(QStyledItemDelegate):
    """A ticked line with a quiet note at its right end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        note = index.data(_NOTE)
        if note:
            painter.save()
            painter.setFont(text_font(TYPE_CAPTION))
            painter.setPen(current_theme().color("text-muted"))
            place = option.rect.adjusted(0, 0, -SPACE_S, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
            painter.restore()


class TemplateChooser(QWidget):
    """Built-in tasks by category, for one character. changed: how many are ticked."""

    changed = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._present: frozenset[str] = frozenset()
        self._reads = Latest(context.background, self)
        self.character = QComboBox()
        self.character.setAccessibleName(self.tr("Character"))
        for one in context.selection.characters:
            self.character.addItem(one.name, one.id)
        if context.selection.current is not None:
            self.character.setCurrentIndex(self.character.findData(context.selection.current.id))
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Search the built-in tasks"))
        self.search.setPlaceholderText(self.tr("Search, e.g. arcana or guild"))
        self.search.setClearButtonEnabled(True)
        self.suggest = button(self.tr("Suggest"), "plain", "star")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Built-in tasks"))
        self.list.setUniformItemSizes(True)
        self.list.setViewportMargins(SPACE_S, SPACE_XS, 0, SPACE_XS)
        self.list.setItemDelegate(_NoteDelegate(self.list))
        self.none = label(self.tr("No built-in task matches."), "body", "muted")
        self.none.hide()
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self.character)
        head.addWidget(self.search, 1)
        head.addWidget(self.suggest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addWidget(self.list, 1)
        self._fill()
        self.search.textChanged.connect(self._filter)
        self.suggest.clicked.connect(self._suggest)
        self.character.currentIndexChanged.connect(self._read)
        self.list.itemChanged.connect(self._count)
        self._read()

    @property
    def current(self) -> Character:
        """Whom the tasks are for."""
        chosen = self.character.currentData()
        return next(c for c in self._context.selection.characters if c.id == chosen)

    def chosen(self) -> list[str]:
        """Slugs of what is ticked and not there yet."""
        return [
            slug for slug, item in self._items() if item.checkState() is _ON and slug not in self._present
        ]

    def tick(self, slugs: Collection[str]) -> None:
        """Tick these and no others."""
        self.list.blockSignals(True)
        for slug, item in self._items():
            here = slug in self._present
            item.setCheckState(_ON if here or slug in slugs else _OFF)
        self.list.blockSignals(False)
        self._count()

    def _items(self) -> list[tuple[str, QListWidgetItem]]:
        found = []
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_SLUG):
                found.append((str(item.data(_SLUG)), item))
        return found

    def _fill(self) -> None:
        """Categories in the catalogue's order; bosses last, since they have their own page."""
        templates = self._context.catalog.task_templates.values()
        categories = dict.fromkeys(t.category for t in templates)
        for category in sorted(categories, key=lambda name: name in BOSS_CATEGORIES):
            heading = QListWidgetItem(category_title(category), self.list)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setFont(text_font(TYPE_BODY, QFont.Weight.DemiBold))
            heading.setSizeHint(QSize(0, CONTROL))
            for template in templates:
                if template.category == category:
                    item = QListWidgetItem(self.list)
                    item.setData(_SLUG, template.slug)
                    item.setSizeHint(QSize(0, CONTROL))
                    item.setCheckState(_OFF)

    def _read(self, _index: int = 0) -> None:
        """Which of them this character, its world and the account have already."""
        tasks, character = self._context.services.tasks, self.current.id
        self._reads.database(
            lambda: tasks.states(tasks.owners_of(character), streaks=False), self._show, self._failed
        )

    def _show(self, states: list[TaskState]) -> None:
        self._present = frozenset(s.task.template for s in states if s.task.template is not None)
        level = self.current.level
        self.suggest.setVisible(level is not None)
        self.suggest.setText(self.tr("Suggest for Lv. {0}").format(level))
        self.suggest.setAccessibleName(
            self.tr("Tick what a character of level {0} usually does").format(level)
        )
        self.list.blockSignals(True)
        for slug, item in self._items():
            here = slug in self._present
            template = self._context.catalog.task_templates[slug]
            note = self._note(template, here=here)
            item.setText(template.name)
            item.setData(_NOTE, note)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{template.name}, {note}")
            flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags if here else flags | Qt.ItemFlag.ItemIsEnabled)
        self.list.blockSignals(False)
        # Who has no tasks yet is offered what fits; who has some is not second-guessed.
        self.tick(() if self._present else self._suggested())

    def _failed(self, _error: Exception) -> None:
        self.tick(())

    def _note(self, template: TaskTemplate, *, here: bool) -> str:
        often = reset_word(template.reset)
        parts = []
        if template.max_count > 1:
            parts.append(f"{template.max_count}× {often}")
        elif often not in template.name.casefold():
            parts.append(often)
        if template.scope == "world":
            parts.append(self.tr("once for the world"))
        elif template.scope == "account":
            parts.append(self.tr("once for the account"))
        if template.min_level is not None:
            parts.append(self.tr("from Lv. {0}").format(template.min_level))
        if here:
            parts.append(self.tr("added"))
        return " · ".join(parts)

    def _suggested(self) -> frozenset[str]:
        return suggested(self._context.catalog.task_templates.values(), self.current.level)

    def _suggest(self) -> None:
        self.tick(self._suggested())

    def _filter(self, text: str) -> None:
        templates = list(self._context.catalog.task_templates.values())
        found = {t.slug for t in rank(text, templates, lambda t: f"{t.name} {category_title(t.category)}")}
        heading: QListWidgetItem | None = None
        for row in range(self.list.count()):
            item = self.list.item(row)
            slug = item.data(_SLUG)
            if not slug:
                heading = item
                item.setHidden(True)
                continue
            item.setHidden(slug not in found)
            if slug in found and heading is not None:
                heading.setHidden(False)
        self.none.setVisible(not found)

    def _count(self, _item: object = None) -> None:
        self.changed.emit(len(self.chosen()))
