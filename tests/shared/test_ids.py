"""Ids: what two machines make offline is the same row; what one machine makes sorts by time."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared import ids

words = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), max_size=12)


# Stored ids depend on these. A change here is a migration of everyone's data, never a correction of the test.
@pytest.mark.parametrize(
    ("made", "stored"),
    [
        (ids.clear_id("c1", "lotus-weekly", date(2026, 11, 19)), "00f3896c-58bb-5874-bf23-ef673d8d1446"),
        (ids.drop_id("r1", "berserked"), "af2c287a-496b-5f0d-92c7-e034ff52327e"),
        (ids.plan_id("c1", "lotus-weekly"), "2f51ae36-a1c6-5071-a123-6e953071da8e"),
        (ids.task_id("vanishing-journey-daily", "c1"), "910798a3-e1f3-5992-a490-cee2a942f53f"),
        (ids.completion_id("t1", "c1", date(2026, 11, 1)), "30a0af19-3b77-5966-895b-95bc25861d24"),
        (ids.setting_id("theme"), "9a807953-a076-56a9-acbf-c08596408065"),
        (ids.calculator_id("symbols", "c1"), "294c8f74-998d-522a-83fa-59c6d582d941"),
    ],
)
def test_ids_never_change(made: str, stored: str) -> None:
    assert made == stored


def test_the_recipe_is_a_v5_of_the_parts_joined() -> None:
    assert UUID("7a3de3cc-5a52-5f0c-9d5f-6d61706c6568") == ids.NAMESPACE
    assert ids.natural_id("clear", "a", "b") == str(uuid5(ids.NAMESPACE, "clear\x1fa\x1fb"))
    assert UUID(ids.natural_id("clear", "a", "b")).version == 5


@given(words, st.lists(words, max_size=4))
def test_the_same_key_makes_the_same_id(kind: str, parts: list[str]) -> None:
    assert ids.natural_id(kind, *parts) == str(uuid5(ids.NAMESPACE, "\x1f".join((kind, *parts))))


@given(words, st.lists(words, max_size=4), words, st.lists(words, max_size=4))
def test_different_keys_make_different_ids(
    kind: str, parts: list[str], other: str, others: list[str]
) -> None:
    assume((kind, parts) != (other, others))
    assert ids.natural_id(kind, *parts) != ids.natural_id(other, *others)


@given(st.lists(words, min_size=1, max_size=4), st.data())
def test_a_separator_inside_a_part_is_refused(parts: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] += "\x1f"
    with pytest.raises(ValueError, match="separator"):
        ids.natural_id("clear", *parts)


def test_where_a_part_ends_matters() -> None:
    assert ids.natural_id("drop", "ab", "c") != ids.natural_id("drop", "a", "bc")
    assert ids.natural_id("drop", "a", "") != ids.natural_id("drop", "a")


@pytest.mark.parametrize("make", [ids.plan_id, ids.drop_id, ids.task_id, ids.calculator_id])
def test_kinds_do_not_meet(make: Callable[[str, str], str]) -> None:
    others = {ids.plan_id, ids.drop_id, ids.task_id, ids.calculator_id} - {make}
    assert make("a", "b") not in {other("a", "b") for other in others}


def test_new_ids_are_v7_distinct_and_in_order() -> None:
    made = [ids.new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(UUID(one).version == 7 and one == one.lower() for one in made)
