"""One write: rows, outbox and history together, or nothing."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from desktop.services.registry import Services
from desktop.storage.append_only import APPEND_ONLY
from desktop.storage.changes import Label
from desktop.storage.database import Database
from desktop.storage.tables import SYNCED, boss_runs, characters, history, outbox
from shared.errors import Conflict, NotFound, StorageError
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.conftest import NOW

FIELDS = {"name": "Aria", "world": "kronos", "created_at": "2026-11-21"}


def _dump(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every live synced row by table, without the local row number and what is only ever added to."""
    found = {}
    with database.read() as connection:
        for name, table in SYNCED.items():
            if name in APPEND_ONLY:
                continue
            rows = connection.execute(
                select(*[c for c in table.c if c.name != "row"]).where(table.c.deleted == 0)
            )
            found[name] = sorted(tuple(row) for row in rows)
    return found


def test_a_row_and_its_outbox_line_are_written_together(database: Database) -> None:
    with database.write(Label("character.created", {"character": "Aria"})) as writing:
        writing.tx.insert(characters, "a", **FIELDS)
    with database.read() as connection:
        lines = connection.execute(select(outbox)).all()
        assert [(line.kind, line.row_id, line.op, json.loads(line.fields)) for line in lines] == [
            ("characters", "a", "insert", FIELDS)
        ]
    assert writing.changes.kinds == {"characters"}
    assert writing.changes.ids == {"a"}


def test_an_error_leaves_neither_row_nor_outbox_line_nor_history(database: Database) -> None:
    def write_half() -> None:
        with database.write(Label("character.created")) as writing:
            writing.tx.insert(characters, "a", **FIELDS)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    with database.read() as connection:
        for table in (characters, outbox, history):
            assert connection.execute(select(table)).all() == []


def test_mutation_ids_grow_even_when_the_clock_stands_still(database: Database) -> None:
    for number in range(50):
        with database.write() as writing:
            writing.tx.insert(characters, str(number), **FIELDS)
    with database.read() as connection:
        mids = list(connection.execute(select(outbox.c.mid).order_by(outbox.c.n)).scalars())
    assert mids == sorted(set(mids))


def test_mutation_ids_go_on_after_a_restart(database: Database) -> None:
    with database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)
    again = Database(database.path)
    with again.write() as writing:
        writing.tx.insert(characters, "b", **FIELDS)
    again.close()
    with database.read() as connection:
        mids = list(connection.execute(select(outbox.c.mid).order_by(outbox.c.n)).scalars())
    assert mids[0] < mids[1]


def test_an_update_sends_only_what_changed(database: Database) -> None:
    with database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)
    with database.write() as writing:
        writing.tx.update(characters, "a", name="Aria", world="scania")
    with database.read() as connection:
        last = connection.execute(select(outbox.c.fields).order_by(outbox.c.n.desc())).scalars().first()
    assert json.loads(str(last)) == {"world": "scania"}


def test_an_update_that_changes_nothing_is_no_change(database: Database) -> None:
    with database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)
    with database.write(Label("character.changed")) as writing:
        writing.tx.update(characters, "a", name="Aria")
    assert not writing.changes
    assert writing.changes.entry is None


def test_a_deleted_row_is_brought_back_by_an_insert_of_the_same_id(database: Database) -> None:
    for step in ("insert", "delete", "insert"):
        with database.write() as writing:
            if step == "insert":
                writing.tx.insert(characters, "a", **FIELDS)
            else:
                writing.tx.delete(characters, "a")
    with database.read() as connection:
        rows = connection.execute(select(characters)).all()
    assert [(row.id, row.deleted) for row in rows] == [("a", 0)]


def test_a_living_row_is_not_inserted_twice(database: Database) -> None:
    with database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)
    with pytest.raises(Conflict), database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)


def test_a_deleted_row_cannot_be_changed(database: Database) -> None:
    with database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)
        writing.tx.delete(characters, "a")
    with pytest.raises(NotFound), database.write() as writing:
        writing.tx.update(characters, "a", name="Brin")


def test_insert_many_leaves_living_rows_and_revives_deleted_ones(database: Database) -> None:
    with database.write() as writing:
        for row_id in ("a", "b"):
            writing.tx.insert(characters, row_id, **FIELDS)
        writing.tx.delete(characters, "b")
    rows = [{"id": row_id, **FIELDS, "name": "New"} for row_id in ("a", "b", "c", "c")]
    with database.write() as writing:
        assert writing.tx.insert_many(characters, rows) == 2
    with database.read() as connection:
        found = {row.id: row.name for row in connection.execute(select(characters)) if not row.deleted}
    assert found == {"a": "Aria", "b": "New", "c": "New"}


def test_undo_and_redo_restore_every_row_and_survive_a_restart(
    services: Services, database: Database, character: str, make_character: Callable[..., str]
) -> None:
    make_character("Brin")
    steps: list[Callable[[], object]] = [
        lambda: services.plans.set(character, "hard-lucid", 2),
        lambda: services.runs.tick(character, "hard-lucid"),
        lambda: services.runs.log(
            RunDraft(
                character,
                "hard-lucid",
                NOW.date(),
                drop_note=DropNote.LIST,
                drops=(Drop("dreamy-belt", 1), Drop("twilight-mark", 2, 5_000_000_000)),
            )
        ),
        lambda: services.runs.untick(character, "hard-lucid"),
        lambda: services.characters.remove(character),
    ]
    states = [_dump(database)]
    for step in steps:
        step()
        states.append(_dump(database))
    for expected in reversed(states[:-1]):
        again = Database(database.path)
        assert again.undo()
        again.close()
        assert _dump(database) == expected
    for expected in states[1:]:
        again = Database(database.path)
        assert again.redo()
        again.close()
        assert _dump(database) == expected


def test_something_new_ends_what_could_be_redone(
    services: Services, database: Database, character: str
) -> None:
    services.runs.tick(character, "hard-lucid")
    database.undo()
    assert database.next_redo() is not None
    services.runs.tick(character, "hard-will")
    assert database.next_redo() is None
    assert not database.redo()


def test_an_older_change_can_be_undone_alone(services: Services, database: Database, character: str) -> None:
    first = services.runs.tick(character, "hard-lucid")
    services.runs.tick(character, "hard-will")
    database.undo(first.entry)
    with database.read() as connection:
        left = [row.entry_id for row in connection.execute(select(boss_runs)) if not row.deleted]
    assert left == ["hard-will"]


def test_undo_leaves_alone_what_changed_since(services: Services, database: Database, character: str) -> None:
    changes = services.characters.change(character, "Brin", "kronos", job=None, level=280, is_main=True)
    services.characters.change(character, "Cora", "kronos", job=None, level=281, is_main=True)
    undone = database.undo(changes.entry)
    assert undone.skipped == 1
    assert services.characters.all()[0].name == "Cora"
    assert services.characters.all()[0].job == "bishop"


def test_undo_writes_outbox_lines_like_any_change(
    services: Services, database: Database, character: str
) -> None:
    services.runs.tick(character, "hard-lucid")
    with database.read() as connection:
        before = len(connection.execute(select(outbox)).all())
    database.undo()
    with database.read() as connection:
        lines = connection.execute(select(outbox).order_by(outbox.c.n)).all()[before:]
    assert [line.kind for line in lines] == ["boss_runs", "ledger_transactions", "ledger_transactions"]
    assert json.loads(lines[0].fields) == {"deleted": 1}


def test_a_row_changed_twice_in_one_write_is_undone_in_order(database: Database) -> None:
    with database.write() as writing:
        writing.tx.insert(characters, "a", **FIELDS)
    with database.write(Label("character.changed", {"character": "a"})) as writing:
        for name in ("Brin", "Cora", "Dace"):
            writing.tx.update(characters, "a", name=name)
        writing.tx.insert(characters, "b", **FIELDS)
        writing.tx.update(characters, "b", name="Elva", world="scania")
    after = _dump(database)
    undone = database.undo()
    assert undone.skipped == 0
    assert [row[1] for row in _dump(database)["characters"]] == ["Aria"]
    database.redo()
    assert _dump(database) == after


def test_a_change_of_many_rows_is_undone_whole(database: Database) -> None:
    rows = [{"id": f"{number:05}", **FIELDS, "name": f"Aria {number}"} for number in range(5000)]
    with database.write(Label("import.done", {"count": 5000, "file": "x"})) as writing:
        writing.tx.insert_many(characters, rows)
    assert len(database.undo().ids) == 5000
    assert _dump(database)["characters"] == []
    database.redo()
    assert len(_dump(database)["characters"]) == 5000
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(outbox)).scalar() == 15000


def test_a_closed_database_is_used_no_more(database: Database) -> None:
    """Its file may have been replaced by a backup: nothing that was on its way may reach that."""
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.peek("SELECT 1")
    with pytest.raises(StorageError, match="closed"), database.read():
        pass
    with pytest.raises(StorageError, match="closed"), database.write():
        pass
