"""What prizes look like: an emblem for each, and cards to show them on."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPainterPath, QPen

from desktop.ui.kit.frames import draw_frame
from desktop.ui.kit.rarity import (
    draw_rarity_badge,
    draw_rarity_mark,
    rarity_badge_size,
    rarity_color,
    rarity_name,
    rarity_shape,
)
from desktop.ui.lootboxes.art import gold, shaded
from desktop.ui.lootboxes.words import Won, duplicate_text, kind_name, owned_text
from desktop.ui.theme.apply import current_theme, theme_named
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import PLAIN, over
from shared.economy.lootbox import LootKind
from shared.economy.things import Cosmetic, CosmeticKind, Material, Rarity


def draw_emblem(painter: QPainter, rect: QRectF, made: Won) -> None:
    """What a prize looks like, in a square: the thing itself where it has a look, else its sign."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    thing, color = made.thing, rarity_color(made.rarity)
    side = rect.width()
    if isinstance(thing, Cosmetic) and thing.kind is CosmeticKind.ACCENT:
        _accent(painter, rect, thing.look)
    elif isinstance(thing, Cosmetic) and thing.kind is CosmeticKind.FRAME:
        card = QRectF(0, 0, side * 0.86, side * 0.62)
        card.moveCenter(rect.center())
        scale = max(1.0, side / 64)
        painter.translate(card.topLeft())
        painter.scale(scale, scale)
        card = QRectF(0, 0, card.width() / scale, card.height() / scale)
        painter.setPen(QPen(current_theme().color("border"), 1))
        painter.setBrush(current_theme().color("surface"))
        painter.drawRoundedRect(card, 5, 5)
        draw_frame(painter, card, thing.look, 5)
    elif isinstance(thing, Cosmetic) and thing.kind is CosmeticKind.TITLE:
        _ribbon(painter, rect, color)
    elif isinstance(thing, Cosmetic):
        draw_icon(painter, _middle(rect, 0.72), thing.look, current_theme().color("accent"))
    elif isinstance(thing, Material):
        draw_icon(painter, _middle(rect, 0.72), thing.icon, color)
    elif made.kind is LootKind.COINS:
        _coins(painter, rect, made.rarity)
    else:
        draw_icon(painter, _middle(rect, 0.7), "box", color)
    painter.restore()


def _middle(rect: QRectF, share: float) -> QRectF:
    inset = rect.width() * (1 - share) / 2
    return rect.adjusted(inset, inset, -inset, -inset)


def _accent(painter: QPainter, rect: QRectF, look: str) -> None:
    """A drop of the colour, with its lighter side."""
    name = current_theme().name
    theme = theme_named("dark" if name == PLAIN else name, look)
    disc = _middle(rect, 0.68)
    fill = QLinearGradient(disc.topLeft(), disc.bottomRight())
    fill.setColorAt(0, theme.color("accent-hover"))
    fill.setColorAt(1, theme.color("accent"))
    painter.setPen(QPen(theme.color("accent-text", 0.35), max(1.0, rect.width() * 0.03)))
    painter.setBrush(fill)
    painter.drawEllipse(disc)


def _ribbon(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """A banner with a line of writing on it."""
    side = rect.width()
    painter.translate(rect.topLeft())
    painter.scale(side / 32, side / 32)
    painter.setPen(Qt.PenStyle.NoPen)
    tails = QColor(color)
    tails.setAlphaF(0.5)
    painter.setBrush(tails)
    for way in (1, -1):
        tail = QPainterPath(QPointF(16 - 9 * way, 13))
        for x, y in ((15, 13), (12, 17), (15, 21), (9, 21)):
            tail.lineTo(16 - x * way, y)
        painter.drawPath(tail)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(6, 10, 20, 9.5), 1.5, 1.5)
    painter.setPen(QPen(current_theme().color("window"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(10, 13.2), QPointF(22, 13.2))
    painter.drawLine(QPointF(12, 16.4), QPointF(20, 16.4))


def _coins(painter: QPainter, rect: QRectF, rarity: Rarity) -> None:
    """A pile that is higher the rarer it is."""
    side = rect.width()
    metal = gold()
    edge = shaded(metal, 0.58)
    scale = side / 32 * (1.35 if rarity.rank < Rarity.RARE.rank else 1.1)
    painter.translate(rect.center().x(), rect.bottom() - side * 0.2)
    painter.scale(scale, scale)
    painter.translate(-16, -27)
    piles = (
        ((16, 2),),
        ((16, 3),),
        ((10.5, 2), (21.5, 3)),
        ((10.5, 3), (21.5, 4)),
        ((7, 3), (16, 5), (25, 3)),
    )
    for x, height in piles[rarity.rank]:
        for level in range(height):
            y = 24.5 - 3.6 * level
            coin = QRectF(x - 6, y - 2.6, 12, 5.2)
            painter.setPen(QPen(edge, 0.9))
            painter.setBrush(edge)
            painter.drawEllipse(coin.translated(0, 2))
            painter.setBrush(metal)
            painter.drawEllipse(coin)


def draw_prize_card(painter: QPainter, rect: QRectF, made: Won) -> None:
    """A prize on a large card in its rarity's colour, with its shape, word, name, kind and what it is.

    Made for 230 × 290 pixels.
    """
    painter.save()
    box = _card(painter, rect, made, 12)
    side = rect.height() * 0.4
    emblem = QRectF(box.center().x() - side / 2, box.top() + rect.height() * 0.07, side, side)
    draw_emblem(painter, emblem, made)
    top = _badge(painter, box, emblem.bottom() + 10, made.rarity) + 8
    words = QRectF(box.left() + 12, top, box.width() - 24, 28)
    _line(painter, words, made.name, 20, "text", QFont.Weight.DemiBold)
    below = QRectF(words.left(), words.bottom(), words.width(), 22)
    _line(painter, below, kind_name(made), 14, "text-muted")
    about = "" if made.thing is None else made.thing.description
    if made.duplicate is not None:
        about = duplicate_text(made.duplicate)
    room = QRectF(words.left(), below.bottom() + 3, words.width(), box.bottom() - below.bottom() - 8)
    painter.setPen(current_theme().color("text-muted"))
    painter.setFont(text_font(12))
    flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(room, flags, about)
    painter.restore()


def draw_small_card(painter: QPainter, rect: QRectF, made: Won) -> None:
    """The same on a small card, one of ten; at least 96 × 120 pixels."""
    painter.save()
    box = _card(painter, rect, made, 9)
    words_room = 58 if rect.height() >= 140 else 52
    side = min(box.width() * 0.62, box.height() - words_room - 28)
    emblem = QRectF(box.center().x() - side / 2, box.top() + 5, side, side)
    draw_emblem(painter, emblem, made)
    top = _badge(painter, box, box.bottom() - words_room - 22, made.rarity) + 3
    painter.setFont(text_font(12, QFont.Weight.DemiBold))
    painter.setPen(current_theme().color("text"))
    words = QRectF(box.left() + 5, top, box.width() - 10, 33)
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(words, flags, made.name)
    if made.duplicate is not None:
        below = QRectF(words.left(), words.bottom(), words.width(), 17)
        _line(painter, below, owned_text(made.duplicate), 11, "text-muted")
    painter.restore()


def draw_line_card(painter: QPainter, rect: QRectF, made: Won) -> None:
    """The same on a flat card, one of ten where there is little room; at least 140 × 40 pixels."""
    painter.save()
    box = _card(painter, rect, made, 8)
    side = min(40.0, box.height() - 8)
    draw_emblem(painter, QRectF(box.left() + 5, box.center().y() - side / 2, side, side), made)
    words = QRectF(box.left() + side + 10, box.center().y() - 18, box.width() - side - 16, 18)
    _line(painter, words, made.name, 12, "text", QFont.Weight.DemiBold, left=True)
    below = words.translated(0, 18)
    mark = QRectF(below.left(), below.center().y() - 5, 10, 10)
    draw_rarity_mark(painter, mark, made.rarity)
    note = rarity_name(made.rarity) if made.duplicate is None else owned_text(made.duplicate)
    _line(painter, below.adjusted(15, 0, 0, 0), note, 11, "text-muted", left=True)
    painter.restore()


def _card(painter: QPainter, rect: QRectF, made: Won, radius: float) -> QRectF:
    """The ground of a card, its rarity's shape large and faint behind; returns its inside."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = rect.adjusted(1, 1, -1, -1)
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    fill = QLinearGradient(box.topLeft(), box.bottomLeft())
    fill.setColorAt(0, over(rarity_color(made.rarity, 0.26), theme.color("surface")))
    fill.setColorAt(0.62, theme.color("surface"))
    painter.fillPath(shape, fill)
    painter.save()
    painter.setClipPath(shape)
    ghost = QRectF(0, 0, rect.height() * 0.8, rect.height() * 0.8)
    ghost.moveCenter(QPointF(box.center().x(), box.top() + rect.height() * 0.28))
    painter.setPen(QPen(rarity_color(made.rarity, 0.2), 2))
    painter.setBrush(rarity_color(made.rarity, 0.07))
    painter.drawPath(rarity_shape(made.rarity, ghost))
    painter.restore()
    painter.setPen(QPen(rarity_color(made.rarity), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    return box


def _badge(painter: QPainter, box: QRectF, top: float, rarity: Rarity) -> float:
    size = rarity_badge_size(rarity)
    badge = QRectF(box.center().x() - size.width() / 2, top, size.width(), size.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current_theme().color("surface"))
    painter.drawRoundedRect(badge, 6, 6)
    draw_rarity_badge(painter, badge, rarity)
    return badge.bottom()


def _line(
    painter: QPainter,
    room: QRectF,
    text: str,
    size: int,
    role: str,
    weight: QFont.Weight = QFont.Weight.Normal,
    *,
    left: bool = False,
) -> None:
    painter.setFont(text_font(size, weight))
    painter.setPen(current_theme().color(role))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
