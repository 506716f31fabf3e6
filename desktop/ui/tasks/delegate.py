"""Paints headings and tasks, and says where in them something can be pressed."""

from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.kit.charts.small import draw_bar
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.kit.numbers import grouped
from desktop.ui.tasks.model import ITEM_ROLE, Heading, TaskRow, _Index
from desktop.ui.tasks.words import countdown, reset_title, streak_text
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import (
    RADIUS_M,
    RADIUS_S,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    TARGET,
    TYPE_BODY,
    TYPE_CAPTION,
    TYPE_HEADING,
)

ROW_HEIGHT = 64
HEADING_HEIGHT = 52
SMALLEST_ROW = 400
_BOX = 20
_COUNT = 48
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def frame_of(rect: QRect) -> QRectF:
    """A task's card within its cell."""
    return QRectF(rect).adjusted(1, 1, -1 - SPACE_S, -1 - SPACE_S)


def stepper(rect: QRect, row: TaskRow) -> tuple[QRectF, QRectF] | None:
    """Where minus and plus are in a task that is done several times; None for one done once."""
    if row.state.task.max_count < 2:
        return None
    frame = frame_of(rect)
    right = frame.right() - SPACE_M - _reward_width(row)
    y = frame.center().y() - TARGET / 2
    plus = QRectF(right - TARGET, y, TARGET, TARGET)
    return plus.translated(-TARGET - _COUNT, 0), plus


def finish_button(rect: QRect, heading: Heading, text: str) -> QRectF | None:
    """Where "mark all done" is in a heading; None when nothing is left."""
    if not heading.open_tasks:
        return None
    from PySide6.QtGui import QFontMetricsF

    width = QFontMetricsF(_button_font()).horizontalAdvance(text) + 2 * SPACE_M
    middle = rect.top() + HEADING_HEIGHT / 2 + SPACE_XS
    return QRectF(rect.right() - SPACE_S - width, middle - 14, width, 28)


def _button_font() -> QFont:
    return text_font(TYPE_BODY - 1, QFont.Weight.Medium)


def _reward_width(row: TaskRow) -> int:
    return 64 if row.state.task.reward_coins else 0


class TaskDelegate(QStyledItemDelegate):
    """The view tells how wide rows are, `now` what the countdowns count from."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row_width = SMALLEST_ROW
        self.column_width = SMALLEST_ROW
        self.now: datetime | None = None
        self.finish_text = self.tr("Mark all done")

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        if isinstance(index.data(ITEM_ROLE), Heading):
            return QSize(self.row_width, HEADING_HEIGHT)
        return QSize(self.column_width, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item = index.data(ITEM_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if isinstance(item, Heading):
            self._heading(painter, option.rect, item, current=current)
        elif isinstance(item, TaskRow):
            self._task(painter, option.rect, item, lit=lit, current=current)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, heading: Heading, *, current: bool) -> None:
        theme = current_theme()
        line = QRectF(rect).adjusted(0, SPACE_S, -SPACE_S, 0)
        x = line.left()
        for text, font, role in (
            (reset_title(heading.reset), text_font(TYPE_HEADING, QFont.Weight.DemiBold), "text"),
            (heading.progress, tabular(text_font(TYPE_CAPTION)), "text-muted"),
        ):
            painter.setFont(font)
            painter.setPen(theme.color(role))
            painter.drawText(line.adjusted(x - line.left(), 0, 0, 0), _LEFT, text)
            x += painter.fontMetrics().horizontalAdvance(text) + SPACE_M
        share = heading.done / heading.total
        color = theme.color("accent" if heading.open_tasks else "success")
        draw_bar(painter, QRectF(x, line.center().y() - 3, 120, 6), share, color)
        press = finish_button(rect, heading, self.finish_text)
        end = line.right()
        if press is not None:
            painter.setPen(QPen(theme.color("focus" if current else "border"), 2 if current else 1))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(press, RADIUS_S, RADIUS_S)
            painter.setPen(theme.color("text"))
            painter.setFont(_button_font())
            painter.drawText(press, Qt.AlignmentFlag.AlignCenter, self.finish_text)
            end = press.left() - SPACE_M
        if self.now is not None:
            painter.setFont(tabular(text_font(TYPE_CAPTION)))
            painter.setPen(theme.color("text-muted"))
            place = QRectF(line.left(), line.top(), end - line.left(), line.height())
            painter.drawText(place, _RIGHT, countdown(self.now, heading.at))

    def _task(self, painter: QPainter, rect: QRect, row: TaskRow, *, lit: bool, current: bool) -> None:
        theme = current_theme()
        state = row.state
        frame = frame_of(rect)
        painter.setBrush(theme.color("hover" if lit else "surface"))
        painter.setPen(QPen(theme.color("success", 0.5) if state.done else theme.color("border"), 1))
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if current:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        box = QRectF(frame.left() + SPACE_L, frame.center().y() - _BOX / 2, _BOX, _BOX)
        self._check(painter, box, row)
        right = frame.right() - SPACE_M
        if state.task.reward_coins:
            self._reward(painter, frame, right, state.task.reward_coins)
        right -= _reward_width(row)
        buttons = stepper(rect, row)
        if buttons is not None:
            self._stepper(painter, buttons, row)
            right = buttons[0].left() - SPACE_S
        words = QRectF(box.right() + SPACE_M, frame.top(), 0, frame.height())
        words.setRight(right)
        self._words(painter, words, row)

    def _check(self, painter: QPainter, box: QRectF, row: TaskRow) -> None:
        theme = current_theme()
        state = row.state
        if state.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("success"))
            painter.drawRoundedRect(box, 5, 5)
            draw_icon(painter, box.adjusted(3, 3, -3, -3), "check", theme.color("surface"))
            return
        painter.setPen(QPen(theme.color("border-strong"), 1.5))
        painter.setBrush(theme.color("input"))
        painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        if state.count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(box.adjusted(5, 8.5, -5, -8.5), 1.5, 1.5)

    def _stepper(self, painter: QPainter, buttons: tuple[QRectF, QRectF], row: TaskRow) -> None:
        theme = current_theme()
        count, most = min(row.state.count, row.state.task.max_count), row.state.task.max_count
        for box, name, usable in (
            (buttons[0], "minus", count > 0),
            (buttons[1], "plus", count < most),
        ):
            painter.setPen(QPen(theme.color("border"), 1))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_S, RADIUS_S)
            ink = theme.color("text" if usable else "text-disabled")
            draw_icon(painter, box.adjusted(5, 5, -5, -5), name, ink)
        between = QRectF(buttons[0].right(), buttons[0].top(), _COUNT, TARGET)
        painter.setFont(tabular(text_font(TYPE_BODY, QFont.Weight.Medium)))
        painter.setPen(theme.color("text"))
        painter.drawText(between, Qt.AlignmentFlag.AlignCenter, f"{count}/{most}")

    def _reward(self, painter: QPainter, frame: QRectF, right: float, coins: int) -> None:
        theme = current_theme()
        draw_icon(painter, QRectF(right - 16, frame.center().y() - 8, 16, 16), "coin", theme.color("accent"))
        painter.setFont(tabular(text_font(TYPE_BODY, QFont.Weight.Medium)))
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(right - 80, frame.top(), 60, frame.height()), _RIGHT, grouped(coins))

    def _words(self, painter: QPainter, box: QRectF, row: TaskRow) -> None:
        theme = current_theme()
        streak = streak_text(row.state)
        second = bool(streak or row.owner)
        name = QRectF(box.left(), box.top() + SPACE_S, box.width(), 20) if second else QRectF(box)
        painter.setFont(text_font(TYPE_BODY, QFont.Weight.Medium))
        painter.setPen(theme.color("text-muted" if row.state.done else "text"))
        shown = painter.fontMetrics().elidedText(
            row.state.task.name, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(name, _LEFT, shown)
        x, y = box.left(), box.top() + 30
        if row.owner:
            role = "text-muted" if row.state.task.scope == "character" else "info"
            size = badge_size(row.owner)
            width = min(float(size.width()), box.width() * 0.6)
            draw_badge(painter, QRectF(x, y, width, size.height()), row.owner, role)
            x += width + SPACE_S
        if streak:
            draw_icon(painter, QRectF(x, y + 3, 14, 14), "flame", theme.color("accent"))
            painter.setFont(tabular(text_font(TYPE_CAPTION)))
            painter.setPen(theme.color("text-muted"))
            place = QRectF(x + 18, y, max(0.0, box.right() - x - 18), 20)
            text = painter.fontMetrics().elidedText(streak, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, _LEFT, text)
