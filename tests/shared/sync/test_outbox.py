"""What the outbox becomes on the wire, and what an answer means for it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import ids
from shared.sync.clock import HybridClock
from shared.sync.outbox import (
    Batch,
    Line,
    Overwritten,
    Pending,
    acknowledge,
    compact,
    restored,
    upload_again,
)
from shared.sync.records import Code
from shared.sync.wire import Key, Op, PushAnswer, Result, Row, Status

NOW = 1_700_000_000_000
HERO: Key = ("characters", ids.natural_id("character", "hero"))
RUN: Key = ("boss_runs", ids.natural_id("run", "one"))


def at(ms: int) -> str:
    return HybridClock().tick(NOW + ms, 0)


def line(ms: int, key: Key = HERO, op: Op = Op.UPDATE, /, **fields: object) -> Line:
    return Line(at(ms), *key, op, fields)


def answer(*results: Result) -> PushAnswer:
    return PushAnswer("epoch", 9, at(99), NOW, results)


def applied(batch: Batch) -> PushAnswer:
    return answer(*(Result(each.mid, Status.APPLIED, each.mid) for each in batch.mutations))


def test_lines_of_a_row_travel_together_each_field_under_its_own_stamp() -> None:
    batch = compact([line(1, name="Aria", level=1), line(2, level=2), line(3, job="bishop")], {})
    (mutation,) = batch.mutations
    assert mutation.fields == {"name": "Aria", "level": 2, "job": "bishop"}
    assert {name: mutation.stamp(name) for name in mutation.fields} == {
        "name": at(1),
        "level": at(2),
        "job": at(3),
    }
    assert batch.lines == {mutation.mid: (at(1), at(2), at(3))}


def test_a_replaced_edit_is_still_named() -> None:
    (mutation,) = compact([line(1, level=1), line(2, level=2)], {}).mutations
    assert (mutation.mid, mutation.fields, mutation.past) == (at(2), {"level": 2}, (at(1),))


def test_an_insert_means_the_row_to_live_and_stays_one() -> None:
    (mutation,) = compact([line(1, HERO, Op.INSERT, name="Aria"), line(2, deleted=1)], {}).mutations
    assert (mutation.op, mutation.fields) == (Op.INSERT, {"deleted": 1, "name": "Aria"})
    assert (mutation.stamp("deleted"), mutation.stamp("name")) == (at(2), at(1))


def test_a_run_that_moves_to_a_new_character_is_not_sent_before_it() -> None:
    lines = [
        line(1, RUN, note="long"),
        line(2, HERO, Op.INSERT, name="Aria"),
        line(3, RUN, character_id=HERO[1]),
        line(4, RUN, note="longer"),
    ]
    assert [(each.key, dict(each.fields)) for each in compact(lines, {}).mutations] == [
        (RUN, {"note": "long"}),
        (HERO, {"deleted": 0, "name": "Aria"}),
        (RUN, {"character_id": HERO[1], "note": "longer"}),
    ]


def test_a_row_that_comes_back_is_sent_whole_with_what_is_confirmed_of_it() -> None:
    stored = Row(
        *HERO, {"name": "Aria", "deleted": 0, "level": 9, "position": 0}, {"name": at(0), "deleted": at(1)}
    )
    lines = [line(5, deleted=0), line(6, RUN, note="x"), line(7, level=9)]
    assert restored(lines) == {HERO}
    whole = {HERO: Pending(stored, (lines[0], lines[2]))}
    back, other = compact(lines, whole).mutations
    assert (back.op, other.key) == (Op.REUPLOAD, RUN)
    assert {name: back.stamp(name) for name in back.fields} == {
        "name": at(0),
        "deleted": at(5),
        "level": at(7),
    }
    # Even where the push ends before them, all lines of the row go along.
    assert compact(lines[:1], whole).lines[back.mid] == (at(5), at(7))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["name", "job"])), max_size=30), st.integers(1, 5)
)
def test_a_push_has_a_limit_and_pushes_together_carry_everything(
    edits: list[tuple[int, str]], limit: int
) -> None:
    keys = [("characters", ids.natural_id("character", str(n))) for n in range(6)]
    waiting = [line(place, keys[row], **{name: f"v{place}"}) for place, (row, name) in enumerate(edits)]
    wanted: dict[tuple[Key, str], tuple[object, str]] = {}
    for each in waiting:
        wanted |= {(each.key, name): (value, each.mid) for name, value in each.fields.items()}
    seen: dict[tuple[Key, str], tuple[object, str]] = {}
    while waiting:
        batch = compact(waiting, {}, limit=limit)
        assert 1 <= len(batch.mutations) <= limit
        sent = {mid for mids in batch.lines.values() for mid in mids}
        assert sent == {each.mid for each in waiting[: len(sent)]}
        for each in batch.mutations:
            seen |= {(each.key, name): (value, each.stamp(name)) for name, value in each.fields.items()}
            assert {each.mid, *each.stamps.values(), *each.past} == set(batch.lines[each.mid])
        waiting = waiting[len(sent) :]
    assert seen == wanted


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=40))
def test_a_push_stays_below_its_size(lengths: list[int]) -> None:
    lines = [
        line(n, ("settings", ids.setting_id(str(n))), Op.INSERT, key=str(n), value="ü" * length)
        for n, length in enumerate(lengths)
    ]
    batch = compact(lines, {}, max_bytes=10_000)
    shown = [
        {"mid": each.mid, "t": each.table, "id": each.id, "op": each.op, "set": dict(each.fields), "c": {}}
        for each in batch.mutations
    ]
    assert len(batch.mutations) == 1 or len(json.dumps(shown)) <= 10_000


def test_only_what_was_sent_is_taken_out() -> None:
    lines = [line(1, level=1), line(2, level=2)]
    batch = compact(lines[:1], {})
    done = acknowledge(batch, applied(batch), {HERO: {}}, {HERO: lines})
    assert done.done == {at(1)}
    assert done.stamps == {HERO: {"level": at(1)}}
    assert (done.removed, done.journal) == (frozenset(), ())


def test_lost_words_go_to_the_journal_and_lost_numbers_do_not() -> None:
    batch = compact([line(1, name="Aria", level=5, job="bishop")], {})
    lost = answer(Result(at(1), Status.MERGED, at(1), ("name", "level")))
    done = acknowledge(batch, lost, {HERO: {"name": at(0)}}, {})
    # What is shown until the row comes was written under this stamp, and would be uploaded again with it.
    assert done.stamps == {HERO: dict.fromkeys(("name", "level", "job"), at(1))}
    (entry,) = done.journal
    assert (entry.reason, entry.fields) == (Overwritten.LOST, {"name": "Aria"})


def test_a_clamped_edit_is_confirmed_under_the_stamp_it_counts_as() -> None:
    batch = compact([line(1, level=5), line(2, job="bishop")], {})
    (mutation,) = batch.mutations
    clamped = {at(1): at(-9), at(2): at(-8)}
    done = acknowledge(
        batch, answer(Result(mutation.mid, Status.APPLIED, clamped[mutation.mid], clamped=clamped)), {}, {}
    )
    assert done.stamps == {HERO: {"level": at(-9), "job": at(-8)}}


def rejected(code: Code, confirmed: dict[str, str]) -> tuple[set[str], set[Key], list[tuple[str, object]]]:
    later = line(7, job="bishop")
    first = line(1, level=5)
    batch = compact([first], {})
    result = answer(Result(at(1), Status.REJECTED, at(1), code=code))
    done = acknowledge(batch, result, {HERO: confirmed}, {HERO: [first, later]})
    return set(done.done), set(done.removed), [(each.reason, each.fields) for each in done.journal]


def test_a_rejected_edit_of_a_row_the_server_knows_leaves_the_row() -> None:
    done, removed, journal = rejected(Code.BAD_TYPE, {"name": at(0)})
    assert (done, removed) == ({at(1)}, set())
    assert journal == [(Code.BAD_TYPE, {"level": 5})]


@pytest.mark.parametrize(
    ("code", "confirmed"), [(Code.MISSING_PARENT, {}), (Code.UNKNOWN_ROW, {"name": at(0)})]
)
def test_a_row_the_server_will_not_have_goes_with_all_its_edits_to_the_journal(
    code: Code, confirmed: dict[str, str]
) -> None:
    done, removed, journal = rejected(code, confirmed)
    assert (done, removed) == ({at(1), at(7)}, {HERO})
    assert journal == [(code, {"level": 5}), (code, {"job": "bishop"})]


def test_the_answer_to_another_push_is_refused() -> None:
    batch = compact([line(1, level=5)], {})
    with pytest.raises(ValueError, match="another push"):
        acknowledge(batch, answer(Result(at(2), Status.APPLIED, at(2))), {}, {})


def test_confirmed_rows_are_uploaded_again_with_their_stamps_and_what_waits_under_its_own() -> None:
    stored = Row(*HERO, {"name": "Aria", "level": 5, "position": 0}, {"name": at(0), "level": at(1)})
    (mutation,) = upload_again([Pending(stored, (line(9, level=5),))])
    assert (mutation.op, mutation.fields) == (Op.REUPLOAD, {"name": "Aria", "level": 5})
    assert {name: mutation.stamp(name) for name in mutation.fields} == {"name": at(0), "level": at(9)}


def test_a_value_that_was_rejected_is_not_uploaded_as_confirmed() -> None:
    batch = compact([line(1, level=5)], {})
    result = answer(Result(at(1), Status.REJECTED, at(1), code=Code.IMMUTABLE))
    stamps = {"name": at(0), "level": at(0)}
    stamps |= acknowledge(batch, result, {HERO: stamps}, {}).stamps[HERO]
    (mutation,) = upload_again([Pending(Row(*HERO, {"name": "Aria", "level": 5}, stamps), ())])
    assert mutation.fields == {"name": "Aria"}
