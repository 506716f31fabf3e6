"""Every character's week: a few as cards, many as rows of a table."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.services.home import CharacterWeek
from desktop.ui.home.ring import draw_ring
from desktop.ui.home.week_figures import Figure, figures
from desktop.ui.home.words import about, spoken
from desktop.ui.kit.charts.small import draw_bar
from desktop.ui.kit.frames import draw_frame
from desktop.ui.kit.rarity import draw_title, title_width
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import (
    RADIUS_M,
    RADIUS_S,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TYPE_BODY,
    TYPE_CAPTION,
    TYPE_HEADING,
    TYPE_TITLE,
)
from desktop.ui.wardrobe import Wardrobe
from shared.catalog import Catalog
from shared.economy.things import Cosmetic, CosmeticKind

CARDS_UP_TO = 4
"""More characters than this become rows: a column of figures is read faster than a wall of cards."""
_LEAST_CARD = 320
_WIDE = 520
_CARD, _NARROW_CARD, _LONE_CARD = 96, 144, 176
_ROW, _SMALL_ROW, _HEAD = 40, 32, 32
_ROOM_FOR_WORLD = 260
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CharacterButton(QAbstractButton):
    """One character's week; pressing it goes to that character's bosses. moved: an arrow key, as steps."""

    moved = Signal(int, int)

    def __init__(self, week: CharacterWeek, catalog: Catalog, parent: QWidget) -> None:
        super().__init__(parent)
        self.week = week
        self._catalog = catalog
        self._look = ""
        self._title: Cosmetic | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_week(week)

    def set_week(self, week: CharacterWeek) -> None:
        """Show these figures."""
        self.week = week
        self.setAccessibleName(spoken(week, self.title))
        self.setToolTip(self.tr("Open the bosses of {0}").format(week.character.name))
        self.update()

    @property
    def title(self) -> Cosmetic | None:
        """The title the character goes by: the player's, on their main one."""
        return self._title if self.week.character.is_main else None

    def wear(self, frame: str, title: Cosmetic | None) -> None:
        """Wear a card frame ("" for none), and a title."""
        self._look, self._title = frame, title
        self.set_week(self.week)

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_CARD, _CARD)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _MOVES.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(*step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.height() <= _ROW:
            self._paint_row(painter)
        else:
            self._paint_card(painter)

    def _frame(self, painter: QPainter, radius: int, *, card: bool) -> None:
        theme = current_theme()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        lit = self.underMouse() or self.isDown()
        if card or lit:
            painter.setPen(QPen(theme.color("border"), 1) if card else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover" if lit else "surface"))
            painter.drawRoundedRect(box, radius, radius)
        if card:
            draw_frame(painter, box, self._look)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_card(self, painter: QPainter) -> None:
        self._frame(painter, RADIUS_M, card=True)
        lone, narrow = self.height() >= _LONE_CARD, self.width() < _WIDE
        side = 112.0 if lone else 64.0
        pad = float(SPACE_L + SPACE_S if lone else SPACE_L)
        ring = QRectF(pad, pad if narrow else (self.height() - side) / 2, side, side)
        draw_ring(painter, ring, self.week.weekly.used, self.week.weekly.limit)
        x = ring.right() + pad
        values = figures(self.week)
        if lone:
            words = QRectF(x, ring.top(), self.width() - x - pad, 48)
            row = QRectF(x, ring.bottom() - 44, self.width() - x - pad, 44)
        elif narrow:
            words = QRectF(x, pad, self.width() - x - pad, side)
            row = QRectF(pad, self.height() - 52, self.width() - 2 * pad, 40)
        else:
            width = min(4 * 112.0, self.width() - x - pad - 184)
            row = QRectF(self.width() - pad - width, (self.height() - 44) / 2, width, 44)
            words = QRectF(x, (self.height() - 48) / 2, row.left() - x - SPACE_S, 48)
        self._paint_name(painter, words, TYPE_TITLE if lone else TYPE_HEADING)
        step = min(row.width() / 4, 168.0)
        for index, figure in enumerate(values):
            cell = QRectF(row.left() + index * step, row.top(), step, row.height())
            _draw_figure(painter, cell, figure, right=not (narrow or lone), big=lone)

    def _paint_name(self, painter: QPainter, box: QRectF, size: int) -> None:
        middle = box.center().y()
        font = text_font(size, QFont.Weight.DemiBold)
        lift = 9 if self.title is not None else 0
        name = QRectF(box.left(), middle - 24 - lift, box.width(), 24)
        _draw_text(painter, name, self.week.character.name, font)
        if self.title is not None:
            draw_title(painter, QRectF(box.left(), middle - 9, box.width(), 18), self.title)
        line = QRectF(box.left(), middle + 2 + lift, box.width(), 18)
        _draw_text(painter, line, about(self.week, self._catalog), text_font(TYPE_CAPTION), "text-muted")

    def _paint_row(self, painter: QPainter) -> None:
        self._frame(painter, RADIUS_S, card=False)
        columns = row_columns(self.width(), self.height())
        theme = current_theme()
        name = columns[0]
        font = text_font(TYPE_BODY, QFont.Weight.Medium)
        used = _draw_text(painter, name, self.week.character.name, font)
        rest = name.adjusted(used + SPACE_S, 0, 0, 0)
        if self.title is not None and rest.width() >= title_width(self.title):
            draw_title(painter, rest, self.title)
        elif name.width() >= _ROOM_FOR_WORLD:
            _draw_text(painter, rest, about(self.week, self._catalog), text_font(TYPE_CAPTION), "text-muted")
        crystals = self.week.weekly
        bar, count = columns[1], columns[2]
        full = crystals.used >= crystals.limit > 0
        share = min(1.0, crystals.used / crystals.limit) if crystals.limit else 0.0
        line = QRectF(bar.left(), bar.center().y() - 3, bar.width(), 6)
        draw_bar(painter, line, share, theme.color("success" if full else "accent"))
        painter.setFont(tabular(text_font(TYPE_BODY)))
        painter.setPen(theme.color("text"))
        painter.drawText(count, _RIGHT, f"{crystals.used}/{crystals.limit}")
        for cell, figure in zip(columns[3:], figures(self.week), strict=True):
            if figure.text:
                painter.setFont(tabular(text_font(TYPE_BODY)))
                painter.setPen(theme.color("text-muted" if figure.text == "0" else figure.role))
                painter.drawText(cell, _RIGHT, figure.text)
            else:
                tick = QRectF(cell.right() - 14, cell.center().y() - 7, 14, 14)
                draw_icon(painter, tick, "check", theme.color("success"))


def row_columns(width: int, height: int) -> list[QRectF]:
    """Where a row's columns are, pixels: name, bar, crystals, earned, possible, daily, weekly."""
    fixed = [96.0, 48.0, 80.0, 80.0, 56.0, 64.0]
    spare = width - 2 * SPACE_M - sum(fixed) - SPACE_M * len(fixed)
    name = max(120.0, min(spare, 360.0))
    fixed[0] += max(0.0, min(spare - name, 160.0))
    gap = SPACE_M + max(0.0, width - 2 * SPACE_M - name - sum(fixed) - SPACE_M * len(fixed)) / len(fixed)
    boxes, x = [], float(SPACE_M)
    for column in (name, *fixed):
        boxes.append(QRectF(x, 0, column, height))
        x += column + gap
    return boxes


def _draw_text(painter: QPainter, box: QRectF, text: str, font: QFont, role: str = "text") -> float:
    """Draw one line, shortened to the box; returns its width in pixels."""
    painter.setFont(font)
    painter.setPen(current_theme().color(role))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, _LEFT, shown)
    return float(painter.fontMetrics().horizontalAdvance(shown))


def _draw_figure(painter: QPainter, cell: QRectF, figure: Figure, *, right: bool, big: bool) -> None:
    theme = current_theme()
    half = cell.height() - 18
    top = QRectF(cell.left(), cell.top(), cell.width(), half)
    side = _RIGHT if right else _LEFT
    if figure.text:
        font = text_font(TYPE_TITLE if big else TYPE_HEADING, QFont.Weight.DemiBold)
        painter.setFont(tabular(font))
        painter.setPen(theme.color(figure.role))
        painter.drawText(top, side, figure.text)
    else:
        x = top.right() - 18 if right else top.left()
        draw_icon(painter, QRectF(x, top.center().y() - 9, 18, 18), "check", theme.color("success"))
    painter.setFont(text_font(TYPE_CAPTION))
    painter.setPen(theme.color("text-muted"))
    painter.drawText(QRectF(cell.left(), cell.bottom() - 18, cell.width(), 18), side, figure.caption)


class CharacterGrid(QWidget):
    """All characters, one stop in the tab order; arrows go from one to the next. chosen: a character's id."""

    chosen = Signal(str)

    def __init__(self, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self.buttons: list[CharacterButton] = []
        self._worn: tuple[str, Cosmetic | None] = ("", None)
        self._columns = 1
        self.setAccessibleName(self.tr("Characters"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def as_table(self) -> bool:
        """Whether the characters are rows."""
        return len(self.buttons) > CARDS_UP_TO

    def follow(self, wardrobe: Wardrobe) -> None:
        """Wear the card frame, around every card or around the table, and the title that the player wears."""
        self._wardrobe = wardrobe
        wardrobe.changed.connect(self._wear)
        self._wear()

    def _wear(self) -> None:
        frame, title = self._wardrobe.look(CosmeticKind.FRAME), self._wardrobe.title
        self._worn = (frame, title)
        for made in self.buttons:
            made.wear(frame, title)
        self.update()

    def set_weeks(self, weeks: Sequence[CharacterWeek]) -> None:
        """Show these characters; the keyboard stays where it is."""
        while len(self.buttons) > len(weeks):
            gone = self.buttons.pop()
            gone.hide()
            gone.deleteLater()
        for index, week in enumerate(weeks):
            if index < len(self.buttons):
                self.buttons[index].set_week(week)
                continue
            made = CharacterButton(week, self._catalog, self)
            made.clicked.connect(self._clicked)
            made.moved.connect(self._move)
            made.wear(*self._worn)
            made.show()
            self.buttons.append(made)
        focused = next((b for b in self.buttons if b.hasFocus()), self.buttons[0] if self.buttons else None)
        self._one_stop(focused)
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(480, self.minimumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.as_table:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("surface"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        draw_frame(painter, box, self._worn[0])
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(QPointF(0, _HEAD + 0.5), QPointF(self.width(), _HEAD + 0.5))
        painter.setPen(theme.color("text-muted"))
        painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
        titles = (
            self.tr("Character"),
            self.tr("Weekly crystals"),
            "",
            self.tr("Earned"),
            self.tr("Possible"),
            self.tr("Daily"),
            self.tr("Weekly"),
        )
        boxes = row_columns(self.width() - 2 * _INSET, _HEAD)
        for index, (title, box) in enumerate(zip(titles, boxes, strict=True)):
            place = box.translated(_INSET, 0)
            if index == 1:
                place.setRight(boxes[2].right() + _INSET)
            painter.drawText(place, _LEFT if index < 2 else _RIGHT, title)

    def _arrange(self) -> None:
        count = len(self.buttons)
        if not count:
            self._set_height(0)
        elif self.as_table:
            self._columns = 1
            height = _ROW if count <= 12 else _SMALL_ROW
            for index, made in enumerate(self.buttons):
                made.setGeometry(_INSET, _HEAD + _INSET + index * height, self.width() - 2 * _INSET, height)
            self._set_height(_HEAD + 2 * _INSET + count * height)
        else:
            self._columns = _balanced(count, self.width())
            width = (self.width() - SPACE_M * (self._columns - 1)) // self._columns
            height = _LONE_CARD if count == 1 else _NARROW_CARD if width < _WIDE else _CARD
            for index, made in enumerate(self.buttons):
                row, column = divmod(index, self._columns)
                made.setGeometry(column * (width + SPACE_M), row * (height + SPACE_M), width, height)
            rows = -(-count // self._columns)
            self._set_height(rows * (height + SPACE_M) - SPACE_M)

    def _set_height(self, height: int) -> None:
        if self.minimumHeight() != height or self.maximumHeight() != height:
            self.setFixedHeight(height)

    def _one_stop(self, chosen: CharacterButton | None) -> None:
        for made in self.buttons:
            policy = Qt.FocusPolicy.StrongFocus if made is chosen else Qt.FocusPolicy.ClickFocus
            made.setFocusPolicy(policy)

    def _move(self, across: int, down: int) -> None:
        source = self.sender()
        if not isinstance(source, CharacterButton):
            return
        index = self.buttons.index(source) + across + down * self._columns
        if 0 <= index < len(self.buttons):
            self._one_stop(self.buttons[index])
            self.buttons[index].setFocus(Qt.FocusReason.TabFocusReason)

    def _clicked(self) -> None:
        source = self.sender()
        if isinstance(source, CharacterButton):
            self.chosen.emit(source.week.character.id)


_INSET = 4


def _balanced(count: int, width: int) -> int:
    """As many columns as fit without leaving a lonely card in the last row."""
    fit = max(1, min(count, (width + SPACE_M) // (_LEAST_CARD + SPACE_M)))
    return next(columns for columns in range(fit, 0, -1) if count % columns == 0)
