"""The database: SQLite in a file or PostgreSQL, the same code over both.

One request, one transaction. Code flushes; the dependency commits *before* the answer is sent, so that a commit that
fails is never told as a success. A request that only reads asks for `Reader`, which cannot write.
"""

from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import DateTime, Dialect, MetaData, Uuid, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.types import TypeDecorator

Clock = Callable[[], datetime]
"""Gives aware UTC instants."""

_BUSY_MS = 5000
_POOL_TIMEOUT = 10.0
_READERS = 8


class Base(DeclarativeBase):
    """Every table of the server, mapped or plain (`Table(name, Base.metadata, …)`), belongs to its metadata."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL, naive UTC text on SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive instants with ValueError: what they mean is anybody's guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def identity() -> Uuid[str]:
    """The type of an id: lower-case text with dashes in Python, `uuid` on PostgreSQL, 32 hex digits on SQLite."""
    return Uuid(as_uuid=False)


def utc_now() -> datetime:
    """The wall clock as an aware UTC instant."""
    return datetime.now(UTC)


class Database:
    """The engines and sessions of one server process. Belongs to one event loop.

    statement_timeout: seconds a statement may take on PostgreSQL. pool_size: connections kept there.
    """

    def __init__(self, address: str, *, pool_size: int = 10, statement_timeout: float = 15.0) -> None:
        url = make_url(address)
        self.sqlite = url.get_backend_name() == "sqlite"
        if self.sqlite:
            # One writer at a time is SQLite's rule; here they queue fairly for the one connection, instead of each
            # trying again and again until its time is over.
            self.engine = _sqlite_engine(url, "BEGIN IMMEDIATE", size=1)
            self._reading = self._glancing = _sqlite_engine(url, "BEGIN", size=_READERS)
        else:
            self.engine = _postgresql_engine(url, pool_size, statement_timeout)
            self._reading = self.engine.execution_options(
                postgresql_readonly=True, isolation_level="REPEATABLE READ"
            )
            self._glancing = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._sessions = sessionmaker()
        self._write = async_sessionmaker(
            self.engine, sync_session_class=self._sessions, expire_on_commit=False
        )
        self._read = async_sessionmaker(self._reading, expire_on_commit=False)
        self._glance = async_sessionmaker(self._glancing, expire_on_commit=False)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits when the block ends and vanishes when it raises."""
        async with self._write.begin() as session:
            yield session

    def on_commit(self, heard: Callable[[MutableMapping[Any, Any]], None]) -> None:
        """Call this after every commit of `writing`, with the `info` of its session; after a rollback nobody is."""
        event.listen(self._sessions, "after_commit", lambda session: heard(session.info))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that sees one state of the data and can change nothing."""
        async with self._read.begin() as session:
            yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncSession]:
        """For one reading statement: on PostgreSQL without the two further round trips of a transaction."""
        async with self._glance() as session:
            yield session

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()
        if self.sqlite:
            await self._reading.dispose()


def _sqlite_engine(url: URL, begin: str, size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_MS / 1000},
    )

    def on_connect(connection: Any, _: object) -> None:
        # The driver's own BEGIN comes too late (at the first write, so that what was read before may be stale by
        # then) and commits before DDL. Ours comes at the start.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            *(("query_only=ON",) if begin == "BEGIN" else ()),
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _postgresql_engine(url: URL, pool_size: int, statement_timeout: float) -> AsyncEngine:
    options = {
        "statement_timeout": round(statement_timeout * 1000),
        "lock_timeout": 5000,
        "idle_in_transaction_session_timeout": 30_000,
    }
    return create_async_engine(
        url,
        pool_size=pool_size,
        # What overflows is closed when given back: under load every other request would connect anew.
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "maplehub",
        },
    )


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """The request's transaction. Used as `Depends(get_session, scope="function")`, never otherwise: `Session` is it."""
    database: Database = request.app.state.database
    async with database.writing() as session:
        yield session


async def get_reader(request: Request) -> AsyncIterator[AsyncSession]:
    """The request's transaction when it only reads; `Reader` is it."""
    database: Database = request.app.state.database
    async with database.reading() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
Reader = Annotated[AsyncSession, Depends(get_reader, scope="function")]
