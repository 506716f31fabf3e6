"""Where a file is dropped or chosen."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import RADIUS_M, SPACE_L, SPACE_S, SPACE_XL

_DISC = 72


class DropZone(QWidget):
    """A dashed frame with one button. asked: the button was pressed."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = False
        self.choose = button(self.tr("Choose a file…"), "primary")
        self.choose.setDefault(True)
        self.choose.clicked.connect(self._asked)
        needed = self.tr(
            "A table of your own works too. Needed are the columns character, boss and date; "
            "world, party_size, cleared, drop_note, drops and note are read when they are there."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_S)
        column.addStretch(1)
        column.addSpacing(_DISC + SPACE_S)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._title = label(self.tr("Drop a CSV or JSON file here"), "heading")
        column.addWidget(self._title, 0, centre)
        first = label(self.tr("You see what it would do before anything changes."), "body", "muted")
        column.addWidget(first, 0, centre)
        column.addSpacing(SPACE_S)
        column.addWidget(self.choose, 0, centre)
        column.addSpacing(SPACE_L)
        words = label(needed, "caption", "muted", wrap=True)
        words.setAlignment(centre)
        words.setFixedWidth(480)
        column.addWidget(words, 0, centre)
        column.addStretch(1)

    def set_hovered(self, hovered: bool) -> None:
        """Whether a file hangs over it."""
        self._hovered = hovered
        self.update()

    def _asked(self) -> None:
        self.asked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent" if self._hovered else "border-strong"), 2 if self._hovered else 1)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color("accent-soft" if self._hovered else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        disc = QRectF((self.width() - _DISC) / 2, self._title.y() - SPACE_S - _DISC - SPACE_S, _DISC, _DISC)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 0.12))
        painter.drawEllipse(disc)
        draw_icon(painter, disc.adjusted(21, 21, -21, -21), "upload", theme.color("accent"))
