"""Paints a line of the drop rates."""

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.services.community import DropLine
from desktop.ui.community.model import Column, RatesModel
from desktop.ui.community.words import (
    NOTHING,
    confidence_text,
    own_text,
    players_text,
    precision_text,
    rate_detail,
    rate_text,
)
from desktop.ui.kit.charts.small import draw_interval, draw_spark, logarithmic
from desktop.ui.kit.numbers import grouped
from desktop.ui.line_delegate import LineDelegate
from desktop.ui.pictures import Pictures
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import SPACE_S, SPACE_XS, TYPE_BODY, TYPE_CAPTION
from shared.api.stats import DropRate
from shared.catalog import Catalog

ROW_HEIGHT = 48
RAREST = 1e-4
"""The left end of the axis all intervals share: 1 in 10,000. Its right end is every time."""
TICKS = ((1e-4, "1:10k"), (1e-3, "1:1k"), (1e-2, "1:100"), (1e-1, "1:10"), (1.0, "1:1"))
"""Where the axis is marked, and by what."""
AXIS = logarithmic(RAREST)
_TILE = 32
_MARK = 14
_LINE = 19
_KEPT = 1200
_FITTED = 4000
_BARS = {"high": 3, "medium": 2, "low": 1}
_ROLES = ("border-strong", "text", "text-muted", "warning", "accent", "info")
_Index = QModelIndex | QPersistentModelIndex
_CENTRE = Qt.AlignmentFlag.AlignVCenter
_LEFT = int(Qt.AlignmentFlag.AlignLeft | _CENTRE)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | _CENTRE)


def axis_area(rect: QRect) -> QRectF:
    """Where the axis is in a cell or a header of its column."""
    return QRectF(rect).adjusted(SPACE_S + 12, 0, -SPACE_S - 12, 0)


class RatesDelegate(LineDelegate):
    """One delegate for all columns, so that a line is drawn from one line."""

    def __init__(self, catalog: Catalog, pictures: Pictures, parent: QObject) -> None:
        super().__init__(pictures, _ROLES, _KEPT, parent)
        self._catalog = catalog
        self._fitted: dict[tuple[str, int, bool, bool], str] = {}

    def restyle(self) -> None:
        self._fitted.clear()
        self._body = text_font(TYPE_BODY)
        self._strong = text_font(TYPE_BODY, QFont.Weight.DemiBold)
        self._caption = text_font(TYPE_CAPTION)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, RatesModel)
        rect = self.begin(painter, option)
        self._cell(painter, rect, model.shown[index.row()], Column(index.column()))
        self.end(painter, option)

    def _cell(self, painter: QPainter, rect: QRect, line: DropLine, column: Column) -> None:
        area, rate = rect.adjusted(SPACE_S, 0, -SPACE_S, -1), line.rate
        match column:
            case Column.DROP:
                self._drop(painter, area, line)
            case Column.RATE:
                self._rate(painter, area, line)
            case Column.RANGE:
                self._interval(painter, rect, line)
            case Column.RUNS:
                told = rate is not None and rate.total_runs is not None
                runs = grouped(rate.total_runs or 0) if rate is not None and told else NOTHING
                below = players_text(rate.players or 0) if rate is not None and told else ""
                self._two(painter, area, runs, below, _RIGHT)
            case Column.SURE:
                self._sure(painter, area, rate)
            case Column.TREND:
                self._trend(painter, area, rate)
            case Column.MINE:
                self._mine(painter, area, line)

    def _drop(self, painter: QPainter, area: QRect, line: DropLine) -> None:
        painter.drawPixmap(
            area.left(), area.top() + (area.height() - _TILE) // 2, self.item(line.item_id, _TILE)
        )
        words = area.adjusted(_TILE + SPACE_S, 0, 0, 0)
        boss = self._catalog.bosses.get(line.boss_id)
        upper, lower = _halves(words)
        self._text(painter, upper, line.item_name, "text", _LEFT, self._body)
        if boss is None:
            self._text(painter, lower, line.boss_name, "text-muted", _LEFT, self._caption)
            return
        badge = self.badge(str(boss.difficulty))
        size = badge.deviceIndependentSize().toSize()
        painter.drawPixmap(lower.left(), lower.top() + (lower.height() - size.height()) // 2, badge)
        name = lower.adjusted(size.width() + SPACE_XS + 2, 0, 0, 0)
        self._text(painter, name, boss.name, "text-muted", _LEFT, self._caption)

    def _rate(self, painter: QPainter, area: QRect, line: DropLine) -> None:
        rate = line.rate
        role = "text" if rate is not None and rate.drop_rate is not None else "text-muted"
        self._two(painter, area, rate_text(rate), rate_detail(rate), _RIGHT, role=role, font=self._strong)
        if rate is not None and rate.logging_bias:
            wide = QFontMetrics(self._caption).horizontalAdvance(rate_detail(rate))
            lower = _halves(area)[1]
            left = area.right() - wide - SPACE_XS - _MARK
            painter.drawPixmap(
                left, lower.center().y() - _MARK // 2 + 1, self.icon("warning", "warning", _MARK)
            )

    def _interval(self, painter: QPainter, rect: QRect, line: DropLine) -> None:
        area, rate = axis_area(rect), line.rate
        for at, _ in TICKS:
            x = round(area.left() + area.width() * AXIS(at))
            painter.fillRect(x, rect.top(), 1, rect.height() - 1, self.colors["border"])
        if rate is None or rate.low is None or rate.high is None:
            self._text(
                painter, rect.adjusted(SPACE_S, 0, -SPACE_S, -1), _few(), "text-muted", _LEFT, self._caption
            )
            return
        own = line.hits / line.runs if line.runs and line.hits else None
        # The estimate of a rate that was never seen is no point but "below".
        middle = rate.drop_rate if rate.total_drops else None
        painter.save()
        draw_interval(painter, area, (rate.low, middle, rate.high), AXIS, own)
        painter.restore()

    def _sure(self, painter: QPainter, area: QRect, rate: DropRate | None) -> None:
        filled = _BARS.get((rate.confidence if rate is not None else None) or "", 0)
        if not filled:
            self._text(painter, area, NOTHING, "text-muted", _LEFT, self._body)
            return
        upper, lower = _halves(area)
        painter.drawPixmap(upper.left(), upper.center().y() - 5, self._bars(filled))
        self._text(painter, upper.adjusted(20, 0, 0, 0), confidence_text(rate), "text", _LEFT, self._body)
        self._text(painter, lower, precision_text(rate), "text-muted", _LEFT, self._caption)

    def _trend(self, painter: QPainter, area: QRect, rate: DropRate | None) -> None:
        if rate is None or rate.trend is None:
            self._text(painter, area, NOTHING, "text-muted", _LEFT, self._body)
            return
        if rate.trend != "stable":
            mark = QRectF(area.right() - _MARK + 4, area.center().y() - 4, 9, 8)
            up = rate.trend == "up"
            foot, point = (mark.bottom(), mark.top()) if up else (mark.top(), mark.bottom())
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colors["info"])
            painter.drawPolygon(
                [QPointF(mark.left(), foot), QPointF(mark.right(), foot), QPointF(mark.center().x(), point)]
            )
            painter.restore()
        size = QSize(area.width() - _MARK - SPACE_S, area.height())
        spark = QRectF(0, 11, size.width() - 3, size.height() - 22)
        # From 0 up: between its own lowest and highest the noise of few runs would look like news.
        drawn = self.kept(
            (rate.course, size.width()), size, lambda made: draw_spark(made, spark, rate.course, 0)
        )
        painter.drawPixmap(area.topLeft(), drawn)

    def _mine(self, painter: QPainter, area: QRect, line: DropLine) -> None:
        role = "text" if line.runs else "text-muted"
        if line.luck is None:
            self._text(painter, area, own_text(line), role, _LEFT, self._body)
            return
        upper, lower = _halves(area)
        self._text(painter, upper, own_text(line), role, _LEFT, self._body)
        figure = "> 99 %" if line.luck > 99.5 else "< 1 %" if line.luck < 0.5 else f"{round(line.luck)} %"
        wide = QFontMetrics(self._caption).horizontalAdvance("> 99 %")
        self._text(painter, lower, figure, "text-muted", _LEFT, self._caption)
        track = QRectF(lower).adjusted(wide + SPACE_XS, 0, 0, 0)
        middle = track.center().y() + 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        rail = QColor(self.colors["border-strong"])
        rail.setAlphaF(0.35)
        painter.setBrush(rail)
        painter.drawRoundedRect(QRectF(track.left(), middle - 2, track.width(), 4), 2, 2)
        painter.setBrush(self.colors["border-strong"])
        painter.drawRect(QRectF(track.center().x() - 0.5, middle - 4, 1, 8))
        painter.setBrush(self.colors["accent"])
        x = track.left() + 4 + (track.width() - 8) * line.luck / 100
        painter.drawEllipse(QRectF(x - 4, middle - 4, 8, 8))
        painter.restore()

    def _two(
        self,
        painter: QPainter,
        area: QRect,
        above: str,
        below: str,
        alignment: int,
        *,
        role: str = "text",
        font: QFont | None = None,
    ) -> None:
        if not below:
            self._text(painter, area, above, "text-muted", alignment, font or self._body)
            return
        upper, lower = _halves(area)
        self._text(painter, upper, above, role, alignment, font or self._body)
        self._text(painter, lower, below, "text-muted", alignment, self._caption)

    def _text(
        self, painter: QPainter, area: QRect, text: str, role: str, alignment: int, font: QFont
    ) -> None:
        painter.setFont(font)
        painter.setPen(self.colors[role])
        key = (text, area.width(), font is self._caption, font is self._strong)
        shown = self._fitted.get(key)
        if shown is None:
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            if len(self._fitted) >= _FITTED:
                self._fitted.clear()
            self._fitted[key] = shown
        painter.drawText(area, alignment, shown)

    def _bars(self, filled: int) -> QPixmap:
        """How many of three bars, like a signal's."""

        def draw(painter: QPainter) -> None:
            for number in range(3):
                height = 4 + 3 * number
                color = QColor(self.colors["accent" if number < filled else "border-strong"])
                color.setAlphaF(1.0 if number < filled else 0.4)
                painter.fillRect(5 * number, 11 - height, 3, height, color)

        return self.kept(("bars", filled), QSize(14, 11), draw)


def _halves(area: QRect) -> tuple[QRect, QRect]:
    """Two lines of text, one above the other, in the middle of a cell."""
    top = area.center().y() - _LINE
    return (
        QRect(area.left(), top, area.width(), _LINE),
        QRect(area.left(), top + _LINE + 1, area.width(), _LINE),
    )


def _few() -> str:
    return QCoreApplication.translate("community", "too few players")
