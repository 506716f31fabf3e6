"""Whose run is it: the characters an import speaks of, those there are and those it would make."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from desktop.services.characters import Character
from desktop.services.transfer.records import Record
from desktop.storage.tables import characters
from desktop.storage.transaction import Transaction
from shared.catalog import Catalog
from shared.characters import MAX_LEVEL, world_type
from shared.errors import InvalidInput
from shared.ids import new_id
from shared.tracking import MAX_CHARACTERS, MAX_NAME_LENGTH

_DEFAULT_WORLD = "kronos"


class Cast:
    """Finds a character by name and world, then by the file's id (it was renamed), or makes one up.

    A made-up one takes the file's id, so that its runs keep their identity. suggested: those an earlier look at the
    same file made up; they keep their ids. A file without worlds means the only character of a name, else the main
    character's world.
    """

    def __init__(
        self, present: Sequence[Character], catalog: Catalog, suggested: Iterable[Character] = ()
    ) -> None:
        self._catalog = catalog
        self._present = {character.id: character for character in present}
        names = Counter(character.name.casefold() for character in present)
        self._by_name = {c.name.casefold(): c for c in present if names[c.name.casefold()] == 1}
        self._by_world = {(c.name.casefold(), c.world): c for c in present}
        self._suggested = {(c.name.casefold(), c.world): c.id for c in suggested}
        self._position = max((c.position for c in present), default=-1) + 1
        main = next((c for c in present if c.is_main), None)
        self._world = main.world if main is not None else _DEFAULT_WORLD
        self._made: dict[tuple[str, str], Character] = {}
        self._saved: set[str] = set()

    @property
    def made(self) -> tuple[Character, ...]:
        """Those it would make, in the order the file names them."""
        return tuple(self._made.values())

    def find(self, record: Record) -> Character:
        """The character of a run, made up but not yet counted when there is none. Raises InvalidInput."""
        name = record.character.casefold()
        if not record.world and name in self._by_name:
            return self._by_name[name]
        key = (name, record.world or self._world)
        found = self._by_world.get(key) or self._present.get(record.character_id) or self._made.get(key)
        return found or self._make(record, key)

    def add(self, character: Character) -> None:
        """Count a found one among those to make, unless it is there already."""
        if character.id not in self._present:
            self._made.setdefault((character.name.casefold(), character.world), character)

    def save(self, tx: Transaction, now: datetime) -> None:
        """Write those made up since the last call."""
        for character in self._made.values():
            if character.id not in self._saved:
                self._saved.add(character.id)
                tx.insert(
                    characters,
                    character.id,
                    name=character.name,
                    world=character.world,
                    job=character.job,
                    level=character.level,
                    is_main=int(character.is_main),
                    position=character.position,
                    created_at=now.isoformat(),
                )

    def _make(self, record: Record, key: tuple[str, str]) -> Character:
        if len(self._present) + len(self._made) >= MAX_CHARACTERS:
            raise InvalidInput("character", f"MapleHub keeps at most {MAX_CHARACTERS} characters.")
        if len(record.character) > MAX_NAME_LENGTH:
            raise InvalidInput("character", f"A character’s name has at most {MAX_NAME_LENGTH} letters.")
        taken = {character.id for character in self._made.values()}
        wished = self._suggested.get(key) or record.character_id
        return Character(
            id=wished if wished and wished not in taken else new_id(),
            name=record.character,
            world=key[1],
            world_type=world_type(self._catalog, key[1]),
            job=record.job if record.job in self._catalog.jobs else None,
            level=record.level if record.level and record.level <= MAX_LEVEL else None,
            is_main=not self._present and not self._made,
            position=self._position + len(self._made),
        )
