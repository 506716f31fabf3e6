"""What there is to spend, in one line."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.services.economy.wallet import Purse
from desktop.ui.kit.numbers import grouped
from desktop.ui.shop.words import unit_name
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, TYPE_BODY, TYPE_CAPTION, TYPE_HEADING
from shared.economy.ledger import COINS
from shared.economy.things import Material

_HEIGHT = 28


class PurseLine(QWidget):
    """Coins, level and every material, each by its icon; a screen reader hears them in words."""

    def __init__(self, materials: Mapping[str, Material], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._materials = materials
        self._purse: Purse | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Your purse"))

    def set_purse(self, purse: Purse) -> None:
        """Show this."""
        self._purse = purse
        parts = [
            unit_name(COINS, purse.coins, self._materials),
            self.tr("level {0}").format(purse.player.level),
            *(unit_name(slug, purse.materials.get(slug, 0), self._materials) for slug in self._materials),
        ]
        said = ", ".join(parts)
        self.setAccessibleName(self.tr("Your purse: {0}").format(said))
        self.setToolTip(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._run(None) + 1), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._run(painter)

    def _run(self, painter: QPainter | None) -> float:
        """Paint, or only measure; returns the width, pixels."""
        if self._purse is None:
            return 0.0
        theme = current_theme()
        big = tabular(text_font(TYPE_HEADING, QFont.Weight.DemiBold))
        body = tabular(text_font(TYPE_BODY, QFont.Weight.Medium))
        x = _part(painter, 0, "coin", "accent", grouped(self._purse.coins), big) + SPACE_L
        level = self.tr("Level {0}").format(self._purse.player.level)
        if painter is not None:
            painter.setPen(theme.color("text-muted"))
            painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.Medium))
            painter.drawText(QRectF(x, 0, 400, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, level)
        x += QFontMetricsF(text_font(TYPE_CAPTION, QFont.Weight.Medium)).horizontalAdvance(level) + SPACE_L
        for slug, material in self._materials.items():
            count = grouped(self._purse.materials.get(slug, 0))
            x = _part(painter, x, material.icon, f"rarity-{material.rarity}", count, body) + SPACE_M
        return x - SPACE_M


def _part(painter: QPainter | None, x: float, icon: str, role: str, text: str, font: QFont) -> float:
    """An icon and a figure at x; returns where they end."""
    size = 20 if font.pixelSize() >= TYPE_HEADING else 16
    if painter is not None:
        theme = current_theme()
        draw_icon(painter, QRectF(x, (_HEIGHT - size) / 2, size, size), icon, theme.color(role))
        painter.setPen(theme.color("text"))
        painter.setFont(font)
        painter.drawText(QRectF(x + size + 5, 0, 400, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)
    return x + size + 5 + QFontMetricsF(font).horizontalAdvance(text)
