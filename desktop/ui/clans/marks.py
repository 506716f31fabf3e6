"""Small drawn parts of the clans' cards."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.context import Shell
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import TextType, label
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import SPACE_S

_SIDE = 32


class Mark(QWidget):
    """An icon on a soft square; decoration."""

    def __init__(self, icon: str, role: str = "accent", side: int = _SIDE) -> None:
        super().__init__()
        self._icon, self._role = icon, role
        self.setFixedSize(side, side)

    def set_icon(self, icon: str, role: str) -> None:
        """Draw another one."""
        self._icon, self._role = icon, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = current_theme(), self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._role, 0.12))
        painter.drawRoundedRect(QRectF(0, 0, side, side), 8, 8)
        inset = side * 0.25
        box = QRectF(inset, inset, side - 2 * inset, side - 2 * inset)
        draw_icon(painter, box, self._icon, theme.color(self._role))


class Fact(QWidget):
    """A figure under its name."""

    def __init__(self, title: str, type: TextType = "strong") -> None:  # noqa: A002 - the style sheet's name for it
        super().__init__()
        self._title = title
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.title = label(title, "caption", "muted")
        self.value = label("", type)
        column.addWidget(self.title)
        column.addWidget(self.value)

    def say(self, text: str, tip: str = "") -> None:
        """Show a figure. tip: all of it, where it is shortened."""
        self.value.setText(text)
        self.value.setAccessibleName(f"{self._title}: {tip or text}")
        self.setToolTip(tip)


class HashLine(QWidget):
    """A hash that can be copied, with what it means below it."""

    def __init__(self, title: str, meaning: str, shell: Shell) -> None:
        super().__init__()
        self._title, self._shell, self._text = title, shell, ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.name = label(title, "strong")
        self.name.setFixedWidth(128)
        self.value = QLabel()
        self.value.setTextFormat(Qt.TextFormat.PlainText)
        self.value.setMinimumWidth(80)
        self.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy = IconButton("copy", self.tr("Copy: {0}").format(title))
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.name)
        row.addWidget(self.value, 1)
        row.addWidget(self.copy)
        column.addLayout(row)
        column.addWidget(label(meaning, "caption", "muted", wrap=True))

    def say(self, text: str | None) -> None:
        """Show it; nothing at all where there is none."""
        self._text = text or ""
        self.setVisible(bool(text))
        self.value.setToolTip(self._text)
        self.value.setAccessibleName(f"{self._title}: {self._text}")
        self._fit()

    def text(self) -> str:
        """All of it."""
        return self._text

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        metrics = self.value.fontMetrics()
        self.value.setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.value.width()))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self._shell.toast(self.tr("Copied"))


def put(card: Card, rows: list[QWidget], row: QWidget) -> None:
    """Add a row that `clear` takes away again."""
    rows.append(row)
    card.add(row)


def clear(card: Card, rows: list[QWidget]) -> None:
    """Take all rows away."""
    for row in rows:
        card.body.removeWidget(row)
        row.hide()
        row.deleteLater()
    rows.clear()
