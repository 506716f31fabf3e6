"""The lists at the right: clears that still need a drop note, and what dropped lately."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from desktop.services.home import DropLine, OpenLine
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.tokens import RADIUS_S, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_BODY, TYPE_CAPTION
from shared.catalog import Catalog

_ROW = 44
_PICTURE = 28
_LEAST_COLUMN = 320
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def short_day(day: date) -> str:
    """A game day (UTC date) for a narrow place: "Sat 21 Nov"."""
    return str(number_locale().toString(QDate(day.year, day.month, day.day), "ddd d MMM"))


class LineButton(QAbstractButton):
    """A picture and two lines of text; Enter or a click opens the run. N does what its own button does.

    emptied: nothing dropped in this run. Both signals carry the run's id. moved: an arrow key, as a step.
    """

    opened = Signal(str)
    emptied = Signal(str)
    moved = Signal(int)

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self.run_id = ""
        self._picture, self._is_boss = "", False
        self._title, self._note, self._count = "", "", ""
        self.nothing: QWidget | None = None
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._open)
        pictures.arrived.connect(self.update)

    def show_drop(self, line: DropLine, item: str, boss: str) -> None:
        """Show what dropped where."""
        self.run_id, self._picture, self._is_boss = line.run_id, line.item, False
        self._title, self._note = item, f"{short_day(line.day)} · {line.character} · {boss}"
        self._count = f"×{grouped(line.quantity)}" if line.quantity > 1 else ""
        self._describe(self.tr("{0}. Opens the run").format(f"{item} {self._count}".strip()))

    def show_open(self, line: OpenLine, boss: str) -> None:
        """Show a clear without a drop note."""
        self.run_id, self._picture, self._is_boss = line.run_id, line.entry_id, True
        self._title, self._note = boss, f"{short_day(line.day)} · {line.character}"
        if self.nothing is None:
            made = button(self.tr("Nothing"), "quiet")
            made.setParent(self)
            made.clicked.connect(self._empty)
            made.show()
            self.nothing = made
            self._place()
        self.nothing.setAccessibleName(self.tr("Nothing dropped: {0}, {1}").format(boss, line.character))
        self.nothing.setToolTip(self.tr("Cleared, and nothing dropped (N)"))
        self._describe(
            self.tr("{0}, no drop note. Enter notes the drops, N means nothing dropped").format(boss)
        )

    def _describe(self, text: str) -> None:
        self.setAccessibleName(f"{text}: {self._note}")
        self.setToolTip(f"{self._title}\n{self._note}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif key == Qt.Key.Key_N and self.nothing is not None and not event.modifiers():
            self._empty()
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 0, -1, 0), RADIUS_S, RADIUS_S)
        picture = QRectF(SPACE_S, (_ROW - _PICTURE) / 2, _PICTURE, _PICTURE)
        draw = self._pictures.draw_boss if self._is_boss else self._pictures.draw_item
        draw(painter, picture, self._picture)
        right = self.nothing.x() - SPACE_S if self.nothing is not None else self.width() - SPACE_S
        if self._count:
            painter.setFont(tabular(text_font(TYPE_BODY, QFont.Weight.Medium)))
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(0, 0, right, _ROW), _RIGHT, self._count)
            right -= painter.fontMetrics().horizontalAdvance(self._count) + SPACE_S
        x = picture.right() + SPACE_M
        self._line(
            painter,
            QRectF(x, 4, right - x, 20),
            self._title,
            text_font(TYPE_BODY, QFont.Weight.Medium),
            "text",
        )
        self._line(painter, QRectF(x, 23, right - x, 17), self._note, text_font(TYPE_CAPTION), "text-muted")

    @staticmethod
    def _line(painter: QPainter, box: QRectF, text: str, font: QFont, role: str) -> None:
        painter.setFont(font)
        painter.setPen(current_theme().color(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, _LEFT, shown)

    def _place(self) -> None:
        if self.nothing is not None:
            size = self.nothing.sizeHint()
            x, y = self.width() - size.width() - SPACE_S, (self.height() - size.height()) // 2
            self.nothing.setGeometry(x, y, size.width(), size.height())

    def _open(self) -> None:
        self.opened.emit(self.run_id)

    def _empty(self) -> None:
        self.emptied.emit(self.run_id)


class _ListCard(Card):
    """A card of lines that are reused, so that the keyboard stays where it is."""

    opened = Signal(str)
    emptied = Signal(str)

    def __init__(self, title: str, pictures: Pictures, trailing: QWidget | None = None) -> None:
        super().__init__(title, trailing)
        self._pictures = pictures
        self.lines: list[LineButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_S, SPACE_M, SPACE_S, SPACE_S)
        self.header.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        self.note = label("", "body", "muted", wrap=True)
        self.note.setContentsMargins(SPACE_S, 0, SPACE_S, SPACE_S)
        self.rows = QGridLayout()
        self.rows.setSpacing(0)
        self._columns = 1
        self.body.setSpacing(SPACE_XS)
        self.body.addLayout(self.rows)
        self.body.addWidget(self.note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = max(1, self.width() // _LEAST_COLUMN)
        if columns != self._columns:
            self._columns = columns
            for column in range(self.rows.columnCount()):
                self.rows.setColumnStretch(column, 0)
            for index, line in enumerate(self.lines):
                self._put(index, line)

    def _put(self, index: int, line: LineButton) -> None:
        row, column = divmod(index, self._columns)
        self.rows.addWidget(line, row, column)
        self.rows.setColumnStretch(column, 1)

    def _move(self, step: int) -> None:
        source = self.sender()
        if isinstance(source, LineButton):
            index = self.lines.index(source) + step * self._columns
            if 0 <= index < len(self.lines):
                self.lines[index].setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self, count: int) -> Sequence[LineButton]:
        """Exactly this many lines. Where the focused one goes, the one now in its place is focused."""
        focused = self.window().focusWidget()
        at = next((i for i, line in enumerate(self.lines) if focused in {line, line.nothing}), -1)
        while len(self.lines) > count:
            gone = self.lines.pop()
            gone.hide()
            self.rows.removeWidget(gone)
            gone.deleteLater()
        while len(self.lines) < count:
            made = LineButton(self._pictures)
            made.opened.connect(self.opened)
            made.emptied.connect(self.emptied)
            made.moved.connect(self._move)
            self._put(len(self.lines), made)
            self.lines.append(made)
        if at >= count > 0:
            self.lines[-1].setFocus()
        return self.lines


class NotesCard(_ListCard):
    """This week's clears without a drop note. resolved: nothing dropped in all of them. more: show all of them."""

    resolved = Signal()
    more = Signal()

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        self.rest = button(self.tr("Nothing in the rest"), "plain", "note-nothing")
        super().__init__(self.tr("Needs a drop note"), pictures, self.rest)
        self._catalog = catalog
        self.rest.setAccessibleName(self.tr("Nothing dropped in the rest of this week"))
        self.rest.setToolTip(
            self.tr("Nothing dropped in the rest of this week’s clears; one undo takes it back")
        )
        self.rest.clicked.connect(self.resolved)
        self.others = button("", "quiet", "diary", hint=self.tr("Opens them in the diary"))
        self.others.clicked.connect(self.more)
        self.others.hide()
        self.body.addWidget(self.others, 0, Qt.AlignmentFlag.AlignLeft)

    def show_lines(self, lines: Sequence[OpenLine], total: int, clears: int) -> None:
        """lines: the newest of `total` open clears; clears: how many there were this week."""
        for line, made in zip(lines, self._take(len(lines)), strict=True):
            made.show_open(line, self._catalog.boss_name(line.entry_id))
        before: QWidget = self.rest
        for made in self.lines:
            # Each line is followed by its own button, however late it was made.
            QWidget.setTabOrder(before, made)
            before = made.nothing or made
            QWidget.setTabOrder(made, before)
        QWidget.setTabOrder(before, self.others)
        self.rest.setVisible(total > 1)
        more = total - len(lines)
        if more <= 0 and self.others.hasFocus():
            (self.lines[-1] if self.lines else self.rest).setFocus()
        words = self.tr("and {0} more this week").format(grouped(more))
        self.others.setText(words)
        self.others.setAccessibleName(words)
        self.others.setVisible(more > 0)
        self.note.setText(
            self.tr("Every clear this week has its drop note.")
            if clears
            else self.tr("No clear this week yet.")
        )
        self.note.setVisible(not lines)
        set_tone(self.note, "success" if clears and not total else "muted")
        self.title_label.setToolTip(self.tr("{0} clears").format(grouped(total)))


class DropsCard(_ListCard):
    """What dropped lately, newest first."""

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        super().__init__(self.tr("Recent drops"), pictures)
        self._catalog = catalog
        self.note.setText(self.tr("Drops you log appear here."))

    def show_lines(self, lines: Sequence[DropLine]) -> None:
        """Show these drops."""
        for line, made in zip(lines, self._take(len(lines)), strict=True):
            made.show_drop(line, self._catalog.item_name(line.item), self._catalog.boss_name(line.entry_id))
        self.note.setVisible(not lines)


class FirstClearCard(Card):
    """What a new player does first."""

    chosen = Signal()
    logged = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Your first clear"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.body.setSpacing(SPACE_L)
        words = self.tr(
            "Choose which bosses this character does each week, then tick one when it falls. "
            "What it earned, what dropped and what is left appear here by themselves."
        )
        self.words = label(words, "body", "muted", wrap=True)
        self.add(self.words)
        self.go = button(self.tr("Go to bosses"), "primary", "bosses")
        self.go.clicked.connect(self.chosen)
        self.log = button(self.tr("Log a run"), "plain", "plus")
        self.log.clicked.connect(self.logged)
        self.add(self.go)
        self.add(self.log)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Inside a scroll area a wrapped label is not asked how high it is at its width.
        self.words.setMinimumHeight(self.words.heightForWidth(self.words.width()))
