"""The balance in the top bar: coins, and a mark while today's reward waits."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import CONTROL, TYPE_BODY

_ICON = 18
_PAD = 10
_DOT = 5.0


class CoinChip(QAbstractButton):
    """A pill with an amount of coins; hidden until there is one to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._coins = 0
        self._waiting = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Coins"))
        self.hide()

    @property
    def reward_waits(self) -> bool:
        """Whether it marks a reward that was not taken today."""
        return self._waiting

    def show_purse(self, coins: int, level: int, *, claimed: bool) -> None:
        """Show a balance, the player's level, and whether today's reward was taken."""
        self._coins, self._waiting = coins, not claimed
        amount = self.tr("1 coin") if coins == 1 else self.tr("{0} coins").format(grouped(coins))
        words = self.tr("{0}, level {1}").format(amount, level)
        waits = self.tr("today’s reward is not claimed yet")
        self.setAccessibleName(words if claimed else f"{words}, {waits}")
        self.setToolTip(words if claimed else f"{words}\n{waits[:1].upper()}{waits[1:]}")
        self.updateGeometry()
        self.update()
        self.show()

    def text(self) -> str:
        """The amount as it is drawn."""
        return grouped(self._coins)

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return QSize(round(_PAD + _ICON + 6 + wide + _PAD + 1), CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        pen = QPen(theme.color("focus" if focus else "border"), 2 if focus else 1)
        inset = pen.widthF() / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(pen)
        painter.setBrush(
            theme.color("sunken" if self.isDown() else "hover" if self.underMouse() else "raised")
        )
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        spot = QRectF(_PAD, (self.height() - _ICON) / 2, _ICON, _ICON)
        draw_icon(painter, spot, "coin", theme.color("accent"))
        painter.setPen(theme.color("text"))
        painter.setFont(self._font())
        words = QRectF(spot.right() + 6, 0, self.width() - spot.right() - 6 - _PAD + 2, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._waiting:
            painter.setPen(QPen(theme.color("window"), 2))
            painter.setBrush(theme.color("success"))
            dot = QRectF(spot.right() - _DOT, spot.top() - _DOT + 2, 2 * _DOT, 2 * _DOT)
            painter.drawEllipse(dot)

    @staticmethod
    def _font() -> QFont:
        return tabular(text_font(TYPE_BODY, QFont.Weight.DemiBold))
