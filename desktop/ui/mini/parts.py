"""What the mini window is made of."""

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.services.board import Tile
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.kit.numbers import grouped
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import RADIUS_S, SPACE_S, TYPE_BODY, TYPE_CAPTION
from shared.mesos import short_mesos

_HEIGHT = 40
_PICTURE = 32
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ElidedLabel(QLabel):
    """A line of plain text that ends in … where there is no room."""

    def __init__(self, text_type: str) -> None:
        super().__init__()
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", text_type)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_full(self, text: str) -> None:
        """Say this; a tooltip has what is cut off."""
        self._full = text
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class BossLine(QWidget):
    """The boss in front, or two lines of words instead. It has the keyboard while no button has."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._entry_id = self._difficulty = ""
        self._title = self._short = self._note = ""
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def title(self) -> str:
        """The upper line."""
        return self._title

    @property
    def note(self) -> str:
        """The lower line."""
        return self._note

    def show_tile(self, tile: Tile, left: int) -> None:
        """Show a boss; left: how many are open, this one included."""
        translate = QCoreApplication.translate
        parts = []
        if tile.crystal_mesos is not None:
            parts.append(translate("mini", "{0} mesos").format(short_mesos(tile.crystal_mesos)))
        if tile.party_size > 1:
            parts.append(translate("mini", "party of {0}").format(tile.party_size))
        parts.append(translate("mini", "{0} left").format(grouped(left)))
        self._entry_id, self._difficulty = tile.entry.id, str(tile.entry.difficulty)
        self._title, self._short, self._note = tile.entry.name, tile.entry.short_name, " · ".join(parts)
        said = ", ".join((tile.entry.display_name, *parts))
        self._describe(translate("mini", "Next boss: {0}").format(said))

    def show_words(self, title: str, note: str) -> None:
        """Say something instead of a boss."""
        self._entry_id = self._difficulty = ""
        self._title, self._short, self._note = title, title, note
        self._describe(f"{title}. {note}")

    def set_note(self, note: str) -> None:
        """Say something else below."""
        if note != self._note:
            self._note = note
            self._describe(f"{self._title}. {note}")

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(current_theme().color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_S, RADIUS_S)
        x = 4.0
        if self._entry_id:
            self._pictures.draw_boss(painter, QRectF(x, 4, _PICTURE, _PICTURE), self._entry_id)
            x += _PICTURE + SPACE_S
        else:
            x += SPACE_S / 2
        right = self.width() - 4.0
        badge, text = QSize(0, 0), ""
        if self._difficulty:
            text = QCoreApplication.translate("difficulties", self._difficulty.capitalize())
            badge = badge_size(text)
        strong = text_font(TYPE_BODY, QFont.Weight.DemiBold)
        room = right - x - (badge.width() + 6 if text else 0)
        fits = QFontMetricsF(strong).horizontalAdvance(self._title) <= room
        title = self._title if fits else self._short
        end = self._line(painter, QRectF(x, 2, room, 20), title, strong, "text")
        if text:
            draw_badge(painter, QRectF(end + 6, 2, badge.width(), 20), text, self._difficulty)
        caption = text_font(TYPE_CAPTION)
        self._line(painter, QRectF(x, 21, right - x, 17), self._note, caption, "text-muted")

    @staticmethod
    def _line(painter: QPainter, box: QRectF, text: str, font: QFont, role: str) -> float:
        """Draw a line; returns where it ends."""
        painter.setFont(font)
        painter.setPen(current_theme().color(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, _LEFT, shown)
        return box.left() + painter.fontMetrics().horizontalAdvance(shown)

    def _describe(self, said: str) -> None:
        self.setAccessibleName(said)
        self.setToolTip(f"{self._title}\n{self._note}")
        self.update()
