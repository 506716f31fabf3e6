"""The schema on both databases: tables equal the migrations, every step goes up and down, data is carried."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Uuid,
    create_engine,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url

from server import schema
from shared.errors import DatabaseCorruptError, DatabaseTooNewError, MigrationError, StorageError
from tests.server.databases import Postgres


def _engine(address: str) -> Engine:
    url = make_url(address)
    return create_engine(url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url)


def _objects(address: str) -> dict[str, Any]:
    """Tables with columns, indexes, keys and checks, in words both databases use alike."""
    engine = _engine(address)
    with engine.connect() as connection:
        looking = inspect(connection)
        found = {
            table: (
                sorted(
                    (column["name"], str(column["type"]), column["nullable"])
                    for column in looking.get_columns(table)
                ),
                sorted(str(index["name"]) for index in looking.get_indexes(table)),
                sorted(str(key["name"]) for key in looking.get_foreign_keys(table)),
                sorted(str(check["name"]) for check in looking.get_check_constraints(table)),
                sorted(str(unique["name"]) for unique in looking.get_unique_constraints(table)),
            )
            for table in looking.get_table_names()
            if table != "alembic_version"
        }
    engine.dispose()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    made = postgres.empty()
    yield made
    postgres.drop(made)


def test_the_tables_are_what_the_migrations_make(address: str) -> None:
    engine = _engine(address)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_the_history_is_one_line_that_imports_nothing_of_ours() -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    assert scripts.get_heads() == [schema.head()]
    for script in scripts.walk_revisions():
        assert not script.is_branch_point
        content = Path(script.path).read_text()
        assert "server." not in content
        assert "shared." not in content


def test_every_step_goes_up_and_down_and_up_again(empty: str) -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    for script in reversed(list(scripts.walk_revisions())):
        before = _objects(empty)
        assert schema.migrate(empty, script.revision)
        after = _objects(empty)
        assert after != before
        assert schema.migrate(empty, script.down_revision or "base", down=True)
        assert _objects(empty) == before
        schema.migrate(empty, script.revision)
        assert _objects(empty) == after
    assert not schema.migrate(empty)


_SAID: dict[str, Any] = {
    "client": "web",
    "access": "read",
    "session_tokens.kind": "access",
    "snapshots.kind": "manual",
    "game": "osrs",
    "cadence_hours": 24,
    "source": "companion",
    "role": "member",
    "state": "waiting",
    "contests.status": "draft",
    "beacon": "none",
    "end_time": datetime(2026, 3, 6, 18, tzinfo=UTC),
}
"""What a column must hold where a check says so."""


def _a_row_in_every_table(connection: Connection, tables: MetaData) -> None:
    """Where there is none yet, by what the columns are and refer to."""
    for table in tables.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is None:
            row = {column.name: _value(connection, column) for column in table.columns}
            connection.execute(table.insert().values(row))


def _value(connection: Connection, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        return connection.execute(select(key.column).limit(1)).scalar_one()
    for name in (f"{column.table.name}.{column.name}", column.name):
        if name in _SAID:
            return _SAID[name]
    kind = column.type
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Uuid | CHAR):
        return uuid4() if isinstance(kind, Uuid) else uuid4().hex
    if isinstance(kind, DateTime):
        return datetime(2026, 3, 5, 18, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(2026, 3, 5)
    if isinstance(kind, Integer):
        return 1
    return b"x" * 32 if isinstance(kind, LargeBinary) else "x"


def _rows(connection: Connection, tables: MetaData) -> dict[str, dict[str, Any]]:
    """The one row of every table."""
    return {
        table.name: dict(connection.execute(select(table)).mappings().one())
        for table in tables.sorted_tables
        if table.name != "alembic_version"
    }


def _stored(address: str, *, fill: bool = False) -> dict[str, dict[str, Any]]:
    engine = _engine(address)
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        if fill:
            _a_row_in_every_table(connection, tables)
        found = _rows(connection, tables)
    engine.dispose()
    return found


def _both(
    one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]
) -> list[dict[str, dict[str, Any]]]:
    """As far as both have the same tables and columns."""
    return [
        {
            table: {name: row[name] for name in row.keys() & there[table].keys()}
            for table, row in here.items()
            if table in there
        }
        for here, there in ((one, other), (other, one))
    ]


def test_rows_are_carried_by_every_step_up_and_down(empty: str) -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    before: dict[str, dict[str, Any]] = {}
    for script in reversed(list(scripts.walk_revisions())):
        assert schema.migrate(empty, script.revision)
        after = _stored(empty, fill=True)
        kept, carried = _both(before, after)
        assert carried == kept, script.revision
        assert set(before) <= set(after), script.revision
        if before:
            assert schema.migrate(empty, str(script.down_revision), down=True)
            assert _stored(empty) == before, script.revision
            assert schema.migrate(empty, script.revision)
            after = _stored(empty, fill=True)
        before = after
    assert not schema.migrate(empty)


def _fill(address: str) -> None:
    engine = _engine(address)
    rows = {
        "users": "'00000000000000000000000000000001', '42', 'aria', NULL, :at, :at",
        "sessions": "'00000000000000000000000000000002', '00000000000000000000000000000001', 'web', 'x', :at, :at,"
        " :at, NULL, NULL",
    }
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(
                text(f"INSERT INTO {table} VALUES ({values})"), {"at": "2026-03-05 18:00:00.000000"}
            )
    engine.dispose()


def _next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A copy of the migrations with one more."""
    scripts = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9999_next.py").write_text(
        '"""The next one."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = '9999'\ndown_revision = {schema.head()!r}\n\n\n"
        f"def upgrade() -> None:\n{body}\n\n\n"
        "def downgrade() -> None:\n"
        "    with op.batch_alter_table('users') as batch:\n        batch.drop_column('place')\n"
    )
    monkeypatch.setattr(schema, "MIGRATIONS", scripts)


_ADD = (
    "    with op.batch_alter_table('users', recreate='always') as batch:\n"
    "        batch.add_column(sa.Column('place', sa.String(8), nullable=False, server_default='kept'))\n"
)


def _add(address: str) -> str:
    """A step that adds a column; on SQLite by making the table anew, as most steps there do."""
    return _ADD if address.startswith("sqlite") else _ADD.replace(", recreate='always'", "")


def test_a_step_that_makes_a_table_anew_keeps_the_rows_and_what_refers_to_them(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite dropping the old `users` would cascade into sessions, were foreign keys on."""
    _fill(address)
    _next(tmp_path, monkeypatch, _add(address))
    assert schema.migrate(address)
    engine = _engine(address)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT discord_username, place FROM users")).all() == [
            ("aria", "kept")
        ]
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1
    engine.dispose()
    assert schema.migrate(address, "-1", down=True)
    assert "place" not in str(_objects(address)["users"])


def test_a_step_that_fails_half_way_leaves_everything_as_it_was(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(address)
    before = _objects(address)
    _next(
        tmp_path,
        monkeypatch,
        _add(address) + "    op.execute('DELETE FROM sessions')\n    raise RuntimeError('half-way')\n",
    )
    with pytest.raises(MigrationError, match=r"half-way.*left as it was"):
        schema.migrate(address)
    assert _objects(address) == before
    engine = _engine(address)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1
    engine.dispose()


def test_rows_that_refer_to_nothing_stop_a_step_on_sqlite(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(sqlite_address)
    _next(tmp_path, monkeypatch, "    op.execute('DELETE FROM users')\n")
    with pytest.raises(MigrationError, match="refer to nothing"):
        schema.migrate(sqlite_address)


async def test_two_processes_that_migrate_at_once_both_find_it_done(empty: str) -> None:
    done = await asyncio.gather(*(schema.prepare(empty) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]


def test_a_newer_database_is_refused(address: str) -> None:
    engine = _engine(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
    engine.dispose()
    with pytest.raises(DatabaseTooNewError, match="newer MapleHub server"):
        schema.migrate(address)


def test_somebody_elses_database_is_refused(empty: str) -> None:
    engine = _engine(empty)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE songs (title TEXT)"))
    engine.dispose()
    with pytest.raises(DatabaseCorruptError, match="something else"):
        schema.migrate(empty)


def test_a_database_that_is_away_is_said_without_its_password() -> None:
    with pytest.raises(StorageError) as caught:
        schema.migrate("postgresql+psycopg://maplehub:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(caught.value)
    assert "DATABASE_URL" in caught.value.action


def test_an_unknown_revision_is_said(address: str) -> None:
    with pytest.raises(MigrationError, match="There is no migration 4711"):
        schema.migrate(address, "4711")
