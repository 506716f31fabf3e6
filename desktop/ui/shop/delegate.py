"""Paints headings and the cards of things."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.rarity import draw_rarity_badge, rarity_badge_size
from desktop.ui.shop.model import ROW_ROLE
from desktop.ui.shop.previews import draw_preview
from desktop.ui.shop.rows import Action, Card, Heading
from desktop.ui.shop.words import Materials, give_back_text
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import (
    RADIUS_M,
    RADIUS_S,
    SPACE_M,
    SPACE_S,
    TYPE_BODY,
    TYPE_CAPTION,
    TYPE_HEADING,
)
from shared.economy.ledger import COINS

CARD_HEIGHT = 250
HEADING_HEIGHT = 44
_PREVIEW = 106
_BUTTON = 28
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class CardRoom(Protocol):
    """What the delegate asks of the view, in pixels."""

    def row_width(self) -> int:
        """The width of a heading."""

    def card_width(self) -> int:
        """The width of a card with the gap after it."""


class CardDelegate(QStyledItemDelegate):
    """name: whom titles are shown on. hot: what the pointer is over, a card's slug and one of its buttons."""

    def __init__(self, view: CardRoom, materials: Materials, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._materials = materials
        self.name = self.tr("Your main")
        self.hot = ("", "")

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        if isinstance(index.data(ROW_ROLE), Heading):
            return QSize(self._view.row_width(), HEADING_HEIGHT)
        return QSize(self._view.card_width(), CARD_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            _heading(painter, option.rect, row)
        elif isinstance(row, Card):
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            current = bool(option.state & QStyle.StateFlag.State_HasFocus)
            self._card(painter, frame_of(option.rect), row, hovered=hovered, current=current)
        painter.restore()

    def _card(self, painter: QPainter, frame: QRectF, card: Card, *, hovered: bool, current: bool) -> None:
        theme = current_theme()
        painter.setBrush(theme.color("hover" if hovered else "surface"))
        painter.setPen(QPen(theme.color("accent" if card.worn else "border"), 1.5 if card.worn else 1))
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if current:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        preview = QRectF(frame.left() + 9, frame.top() + 9, frame.width() - 18, _PREVIEW)
        painter.setOpacity(1.0 if card.usable or card.missing else 0.55)
        draw_preview(painter, preview, card.thing, self.name)
        painter.setOpacity(1.0)
        self._badges(painter, preview, card)
        name = QRectF(frame.left() + SPACE_M, preview.bottom() + 9, frame.width() - 2 * SPACE_M, 20)
        painter.setPen(theme.color("text"))
        painter.setFont(text_font(TYPE_BODY, QFont.Weight.DemiBold))
        painter.drawText(name, _LEFT, _elided(painter, card.thing.name, name.width()))
        text = QRectF(name.left(), name.bottom() + 3, name.width(), 34)
        _paragraph(painter, text, card.thing.description)
        self._bottom(painter, frame, text.bottom(), card)

    def _bottom(self, painter: QPainter, frame: QRectF, top: float, card: Card) -> None:
        """Buttons, and beside them price and note; what finds no room there goes on the line above."""
        places = buttons_of(frame, card)
        row = QRectF(frame.left() + SPACE_M, frame.bottom() - 9 - _BUTTON, 0, _BUTTON)
        row.setRight(places["action"].left() - SPACE_S if "action" in places else frame.right() - SPACE_M)
        above = QRectF(row.left(), top + 3, frame.width() - 2 * SPACE_M, 20)
        note = row if "return" not in places else above
        if card.price:
            fits = self._price(None, row, card) <= row.right()
            end = self._price(painter, row if fits else above, card)
            note = row.adjusted(end - row.left(), 0, 0, 0) if fits else row
        elif card.action is not Action.NONE:
            note = above
        painter.setPen(current_theme().color("text-muted"))
        painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.Medium))
        painter.drawText(note, _LEFT, _elided(painter, card.note, note.width()))
        for which, place in places.items():
            self._button(painter, place, card, which)

    def _badges(self, painter: QPainter, preview: QRectF, card: Card) -> None:
        """Rarity at the left; at the right whether it is worn, or how many of it one gets, has or may have."""
        size = rarity_badge_size(card.thing.rarity)
        corner = preview.topLeft()
        draw_rarity_badge(
            painter,
            QRectF(corner.x() + 5, corner.y() + 5, size.width(), size.height()),
            card.thing.rarity,
        )
        text, role, icon = "", "text-muted", ""
        if card.worn:
            text, role, icon = self.tr("Worn"), "accent", "check"
        elif card.pieces != 1 or card.action is Action.NONE:
            text, role = f"×{grouped(card.pieces)}", "text"
        if text:
            room = badge_size(text, icon)
            place = QRectF(preview.right() - 5 - room.width(), corner.y() + 5, room.width(), room.height())
            draw_badge(painter, place, text, role, icon)

    def _price(self, painter: QPainter | None, line: QRectF, card: Card) -> float:
        """Coins, then materials, each with its icon; what is missing in the colour of a warning.

        Returns where the next thing in the line begins. Without a painter it only measures.
        """
        theme = current_theme()
        font = tabular(text_font(TYPE_BODY, QFont.Weight.DemiBold))
        x = line.left()
        for unit, amount in card.price.items():
            text = grouped(amount)
            if painter is not None:
                material = self._materials.get(unit)
                role = "accent" if material is None else f"rarity-{material.rarity}"
                icon = "coin" if material is None else material.icon
                draw_icon(painter, QRectF(x, line.center().y() - 8, 16, 16), icon, theme.color(role))
                painter.setFont(font)
                painter.setPen(theme.color("warning" if unit in card.missing else "text"))
                painter.drawText(QRectF(x + 20, line.top(), line.right() - x, line.height()), _LEFT, text)
            x += 20 + QFontMetricsF(font).horizontalAdvance(text) + SPACE_M
        return x

    def _button(self, painter: QPainter, place: QRectF, card: Card, which: str) -> None:
        theme = current_theme()
        hot = self.hot == (card.slug, which)
        if which == "return":
            text, fill, edge, ink = give_back_text(), "", "border-strong", "text-muted"
        elif not card.usable:
            text, fill, edge, ink = card.action_text, "", "border", "text-muted"
        elif card.action is Action.BUY:
            text, fill, edge, ink = card.action_text, "accent", "accent", "accent-text"
        else:
            text, fill, edge, ink = card.action_text, "raised", "border-strong", "text"
        if hot and fill == "accent":
            fill = edge = "accent-hover"
        elif hot:
            fill, ink = "hover", "text"
        painter.setPen(QPen(theme.color(edge), 1))
        painter.setBrush(theme.color(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_S, RADIUS_S)
        icon = ""
        if which == "action" and not card.usable:
            short = _short_of(card)
            icon = "lock" if card.locked else self._materials[short].icon if short else ""
        words = QRectF(place)
        if icon:
            draw_icon(
                painter, QRectF(place.left() + 9, place.center().y() - 7, 14, 14), icon, theme.color(ink)
            )
            words.setLeft(place.left() + 18)
        painter.setPen(theme.color(ink))
        painter.setFont(text_font(TYPE_BODY - 1, QFont.Weight.DemiBold))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)


def frame_of(rect: QRect) -> QRectF:
    """The line of the card's border inside its item."""
    return QRectF(rect).adjusted(1, 1, -SPACE_S - 1, -SPACE_S - 1)


def buttons_of(frame: QRectF, card: Card) -> Mapping[str, QRectF]:
    """Where a card's buttons are: `action` at the right, `return` at the left."""
    metrics = QFontMetricsF(text_font(TYPE_BODY - 1, QFont.Weight.DemiBold))
    top = frame.bottom() - 9 - _BUTTON
    places: dict[str, QRectF] = {}
    if card.action is not Action.NONE:
        room = 24 + (18 if card.locked or _short_of(card) else 0)
        width = max(56.0, metrics.horizontalAdvance(card.action_text) + room)
        places["action"] = QRectF(frame.right() - 9 - width, top, width, _BUTTON)
    if card.returnable:
        width = metrics.horizontalAdvance(give_back_text()) + 24
        places["return"] = QRectF(frame.left() + 9, top, width, _BUTTON)
    return places


def _short_of(card: Card) -> str:
    """The material the button says is missing, "" for coins and for nothing."""
    if card.locked or card.usable:
        return ""
    return next(iter(card.missing), COINS).replace(COINS, "")


def _heading(painter: QPainter, rect: QRect, heading: Heading) -> None:
    theme = current_theme()
    box = rect.adjusted(0, SPACE_S, -SPACE_S, 0)
    painter.setPen(theme.color("text"))
    painter.setFont(text_font(TYPE_HEADING, QFont.Weight.DemiBold))
    painter.drawText(box, _LEFT, heading.title)
    box.setLeft(box.left() + painter.fontMetrics().horizontalAdvance(heading.title) + SPACE_M)
    painter.setPen(theme.color("text-muted"))
    painter.setFont(text_font(TYPE_CAPTION))
    painter.drawText(box, _LEFT, _elided(painter, heading.note, box.width()))


def _elided(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))


def _paragraph(painter: QPainter, box: QRectF, text: str) -> None:
    """Two lines at most; the second is shortened when there is more."""
    font = text_font(TYPE_CAPTION)
    painter.setFont(font)
    painter.setPen(current_theme().color("text-muted"))
    layout = QTextLayout(text, font)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(box.width())
    layout.endLayout()
    end = first.textStart() + first.textLength()
    line = QRectF(box.left(), box.top(), box.width(), 17)
    painter.drawText(line, _LEFT, text[:end].rstrip())
    painter.drawText(line.translated(0, 17), _LEFT, _elided(painter, text[end:], box.width()))
