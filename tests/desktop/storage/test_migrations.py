"""The schema: tables equal the migrations, every step goes up and down, data is carried, failure changes nothing."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from desktop.services.registry import build_services
from desktop.storage import backups, schema
from desktop.storage.database import Database, make_engine
from desktop.storage.migrations.configuration import configuration
from desktop.storage.tables import SCHEMA_HEAD, metadata
from shared.catalog import Catalog
from shared.errors import DatabaseCorruptError, DatabaseTooNewError, MigrationError
from tests.desktop.conftest import NOW, Clock

_SQL = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"


def _objects(path: Path) -> dict[str, set[str]]:
    """Tables with their columns, and indexes with their definition, without regard to spelling."""
    found: dict[str, set[str]] = {}
    with closing(sqlite3.connect(path)) as connection:
        for kind, name, table, sql in connection.execute(_SQL).fetchall():
            if kind == "table":
                found[name] = {str(row[1:]) for row in connection.execute(f"PRAGMA table_info({name})")}
            else:
                found[name] = {table, " ".join((sql or "").replace("(", " ( ").replace(")", " ) ").split())}
    return found


def _migrate(path: Path, revision: str, *, down: bool = False) -> None:
    engine = make_engine(path)
    with engine.begin() as connection:
        run = command.downgrade if down else command.upgrade
        run(configuration(schema.MIGRATIONS, connection), revision)
    engine.dispose()


def test_the_tables_are_what_the_migrations_make(tmp_path: Path) -> None:
    _migrate(tmp_path / "migrated.db", "head")
    engine = make_engine(tmp_path / "migrated.db")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_new_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    _migrate(tmp_path / "migrated.db", "head")
    Database.open(tmp_path / "new.db", tmp_path / "backups").close()
    assert _objects(tmp_path / "new.db") == _objects(tmp_path / "migrated.db")


def test_the_head_is_the_newest_script_and_the_history_is_one_line() -> None:
    scripts = ScriptDirectory.from_config(configuration(schema.MIGRATIONS))
    assert scripts.get_heads() == [SCHEMA_HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == schema.known_versions()
    assert all(not script.is_branch_point for script in scripts.walk_revisions())


def test_every_step_goes_up_and_down_and_up_again(tmp_path: Path) -> None:
    path = tmp_path / "steps.db"
    scripts = ScriptDirectory.from_config(configuration(schema.MIGRATIONS))
    for script in reversed(list(scripts.walk_revisions())):
        before = _objects(path)
        _migrate(path, script.revision)
        after = _objects(path)
        _migrate(path, "-1", down=True)
        left = _objects(path)
        left.pop("alembic_version", None)
        before.pop("alembic_version", None)
        assert left == before
        _migrate(path, script.revision)
        assert _objects(path) == after


@pytest.fixture
def later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations where a test can add the next one; returns its folder of versions."""
    scripts = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", scripts)
    monkeypatch.setattr(schema, "SCHEMA_HEAD", "9999")
    return scripts / "versions"


def _script(body: str) -> str:
    return (
        '"""The next one."""\n\nfrom alembic import op\n\n'
        f"revision = '9999'\ndown_revision = {SCHEMA_HEAD!r}\n\n\n"
        f"def upgrade() -> None:\n{body}\n\n\ndef downgrade() -> None:\n    pass\n"
    )


def _database_with_a_run(tmp_path: Path, catalog: Catalog) -> Path:
    path = tmp_path / "maplehub.sqlite3"
    database = Database.open(path, tmp_path / "backups", now=Clock())
    services = build_services(database, catalog, Clock())
    character = services.characters.create("Aria", "kronos")[1]
    services.runs.tick(character, "hard-lucid")
    database.close()
    return path


def test_a_migration_carries_the_data_and_makes_a_backup_first(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    path = _database_with_a_run(tmp_path, catalog)
    versions: Path = request.getfixturevalue("later_version")
    (versions / "9999_next.py").write_text(
        _script("    op.execute(\"ALTER TABLE boss_runs ADD COLUMN place TEXT NOT NULL DEFAULT 'kept'\")")
    )
    Database.open(path, tmp_path / "backups", now=Clock()).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT entry_id, place FROM boss_runs").fetchall() == [
            ("hard-lucid", "kept")
        ]
    made = backups.listing(tmp_path / "backups")
    assert [backup.reason for backup in made] == ["migration"]
    assert backups.count(made[0].path) == 2


def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    tmp_path: Path, catalog: Catalog, request: pytest.FixtureRequest
) -> None:
    path = _database_with_a_run(tmp_path, catalog)
    before = _objects(path)
    versions: Path = request.getfixturevalue("later_version")
    (versions / "9999_next.py").write_text(
        _script(
            "    op.execute('ALTER TABLE boss_runs ADD COLUMN place TEXT')\n"
            "    op.execute('DELETE FROM boss_runs')\n"
            "    op.execute('DROP TABLE characters')\n"
            "    raise RuntimeError('half-way')"
        )
    )
    with pytest.raises(MigrationError, match="left as it was"):
        Database.open(path, tmp_path / "backups", now=Clock())
    assert _objects(path) == before
    assert backups.count(path) == 2
    assert schema.stored_version(path) == SCHEMA_HEAD


def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path, catalog: Catalog) -> None:
    path = _database_with_a_run(tmp_path, catalog)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2000'")
        connection.commit()
    content = path.read_bytes()
    with pytest.raises(DatabaseTooNewError, match="newer MapleHub"):
        Database.open(path, tmp_path / "backups", now=Clock())
    assert path.read_bytes() == content


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "maplehub.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(DatabaseCorruptError, match="not a MapleHub database"):
        Database.open(path, tmp_path / "backups", now=lambda: NOW)
