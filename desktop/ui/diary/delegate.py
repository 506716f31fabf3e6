"""Paints a line of the diary."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.services.diary import DiaryEntry
from desktop.ui.diary.model import Column, DiaryModel
from desktop.ui.diary.wording import amount_text, cell_text, drop_text, note_state
from desktop.ui.line_delegate import LineDelegate
from desktop.ui.pictures import Pictures
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import SPACE_S, SPACE_XS, TYPE_BODY
from shared.catalog import Catalog
from shared.tracking import DropNote

ROW_HEIGHT = 36
_TILE = 24
_MARK = 16
_PICTURES_SHOWN = 3
_KEPT = 600
_Index = QModelIndex | QPersistentModelIndex
_CENTRE = Qt.AlignmentFlag.AlignVCenter
_LEFT = int(Qt.AlignmentFlag.AlignLeft | _CENTRE)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | _CENTRE)
_STATES = {
    DropNote.UNRECORDED: ("note-unrecorded", "warning"),
    DropNote.NOTHING: ("note-nothing", "text-muted"),
}


class DiaryDelegate(LineDelegate):
    """One delegate for all columns, so that a line is drawn from one entry."""

    def __init__(self, catalog: Catalog, pictures: Pictures, parent: QObject) -> None:
        super().__init__(pictures, ("hover", "text", "text-muted", "warning", "error"), _KEPT, parent)
        self._catalog = catalog
        self._font = QFont()
        self._metrics = QFontMetrics(self._font)

    def restyle(self) -> None:
        self._font = text_font(TYPE_BODY)
        self._metrics = QFontMetrics(self._font)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, DiaryModel)
        rect = self.begin(painter, option)
        entry = model.entry(index.row())
        area = rect.adjusted(SPACE_S, 0, -SPACE_S, -1)
        if entry is None:
            bar = QRect(area.left(), area.center().y() - 5, area.width() * 2 // 3, 10)
            painter.fillRect(bar, self.colors["hover"])
        else:
            painter.setFont(self._font)
            self._cell(painter, area, entry, Column(index.column()))
        self.end(painter, option)

    def _cell(self, painter: QPainter, area: QRect, entry: DiaryEntry, column: Column) -> None:
        if column is Column.BOSS:
            self._boss(painter, area, entry)
        elif column is Column.DROPS:
            self._drops(painter, area, entry)
        elif column is Column.CRYSTAL:
            known = entry.run.crystal_mesos is not None and entry.run.draft.cleared
            text = amount_text(entry.run.crystal_mesos if known else None)
            self._text(painter, area, text, "text" if known else "text-muted", _RIGHT)
        else:
            text = cell_text(entry, column.name, self._catalog)
            quiet = column is Column.NOTE or (column is Column.PARTY and text == "1")
            right = column in {Column.PARTY, Column.SOLD}
            self._text(painter, area, text, "text-muted" if quiet else "text", _RIGHT if right else _LEFT)

    def _boss(self, painter: QPainter, area: QRect, entry: DiaryEntry) -> None:
        entry_id = entry.run.draft.entry_id
        painter.drawPixmap(area.left(), _top(area, _TILE), self.boss(entry_id, _TILE))
        boss = self._catalog.bosses.get(entry_id)
        left = area.left() + _TILE + SPACE_S
        if boss is None:
            self._text(
                painter, QRect(left, area.top(), area.right() - left, area.height()), entry_id, "text", _LEFT
            )
            return
        badge = self.badge(str(boss.difficulty))
        size = badge.deviceIndependentSize().toSize()
        room = area.right() - left - size.width() - SPACE_S
        name = self._metrics.elidedText(boss.name, Qt.TextElideMode.ElideRight, max(0, room))
        self._text(painter, QRect(left, area.top(), max(0, room), area.height()), name, "text", _LEFT)
        left += min(room, self._metrics.horizontalAdvance(name)) + SPACE_S
        painter.drawPixmap(left, _top(area, size.height()), badge)

    def _drops(self, painter: QPainter, area: QRect, entry: DiaryEntry) -> None:
        draft = entry.run.draft
        left = area.left()
        if not draft.drops:
            mark, role = (
                ("close", "error") if not draft.cleared else _STATES.get(draft.drop_note, ("drop", "text"))
            )
            painter.drawPixmap(left, _top(area, _MARK), self.icon(mark, role, _MARK))
            left += _MARK + SPACE_S
            tone = "warning" if role == "warning" else "text-muted"
            self._text(painter, area.adjusted(left - area.left(), 0, 0, 0), note_state(entry), tone, _LEFT)
            return
        for drop in draft.drops[:_PICTURES_SHOWN]:
            painter.drawPixmap(left, _top(area, _TILE), self.item(drop.item, _TILE))
            left += _TILE + SPACE_XS
        names = ", ".join(drop_text(drop, self._catalog) for drop in draft.drops)
        self._text(painter, area.adjusted(left - area.left() + SPACE_XS, 0, 0, 0), names, "text", _LEFT)

    def _text(self, painter: QPainter, area: QRect, text: str, role: str, alignment: int) -> None:
        if text:
            painter.setPen(self.colors[role])
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, alignment, shown)


def _top(area: QRect, height: int) -> int:
    return area.top() + (area.height() - height) // 2
