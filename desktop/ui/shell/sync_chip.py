"""How sync stands, in the top bar; a click opens the account."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import CONTROL, TYPE_CAPTION

_ICON = 16
_PAD = 10
_GAP = 6


class SyncChip(QAbstractButton):
    """A pill with a picture and a word; only the picture where there is little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._role, self._compact = "offline", "text-muted", False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, short: str, full: str, icon: str, role: str) -> None:
        """Say how it stands. icon: a picture's name. role: a theme role."""
        self._icon, self._role = icon, role
        self.setText(short)
        self.setToolTip(full)
        self.setAccessibleName(self.tr("Sync: {0}").format(short))
        self.setAccessibleDescription(full)
        self.updateGeometry()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Whether to draw the picture alone."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        if self._compact or not self.text():
            return QSize(CONTROL, CONTROL)
        wide = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return QSize(round(_PAD + _ICON + _GAP + wide + _PAD + 1), CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor
            )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        if focus or self.underMouse() or self.isDown():
            pen = QPen(theme.color("focus" if focus else "border"), 2 if focus else 1)
            inset = pen.widthF() / 2
            box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.setPen(pen)
            painter.setBrush(theme.color("sunken" if self.isDown() else "hover"))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        left = (self.width() - _ICON) / 2 if self._compact or not self.text() else _PAD
        spot = QRectF(left, (self.height() - _ICON) / 2, _ICON, _ICON)
        draw_icon(painter, spot, self._icon, theme.color(self._role))
        if self._compact:
            return
        painter.setPen(theme.color("warning" if self._role == "warning" else "text-muted"))
        painter.setFont(self._font())
        words = QRectF(spot.right() + _GAP, 0, self.width() - spot.right() - _GAP, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())

    @staticmethod
    def _font() -> QFont:
        return text_font(TYPE_CAPTION, QFont.Weight.DemiBold)
