"""The registry of everything a person can do: it feeds shortcuts, menus and the palette."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do. group: where the palette lists it; shortcut: a key sequence in portable text or "".

    keywords: more words it is found by. detail: a quiet word behind the title.
    """

    id: str
    title: str
    run: Callable[[], object]
    group: str
    shortcut: str = ""
    icon: str = ""
    keywords: str = ""
    detail: str = ""


class CommandRegistry(QObject):
    """Commands by id. Sources add commands that depend on the data (bosses, items, characters)."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._sources: list[Callable[[], Iterator[Command]]] = []

    def add(self, command: Command) -> None:
        """Register or replace a command."""
        self._commands[command.id] = command
        self.changed.emit()

    def add_source(self, source: Callable[[], Iterator[Command]]) -> None:
        """Register a function that yields commands each time the palette opens."""
        self._sources.append(source)

    def get(self, command_id: str) -> Command:
        """A command by id. KeyError when there is none."""
        return self._commands[command_id]

    def fixed(self) -> list[Command]:
        """The registered commands, in order."""
        return list(self._commands.values())

    def all(self) -> list[Command]:
        """The registered commands and what the sources yield now."""
        return [*self._commands.values(), *(command for source in self._sources for command in source())]
