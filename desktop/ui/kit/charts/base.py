"""What the charts share: series, scales, and the words a chart says of itself."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import RADIUS_S, TYPE_CAPTION

Number = int | float
Formatter = Callable[[Number], str]


@dataclass(frozen=True)
class Series:
    """Values of one thing, one per label of the chart; None where nothing is known.

    role: a theme role for its colour, "" for the next chart colour.
    """

    name: str
    values: Sequence[Number | None]
    role: str = ""


def plain_number(value: Number) -> str:
    """A number in the person's locale, with at most two decimals."""
    if isinstance(value, int) or float(value).is_integer():
        return grouped(int(value))
    return number_locale().toString(float(value), "f", 2)


def nice_ticks(low: Number, high: Number, count: int = 4) -> list[Number]:
    """Round figures (1, 2, 2.5 or 5 times a power of ten) from at or below low to at or above high."""
    if high <= low:
        high = low + 1
    raw = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.9999)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = [number * step for number in range(first, last + 1)]
    return [int(tick) if float(tick).is_integer() else tick for tick in ticks]


def summary_of(name: str, labels: Sequence[str], series: Sequence[Series], reading: Formatter) -> str:
    """A chart in words: how many points, and each series' last value, lowest and highest."""
    translate = QCoreApplication.translate
    parts = []
    for one in series:
        known = [
            (value, label) for value, label in zip(one.values, labels, strict=False) if value is not None
        ]
        if not known:
            continue
        low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
        text = translate(
            "Chart", "{series}: last {last}, lowest {low} ({low_at}), highest {high} ({high_at})."
        )
        parts.append(
            text.format(
                series=one.name or name,
                last=reading(known[-1][0]),
                low=reading(low[0]),
                low_at=low[1],
                high=reading(high[0]),
                high_at=high[1],
            )
        )
    if not parts:
        return translate("Chart", "No data yet.")
    return " ".join((translate("Chart", "{count} points.").format(count=len(labels)), *parts))


def draw_empty(painter: QPainter, rect: QRectF, text: str) -> None:
    """A quiet ghost of a chart with a sentence on it."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("hover", 0.55))
    shares = (0.28, 0.46, 0.36, 0.62, 0.5, 0.74, 0.58, 0.86)
    slot = min(44.0, rect.width() / len(shares))
    left = rect.center().x() - slot * len(shares) / 2
    for number, share in enumerate(shares):
        height = rect.height() * 0.8 * share
        painter.drawRoundedRect(
            QRectF(left + number * slot + 3, rect.bottom() - height, slot - 6, height), 4, 4
        )
    painter.setPen(theme.color("text-muted"))
    font = text_font(TYPE_CAPTION + 1, QFont.Weight.Medium)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    size = metrics.boundingRect(
        QRectF(0, 0, max(40.0, rect.width() - 40), 400), int(Qt.TextFlag.TextWordWrap), text
    ).size()
    box = QRectF(0, 0, size.width() + 24, size.height() + 12)
    box.moveCenter(rect.center())
    painter.setBrush(theme.color("surface"))
    painter.setPen(QPen(theme.color("border"), 1))
    painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
    painter.setPen(theme.color("text-muted"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), text)


def draw_focus(painter: QPainter, rect: QRectF, radius: float = RADIUS_S) -> None:
    """The focus ring, two pixels, inside rect."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(current_theme().color("focus"), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
