"""Metrics, timeframes, contest rules and standings, as the words of their modules say."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clans.contest import EntryRule, Reached, RuleKind, reached
from shared.clans.metrics import KILLS, Family, family, is_metric, slug, total_of
from shared.clans.progress import Point
from shared.clans.roles import Role
from shared.clans.standings import Standing, standings_hash, standings_text
from shared.clans.timeframes import Timeframe, midnight
from shared.clans.words import metric_words, rule_words

AT, LATER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
KILL = EntryRule(RuleKind.BOSS_KILLS, 3, ("kc.zulrah", "kc.vorkath"))


@pytest.mark.parametrize("name", ["xp.total", "level.attack", "kc.hard-lucid", "clues.all", "score.lms-rank"])
def test_metrics(name: str) -> None:
    assert is_metric(name)
    assert family(name) is Family(name.split(".", maxsplit=1)[0])


@pytest.mark.parametrize(
    "name",
    [
        "kc.total",
        "xp",
        "XP.total",
        "gold.total",
        "kc.",
        "kc.-a",
        "kc.a-",
        "kc.a--b",
        "kc." + "a" * 90,
        "kc.é",
    ],
)
def test_no_metrics(name: str) -> None:
    assert not is_metric(name)


@given(st.text(max_size=60))
def test_a_slug_is_the_second_part_of_a_metric(name: str) -> None:
    assert not slug(name) or is_metric(f"kc.{slug(name)}")


def test_kills_are_added_up_and_nothing_else_is() -> None:
    assert total_of("kc.zulrah") == KILLS
    assert [total_of(name) for name in (KILLS, "xp.magic", "level.magic", "clues.hard")] == [None] * 4


def test_timeframes_begin_at_a_utc_midnight() -> None:
    day = date(2026, 3, 5)
    assert Timeframe.WEEK.first_day(day) == date(2026, 2, 27)
    assert Timeframe.MONTH.first_day(day) == date(2026, 2, 4)
    assert Timeframe.MONTH_TO_DATE.first_day(day) == date(2026, 3, 1)
    assert midnight(day) == datetime(2026, 3, 5, tzinfo=UTC)


def test_roles_reach_what_is_below_them() -> None:
    order = [Role.MEMBER, Role.OFFICER, Role.LEADER]
    for place, role in enumerate(order):
        assert [role.reaches(least) for least in order] == [place >= other for other in range(3)]


@pytest.mark.parametrize(
    ("kind", "least", "metrics"),
    [
        (RuleKind.LEVELS, 0, ()),
        (RuleKind.LEVELS, 2**53, ()),
        (RuleKind.LEVELS, 1, ("level.attack",)),
        (RuleKind.TOTAL_XP, 1, ("xp.total",)),
        (RuleKind.SKILL_XP, 1, ()),
        (RuleKind.SKILL_XP, 1, ("kc.zulrah",)),
        (RuleKind.BOSS_KILLS, 1, ("kc.zulrah", "kc.zulrah")),
        (RuleKind.BOSS_KILLS, 1, ("kc.total",)),
        (RuleKind.CLUES, 1, ("nonsense",)),
    ],
)
def test_rules_that_cannot_be(kind: RuleKind, least: int, metrics: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        EntryRule(kind, least, metrics)


def test_a_rule_counts_what_has_a_baseline() -> None:
    start = {"kc.zulrah": Point(AT, 10)}
    end = {"kc.zulrah": Point(LATER, 12), "kc.vorkath": Point(LATER, 500)}
    found = reached(KILL, start, end)
    assert found.amount == 2, "what vorkath was at the start is unknown"
    assert [each.metric for each in found.proving] == ["kc.zulrah"]
    assert not found.satisfies(KILL)
    assert reached(KILL, {}, end) == Reached(None)
    assert reached(KILL, start, {}) == Reached(None)
    assert reached(KILL, start, {"kc.zulrah": Point(LATER, 13)}).satisfies(KILL)


@given(
    st.dictionaries(st.sampled_from(KILL.metrics), st.integers(0, 50)),
    st.dictionaries(st.sampled_from(KILL.metrics), st.integers(0, 50)),
)
def test_what_was_reached_is_what_its_points_prove(one: dict[str, int], other: dict[str, int]) -> None:
    start = {name: Point(AT, value) for name, value in one.items()}
    end = {name: Point(LATER, value) for name, value in other.items()}
    found = reached(KILL, start, end)
    if found.amount is None:
        assert not set(one) & set(other)
    else:
        assert found.amount == sum(each.end.value - each.start.value for each in found.proving)


def test_standings_are_one_text_whatever_the_order() -> None:
    rules = (KILL, EntryRule(RuleKind.LEVELS, 2))
    one = Standing("b", "osrs:bo", (Reached(3), Reached(None)))
    other = Standing("a", "discord:1", (Reached(2), Reached(5)))
    text = standings_text("c", rules, [one, other])
    assert text == standings_text("c", rules, [other, one])
    assert json.loads(text) == {
        "v": "maplehub-standings/v1",
        "contest_id": "c",
        "rules": [
            {"kind": "boss_kills", "least": 3, "metrics": ["kc.zulrah", "kc.vorkath"]},
            {"kind": "levels", "least": 2, "metrics": []},
        ],
        "members": [
            {"member_id": "a", "subject": "discord:1", "amounts": [2, 5], "satisfied": [1]},
            {"member_id": "b", "subject": "osrs:bo", "amounts": [3, None], "satisfied": [0]},
        ],
    }
    assert standings_hash(text) != standings_hash(text + b" ")


def test_words() -> None:
    assert metric_words("kc.hard-lucid") == "Hard Lucid kills"
    assert metric_words("kc.abyssal-sire-of-the-deep") == "Abyssal Sire of the Deep kills"
    assert metric_words("xp.total") == "XP"
    assert rule_words(KILL) == "kill Zulrah or Vorkath 3 times or more"
    assert rule_words(EntryRule(RuleKind.LEVELS, 1)) == "gain 1 level or more"
    assert rule_words(EntryRule(RuleKind.CLUES, 1, ("clues.hard",))) == "finish 1 clue or more of Hard"
    assert rule_words(EntryRule(RuleKind.SKILL_XP, 5000, ("xp.magic",))) == "gain 5,000 XP or more in Magic"
