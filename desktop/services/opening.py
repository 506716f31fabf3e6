"""Everything that happens between the first frame and the data: run on the database thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.services import preferences as preference_files
from desktop.services.characters import Character
from desktop.services.places import Places
from desktop.services.preferences import Preferences
from desktop.services.registry import Services, build_services
from desktop.storage import backups
from desktop.storage.database import Database
from shared.catalog import load_catalog

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the windows need to begin. notes: sentences about preferences that could not be used."""

    services: Services
    preferences: Preferences
    characters: tuple[Character, ...]
    chosen: str
    notes: tuple[str, ...]


def open_data(places: Places, now: Callable[[], datetime], seeds: Path = SEEDS) -> Opened:
    """Open the database, the catalogue and the preferences. Raises CatalogError or StorageError."""
    catalog = load_catalog(seeds)
    loaded = preference_files.load(places.preferences)
    keep = loaded.preferences.backups.keep
    database = Database.open(places.database, places.backups, now=now, keep=keep)
    try:
        services = build_services(database, catalog, now)
        return Opened(
            services,
            loaded.preferences,
            tuple(services.characters.all()),
            str(services.remembered.get("character") or ""),
            loaded.notes,
        )
    except BaseException:
        database.close()
        raise


def daily_backup(places: Places, now: datetime, keep: int) -> Path | None:
    """Make today's backup if it is still to be made."""
    if not places.database.exists() or not backups.due(places.backups, now):
        return None
    return backups.make(places.database, places.backups, "daily", now, keep)
