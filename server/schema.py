"""Bringing the database to the schema this version knows, or refusing politely."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, event, inspect, pool, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import tables as _accounts  # noqa: F401 - makes them known
from server.clans import tables as _clans  # noqa: F401
from server.contests import tables as _contests  # noqa: F401
from server.database import Base
from server.jobs import tables as _jobs  # noqa: F401
from server.progress import tables as _progress  # noqa: F401
from server.snapshots import tables as _snapshots  # noqa: F401
from server.sources import tables as _sources  # noqa: F401
from server.statistics import tables as _statistics  # noqa: F401
from server.sync import tables as _sync  # noqa: F401
from server.webhooks import tables as _webhooks  # noqa: F401
from shared.errors import DatabaseCorruptError, DatabaseTooNewError, MigrationError, StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
metadata = Base.metadata
_LOCK = 0x6D61706C65687562 & 0x7FFFFFFFFFFFFFFF  # "maplehub"
_LOCK_TIMEOUT = "5s"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file, bound to a connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


@cache
def head() -> str:
    """The newest migration."""
    found = ScriptDirectory.from_config(configuration()).get_current_head()
    assert found is not None
    return found


async def stored_version(session: AsyncSession) -> str | None:
    """The migration the database is at; None when it has none."""
    connection = await session.connection()
    return await connection.run_sync(lambda plain: MigrationContext.configure(plain).get_current_revision())


async def prepare(address: str) -> bool:
    """Create or migrate the database. True when something was done. Raises StorageError and its family."""
    return await asyncio.to_thread(migrate, address)


def migrate(address: str, revision: str = "head", *, down: bool = False) -> bool:
    """Bring a database to a revision, in one transaction; of two processes at once the second waits.

    Returns whether something was done. Raises StorageError (it does not answer), DatabaseTooNewError,
    DatabaseCorruptError (somebody else's), MigrationError (left as it was).
    """
    engine = _engine(address)
    try:
        with engine.begin() as connection:
            return _migrate(connection, revision, down=down)
    except SQLAlchemyError as error:
        raise StorageError(
            f"The database {make_url(address).render_as_string(hide_password=True)} cannot be used:"
            f" {_first_line(error)}",
            "Check DATABASE_URL, and that the database runs and can be reached and written.",
        ) from error
    finally:
        engine.dispose()


def _migrate(connection: Connection, revision: str, *, down: bool) -> bool:
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
    before = MigrationContext.configure(connection).get_current_revision()
    _refuse_foreign(connection, before)
    try:
        config = configuration(connection)
        (command.downgrade if down else command.upgrade)(config, revision)
        if not postgresql:
            _check_references(connection)
    except CommandError as error:
        raise MigrationError(f"There is no migration {revision}.", str(error)) from error
    except Exception as error:
        raise MigrationError(
            f"The database could not be brought to this version: {_first_line(error)} It was left as it was.",
            "Start the previous version, or report this with the log.",
        ) from error
    return MigrationContext.configure(connection).get_current_revision() != before


def _refuse_foreign(connection: Connection, version: str | None) -> None:
    if version is None:
        if set(inspect(connection).get_table_names()) - {"alembic_version"}:
            raise DatabaseCorruptError(
                "This database holds something else than MapleHub.", "Give the server a database of its own."
            )
        return
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if version not in known:
        raise DatabaseTooNewError(
            "This database was written by a newer MapleHub server.", "Update the server. Nothing was changed."
        )


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"{len(broken)} rows of {broken[0][0]} refer to nothing.")


def _engine(address: str) -> Any:
    """A plain engine. On SQLite without foreign keys: a batch step makes a table anew, and dropping the old one
    would delete whatever refers to it. They are checked before the commit instead."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, poolclass=pool.NullPool, connect_args={"application_name": "maplehub-migrate"}
        )
    if url.database:
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(
                f"The data folder {Path(url.database).parent} cannot be used: {error.strerror or error}.",
                "Choose another one with --data-dir, or change its permissions.",
            ) from error
    engine = create_engine(
        url.set(drivername="sqlite"), poolclass=pool.NullPool, connect_args={"timeout": 30}
    )

    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=OFF")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _first_line(error: BaseException) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    first = said[0].strip() if said else type(error).__name__
    return first if first.endswith(".") else first + "."
