"""What is synced: the records are the desktop's tables, and every value is checked before it travels."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Integer

from desktop.storage.append_only import APPEND_ONLY
from desktop.storage.tables import SYNCED
from shared import ids
from shared.sync.records import TABLES, Code, Field, Kind, check_change, check_fields, check_new

_LOCAL = {"row", "id"}
_WHOLE_NUMBERS = {Kind.INTEGER, Kind.FLAG}


def test_the_tables_are_the_desktops_in_number_and_name() -> None:
    assert set(TABLES) == set(SYNCED)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_fields_are_the_desktops_columns(name: str) -> None:
    columns = {column.name: column for column in SYNCED[name].columns if column.name not in _LOCAL}
    assert set(TABLES[name].fields) == set(columns)
    for field in TABLES[name].fields.values():
        column = columns[field.name]
        assert (field.kind in _WHOLE_NUMBERS) == isinstance(column.type, Integer), field.name
        assert field.null == bool(column.nullable), field.name
        default: Any = column.server_default
        assert (None if field.default is None else str(field.default)) == (
            None if default is None else str(default.arg)
        ), field.name


def test_what_the_desktop_never_changes_is_insert_only() -> None:
    assert {name for name in APPEND_ONLY if name in TABLES} | {"lootbox_tables"} == {
        table.name for table in TABLES.values() if table.insert_only
    }


def test_parents_come_first_and_rules_name_fields_that_exist() -> None:
    seen: set[str] = set()
    for table in TABLES.values():
        assert set(table.parents.values()) <= seen
        assert {*table.parents, *table.key, *table.fixed} <= set(table.fields)
        assert not table.always or table.natural is not None
        seen.add(table.name)


def test_natural_keys_give_the_ids_the_desktop_makes() -> None:
    day = date(2026, 1, 1)
    made = {
        "boss_plans": (ids.plan_id("c", "lucid"), {"character_id": "c", "clear_group": "lucid"}),
        "boss_runs": (
            ids.clear_id("c", "lucid", day),
            {"cleared": 1, "character_id": "c", "clear_group": "lucid", "reset_period": "2026-01-01"},
        ),
        "boss_run_drops": (ids.drop_id("r", "ring"), {"run_id": "r", "item": "ring"}),
        "task_completions": (
            ids.completion_id("t", "account", day),
            {"task_id": "t", "owner": "account", "period": "2026-01-01"},
        ),
        "settings": (ids.setting_id("theme"), {"key": "theme"}),
        "calculator_inputs": (
            ids.calculator_id("symbols", "c"),
            {"calculator": "symbols", "owner": "c"},
        ),
        "lootbox_tables": (ids.natural_id("table", "abc"), {"hash": "abc"}),
    }
    assert set(made) == {table.name for table in TABLES.values() if table.natural is not None}
    for name, (row_id, values) in made.items():
        assert TABLES[name].has_natural_id(row_id, values), name
        assert not TABLES[name].has_natural_id(ids.new_id(), values), name


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Kind.TEXT, ["", "Ünïcödé 🍁", "x" * 4_000], [1, None, "x" * 4_001, "a\0b", "\ud83c", ["a"]]),
        (Kind.INTEGER, [0, -(2**63), 2**63 - 1], [True, 1.0, "1", 2**63, -(2**63) - 1]),
        (Kind.FLAG, [0, 1], [2, -1, True, "1"]),
        (Kind.DAY, ["2026-02-28"], ["2026-02-30", "20260228", "2026-W09-6", "today", 5]),
        (
            Kind.INSTANT,
            ["2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.123456Z"],
            ["2026-01-01T00:00:00", "2026-01-01", "now", 5],
        ),
        (Kind.DOCUMENT, ["{}", "x" * 200_000], ["x" * 200_001, {}]),
    ],
)
def test_values_that_both_databases_keep(kind: Kind, good: list[object], bad: list[object]) -> None:
    field = Field("any", kind)
    assert [value for value in good if not field.accepts(value)] == []
    assert [value for value in bad if field.accepts(value)] == []
    assert Field("any", kind, null=True).accepts(None)


def test_unknown_fields_are_refused_unless_the_sender_is_newer() -> None:
    table = TABLES["settings"]
    assert check_fields(table, {"colour": "red"}) is Code.UNKNOWN_FIELD
    assert check_fields(table, {"colour": "red"}, newer=True) is None
    assert table.split({"value": "1", "colour": "red"}) == ({"value": "1"}, {"colour": "red"})


def test_a_new_row_is_complete_and_bears_its_natural_id() -> None:
    table, whole = TABLES["settings"], {"key": "theme", "value": "1"}
    assert check_new(table, ids.setting_id("theme"), whole) is None
    assert check_new(table, ids.setting_id("other"), whole) is Code.BAD_ID
    assert check_new(table, ids.setting_id("theme"), {"key": "theme"}) is Code.MISSING_FIELD
    assert check_new(TABLES["purchases"], "no id", {}) is Code.MISSING_FIELD
    named = {"name": "Aria", "world": "kronos", "created_at": "2026-01-01T00:00:00+00:00"}
    assert check_new(TABLES["characters"], "no id", named) is Code.BAD_ID
    assert check_new(TABLES["characters"], ids.new_id().upper(), named) is Code.BAD_ID


def test_the_key_of_a_clear_never_changes_and_that_of_a_failure_may() -> None:
    table = TABLES["boss_runs"]
    run = {"character_id": "c", "clear_group": "lucid", "reset_period": "2026-01-01"}
    clear_id = ids.clear_id("c", "lucid", date(2026, 1, 1))
    moved = {"reset_period": "2026-01-08"}
    assert check_change(table, clear_id, {**run, "cleared": 1}, moved) is Code.IMMUTABLE
    assert check_change(table, clear_id, {**run, "cleared": 1}, {"reset_period": "2026-01-01"}) is None
    assert check_change(table, ids.new_id(), {**run, "cleared": 0}, moved) is None
    assert check_change(table, ids.new_id(), {**run, "cleared": 0}, {"cleared": 1}) is Code.IMMUTABLE
