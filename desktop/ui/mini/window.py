"""A small window beside the game: the next boss of the plan, and a key to clear it."""

from PySide6.QtCore import QPoint, QSettings, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.context import Context
from desktop.ui.kit.buttons import ButtonKind, IconButton, button
from desktop.ui.kit.labels import number_label
from desktop.ui.kit.toast import announce
from desktop.ui.mini.parts import BossLine, ElidedLabel
from desktop.ui.mini.presenter import MiniPresenter
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.tokens import SPACE_S, SPACE_XL, SPACE_XS
from desktop.ui.words import countdown, reset_name
from shared.resets import Reset
from shared.tracking import DropNote

WIDTH = 312
_SMALL = 30
"""What the style sheet leaves a tool button at the least, pixels."""
_NOTCH = 120
"""One notch of a wheel, in eighths of a degree."""
_POSITION = "mini/position"


class MiniWindow(QWidget):
    """Stays on top; any free spot of it drags it.

    Space: cleared. N: cleared, nothing dropped. L or Enter: log with drops. Left and Right: another open boss. Up and
    Down or the wheel: another character. Ctrl+Z: take the last clear made here back. Esc: close.

    big_window_asked: show the main window. dismissed: it was closed. geometry: where its position is kept.
    """

    big_window_asked = Signal()
    dismissed = Signal()

    def __init__(self, context: Context, geometry: QSettings) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        # Otherwise macOS hides tool windows as soon as the game is in front.
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setWindowTitle(self.tr("MapleHub mini window"))
        self.setAccessibleName(self.windowTitle())
        self.context = context
        self.presenter = MiniPresenter(context, self)
        self._geometry = geometry
        self._wheel = 0
        self._grip: QPoint | None = None
        self._state = ""
        self._build()
        self.setFixedWidth(WIDTH)
        self.adjustSize()
        self._place()
        self.presenter.renewed.connect(self._on_renewed)
        self.presenter.failed.connect(self._on_failed)
        self.presenter.refused.connect(self._on_refused)
        self.presenter.undo_changed.connect(self._on_undo)
        context.ticker.ticked.connect(self._on_tick)
        self.presenter.refresh()

    def appear(self, *, activate: bool = True) -> None:
        """Show it in front; activate: with the keyboard."""
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, on=not activate)
        self.show()
        self.raise_()
        if activate:
            self.activateWindow()
            self.line.setFocus()

    # Building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, 6, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_XS)
        self.earlier = self._icon("chevron-up", self.tr("Previous character"), self.tr("Up"))
        self.later = self._icon("chevron-down", self.tr("Next character"), self.tr("Down"))
        self.who = ElidedLabel("strong")
        self.used = number_label("", "caption")
        self.undo = self._icon("undo", self.tr("Undo"), "Ctrl+Z")
        self.undo.setEnabled(False)
        self.big = self._icon("external", self.tr("Open the big window"))
        self.shut = self._icon("close", self.tr("Close"), self.tr("Esc"))
        self._row(
            column, self.earlier, self.later, self.who, self.used, self.undo, self.big, self.shut, gap=0
        )
        self.line = BossLine(self.context.pictures)
        self.before = self._icon("chevron-left", self.tr("Previous open boss"), self.tr("Left"))
        self.after = self._icon("chevron-right", self.tr("Skip to the next open boss"), self.tr("Right"))
        self._row(column, self.line, self.before, self.after, gap=0)
        self.clear = self._button(self.tr("Cleared"), "primary", self.tr("Cleared (Space)"))
        self.nothing = self._button(
            self.tr("Nothing dropped"), "plain", self.tr("Cleared, and nothing dropped (N)")
        )
        self.log = self._button(self.tr("Log…"), "plain", self.tr("Log with drops (L or Enter)"))
        self.way_out = self._button("", "primary", "")
        self._row(column, self.clear, self.nothing, self.log, self.way_out, gap=SPACE_XS)
        for control, act in (
            (self.earlier, self._previous_character),
            (self.later, self._next_character),
            (self.undo, self.presenter.take_back),
            (self.big, self.big_window_asked.emit),
            (self.shut, self.close),
            (self.before, self._back),
            (self.after, self._skip),
            (self.clear, self._clear),
            (self.nothing, self._nothing),
            (self.log, self._log),
            (self.way_out, self._help_out),
        ):
            control.clicked.connect(act)
        self._say("loading", self.tr("Loading bosses"), "")

    def _icon(self, icon_name: str, name: str, keys: str = "") -> IconButton:
        made = IconButton(icon_name, name, keys)
        made.setFixedSize(_SMALL, _SMALL)
        # A click leaves the keyboard on the boss, so that Space goes on clearing.
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    @staticmethod
    def _button(text: str, kind: ButtonKind, hint: str) -> QAbstractButton:
        made = button(text, kind, hint=hint)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _row(self, column: QVBoxLayout, *widgets: QWidget, gap: int) -> None:
        row = QHBoxLayout()
        row.setSpacing(gap)
        for widget in widgets:
            row.addWidget(widget, 1 if widget in {self.who, getattr(self, "line", None)} else 0)
        column.addLayout(row)

    # What is shown

    def _on_renewed(self) -> None:
        character = self.context.selection.current
        self.who.set_full(character.name if character is not None else "MapleHub")
        several = len(self.context.selection.characters) > 1
        self.earlier.setVisible(several)
        self.later.setVisible(several)
        self.used.setVisible(character is not None)
        weekly = self.presenter.weekly
        self.used.setText(f"{weekly.used}/{weekly.limit}")
        words = self.tr("{0} of {1} weekly crystals used").format(weekly.used, weekly.limit)
        self.used.setToolTip(words)
        self.used.setAccessibleName(words)
        before = self.line.title
        if character is None:
            self._say(
                "no-character",
                self.tr("No character yet"),
                self.tr("Its bosses appear here"),
                self.tr("Add a character"),
            )
        else:
            self._show()
        if self.line.title != before:
            announce(self.line, self.line.accessibleName())

    def _show(self) -> None:
        tile = self.presenter.queue.front
        if tile is not None:
            self._set_state("boss")
            self.line.show_tile(tile, len(self.presenter.queue.open))
            return
        now = self.context.ticker.now()
        soonest = self.presenter.queue.soonest(now)
        if soonest is None:
            self._say(
                "no-plan",
                self.tr("No bosses planned"),
                self.tr("The next boss comes from the plan"),
                self.tr("Choose bosses"),
            )
            return
        reset, at = soonest
        title = {
            Reset.DAILY: self.tr("All done today"),
            Reset.MONTHLY: self.tr("All done this month"),
        }.get(reset, self.tr("All done this week"))
        note = self.tr("{0} reset {1}").format(reset_name(reset), countdown(now, at))
        self._say("done", title, note)

    def _say(self, state: str, title: str, note: str, way_out: str = "") -> None:
        self.way_out.setText(way_out)
        self.way_out.setAccessibleName(way_out)
        self.line.show_words(title, note)
        self._set_state(state)

    def _set_state(self, state: str) -> None:
        if state == self._state:
            self._set_skips()
            return
        focused: QWidget | None = self.focusWidget()
        self._state = state
        boss, stuck = state == "boss", state in {"no-character", "no-plan", "failed"}
        self.way_out.setVisible(stuck)
        for control in (self.clear, self.nothing, self.log):
            control.setVisible(not stuck)
        self.clear.setEnabled(boss)
        self.nothing.setEnabled(boss)
        self.log.setEnabled(boss or state == "done")
        self._set_skips()
        if (
            focused is not None
            and focused is not self.line
            and not (focused.isEnabled() and focused.isVisibleTo(self))
        ):
            self.line.setFocus()

    def _set_skips(self) -> None:
        usable = self._state == "boss" and len(self.presenter.queue.open) > 1
        self.before.setVisible(self._state == "boss")
        self.after.setVisible(self._state == "boss")
        self.before.setEnabled(usable)
        self.after.setEnabled(usable)

    def _on_failed(self, error: Exception) -> None:
        self._say("failed", self.tr("The bosses could not be read"), str(error), self.tr("Try again"))

    def _on_refused(self, error: Exception) -> None:
        self.line.set_note(str(error))
        announce(self.line, str(error), urgent=True)

    def _on_undo(self) -> None:
        words = self.presenter.undo_words
        self.undo.set_name(self.tr("Undo: {0}").format(words) if words else self.tr("Undo"))
        if not words and self.undo.hasFocus():
            self.line.setFocus()
        self.undo.setEnabled(bool(words))

    def _on_tick(self, _now: object) -> None:
        if self._state == "done":
            self._show()

    # What can be done

    def _clear(self) -> None:
        self.presenter.clear(DropNote.UNRECORDED)

    def _nothing(self) -> None:
        self.presenter.clear(DropNote.NOTHING)

    def _log(self) -> None:
        """The dialog opens beside the game too: it belongs to this window, not to the big one."""
        current, tile = self.context.selection.current, self.presenter.queue.front
        if current is None or not self.log.isEnabled() or not self.log.isVisibleTo(self):
            return
        from desktop.ui.log_run.dialog import LogRunDialog

        entry_id = tile.entry.id if tile is not None else None
        LogRunDialog(self.context, self, entry_id=entry_id, character_id=current.id).open()

    def _help_out(self) -> None:
        if self._state == "failed":
            self.presenter.refresh()
            return
        self.big_window_asked.emit()
        if self._state == "no-plan":
            self.context.shell.go("bosses", view="cards")
        else:
            self.context.shell.edit_character()

    def _skip(self) -> None:
        self._turn(1)

    def _back(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        if self._state == "boss" and self.presenter.turn(step):
            self._show()
            announce(self.line, self.line.accessibleName())

    def _previous_character(self) -> None:
        self.context.selection.step(-1)

    def _next_character(self) -> None:
        self.context.selection.step(1)

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Space: self._clear,
            Qt.Key.Key_N: self._nothing,
            Qt.Key.Key_L: self._log,
            Qt.Key.Key_Return: self._enter,
            Qt.Key.Key_Enter: self._enter,
            Qt.Key.Key_Left: self._back,
            Qt.Key.Key_Right: self._skip,
            Qt.Key.Key_Up: self._previous_character,
            Qt.Key.Key_Down: self._next_character,
            Qt.Key.Key_Escape: self.close,
        }
        act = keys.get(Qt.Key(event.key()))
        if event.matches(QKeySequence.StandardKey.Undo):
            self.presenter.take_back()
        elif QKeySequence(event.keyCombination()) == self._own_keys():
            self.close()
        elif act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            # A key held down must not clear the whole week.
            act()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / _NOTCH)
        self._wheel -= notches * _NOTCH
        if notches:
            self.context.selection.step(-notches)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        # The desktop moves windows best; some cannot be asked to.
        if not self.windowHandle().startSystemMove():
            self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(event.globalPosition().toPoint() - self._grip)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(QPen(theme.color("border-strong"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._geometry.setValue(_POSITION, self.pos())
        self.dismissed.emit()
        super().closeEvent(event)

    def _enter(self) -> None:
        focused: QWidget | None = self.focusWidget()
        if isinstance(focused, QAbstractButton):
            focused.click()
        elif self.way_out.isVisibleTo(self):
            self._help_out()
        else:
            self._log()

    def _own_keys(self) -> QKeySequence:
        """The keys of the command that opens this window; they close it too."""
        found = next((one.shortcut for one in self.context.commands.fixed() if one.id == "mini"), "")
        return QKeySequence(found or "Esc")

    def _place(self) -> None:
        """Where it was left if a screen still shows that place, else the lower right corner."""
        kept = self._geometry.value(_POSITION)
        size = self.sizeHint()
        for screen in QGuiApplication.screens():
            room = screen.availableGeometry()
            if isinstance(kept, QPoint) and room.contains(kept):
                x = min(kept.x(), room.right() - size.width())
                y = min(kept.y(), room.bottom() - size.height())
                self.move(max(room.left(), x), max(room.top(), y))
                return
        corner = QGuiApplication.primaryScreen().availableGeometry().bottomRight()
        self.move(corner - QPoint(WIDTH + SPACE_XL, size.height() + SPACE_XL))
