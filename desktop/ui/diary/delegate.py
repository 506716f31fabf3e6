"""Paints a line of the diary. Everything drawn twice is kept as a picture: a frame holds hundreds of cells."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.services.diary import DiaryEntry
from desktop.ui.diary.model import Column, DiaryModel
from desktop.ui.diary.wording import amount_text, cell_text, drop_text, note_state
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import SPACE_S, SPACE_XS, TYPE_BODY, Theme
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


class DiaryDelegate(QStyledItemDelegate):
    """One delegate for all columns, so that a line is drawn from one entry."""

    def __init__(self, catalog: Catalog, pictures: Pictures, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._pictures = pictures
        self._theme: Theme | None = None
        self._ratio = 0.0
        self._colors: dict[str, QColor] = {}
        self._drawn: dict[tuple[str, str], QPixmap] = {}
        self._font = QFont()
        self._metrics = QFontMetrics(self._font)
        pictures.arrived.connect(self.forget_pictures)

    def forget_pictures(self) -> None:
        """Draw every tile anew: a picture came in."""
        self._drawn.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self._follow(painter)
        model = index.model()
        assert isinstance(model, DiaryModel)
        rect: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._colors["selected"])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._colors["border"])
        if state & QStyle.StateFlag.State_HasFocus:
            self._focus(painter, rect)
        entry = model.entry(index.row())
        area = rect.adjusted(SPACE_S, 0, -SPACE_S, -1)
        if entry is None:
            painter.fillRect(
                QRect(area.left(), area.center().y() - 5, area.width() * 2 // 3, 10), self._colors["hover"]
            )
            return
        painter.setFont(self._font)
        self._cell(painter, area, entry, Column(index.column()))

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
        painter.drawPixmap(area.left(), _top(area, _TILE), self._tile("boss", entry_id))
        boss = self._catalog.bosses.get(entry_id)
        left = area.left() + _TILE + SPACE_S
        if boss is None:
            self._text(
                painter, QRect(left, area.top(), area.right() - left, area.height()), entry_id, "text", _LEFT
            )
            return
        badge = self._badge(str(boss.difficulty))
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
            painter.drawPixmap(left, _top(area, _MARK), self._mark(mark, role))
            left += _MARK + SPACE_S
            tone = "warning" if role == "warning" else "text-muted"
            self._text(painter, area.adjusted(left - area.left(), 0, 0, 0), note_state(entry), tone, _LEFT)
            return
        for drop in draft.drops[:_PICTURES_SHOWN]:
            painter.drawPixmap(left, _top(area, _TILE), self._tile("item", drop.item))
            left += _TILE + SPACE_XS
        names = ", ".join(drop_text(drop, self._catalog) for drop in draft.drops)
        self._text(painter, area.adjusted(left - area.left() + SPACE_XS, 0, 0, 0), names, "text", _LEFT)

    def _text(self, painter: QPainter, area: QRect, text: str, role: str, alignment: int) -> None:
        if text:
            painter.setPen(self._colors[role])
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, alignment, shown)

    def _focus(self, painter: QPainter, rect: QRect) -> None:
        """A ring round the cell the keyboard is on."""
        color = self._colors["focus"]
        for edge in (
            QRect(rect.left(), rect.top(), rect.width(), 2),
            QRect(rect.left(), rect.bottom() - 1, rect.width(), 2),
            QRect(rect.left(), rect.top(), 2, rect.height()),
            QRect(rect.right() - 1, rect.top(), 2, rect.height()),
        ):
            painter.fillRect(edge, color)

    def _follow(self, painter: QPainter) -> None:
        """Take over a theme or a screen that is another than at the last cell."""
        theme = current_theme()
        ratio = painter.device().devicePixelRatioF()
        if theme is self._theme and ratio == self._ratio:
            return
        self._theme, self._ratio = theme, ratio
        self._drawn.clear()
        roles = ("selected", "border", "hover", "focus", "text", "text-muted", "warning", "error")
        self._colors = {role: theme.color(role) for role in roles}
        self._font = text_font(TYPE_BODY)
        self._metrics = QFontMetrics(self._font)

    def _tile(self, kind: str, slug: str) -> QPixmap:
        def draw(painter: QPainter) -> None:
            box = QRectF(0, 0, _TILE, _TILE)
            if kind == "boss":
                self._pictures.draw_boss(painter, box, slug)
            else:
                self._pictures.draw_item(painter, box, slug)

        return self._kept((kind, slug), QSize(_TILE, _TILE), draw)

    def _mark(self, name: str, role: str) -> QPixmap:
        color = self._colors[role]
        box = QRectF(0, 0, _MARK, _MARK)
        return self._kept(
            (f"mark {role}", name), QSize(_MARK, _MARK), lambda painter: draw_icon(painter, box, name, color)
        )

    def _badge(self, difficulty: str) -> QPixmap:
        text = self.tr(difficulty.capitalize())
        size = badge_size(text)
        box = QRectF(0, 0, size.width(), size.height())
        return self._kept(
            ("badge", difficulty), size, lambda painter: draw_badge(painter, box, text, difficulty)
        )

    def _kept(self, key: tuple[str, str], size: QSize, draw: Callable[[QPainter], None]) -> QPixmap:
        found = self._drawn.get(key)
        if found is None:
            found = QPixmap(size * self._ratio)
            found.setDevicePixelRatio(self._ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            draw(painter)
            painter.end()
            if len(self._drawn) >= _KEPT:
                self._drawn.pop(next(iter(self._drawn)))
            self._drawn[key] = found
        return found


def _top(area: QRect, height: int) -> int:
    return area.top() + (area.height() - height) // 2
