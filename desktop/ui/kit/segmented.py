"""One choice out of a few, all in sight."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import CONTROL, RADIUS_S, TYPE_BODY

_MOVES = {
    Qt.Key.Key_Right,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Up,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


class _Segment(QAbstractButton):
    def __init__(self, text: str, icon_name: str) -> None:
        super().__init__()
        self.setText(text)
        self._icon = icon_name
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(text_font(TYPE_BODY - 1, QFont.Weight.DemiBold))
        return QSize(
            round(metrics.horizontalAdvance(self.text())) + 24 + (20 if self._icon else 0), CONTROL - 6
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The row decides what the arrows do; a button in a group would move by geometry.
        if event.key() in _MOVES:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(QPen(theme.color("accent"), 1) if on else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected" if on else "hover"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_S - 1, RADIUS_S - 1)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_S - 1, RADIUS_S - 1)
        role = "text-disabled" if not self.isEnabled() else "text" if on else "text-muted"
        painter.setPen(theme.color(role))
        painter.setFont(text_font(TYPE_BODY - 1, QFont.Weight.DemiBold if on else QFont.Weight.Medium))
        if self._icon:
            draw_icon(painter, QRectF(10, (self.height() - 16) / 2, 16, 16), self._icon, theme.color(role))
            box.setLeft(26)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())


class Segmented(QWidget):
    """A row of exclusive buttons; Left and Right move the choice, Home and End go to its ends.

    options: (value, text) or (value, text, icon name), in order; the first is chosen.
    """

    changed = Signal(object)
    """The value now chosen, when a person chose it."""

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[object, str] | tuple[object, str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._chosen = 0
        self._values = [option[0] for option in options]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for index, option in enumerate(options):
            segment = _Segment(option[1], option[2] if len(option) == 3 else "")
            segment.setAccessibleDescription(name)
            self._group.addButton(segment, index)
            row.addWidget(segment)
        self._focus_only_chosen(0)
        if self._values:
            self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._clicked)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def value(self) -> object:
        """The value chosen, None when there are no options."""
        index = self._group.checkedId()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: object) -> None:
        """Choose without a signal; a value that is no option changes nothing."""
        if value in self._values:
            index = self._values.index(value)
            self._chosen = index
            self._group.button(index).setChecked(True)
            self._focus_only_chosen(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._values) - 1
        here = self._group.checkedId()
        step = -1 if self.isRightToLeft() else 1
        targets = {
            Qt.Key.Key_Right: here + step,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Left: here - step,
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() not in _MOVES or last < 0:
            super().keyPressEvent(event)
            return
        self._choose(max(0, min(last, targets[Qt.Key(event.key())])))

    def _choose(self, index: int) -> None:
        if index == self._chosen:
            return
        self._chosen = index
        chosen = self._group.button(index)
        chosen.setChecked(True)
        self._focus_only_chosen(index)
        chosen.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit(self._values[index])

    def _clicked(self, index: int) -> None:
        if index == self._chosen:
            return
        self._chosen = index
        self._focus_only_chosen(index)
        self.changed.emit(self._values[index])

    def _focus_only_chosen(self, index: int) -> None:
        """The row is one stop in the tab order."""
        for number, segment in enumerate(self._group.buttons()):
            segment.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if number == index else Qt.FocusPolicy.ClickFocus
            )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_S + 2, RADIUS_S + 2
        )
