"""Paints headings and boss cards."""

from typing import Protocol

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.services.board import Tile
from desktop.ui.bosses.card_model import TILE_ROLE, Heading
from desktop.ui.bosses.words import NOTE_ICONS
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.kit.frames import draw_frame
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import (
    RADIUS_M,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    TYPE_BODY,
    TYPE_CAPTION,
    TYPE_HEADING,
)
from shared.mesos import short_mesos
from shared.tracking import DropNote

CARD_HEIGHT = 96
HEADING_HEIGHT = 44
_Index = QModelIndex | QPersistentModelIndex


class CardRoom(Protocol):
    """What the delegate asks of the view, in pixels."""

    def row_width(self) -> int:
        """The width of a heading."""

    def card_width(self) -> int:
        """The width of a card with the gap after it."""


class CardDelegate(QStyledItemDelegate):
    """Paints headings and cards. The view says how wide a card is. frame: the look of the worn card frame."""

    def __init__(self, pictures: Pictures, view: CardRoom, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._view = view
        self.frame = ""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        if isinstance(index.data(TILE_ROLE), Heading):
            return QSize(self._view.row_width(), HEADING_HEIGHT)
        return QSize(self._view.card_width(), CARD_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item = index.data(TILE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, Heading):
            self._heading(painter, option.rect, item)
        else:
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            current = bool(option.state & QStyle.StateFlag.State_HasFocus)
            box = QRectF(option.rect).adjusted(0, 0, -SPACE_S, -SPACE_S)
            self._card(painter, box, item, hovered=hovered, current=current)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        theme = current_theme()
        box = rect.adjusted(0, SPACE_S, 0, 0)
        painter.setPen(theme.color("text"))
        painter.setFont(text_font(TYPE_HEADING, QFont.Weight.DemiBold))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, heading.title)
        box.setLeft(box.left() + painter.fontMetrics().horizontalAdvance(heading.title) + SPACE_M)
        painter.setPen(theme.color("text-muted"))
        painter.setFont(text_font(TYPE_CAPTION))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, heading.note)

    def _card(self, painter: QPainter, box: QRectF, tile: Tile, *, hovered: bool, current: bool) -> None:
        theme = current_theme()
        cleared = tile.run is not None
        frame = box.adjusted(1, 1, -1, -1)
        painter.setBrush(theme.color("hover" if hovered else "surface"))
        edge = "success" if cleared else "border"
        painter.setPen(QPen(theme.color(edge, 0.55 if cleared else 1.0), 1))
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if cleared:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("success", 0.07))
            painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        draw_frame(painter, frame, self.frame)
        if current:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if not tile.planned and not cleared:
            painter.setOpacity(0.62)
        picture = QRectF(frame.left() + SPACE_M, frame.top() + SPACE_M, 40, 40)
        self._pictures.draw_boss(painter, picture, tile.entry.id)
        state = QRectF(frame.right() - SPACE_M - 20, frame.top() + SPACE_M, 20, 20)
        self._state(painter, state, tile)
        words = QRectF(picture.right() + SPACE_M, picture.top() - 3, 0, 22)
        words.setRight(state.left() - SPACE_S)
        painter.setPen(theme.color("text"))
        painter.setFont(text_font(TYPE_BODY, QFont.Weight.DemiBold))
        name = painter.fontMetrics().elidedText(
            tile.entry.name, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        self._badges(painter, QPoint(int(words.left()), int(picture.top()) + 21), tile)
        self._bottom(painter, frame, tile)

    def _state(self, painter: QPainter, rect: QRectF, tile: Tile) -> None:
        theme = current_theme()
        if tile.run is None:
            painter.setPen(QPen(theme.color("border-strong"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("success"))
        painter.drawEllipse(rect)
        draw_icon(painter, rect.adjusted(4, 4, -4, -4), "check", theme.color("surface"))

    def _badges(self, painter: QPainter, corner: QPoint, tile: Tile) -> None:
        difficulty = str(tile.entry.difficulty)
        text = QCoreApplication.translate("difficulties", difficulty.capitalize())
        size = badge_size(text)
        draw_badge(painter, QRectF(corner, size), text, difficulty)
        if tile.party_size > 1:
            party = f"×{tile.party_size}"
            second = badge_size(party, "party")
            place = QRectF(QPoint(corner.x() + size.width() + SPACE_XS, corner.y()), second)
            draw_badge(painter, place, party, "text-muted", "party")

    def _bottom(self, painter: QPainter, frame: QRectF, tile: Tile) -> None:
        theme = current_theme()
        line = QRectF(frame.left() + SPACE_M, frame.bottom() - 30, frame.width() - 2 * SPACE_M, 22)
        painter.setFont(tabular(text_font(TYPE_BODY, QFont.Weight.Medium)))
        price = "–" if tile.crystal_mesos is None else short_mesos(tile.crystal_mesos)
        painter.setPen(theme.color("text" if tile.best or tile.run is not None else "text-muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, price)
        used = painter.fontMetrics().horizontalAdvance(price) + 20
        icon = "star-filled" if tile.best else "crystal"
        color = theme.color("accent" if tile.best else "text-muted")
        draw_icon(painter, QRectF(line.right() - used, line.center().y() - 7, 14, 14), icon, color)
        line.setRight(line.right() - used - SPACE_S)
        self._drops(painter, line, tile)

    def _drops(self, painter: QPainter, line: QRectF, tile: Tile) -> None:
        theme = current_theme()
        run = tile.run
        painter.setFont(text_font(TYPE_CAPTION))
        if run is not None and run.draft.drop_note is not DropNote.LIST:
            open_note = run.draft.drop_note is DropNote.UNRECORDED
            color = theme.color("warning" if open_note else "text-muted")
            icon_box = QRectF(line.left(), line.center().y() - 7, 14, 14)
            draw_icon(painter, icon_box, NOTE_ICONS[run.draft.drop_note], color)
            text = self.tr("no drop note") if open_note else self.tr("nothing dropped")
            painter.setPen(color)
            painter.drawText(line.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
            return
        items = [d.item for d in run.draft.drops] if run is not None else [d.item for d in tile.recent]
        if run is None:
            painter.setOpacity(painter.opacity() * 0.55)
        for index, item in enumerate(items[:4]):
            self._pictures.draw_item(
                painter, QRectF(line.left() + index * 24, line.center().y() - 10, 20, 20), item
            )
        if len(items) > 4:
            painter.setPen(theme.color("text-muted"))
            rest = line.adjusted(4 * 24 + 2, 0, 0, 0)
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, f"+{len(items) - 4}")
