"""Staged pages hold what the rows said: values, stamps, what only newer versions know."""

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.rows import stored_stamps
from desktop.sync.stage import Page
from shared.ids import setting_id
from shared.sync.outbox import Line
from shared.sync.overlay import plan_apply
from shared.sync.records import TABLES
from shared.sync.stamps import NO_STAMP
from shared.sync.wire import Key, Op, PulledRow, Row, pack, unpack

STAMPS = [NO_STAMP, *(f"018bcfe5-6800-7000-8000-{n:012x}" for n in range(3))]
KEYS = ["sound", "theme", "size"]
FIELDS = [*TABLES["settings"].fields]
VALUES = {
    "key": st.sampled_from(KEYS),
    "value": st.sampled_from(["1", '"x"', "null"]),
    "deleted": st.integers(0, 1),
}


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Settings from servers of this version, an older and a newer one; each once."""
    found = []
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        known = draw(st.sampled_from([FIELDS, FIELDS[:-1], [*FIELDS, "colour"]]))
        values = {name: draw(VALUES.get(name, st.just("red"))) for name in known} | {"key": key}
        stamps = {name: stamp for name in known if (stamp := draw(st.sampled_from(STAMPS)))}
        found.append(Row("settings", setting_id(key), values, stamps, len(found) + 1))
    return found


EDITS = st.lists(
    st.builds(
        Line,
        st.sampled_from(STAMPS[1:]),
        st.just("settings"),
        st.sampled_from(KEYS).map(setting_id),
        st.just(Op.UPDATE),
        st.fixed_dictionaries({}, optional={"value": st.just("9"), "deleted": st.integers(0, 1)}),
    ),
    max_size=4,
)


def shown(page: Page) -> dict[str, Mapping[str, object]]:
    lines, _ = page.tables.get("settings", ([], []))
    return {line[0]: dict(zip(FIELDS, line[1:], strict=True)) for line in lines}


@given(rows(), EDITS)
def test_a_page_is_what_its_rows_are_under_the_edits_that_wait(
    given_rows: list[Row], edits: list[Line]
) -> None:
    page = Page.read(Page.of(map(pack, given_rows)).text())
    assert list(page.keys()) == [row.key for row in given_rows]
    assert [row.id for row in page.dead()] == [row.id for row in given_rows if not row.live]
    waiting: dict[Key, list[Line]] = {}
    for edit in edits:
        waiting.setdefault(edit.key, []).append(edit)
    page.put_under(waiting)
    expected = plan_apply([unpack(pack(row)) for row in given_rows], {}, waiting, full=False).save
    assert shown(page) == {row.id: {name: row.values.get(name, 0) for name in FIELDS} for row in expected}, (
        "what an older server does not know has its default"
    )


@given(rows())
def test_what_is_confirmed_and_what_only_newer_versions_know_is_kept(given_rows: list[Row]) -> None:
    _, kept = Page.of(map(pack, given_rows)).tables.get("settings", ([], []))
    assert len(kept) == len(given_rows)
    for row, (row_id, stamps, extra) in zip(given_rows, kept, strict=True):
        newer = {name: value for name, value in row.values.items() if name not in FIELDS}
        assert row_id == row.id
        assert stamps == stored_stamps("settings", row.stamps, newer)
        assert (json.loads(extra) if extra else {}) == newer


def test_tables_come_after_their_parents_and_unknown_ones_not_at_all() -> None:
    def row(table: str) -> PulledRow:
        values = dict.fromkeys(TABLES[table].fields, "") if table in TABLES else {}
        return PulledRow(table, setting_id(table), 1, STAMPS[1], {}, values)

    page = Page.of(row(name) for name in ("boss_run_drops", "dreams", "boss_runs", "characters"))
    assert list(page.tables) == ["characters", "boss_runs", "boss_run_drops"]
