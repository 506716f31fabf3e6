"""Which runs count, and what a run that does not is told. Whatever a client may push gets some verdict."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog import Catalog, DropEpoch, load_catalog
from shared.ids import clear_id, new_id
from shared.resets import period_of_day
from shared.statistics.rules import Rule
from shared.statistics.strata import PARTIES, Stratum, epoch_of, party_of
from shared.statistics.verdicts import (
    SENTENCES,
    WEEKLY_LIMIT,
    Judged,
    Reason,
    Run,
    Verdict,
    judge_week,
    week_of,
    weeks_of,
)
from shared.statistics.weeks import NOTHING, Contribution, contribution
from tests.shared.catalog.conftest import SEEDS

TODAY = date(2026, 3, 5)
ARIA = new_id()
CATALOG = load_catalog(SEEDS)
Make = Callable[..., Run]


def run(boss: str = "hard-lucid", day: date = TODAY, character: str = ARIA, **given: Any) -> Run:
    """An honest clear with nothing special in it; what is given wins."""
    entry = CATALOG.bosses[boss]
    period = period_of_day(entry.reset, day)
    honest = Run(
        id=clear_id(character, entry.clear_group, period),
        character_id=character,
        entry_id=boss,
        boss_slug=entry.boss_slug,
        clear_group=entry.clear_group,
        reset_period=str(period),
        occurred_on=str(day),
        logged_at=f"{day}T20:00:00+00:00",
        cleared=1,
        party_size=1,
        drop_note="nothing",
        world_type="heroic",
        entry_method="dialog",
        client_version="0.9.0",
        catalog_version="x",
        world="kronos",
    )
    return honest._replace(**given)


def listing(*drops: tuple[str, int], **given: Any) -> Run:
    """A clear with drops."""
    return run(drop_note="list", drops=drops, **given)


def judged(*runs: Run, catalog: Catalog = CATALOG, rules: tuple[Rule, ...] = ()) -> list[Judged]:
    return judge_week(runs, catalog, TODAY, rules)


REFUSED: list[tuple[Reason, Run]] = [
    (Reason.NOT_CLEARED, run(id=new_id(), cleared=0)),
    (Reason.DEMO, run(entry_method="demo")),
    (Reason.UNKNOWN_BOSS, run(entry_id="hard-maple")),
    (Reason.UNKNOWN_WORLD, run(world="nowhere")),
    (Reason.UNKNOWN_WORLD, run(world=None)),
    (Reason.WRONG_WORLD, run(world="bera")),
    (Reason.WRONG_WORLD, run(world_type="interactive")),
    (Reason.IN_THE_FUTURE, run(day=TODAY + timedelta(days=1))),
    (Reason.IN_THE_FUTURE, run(occurred_on="9999-12-31")),
    (Reason.BEFORE_THE_GAME, run(day=date(2005, 5, 10))),
    (Reason.BEFORE_THE_GAME, run(occurred_on="0001-01-01")),
    (Reason.WRONG_IDENTITY, run(id=new_id())),
    (Reason.WRONG_IDENTITY, run(boss_slug="will")),
    (Reason.WRONG_IDENTITY, run(clear_group="weekly:will")),
    (Reason.WRONG_IDENTITY, run(reset_period="2026-02-26")),
    (Reason.WRONG_IDENTITY, run(occurred_on="2026-02-27")),
    (Reason.PARTY_TOO_LARGE, run(party_size=7)),
    (Reason.PARTY_TOO_LARGE, run("extreme-lotus", party_size=3)),
    (Reason.PARTY_TOO_LARGE, run(party_size=0)),
    (Reason.NOTE_AND_DROPS_DISAGREE, run(drops=[("dreamy-belt", 1)])),
    (Reason.NOTE_AND_DROPS_DISAGREE, listing()),
    (Reason.NOTE_AND_DROPS_DISAGREE, run(drop_note="perhaps")),
    (Reason.NO_DROP_TABLE, listing(("dreamy-belt", 1), boss="easy-zakum")),
    (Reason.NOT_IN_TABLE, listing(("dreamy-belt", 1), ("genesis-badge", 1))),
    (Reason.TOO_MANY_OF_ITEM, listing(("dreamy-belt", 7))),
    (Reason.TOO_MANY_OF_ITEM, listing(("dreamy-belt", 0))),
    (Reason.TOO_MANY_OF_ITEM, listing(("dawn-whisper-crystal", 10_000))),
]


@pytest.mark.parametrize(("reason", "wrong"), REFUSED)
def test_what_cannot_be_is_not_counted(reason: Reason, wrong: Run) -> None:
    (found,) = judged(wrong)
    assert (found.verdict, found.reason, found.stratum) == (Verdict.NOT_COUNTED, reason, None)
    assert contribution([found]) == NOTHING


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_what_can_be_counts_where_it_belongs() -> None:
    (lucky,) = judged(listing(("dreamy-belt", 1), ("dawn-whisper-crystal", 3), party_size=5))
    assert (lucky.verdict, lucky.reason) == (Verdict.COUNTED, None)
    assert lucky.stratum == Stratum("hard-lucid", "heroic", "1", "4-6")
    (ticked,) = judged(run(drop_note="unrecorded", world="bera", world_type="interactive"))
    assert (ticked.verdict, ticked.stratum) == (
        Verdict.UNRECORDED,
        Stratum("hard-lucid", "interactive", "1", "1"),
    )


def test_a_stated_amount_is_the_limit() -> None:
    for entry_id, table in CATALOG.drop_tables.items():
        for drop in table.drops:
            if drop.amount_interactive_total is None:
                continue
            each = drop.amount_heroic_each
            assert each is not None
            interactive = {"boss": entry_id, "world": "bera", "world_type": "interactive"}
            for kind, most in (({"boss": entry_id}, each), (interactive, drop.amount_interactive_total)):
                for quantity, reason in ((most, None), (most + 1, Reason.TOO_MANY_OF_ITEM)):
                    (found,) = judged(listing((drop.item, quantity), **kind))
                    assert found.reason == reason, (entry_id, drop.item, quantity)


def test_of_too_many_weekly_bosses_those_count_that_were_logged_first() -> None:
    groups = [group for group in CATALOG.groups if group.startswith("weekly:")][: WEEKLY_LIMIT + 2]
    assert len(groups) == WEEKLY_LIMIT + 2
    weekly = [
        # The later in the list, the earlier; offsets do not fool it.
        run(CATALOG.groups[group][0].id, logged_at=f"2026-03-05T{23 - place:02}:00:00+0{place % 3}:00")
        for place, group in enumerate(groups)
    ]
    other = run("hard-will", character=new_id())
    daily, monthly = run("normal-zakum"), run("hard-black-mage")
    impossible = run("hard-jupiter", id=new_id(), logged_at="2026-03-05T00:00:00+00:00")
    found = judged(*weekly, other, daily, monthly, impossible)
    over = {each.run.id for each in found if each.reason == Reason.OVER_WEEKLY_LIMIT}
    assert over == {each.id for each in weekly[:2]}
    assert sum(each.verdict is Verdict.COUNTED for each in found) == WEEKLY_LIMIT + 3


def test_a_rule_says_itself_why() -> None:
    rule = Rule("broken", "It was broken.", client_versions=("0.9.0",), entries=("hard-lucid",))
    lucid, damien = judged(run(), run("hard-damien"), rules=(rule,))
    assert (lucid.reason, damien.reason) == ("rule:broken", None)


def test_an_epoch_begins_on_its_day() -> None:
    changes = (DropEpoch(date(2026, 3, 1), "a", "b"), DropEpoch(date(2026, 3, 5), "a", "b"))
    catalog = replace(CATALOG, drop_epochs={"hard-lucid": changes})
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 4), date(2026, 3, 5)]
    assert [epoch_of(catalog, "hard-lucid", day) for day in days] == ["1", "2", "2", "3"]
    assert epoch_of(catalog, "hard-will", TODAY) == "1"
    (found,) = judged(run(), catalog=catalog)
    assert found.stratum is not None
    assert found.stratum.epoch == "3"


def test_parties_and_keys() -> None:
    assert [party_of(size) for size in range(1, 7)] == ["1", "2", "3", "4-6", "4-6", "4-6"]
    stratum = Stratum("hard-lucid", "heroic", "1", PARTIES[-1])
    assert Stratum.parse(str(stratum)) == stratum
    assert {(key.world, key.party) for key in stratum.every_key()} == {
        ("heroic", "4-6"),
        ("heroic", "all"),
        ("all", "4-6"),
        ("all", "all"),
    }


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(sorted(CATALOG.bosses)), st.data())
def test_a_clear_that_moves_was_never_outside_its_weeks(day: date, boss: str, data: st.DataObject) -> None:
    """What counts on some day and is moved within its period is found again where it was."""
    entry = CATALOG.bosses[boss]
    moved = day + timedelta(days=data.draw(st.integers(-31, 31)))
    if period_of_day(entry.reset, day) == period_of_day(entry.reset, moved):
        period = str(period_of_day(entry.reset, day))
        assert week_of(day) in weeks_of(CATALOG, entry.clear_group, period, str(moved))


_DAYS = st.one_of(st.dates(), st.dates(date(2026, 2, 20), date(2026, 3, 9))).map(str)
_WORDS = st.sampled_from(
    ["hard-lucid", "weekly:lucid", "lucid", "heroic", "list", "nothing", "demo", "", "x"]
)
_NUMBERS = st.one_of(st.integers(-2, 8), st.sampled_from([-(2**63), 2**63 - 1]))


@given(
    st.lists(
        st.builds(
            run,
            day=st.dates(date(2026, 2, 20), date(2026, 3, 9)),
            **dict.fromkeys(("entry_id", "boss_slug", "clear_group", "world_type", "drop_note"), _WORDS),
            reset_period=_DAYS,
            occurred_on=_DAYS,
            cleared=st.integers(0, 1),
            party_size=_NUMBERS,
            world=st.sampled_from(["kronos", "bera", "?", None]),
            drops=st.lists(st.tuples(_WORDS, _NUMBERS), max_size=2),
        ),
        max_size=5,
    )
)
def test_anything_gets_a_verdict(runs: list[Run]) -> None:
    found = judged(*runs)
    assert [each.run for each in found] == runs
    assert all((each.reason is None) == (each.verdict is not Verdict.NOT_COUNTED) for each in found)
    told = contribution(found)
    assert Contribution.from_json(told.to_json()) == told
    for each in runs:
        weeks_of(CATALOG, each.clear_group, each.reset_period, each.occurred_on)
