"""The keys of every command, to look up and to change."""

from functools import partial

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit

from desktop.ui.commands import Command
from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.settings.section import SettingsSection


class HotkeysSection(SettingsSection):
    """A command per row; two commands never share a key."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._edits: dict[str, QKeySequenceEdit] = {}
        rows = []
        for command in context.commands.fixed():
            edit = QKeySequenceEdit(QKeySequence(command.shortcut))
            edit.setMaximumSequenceLength(1)
            edit.setClearButtonEnabled(True)
            edit.setFixedWidth(180)
            edit.editingFinished.connect(partial(self._changed, command))
            self._edits[command.id] = edit
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
        edit = self._edits[command.id]
        keys = edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        current = self._context.commands.get(command.id).shortcut
        if keys == current:
            return
        for other in self._context.commands.fixed():
            if keys and other.id != command.id and other.shortcut == keys:
                edit.setKeySequence(QKeySequence(current))
                words = self.tr("{0} already belongs to “{1}”. Change that one first.")
                self._context.shell.toast(words.format(keys, other.title), tone="warning")
                return
        hotkeys = dict(self._context.settings.value.hotkeys)
        hotkeys[command.id] = keys
        self._context.settings.update("hotkeys", value=hotkeys)
