"""Each character's plan: which bosses, at which difficulty, in which party."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop.services.characters import find_character
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.tables import boss_plans, live
from desktop.storage.transaction import Transaction
from shared.catalog import Catalog
from shared.errors import InvalidInput
from shared.ids import plan_id


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned boss: a boss entry (difficulty included) and the usual party size."""

    entry_id: str
    party_size: int


class Plans:
    """Read and change plans."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    def of(self, character_id: str) -> dict[str, Plan]:
        """A character's plan by clear group."""
        with self._database.read() as connection:
            return read_plans(connection, [character_id]).get(character_id, {})

    def set(self, character_id: str, entry_id: str, party_size: int) -> Changes:
        """Plan a boss at a difficulty; replaces another difficulty of the same clear group. Raises InvalidInput."""
        with self._database.write() as writing:
            character = find_character(writing.tx.connection, self._catalog, character_id)
            self._put(writing.tx, character_id, Plan(entry_id, party_size))
            writing.label = Label(
                "plan.set",
                {"boss": self._catalog.bosses[entry_id].display_name, "character": character.name},
            )
        return writing.changes

    def drop(self, character_id: str, clear_group: str) -> Changes:
        """Take a boss out of the plan."""
        with self._database.write() as writing:
            character = find_character(writing.tx.connection, self._catalog, character_id)
            row = writing.tx.get(boss_plans, plan_id(character_id, clear_group))
            writing.tx.delete(boss_plans, row["id"])
            writing.label = Label(
                "plan.dropped",
                {"boss": self._catalog.bosses[row["entry_id"]].display_name, "character": character.name},
            )
        return writing.changes

    def replace(self, character_id: str, plans: Sequence[Plan], *, key: str = "plan.replaced") -> Changes:
        """Make this the whole plan. Raises InvalidInput when two plans share a clear group."""
        with self._database.write() as writing:
            character = find_character(writing.tx.connection, self._catalog, character_id)
            self._replace(writing.tx, character_id, plans)
            writing.label = Label(key, {"character": character.name, "count": len(plans)})
        return writing.changes

    def _replace(self, tx: Transaction, character_id: str, plans: Sequence[Plan]) -> None:
        groups = {self._catalog.bosses[plan.entry_id].clear_group for plan in plans}
        if len(groups) != len(plans):
            raise InvalidInput("entry_id", "Two difficulties of one boss share a single clear.", "Keep one.")
        for group in read_plans(tx.connection, [character_id]).get(character_id, {}):
            if group not in groups:
                tx.delete(boss_plans, plan_id(character_id, group))
        for plan in plans:
            self._put(tx, character_id, plan)

    def _put(self, tx: Transaction, character_id: str, plan: Plan) -> None:
        entry = self._catalog.bosses.get(plan.entry_id)
        if entry is None:
            raise InvalidInput("entry_id", "This boss is not known.", "Choose one from the list.")
        if not 1 <= plan.party_size <= entry.max_party_size:
            raise InvalidInput(
                "party_size", f"A party for {entry.name} has 1 to {entry.max_party_size} members."
            )
        row_id = plan_id(character_id, entry.clear_group)
        fields = {"entry_id": plan.entry_id, "party_size": plan.party_size}
        if tx.exists(boss_plans, row_id):
            tx.update(boss_plans, row_id, **fields)
        else:
            tx.insert(boss_plans, row_id, character_id=character_id, clear_group=entry.clear_group, **fields)


def read_plans(connection: Connection, character_ids: Sequence[str]) -> Mapping[str, dict[str, Plan]]:
    """Plans by character and clear group."""
    found: dict[str, dict[str, Plan]] = {}
    for row in connection.execute(
        select(boss_plans).where(boss_plans.c.character_id.in_(character_ids), live(boss_plans))
    ).mappings():
        plan = Plan(row["entry_id"], row["party_size"])
        found.setdefault(row["character_id"], {})[row["clear_group"]] = plan
    return found
