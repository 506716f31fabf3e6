"""The server's merge: per field the later stamp wins, in whatever order and however often edits arrive."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import ids
from shared.sync.clock import HybridClock
from shared.sync.merge import Merged, merge, needed, refuse_push, sent_stamps
from shared.sync.records import SCHEMA, Code
from shared.sync.wire import Account, Key, Mutation, Op, Push, Refusal, Row, Status

NOW = 1_700_000_000_000
HERO = ids.natural_id("character", "hero")
FIRST = {"name": "Aria", "world": "kronos", "created_at": "2026-01-01T00:00:00+00:00"}
PLAN = ids.plan_id(HERO, "lucid")
PLAN_FIELDS = {"character_id": HERO, "clear_group": "lucid", "entry_id": "hard-lucid"}


def at(ms: int, random: int = 0) -> str:
    return HybridClock().tick(NOW + ms, random)


def insert(ms: int, fields: dict[str, object] | None = None) -> Mutation:
    return Mutation(at(ms), "characters", HERO, Op.INSERT, fields or FIRST)


def update(ms: int, **fields: object) -> Mutation:
    return Mutation(at(ms), "characters", HERO, Op.UPDATE, fields)


class Table:
    """A server's memory, for tests that push several times."""

    def __init__(self) -> None:
        self.account = Account("epoch")
        self.rows: dict[Key, Row] = {}
        self.clamps: dict[str, str] = {}

    def push(self, *mutations: Mutation, now: int = NOW + 1_000, schema: int = SCHEMA) -> Merged:
        rows = {key: self.rows[key] for key in needed(mutations) if key in self.rows}
        clamps = {mid: self.clamps[mid] for mid in sent_stamps(mutations) if mid in self.clamps}
        merged = merge(self.account, rows, clamps, mutations, now_ms=now, schema=schema)
        self.account = merged.account
        self.rows |= {row.key: row for row in merged.saved}
        self.clamps |= merged.clamps
        return merged

    @property
    def hero(self) -> Row:
        return self.rows["characters", HERO]


@pytest.fixture
def server() -> Table:
    return Table()


def test_a_new_row_has_its_fields_their_stamps_and_the_defaults(server: Table) -> None:
    merged = server.push(insert(0))
    assert merged.results[0].status is Status.APPLIED
    assert server.hero.values == {
        **FIRST,
        "job": None,
        "level": None,
        "is_main": 0,
        "position": 0,
        "deleted": 0,
    }
    assert server.hero.stamps == dict.fromkeys((*FIRST, "deleted"), at(0))
    assert (server.hero.seq, server.account.head, server.account.max_stamp) == (1, 1, at(0))


def test_a_duplicate_changes_nothing(server: Table) -> None:
    server.push(insert(0), update(1, level=5))
    before = (server.account, dict(server.rows))
    merged = server.push(update(1, level=5))
    assert merged.results[0].status is Status.APPLIED
    assert merged.saved == ()
    assert (server.account, server.rows) == before


def test_a_loser_is_told_and_the_row_goes_out_again(server: Table) -> None:
    server.push(insert(0), update(5, level=5))
    merged = server.push(update(3, level=3, job="bishop"))
    result = merged.results[0]
    assert (result.status, result.lost) == (Status.MERGED, ("level",))
    assert (server.hero.values["level"], server.hero.values["job"]) == (5, "bishop")
    assert server.hero.seq == 2
    only_loser = server.push(update(2, level=2))
    assert only_loser.saved[0].seq == server.account.head == 3


def test_a_later_edit_restores_and_an_earlier_one_is_kept_under_the_tombstone(server: Table) -> None:
    server.push(insert(0), update(5, deleted=1), update(3, job="bishop"))
    assert (server.hero.live, server.hero.values["job"]) == (False, "bishop")
    server.push(update(7, deleted=0))
    assert (server.hero.live, server.hero.values["job"]) == (True, "bishop")


def test_an_insert_after_a_tombstone_brings_the_row_back(server: Table) -> None:
    server.push(insert(0), update(5, deleted=1), insert(7))
    assert server.hero.live


def test_what_others_write_in_other_fields_stands(server: Table) -> None:
    server.push(insert(0), update(9, level=9))
    server.push(update(4, job="bishop"))
    assert (server.hero.values["level"], server.hero.values["job"]) == (9, "bishop")


@pytest.mark.parametrize(
    ("mutation", "code"),
    [
        (Mutation(at(1), "monsters", HERO, Op.INSERT, {}), Code.UNKNOWN_TABLE),
        (update(1, colour="red"), Code.UNKNOWN_FIELD),
        (update(1, level="five"), Code.BAD_TYPE),
        (Mutation(at(1), "characters", ids.new_id(), Op.UPDATE, {"level": 5}), Code.UNKNOWN_ROW),
        (Mutation(at(1), "characters", "hero", Op.INSERT, FIRST), Code.BAD_ID),
        (Mutation(at(1), "characters", ids.new_id(), Op.INSERT, {"name": "Aria"}), Code.MISSING_FIELD),
        (Mutation(at(1), "boss_plans", PLAN, Op.UPDATE, {"clear_group": "will"}), Code.IMMUTABLE),
        (
            Mutation(
                at(1),
                "boss_plans",
                ids.plan_id("nobody", "lucid"),
                Op.INSERT,
                {**PLAN_FIELDS, "character_id": "nobody"},
            ),
            Code.MISSING_PARENT,
        ),
        (
            Mutation(at(1), "lootbox_tables", ids.natural_id("table", "h"), Op.UPDATE, {"content": "[]"}),
            Code.INSERT_ONLY,
        ),
    ],
)
def test_what_is_rejected_and_why(server: Table, mutation: Mutation, code: Code) -> None:
    server.push(insert(0), Mutation(at(0, 1), "boss_plans", PLAN, Op.INSERT, PLAN_FIELDS))
    server.push(
        Mutation(
            at(0, 2),
            "lootbox_tables",
            ids.natural_id("table", "h"),
            Op.INSERT,
            {"hash": "h", "content": "{}"},
        )
    )
    before = {key: replace(row, seq=0) for key, row in server.rows.items()}
    known = server.rows.get(mutation.key)
    merged = server.push(mutation)
    assert (merged.results[0].status, merged.results[0].code) == (Status.REJECTED, code)
    assert {key: replace(row, seq=0) for key, row in server.rows.items()} == before
    # The author sees its own edit and needs the row as it is.
    assert [row.key for row in merged.saved] == ([] if known is None else [mutation.key])


def test_one_bad_mutation_does_not_stop_the_others(server: Table) -> None:
    merged = server.push(insert(0), update(1, level="five"), update(2, level=6))
    assert [result.status for result in merged.results] == [Status.APPLIED, Status.REJECTED, Status.APPLIED]
    assert server.hero.values["level"] == 6


def test_a_parent_may_come_in_the_same_push_but_not_after_its_child(server: Table) -> None:
    child = Mutation(at(2), "boss_plans", PLAN, Op.INSERT, PLAN_FIELDS)
    assert [each.code for each in server.push(child, insert(0)).results] == [Code.MISSING_PARENT, None]
    assert server.push(child).results[0].status is Status.APPLIED
    again = replace(child, op=Op.REUPLOAD)
    assert Table().push(again).results[0].status is Status.APPLIED


def test_a_buried_parent_is_a_parent(server: Table) -> None:
    server.push(insert(0), update(1, deleted=1))
    assert server.push(Mutation(at(2), "boss_plans", PLAN, Op.INSERT, PLAN_FIELDS)).results[0].code is None


def test_of_rows_that_never_change_the_first_to_arrive_stays(server: Table) -> None:
    key = ("lootbox_tables", ids.natural_id("table", "h"))
    first = Mutation(at(5), *key, Op.INSERT, {"hash": "h", "content": "first"})
    second = Mutation(at(9), *key, Op.INSERT, {"hash": "h", "content": "second"})
    server.push(first)
    result = server.push(second).results[0]
    assert (result.status, result.lost) == (Status.MERGED, ("content",))
    assert server.rows[key].values["content"] == "first"
    assert server.rows[key].seq == 2
    assert server.push(first).saved == ()
    assert server.push(Mutation(at(9), *key, Op.INSERT, {"hash": "h", "content": "x", "deleted": 1})).results[
        0
    ].code is (Code.INSERT_ONLY)


def test_fields_of_newer_clients_are_kept_and_older_ones_do_not_touch_them(server: Table) -> None:
    server.push(insert(0), update(1, colour=["red", 1]), schema=SCHEMA + 1)
    server.push(insert(5), update(6, level=6))
    assert server.hero.values["colour"] == ["red", 1]
    assert server.hero.stamps["colour"] == at(1)


def test_a_reupload_keeps_its_stamps_and_heals_only_what_is_older(server: Table) -> None:
    server.push(insert(0), update(9, level=9))
    stamps = {**dict.fromkeys((*FIRST, "deleted"), at(0)), "level": at(4), "job": at(5)}
    fields = {**FIRST, "deleted": 0, "level": 4, "job": "bishop"}
    merged = server.push(Mutation(at(5), "characters", HERO, Op.REUPLOAD, fields, stamps))
    assert merged.results[0].lost == ("level",)
    assert (server.hero.values["level"], server.hero.values["job"]) == (9, "bishop")
    assert server.hero.stamps["job"] == at(5)


def test_a_stamp_from_the_future_counts_as_made_now_and_does_so_again(server: Table) -> None:
    hour = 3_600_000
    server.push(insert(0))
    result = server.push(update(hour, level=1)).results[0]
    assert result.clamped == {at(hour): result.stamp}
    assert at(0) < result.stamp < at(60_000)
    server.push(update(70_000, level=2), now=NOW + 70_000)
    late = server.push(update(hour, level=1), now=NOW + 2 * hour).results[0]
    assert (late.stamp, late.lost) == (result.stamp, ("level",))
    assert server.hero.values["level"] == 2


def test_a_replaced_edit_that_arrives_late_from_the_future_is_older_still(server: Table) -> None:
    hour = 3_600_000
    server.push(insert(0))
    newer = replace(update(hour + 5, level=2), past=(at(hour),))
    server.push(newer)
    assert server.push(update(hour, level=1)).results[0].lost == ("level",)
    assert server.hero.values["level"] == 2


def test_another_epoch_is_refused() -> None:
    account = Account("two")
    assert refuse_push(account, Push("one", ())) is Refusal.EPOCH_CHANGED
    assert refuse_push(account, Push("two", ())) is None
    assert refuse_push(account, Push("", ())) is None


_names = st.sampled_from(["name", "job", "world"])
_edits = st.lists(
    st.tuples(st.integers(1, 6), st.dictionaries(_names, st.sampled_from(["x", "y"]), min_size=1)), max_size=6
)


@given(_edits, st.randoms(use_true_random=False), st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_order_repetition_and_packing_do_not_matter(
    edits: list[tuple[int, dict[str, object]]], shuffled: object, times: list[int]
) -> None:
    straight, mixed = Table(), Table()
    for server in (straight, mixed):
        server.push(insert(0))
    mutations = [update(ms, **fields) for ms, fields in edits]
    straight.push(*mutations)
    again = [each for each, count in zip(mutations, times, strict=False) for _ in range(count)]
    shuffled.shuffle(again)  # type: ignore[attr-defined]
    for mutation in again:
        mixed.push(mutation)
    assert (mixed.hero.values, mixed.hero.stamps) == (straight.hero.values, straight.hero.stamps)
    assert mixed.account.max_stamp == straight.account.max_stamp


@given(_edits)
def test_every_saved_row_has_the_next_number(edits: list[tuple[int, dict[str, object]]]) -> None:
    server = Table()
    server.push(insert(0))
    for ms, fields in edits:
        head = server.account.head
        merged = server.push(update(ms, **fields))
        assert [row.seq for row in merged.saved] == [head + 1][: len(merged.saved)]
        assert server.account.head == head + len(merged.saved)


def test_a_push_from_beyond_the_history_is_refused_before_it_makes_it_longer() -> None:
    account = Account("epoch", head=5)
    assert refuse_push(account, Push("epoch", (), cursor=5)) is None
    assert refuse_push(account, Push("epoch", (), cursor=6)) is Refusal.CURSOR_AHEAD
    assert refuse_push(account, Push("other", (), cursor=6)) is Refusal.EPOCH_CHANGED
