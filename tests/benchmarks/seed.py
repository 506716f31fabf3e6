"""A large diary in seconds: plausible rows written in bulk through the real tables."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops, boss_runs, characters
from shared.catalog import Catalog
from shared.resets import period_of_day
from shared.tracking import DropNote

BATCH = 20_000
LAST_DAY = date(2026, 11, 21)
NAMES = ("Aria", "Bramble", "Cinder", "Dusk", "Émile", "Fern", "Gale", "Hollow")
NOTES = ("First one.", "Kept for later.", "100% luck", "snake_case", "Ran out of time, twice.", "Déjà vu")

Rows = dict[str, Any]


def seed(database: Database, catalog: Catalog, count: int, number: int = 7) -> list[str]:
    """Fill an empty database with `count` runs over ten years (fewer when there are few); the characters' ids."""
    rng = random.Random(number)
    owners = [f"00000000-0000-7000-8000-{index:012x}" for index in range(len(NAMES))]
    with database.engine.begin() as connection:
        connection.execute(
            insert(characters), [character_row(*pair) for pair in zip(owners, NAMES, strict=True)]
        )
        made = run_rows(rng, catalog, owners, count)
        while batch := list(islice(made, BATCH)):
            connection.execute(insert(boss_runs), [run for run, _ in batch])
            drops = [drop for _, found in batch for drop in found]
            if drops:
                connection.execute(insert(boss_run_drops), drops)
    return owners


def character_row(owner: str, name: str) -> Rows:
    """A character."""
    return {
        "id": owner,
        "name": name,
        "world": "kronos",
        "position": NAMES.index(name),
        "is_main": int(name == NAMES[0]),
        "created_at": "2020-01-01T00:00:00+00:00",
    }


def run_rows(
    rng: random.Random, catalog: Catalog, owners: list[str], count: int
) -> Iterator[tuple[Rows, list[Rows]]]:
    """Runs, each with its drops, the oldest first."""
    entries, items = list(catalog.bosses.values()), list(catalog.items)
    days = min(3650, max(30, count // 8))
    for index in range(count):
        entry = rng.choice(entries)
        day = LAST_DAY - timedelta(days=days - 1 - index * days // count)
        cleared = rng.random() > 0.05
        run_id = f"{index:08x}-0000-7000-8000-000000000000"
        note = DropNote.UNRECORDED
        if cleared:
            note = rng.choices(list(DropNote), (15, 55, 30))[0]
        drops = []
        if note is DropNote.LIST:
            for at, item in enumerate(rng.sample(items, rng.choice((1, 1, 1, 2, 3)))):
                sold = rng.random() < 0.4
                drops.append(
                    {
                        "id": f"{index:08x}-0000-7000-8000-00000000000{at + 1}",
                        "run_id": run_id,
                        "item": item,
                        "quantity": rng.choice((1, 1, 1, 2, 12)),
                        "sold_for": rng.randrange(1, 50_000) * 100_000 if sold else None,
                        "sold_on": day.isoformat() if sold else None,
                    }
                )
        run = {
            "id": run_id,
            "character_id": rng.choice(owners),
            "entry_id": entry.id,
            "boss_slug": entry.boss_slug,
            "clear_group": entry.clear_group,
            "reset_period": period_of_day(entry.reset, day).isoformat(),
            "occurred_on": day.isoformat(),
            "logged_at": f"{day.isoformat()}T12:00:00+00:00",
            "cleared": int(cleared),
            "party_size": rng.randrange(1, entry.max_party_size + 1),
            "drop_note": str(note),
            "crystal_mesos": rng.choice((None, rng.randrange(1, 900_000) * 1000)) if cleared else None,
            "world_type": "heroic",
            "note": rng.choice(NOTES) if rng.random() < 0.06 else "",
            "entry_method": "import",
            "client_version": "0",
            "catalog_version": catalog.version,
            "rules_version": 1,
        }
        yield run, drops
