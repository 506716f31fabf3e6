"""A second, empty database to import into, and everything two databases can be compared by."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from desktop.storage.tables import SYNCED
from shared.catalog import Catalog
from tests.desktop.conftest import Clock

HEAD = "character,world,boss,date,party_size,cleared,drop_note,drops,note"


def live_rows(services: Services) -> dict[str, list[dict[str, Any]]]:
    """Every live row of every synced table."""
    with services.database.read() as connection:
        return {
            name: [
                dict(row)
                for row in connection.execute(
                    select(table).where(table.c.deleted == 0).order_by(table.c.row)
                ).mappings()
            ]
            for name, table in SYNCED.items()
        }


@pytest.fixture
def other(tmp_path: Path, catalog: Catalog, clock: Clock) -> Iterator[Services]:
    """The use cases over another empty database."""
    database = Database.open(tmp_path / "other" / "maplehub.sqlite3", tmp_path / "backups", now=clock)
    with closing(database):
        yield build_services(database, catalog, clock)


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Write lines under the usual columns, or under another first line."""

    def write(*lines: str, head: str = HEAD) -> Path:
        path = tmp_path / "runs.csv"
        path.write_text("\n".join((head, *lines)), encoding="utf-8", newline="")
        return path

    return write
