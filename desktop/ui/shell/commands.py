"""What the window itself can do, and what the data adds to the palette; the keys of all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication

from desktop.ui.commands import Command
from desktop.ui.shell.window import ENTRIES, page_keys

if TYPE_CHECKING:
    from desktop.ui.shell.controller import ShellController


class ShellCommands(QObject):
    """Fills the registry and binds its keys in the window."""

    def __init__(self, shell: "ShellController") -> None:
        super().__init__(shell)
        self._shell = shell
        self._bound: dict[str, QShortcut] = {}
        self._usual: dict[str, str] = {}

    def add_commands(self) -> None:
        """Register the pages, the actions, and the source of characters, bosses and items."""
        for command in (*self._pages(), *self._actions()):
            self._shell.commands.add(command)
        self._shell.commands.add_source(self._data)

    def bind(self, own: Mapping[str, str]) -> None:
        """Bind every command's key; own: keys the player chose, by command id, "" for none."""
        self.unbind()
        for command in self._shell.commands.fixed():
            usual = self._usual.setdefault(command.id, command.shortcut)
            keys = own.get(command.id, usual)
            if keys != command.shortcut:
                self._shell.commands.add(replace(command, shortcut=keys))
            if keys:
                self._bound[command.id] = self._shell.window.shortcut(keys, command.run)

    def unbind(self) -> None:
        """Take every key away."""
        for shortcut in self._bound.values():
            shortcut.deleteLater()
        self._bound.clear()

    def _pages(self) -> Iterator[Command]:
        also = {
            "bosses": self.tr("week, crystals, matrix"),
            "diary": self.tr("runs, history, drops, sales"),
            "calculators": self.tr("symbols, liberation, income, luck"),
            "community": self.tr("drop rates, statistics, how rare"),
            "clans": self.tr("clan, leaderboard, contest, draw, webhook, audit, members, snapshot"),
            "shop": self.tr("inventory, accents, frames, titles"),
            "coins": self.tr("ledger, balance, level"),
        }
        for page, title, icon in ENTRIES:
            words = QApplication.translate("pages", title)
            run = partial(self._shell.go, page)
            keys, keywords = page_keys(page), also.get(page, "")
            yield Command(f"go.{page}", words, run, self.tr("Pages"), keys, icon, keywords=keywords)

    def _actions(self) -> Iterator[Command]:
        shell, tr = self._shell, self.tr
        rows = (
            ("palette", tr("Search and commands"), shell.open_palette, "Ctrl+K", "search"),
            ("log-run", tr("Log a run"), shell.log_run_for_any, "Ctrl+L", "plus"),
            ("undo", tr("Undo"), shell.undo, "Ctrl+Z", "undo"),
            ("redo", tr("Redo"), shell.redo, "Ctrl+Y", "redo"),
            ("character.new", tr("Add a character"), shell.edit_character, "", "plus"),
            ("character.next", tr("Next character"), shell.next_character, "Ctrl+PgDown", "chevron-down"),
            (
                "character.previous",
                tr("Previous character"),
                shell.previous_character,
                "Ctrl+PgUp",
                "chevron-up",
            ),
            (
                "week.nothing",
                tr("Nothing dropped in the rest of this week"),
                shell.nothing_this_week,
                "",
                "note-nothing",
            ),
            ("coins.daily", tr("Claim the daily reward"), shell.claim_daily, "", "coin"),
            ("quit", tr("Quit MapleHub"), shell.quit, "Ctrl+Q", "close"),
        )
        for command_id, title, run, keys, icon in rows:
            yield Command(command_id, title, run, tr("Actions"), keys, icon)

    def _data(self) -> Iterator[Command]:
        shell = self._shell
        for character in shell.selection.characters:
            yield Command(
                f"character.{character.id}",
                character.name,
                partial(shell.selection.choose, character.id),
                self.tr("Characters"),
                icon="people",
                detail=self.tr("Switch to"),
            )
        for entry in shell.context.catalog.bosses.values():
            yield Command(
                f"log.{entry.id}",
                self.tr("Log {0}").format(entry.display_name),
                partial(shell.log_run, entry.id),
                self.tr("Bosses"),
                icon="bosses",
                keywords=f"{entry.short_name} {entry.boss_slug}",
            )
        for item in shell.context.catalog.items.values():
            yield Command(
                f"item.{item.slug}",
                item.name,
                partial(shell.go, "diary", item=item.slug),
                self.tr("Items"),
                icon="drop",
                detail=self.tr("Show in the diary"),
            )
            if shell.context.catalog.item_sources(item.slug):
                yield Command(
                    f"rate.{item.slug}",
                    item.name,
                    partial(shell.go, "community", text=item.name, view="drops"),
                    self.tr("Drop rates"),
                    icon="community",
                    detail=self.tr("How often it drops"),
                )
