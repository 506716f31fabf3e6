"""The player's characters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.tables import boss_plans, boss_runs, characters, live
from desktop.storage.transaction import Row, Transaction
from shared.catalog import Catalog
from shared.characters import character_fields, world_type
from shared.errors import InvalidInput, NotFound
from shared.ids import new_id, plan_id
from shared.tracking import MAX_CHARACTERS, WorldType


@dataclass(frozen=True, slots=True)
class Character:
    """A character. world is a world's slug, job a job's slug or None, level 1–300 or None when not told."""

    id: str
    name: str
    world: str
    world_type: WorldType
    job: str | None
    level: int | None
    is_main: bool
    position: int


class Characters:
    """Make, change, order and remove characters."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now

    def all(self) -> list[Character]:
        """Every character in the player's order."""
        with self._database.read() as connection:
            return read_characters(connection, self._catalog)

    def create(
        self,
        name: str,
        world: str,
        *,
        job: str | None = None,
        level: int | None = None,
        is_main: bool = False,
        plan: Sequence[str] = (),
    ) -> tuple[Changes, str]:
        """Add a character at the end; the first one is the main. Returns its id too. Raises InvalidInput.

        plan: boss entries it begins with, alone in the party; at most one of a clear group.
        """
        with self._database.write() as writing:
            tx = writing.tx
            present = read_characters(tx.connection, self._catalog)
            if len(present) >= MAX_CHARACTERS:
                raise InvalidInput("name", f"MapleHub keeps at most {MAX_CHARACTERS} characters.")
            fields = self._checked(present, None, name, world, job, level)
            character_id = new_id()
            main = is_main or not present
            if main:
                _demote_mains(tx, present)
            tx.insert(
                characters,
                character_id,
                **fields,
                is_main=int(main),
                position=max((c.position for c in present), default=-1) + 1,
                created_at=self._now().isoformat(),
            )
            for entry_id in plan:
                group = self._catalog.bosses[entry_id].clear_group
                tx.insert(
                    boss_plans,
                    plan_id(character_id, group),
                    character_id=character_id,
                    clear_group=group,
                    entry_id=entry_id,
                    party_size=1,
                )
            writing.label = Label("character.created", {"character": fields["name"]})
        return writing.changes, character_id

    def change(
        self, character_id: str, name: str, world: str, *, job: str | None, level: int | None, is_main: bool
    ) -> Changes:
        """Change a character's details. Raises InvalidInput or NotFound."""
        with self._database.write() as writing:
            tx = writing.tx
            present = read_characters(tx.connection, self._catalog)
            fields = self._checked(present, character_id, name, world, job, level)
            if is_main:
                _demote_mains(tx, [c for c in present if c.id != character_id])
            tx.update(characters, character_id, **fields, is_main=int(is_main))
            writing.label = Label("character.changed", {"character": fields["name"]})
        return writing.changes

    def remove(self, character_id: str) -> Changes:
        """Take a character away with its plan; its runs stay hidden with it and come back with undo."""
        with self._database.write() as writing:
            tx = writing.tx
            row = tx.get(characters, character_id)
            for table in (boss_plans, boss_runs):
                for (row_id,) in tx.connection.execute(
                    select(table.c.id).where(table.c.character_id == character_id, live(table))
                ).all():
                    tx.delete(table, row_id)
            tx.delete(characters, character_id)
            rest = [c for c in read_characters(tx.connection, self._catalog) if c.id != character_id]
            if row["is_main"] and rest:
                tx.update(characters, rest[0].id, is_main=1)
            writing.label = Label("character.removed", {"character": row["name"]})
        return writing.changes

    def reorder(self, order: Sequence[str]) -> Changes:
        """Put the characters in this order. Ids left out keep their place after the named ones."""
        with self._database.write(Label("character.reordered")) as writing:
            present = [c.id for c in read_characters(writing.tx.connection, self._catalog)]
            wanted = [c for c in order if c in present]
            for position, character_id in enumerate(wanted + [c for c in present if c not in wanted]):
                writing.tx.update(characters, character_id, position=position)
        return writing.changes

    def run_count(self, character_id: str) -> int:
        """How many runs a character has."""
        with self._database.read() as connection:
            found = connection.execute(
                select(func.count()).where(boss_runs.c.character_id == character_id, live(boss_runs))
            ).scalar()
        return int(found or 0)

    def _checked(
        self,
        present: Sequence[Character],
        character_id: str | None,
        name: str,
        world: str,
        job: str | None,
        level: int | None,
    ) -> dict[str, Any]:
        others = [(other.name, other.world) for other in present if other.id != character_id]
        return character_fields(self._catalog, name, world, job, level, others=others)


def _demote_mains(tx: Transaction, present: Sequence[Character]) -> None:
    for character in present:
        if character.is_main:
            tx.update(characters, character.id, is_main=0)


def read_characters(connection: Connection, catalog: Catalog) -> list[Character]:
    """Every live character in the player's order."""
    found = connection.execute(
        select(characters).where(live(characters)).order_by(characters.c.position, characters.c.row)
    )
    return [_character(row, catalog) for row in found.mappings()]


def find_character(connection: Connection, catalog: Catalog, character_id: str) -> Character:
    """One live character. Raises NotFound."""
    row = (
        connection.execute(select(characters).where(characters.c.id == character_id, live(characters)))
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound("This character no longer exists.", "Choose another one.")
    return _character(row, catalog)


def _character(row: Row, catalog: Catalog) -> Character:
    return Character(
        id=row["id"],
        name=row["name"],
        world=row["world"],
        world_type=world_type(catalog, row["world"]),
        job=row["job"],
        level=row["level"],
        is_main=bool(row["is_main"]),
        position=row["position"],
    )
