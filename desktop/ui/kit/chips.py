"""Pills: chips to press and badges to read."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import DIFFICULTIES, SPACE_S, TYPE_BODY, TYPE_CAPTION

_CHIP_HEIGHT = 28
_KEY = 16
_BADGE_HEIGHT = 20


class Chip(QAbstractButton):
    """A pill to switch on and off, by mouse, Space or Enter.

    `key_hint`, the key that presses it elsewhere ("1"), is drawn in front; a `count` above 1 behind, as ×2.
    A chip with a count looks switched on.
    """

    def __init__(
        self,
        text: str,
        key_hint: str = "",
        count: int = 0,
        parent: QWidget | None = None,
        *,
        icon_name: str = "",
        checkable: bool = True,
    ) -> None:
        super().__init__(parent)
        self._key_hint = key_hint
        self._count = count
        self._icon = icon_name
        self.setText(text)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._describe()

    def count(self) -> int:
        """How many of it there are."""
        return self._count

    def set_count(self, count: int) -> None:
        """Show ×count; 0 and 1 show nothing."""
        self._count = count
        self._describe()
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._count_text()}".strip())
        if self._key_hint:
            self.setAccessibleDescription(self.tr("Key %s") % self._key_hint)

    def _count_text(self) -> str:
        return f"×{grouped(self._count)}" if self._count > 1 else ""

    def _font(self) -> QFont:
        return text_font(TYPE_BODY - 1, QFont.Weight.Medium)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font())
        width = 24 + metrics.horizontalAdvance(self.text())
        if self._key_hint:
            width += _KEY
        if self._icon:
            width += 20
        if self._count_text():
            width += 6 + metrics.horizontalAdvance(self._count_text())
        return QSize(round(width + 1), _CHIP_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 96), _CHIP_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, usable = self.isChecked() or self._count > 0, self.isEnabled()
        fill = "selected" if on else "hover" if self.underMouse() and usable else "raised"
        edge = "accent" if on else "border-strong"
        if not usable:
            fill, edge = "surface", "border"
        focus = self.hasFocus()
        pen = QPen(theme.color("focus" if focus else edge), 2 if focus else 1)
        inset = pen.widthF() / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(pen)
        painter.setBrush(theme.color("sunken" if self.isDown() else fill))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        left = 12.0
        if self._key_hint:
            cap = QRectF(6, (self.height() - _KEY) / 2, _KEY, _KEY)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if on else "border"))
            painter.drawEllipse(cap)
            painter.setPen(theme.color("accent-text" if on else "text"))
            painter.setFont(text_font(11, QFont.Weight.DemiBold))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key_hint)
            left = 6.0 + _KEY + 6
        ink = theme.color("text" if usable else "text-disabled")
        if self._icon:
            draw_icon(painter, QRectF(left - 2, (self.height() - 16) / 2, 16, 16), self._icon, ink)
            left += 18
        painter.setFont(self._font())
        metrics = QFontMetricsF(self._font())
        tail = metrics.horizontalAdvance(self._count_text()) + (6 if self._count_text() else 0)
        area = QRectF(left, 0, self.width() - left - tail - 11, self.height())
        painter.setPen(ink)
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width() + 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if tail:
            painter.setPen(theme.color("accent"))
            end = QRectF(self.width() - 12 - tail, 0, tail, self.height())
            painter.drawText(
                end, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._count_text()
            )


class Badge(QWidget):
    """A small pill that states something: a difficulty, a rarity, a status, in words beside the colour.

    `role` is a theme role; a difficulty's name alone ("chaos") means its difficulty role.
    """

    def __init__(
        self, text: str, role: str = "text-muted", parent: QWidget | None = None, *, icon_name: str = ""
    ) -> None:
        super().__init__(parent)
        self._text, self._role, self._icon = text, role, icon_name
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_state(self, text: str, role: str, icon_name: str = "") -> None:
        """Say something else."""
        self._text, self._role, self._icon = text, role, icon_name
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return badge_size(self._text, self._icon)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_badge(painter, QRectF(self.rect()), self._text, self._role, self._icon)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()


def badge_size(text: str, icon_name: str = "") -> QSize:
    """The size a badge of this text needs, pixels."""
    metrics = QFontMetricsF(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
    width = metrics.horizontalAdvance(text) + 2 * SPACE_S + (16 if icon_name else 0)
    return QSize(round(width + 0.5), _BADGE_HEIGHT)


def draw_badge(painter: QPainter, rect: QRectF, text: str, role: str, icon_name: str = "") -> None:
    """Paint a badge into rect; for delegates too. A difficulty's name is accepted as role."""
    role = f"difficulty-{role}" if role in DIFFICULTIES else role
    color = current_theme().color(role)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(current_theme().color(role, 0.45), 1))
    painter.setBrush(current_theme().color(role, 0.08))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    left = rect.left() + SPACE_S
    if icon_name:
        draw_icon(painter, QRectF(left - 2, rect.center().y() - 6, 12, 12), icon_name, color)
        left += 14
    painter.setPen(color)
    painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
    area = QRectF(left, rect.top(), rect.right() - left, rect.height())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()
