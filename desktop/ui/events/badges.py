"""The effects of an event as a flow of badges, painted."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.ui.event_words import EffectWords
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.theme.tokens import SPACE_S

_GAP = 6


def draw_effects(
    painter: QPainter | None, left: float, top: float, width: float, effects: Sequence[EffectWords]
) -> float:
    """Paint the badges into a column of this width, wrapped; without a painter only measure. The height used."""
    x = y = height = 0.0
    for effect in effects:
        size = badge_size(effect.text, effect.icon)
        if x and x + size.width() > width:
            x, y = 0.0, y + height + _GAP
        height = float(size.height())
        if painter is not None:
            box = QRectF(left + x, top + y, min(float(size.width()), width), height)
            draw_badge(painter, box, effect.text, "text", effect.icon)
        x += size.width() + SPACE_S
    return y + height
