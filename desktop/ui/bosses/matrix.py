"""Characters × bosses: everyone's week in one table."""

from collections.abc import Mapping

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.services.board import Cell, Matrix
from desktop.services.characters import Character
from desktop.ui.bosses.words import NOTE_ICONS, note_text, reset_title
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import RADIUS_S, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS, TYPE_BODY, TYPE_CAPTION
from shared.catalog import BossEntry, Catalog
from shared.resets import Reset
from shared.tracking import DropNote

CELL_ROLE = Qt.ItemDataRole.UserRole
MARK_ROLE = CELL_ROLE + 1
_CELL = QSize(33, 34)
_HEADER = 112
_NAMES = 184
_WIDEST_CELL = 60
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_EMPTY = Cell(None, None)


class MatrixModel(QAbstractTableModel):
    """Rows are characters, columns clear groups."""

    def __init__(self, catalog: Catalog, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._matrix: Matrix | None = None

    def set_matrix(self, matrix: Matrix) -> None:
        """Show a matrix; the table keeps its place when rows and columns stay the same."""
        before = self._matrix
        same = before is not None and (
            [c.id for c in before.characters] == [c.id for c in matrix.characters]
            and before.groups == matrix.groups
        )
        if same:
            self._matrix = matrix
            if matrix.characters and matrix.groups:
                self.dataChanged.emit(
                    self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
                )
                self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)
        else:
            self.beginResetModel()
            self._matrix = matrix
            self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._matrix is None else len(self._matrix.characters)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._matrix is None else len(self._matrix.groups)

    def at(self, row: int, column: int) -> tuple[Character, BossEntry, Cell]:
        """Who, which boss (the cleared, planned or easiest difficulty), and how it stands."""
        assert self._matrix is not None
        character, group = self._matrix.characters[row], self._matrix.groups[column]
        cell = self._matrix.cells.get((character.id, group), _EMPTY)
        entry_id = None
        if cell.run is not None:
            entry_id = cell.run.draft.entry_id
        elif cell.plan is not None:
            entry_id = cell.plan.entry_id
        entry = self._catalog.bosses[entry_id] if entry_id else self._catalog.groups[group][0]
        return character, entry, cell

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == CELL_ROLE:
            return self.at(index.row(), index.column())
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return describe(*self.at(index.row(), index.column()))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        roles = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, CELL_ROLE, MARK_ROLE}
        if self._matrix is None or role not in roles:
            return None
        if orientation == Qt.Orientation.Horizontal:
            entry = self._catalog.groups[self._matrix.groups[section]][0]
            if role == MARK_ROLE:
                return {Reset.DAILY: self.tr("day"), Reset.MONTHLY: self.tr("month")}.get(entry.reset, "")
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{entry.name}, {reset_title(entry.reset)}"
            return entry.short_name
        character = self._matrix.characters[section]
        used = self._matrix.weekly[character.id]
        if role == CELL_ROLE:
            return character, used
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.tr("{0}: {1} of {2} weekly crystals used")
            return text.format(character.name, used.used, used.limit)
        return f"{character.name}   {used.used}/{used.limit}"


def describe(character: Character, entry: BossEntry, cell: Cell) -> str:
    """A cell in words."""
    translate = QCoreApplication.translate
    if cell.run is not None:
        state = translate("bosses", "cleared") + ", " + note_text(cell.run.draft.drop_note)
    elif cell.plan is not None:
        state = translate("bosses", "not cleared")
    else:
        return f"{character.name}, {entry.name}, " + translate("bosses", "not planned")
    return f"{character.name}, {entry.display_name}, {state}"


class MatrixDelegate(QStyledItemDelegate):
    """Paints a cell: nothing, a ring for what is open, a filled mark for what is cleared, with its note."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        _, entry, cell = index.data(CELL_ROLE)
        theme = current_theme()
        box = QRectF(option.rect).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if cell.run is not None:
            painter.setBrush(theme.color("success", 0.18))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        elif cell.plan is not None:
            painter.setBrush(theme.color("hover" if hovered else "surface"))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        elif hovered:
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        if cell.run is not None:
            note = cell.run.draft.drop_note
            mark = (
                "check" if note is DropNote.NOTHING else "drop" if note is DropNote.LIST else NOTE_ICONS[note]
            )
            role = (
                "warning" if note is DropNote.UNRECORDED else "accent" if note is DropNote.LIST else "success"
            )
            centre = box.center()
            draw_icon(painter, QRectF(centre.x() - 8, centre.y() - 8, 16, 16), mark, theme.color(role))
        elif cell.plan is not None:
            painter.setPen(theme.color(f"difficulty-{entry.difficulty}"))
            painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(entry.difficulty)[0].upper())
        else:
            painter.setPen(theme.color("text-disabled"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "·")
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        painter.restore()


class _UprightHeader(QHeaderView):
    """Boss names, turned a quarter so that many fit; daily and monthly ones are marked below the name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # The style would keep room for a sort arrow.
        self.setMinimumSectionSize(_CELL.width())
        self.setDefaultSectionSize(_CELL.width())
        self.setAccessibleName(self.tr("Bosses"))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEADER)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme = current_theme()
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        mark = str(self.model().headerData(section, Qt.Orientation.Horizontal, MARK_ROLE) or "")
        painter.save()
        painter.fillRect(rect, theme.color("window"))
        painter.setPen(theme.color("text-muted"))
        painter.setFont(text_font(TYPE_CAPTION))
        foot = QRect(rect.left(), rect.bottom() - 18, rect.width(), 16)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, mark)
        painter.setPen(theme.color("text"))
        painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.Medium))
        painter.translate(rect.center().x() + 5, foot.top() - SPACE_XS)
        painter.rotate(-90)
        text = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, foot.top() - rect.top() - SPACE_S
        )
        painter.drawText(QPoint(0, 0), text)
        painter.restore()


class _CharacterHeader(QHeaderView):
    """Names at the left, weekly crystals at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(_CELL.height())
        self.setFixedWidth(_NAMES)
        self.setSectionsClickable(True)
        self.setAccessibleName(self.tr("Characters"))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme = current_theme()
        found = self.model().headerData(section, Qt.Orientation.Vertical, CELL_ROLE)
        if not isinstance(found, tuple):
            return
        character, used = found
        painter.save()
        painter.fillRect(rect, theme.color("window"))
        words = rect.adjusted(SPACE_XL, 0, -SPACE_M, 0)
        full = used.used >= used.limit
        painter.setFont(tabular(text_font(TYPE_CAPTION)))
        painter.setPen(theme.color("success" if full else "text-muted"))
        count = f"{used.used}/{used.limit}"
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        words.setRight(words.right() - painter.fontMetrics().horizontalAdvance(count) - SPACE_S)
        painter.setFont(text_font(TYPE_BODY, QFont.Weight.Medium))
        painter.setPen(theme.color("text"))
        name = painter.fontMetrics().elidedText(character.name, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


class Legend(QWidget):
    """What the marks of the matrix mean."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_CELL.height())
        self._marks = (
            ("drop", "accent", self.tr("drops noted")),
            ("check", "success", self.tr("nothing dropped")),
            ("note-unrecorded", "warning", self.tr("cleared, drops not noted yet")),
            ("", "text-muted", self.tr("a letter: planned at this difficulty")),
        )
        self.setAccessibleName(self.tr("Legend: {0}").format(", ".join(text for *_, text in self._marks)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setFont(text_font(TYPE_CAPTION))
        left = float(SPACE_XL)
        for icon, role, text in self._marks:
            if icon:
                draw_icon(painter, QRectF(left, self.height() / 2 - 7, 14, 14), icon, theme.color(role))
                left += 14 + SPACE_S
            painter.setPen(theme.color("text-muted"))
            box = QRectF(left, 0, self.width() - left, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            left += painter.fontMetrics().horizontalAdvance(text) + SPACE_XL


class MatrixView(QTableView):
    """The same keys as the cards.

    toggled, logged, emptied: (Character, BossEntry, Cell); asked also carries the place for the menu.
    """

    toggled = Signal(object)
    logged = Signal(object)
    emptied = Signal(object)
    asked = Signal(object, QPoint)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Characters and bosses"))
        self.setProperty("bare", "true")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setItemDelegate(MatrixDelegate(self))
        self.setHorizontalHeader(_UprightHeader(self))
        self.setVerticalHeader(_CharacterHeader(self))
        self.verticalHeader().sectionClicked.connect(self._row_chosen)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._clicked)

    def current(self) -> tuple[Character, BossEntry, Cell] | None:
        """The cell the keyboard is on."""
        found = self.currentIndex().data(CELL_ROLE)
        return found if isinstance(found, tuple) else None

    def ensure_current(self) -> None:
        """Put the keyboard on the first cell when it is nowhere."""
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Share the room there is among the columns, within reason."""
        columns = max(1, self.model().columnCount())
        width = (self.viewport().width() - SPACE_XL) // columns
        self.horizontalHeader().setDefaultSectionSize(max(_CELL.width(), min(width, _WIDEST_CELL)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cell = self.current()
        signals: Mapping[int, object] = {
            Qt.Key.Key_Space: self.toggled,
            Qt.Key.Key_L: self.logged,
            Qt.Key.Key_Return: self.logged,
            Qt.Key.Key_Enter: self.logged,
            Qt.Key.Key_N: self.emptied,
        }
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        signal = signals.get(event.key()) if plain else None
        if cell is None or signal is None:
            super().keyPressEvent(event)
        else:
            signal.emit(cell)  # type: ignore[attr-defined]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self.indexAt(event.pos()).data(CELL_ROLE)
        if found is not None:
            self.asked.emit(found, event.globalPos())

    def _clicked(self, index: QModelIndex) -> None:
        self.toggled.emit(index.data(CELL_ROLE))

    def _row_chosen(self, row: int) -> None:
        model = self.model()
        if isinstance(model, MatrixModel):
            self.chosen.emit(model.at(row, 0)[0])
