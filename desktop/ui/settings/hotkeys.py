"""The keys of every command, to look up and to change."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit

from desktop.ui.commands import Command
from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.settings.section import SettingsSection

_TAKEN = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.Find,
)
"""Keys that text fields and pages have for themselves."""


class HotkeysSection(SettingsSection):
    """A command per row; two commands never share a key."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.edits: dict[str, QKeySequenceEdit] = {}
        rows = []
        for command in context.commands.fixed():
            edit = QKeySequenceEdit(QKeySequence(command.shortcut))
            edit.setMaximumSequenceLength(1)
            edit.setClearButtonEnabled(True)
            edit.setFixedWidth(180)
            edit.editingFinished.connect(partial(self._changed, command))
            for inner in edit.findChildren(QLineEdit):
                inner.setAccessibleName(command.title)
            self.edits[command.id] = edit
            rows.append(self.row(command.title, command.group, edit))
        self.card(self.tr("Keys of the window"), *rows)
        fixed = self.card(self.tr("Keys on the Bosses page"))
        for keys, what in (
            (self.tr("Space"), self.tr("cleared, and back")),
            (self.tr("N"), self.tr("cleared, nothing dropped")),
            (self.tr("L or Enter"), self.tr("log with drops")),
            (self.tr("+ and −"), self.tr("party size")),
            (self.tr("1–9, 0, /"), self.tr("in the log dialog: add a drop, nothing special, search")),
        ):
            fixed.add(label(f"{keys}: {what}", "body", "muted"))

    def _changed(self, command: Command) -> None:
        edit = self.edits[command.id]
        keys = edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        current = self._context.commands.get(command.id).shortcut
        if keys == current:
            return
        refusal = self._refusal(command, edit.keySequence()) if keys else ""
        if refusal:
            edit.setKeySequence(QKeySequence(current))
            self._context.shell.toast(refusal, tone="warning")
            return
        hotkeys = dict(self._context.settings.value.hotkeys)
        hotkeys[command.id] = keys
        self._context.settings.update("hotkeys", value=hotkeys)

    def _refusal(self, command: Command, keys: QKeySequence) -> str:
        """Why these keys cannot be this command's; "" when they can."""
        shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
        for other in self._context.commands.fixed():
            if other.id != command.id and QKeySequence(other.shortcut) == keys:
                words = self.tr("{0} already belongs to “{1}”. Change that one first.")
                return words.format(shown, other.title)
        if any(keys in QKeySequence.keyBindings(own) for own in _TAKEN):
            return self.tr("{0} is needed for text and for searching a page.").format(shown)
        pressed = keys[0]  # type: ignore[index]  # PySide has it, its stubs do not
        bare = not pressed.keyboardModifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if bare and not Qt.Key.Key_F1 <= pressed.key() <= Qt.Key.Key_F35:
            return self.tr("{0} alone is needed for typing. Add Ctrl or Alt.").format(shown)
        return ""
