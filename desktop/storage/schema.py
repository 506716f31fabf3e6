"""Bringing a database file to the schema this version knows, or refusing politely."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from desktop.storage.append_only import guard
from desktop.storage.tables import SCHEMA_HEAD, metadata
from shared.errors import DatabaseCorruptError, DatabaseTooNewError, MapleHubError, MigrationError

MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(path: Path, make_engine: Callable[[Path], Engine], backup: Callable[[], object]) -> None:
    """Create or migrate the file so that it matches the tables. Raises as `Database.open` says."""
    version = stored_version(path) if path.exists() and path.stat().st_size else None
    if version == SCHEMA_HEAD:
        return
    engine = make_engine(path)
    try:
        if version is None:
            _create(engine)
        elif version not in known_versions():
            raise DatabaseTooNewError(
                "This database was written by a newer MapleHub.",
                "Update MapleHub to open it. Nothing was changed.",
            )
        else:
            backup()
            upgrade(engine)
    finally:
        engine.dispose()


def stored_version(path: Path) -> str | None:
    """The migration a file is at; None for an empty database. Raises DatabaseCorruptError for a foreign one."""
    with closing(sqlite3.connect(path)) as connection:
        names = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if not names:
            return None
        if "alembic_version" not in names:
            raise DatabaseCorruptError(
                f"The file {path.name} is not a MapleHub database.",
                "Choose another data folder with --data-dir.",
            )
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if found is None else str(found[0])


def known_versions() -> frozenset[str]:
    """The migrations this version ships, by file name: importing Alembic to ask costs more than opening."""
    return frozenset(file.name.split("_", 1)[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def upgrade(engine: Engine) -> None:
    """Run the migrations in one transaction; a failing one leaves the file as it was. Raises MigrationError."""
    from alembic import command

    from desktop.storage.migrations.configuration import configuration

    try:
        with engine.begin() as connection:
            command.upgrade(configuration(MIGRATIONS, connection), "head")
    except MapleHubError:
        raise
    except Exception as error:
        raise MigrationError(
            "The database could not be brought to this version. It was left as it was, and a backup was made.",
            "Start the previous version of MapleHub, or report this with the log.",
        ) from error


def _create(engine: Engine) -> None:
    with engine.begin() as connection:
        metadata.create_all(connection)
        guard(connection)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (SCHEMA_HEAD,))
