"""The schedule of events: it tiles time, repeats, pauses, and its effects multiply exactly."""

import calendar
import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalog import load_catalog
from shared.economy.events import (
    NO_MODIFIERS,
    Effects,
    EventRules,
    EventState,
    EventWindow,
    OneOffEvent,
    RotationEvent,
    SeasonalEvent,
    Source,
    active,
    modifiers,
    modifiers_at,
    next_windows,
    windows,
)
from shared.resets import starts_at

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
SEEDED = load_catalog(Path(__file__).resolve().parents[3] / "seeds").economy.events
ROTATION = replace(SEEDED, seasonal=())
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC)

instants = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
percents = st.integers(0, 400)
effects = st.builds(
    Effects,
    coins=percents,
    experience=percents,
    rare_bonus=percents,
    materials=st.dictionaries(st.sampled_from(["ore", "dust", "feather"]), percents),
)


@st.composite
def rules_of_any_kind(draw: st.DrawFn) -> EventRules:
    """A rotation of 1 to 5 parts, up to three seasonal and two one-off events, any of them overriding."""
    lengths = draw(st.lists(st.integers(1, 10), min_size=1, max_size=5))
    firsts = [0, *itertools.accumulate(lengths)]
    rotation = tuple(
        RotationEvent(f"part-{number}", f"Part {number}", "", first, days, draw(effects))
        for number, (first, days) in enumerate(zip(firsts, lengths, strict=False))
    )
    seasonal = tuple(
        SeasonalEvent(
            f"season-{number}",
            f"Season {number}",
            "",
            month,
            draw(st.integers(1, calendar.monthrange(2028, month)[1])),
            draw(st.integers(1, 60)),
            draw(effects),
            overrides=draw(st.booleans()),
        )
        for number, month in enumerate(draw(st.lists(st.integers(1, 12), max_size=3)))
    )
    one_off = tuple(
        OneOffEvent(
            f"own-{number}",
            f"Own {number}",
            "",
            begins,
            begins + timedelta(minutes=draw(st.integers(1, 60_000))),
            draw(effects),
            overrides=draw(st.booleans()),
        )
        for number, begins in enumerate(draw(st.lists(instants, max_size=2)))
    )
    anchor = draw(st.dates(date(1990, 1, 1), date(2110, 1, 1)))
    return EventRules(anchor, sum(lengths), rotation, seasonal, one_off)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slugs(found: list[EventWindow]) -> list[str]:
    return [window.slug for window in found]


def seasonal(month: int, day: int, days: int, *, overrides: bool = False) -> EventRules:
    """The seeded rotation with one seasonal event."""
    event = SeasonalEvent("season", "Season", "", month, day, days, Effects(), overrides)
    return replace(ROTATION, seasonal=(event,))


@given(instants, st.integers(1, 200))
def test_the_rotation_tiles_time(start: datetime, days: int) -> None:
    found = windows(ROTATION, start, start + days * DAY)
    assert found[0].starts <= start < found[0].ends
    assert found[-1].starts < start + days * DAY <= found[-1].ends
    for earlier, later in itertools.pairwise(found):
        assert earlier.ends == later.starts
    assert {window.ends - window.starts for window in found} == {7 * DAY}


@given(instants, st.integers(-600, 600))
def test_so_many_days_on_the_rotation_is_the_same(instant: datetime, turns: int) -> None:
    moved = instant + turns * ROTATION.length * DAY
    assert slugs(active(ROTATION, instant)) == slugs(active(ROTATION, moved))


def test_the_rotation_is_the_one_described() -> None:
    found = windows(ROTATION, starts_at(ROTATION.anchor), starts_at(ROTATION.anchor) + 28 * DAY)
    assert slugs(found) == [
        "festival-of-experience",
        "rare-materials-week",
        "merchants-fortune",
        "legendary-hunt",
    ]
    changes = [modifiers([window]) for window in found]
    assert changes[0].experience == 2
    assert changes[1].materials == {"legendary-ore": 2, "celestial-dust": 2, "phoenix-feather": 2}
    assert changes[2].coins == Fraction(3, 2)
    assert changes[3].rare_bonus == Fraction(1, 2)


@given(rules_of_any_kind(), st.data())
def test_what_is_active_is_what_the_windows_say(rules: EventRules, data: st.DataObject) -> None:
    middle = data.draw(
        st.sampled_from([event.starts for event in rules.one_off]) if rules.one_off else instants
    )
    span = windows(rules, middle - 40 * DAY, middle + 40 * DAY)
    edges = [edge for window in span for edge in (window.starts, window.ends)]
    for edge in [*edges, middle]:
        for instant in (edge - datetime.resolution, edge, edge + datetime.resolution):
            if not middle - 40 * DAY <= instant < middle + 40 * DAY:
                continue
            expected = [window for window in span if window.starts <= instant < window.ends]
            assert active(rules, instant) == expected
            assert all(window.state(instant) is EventState.ACTIVE for window in expected)
            rotating = [window for window in expected if window.source is Source.ROTATION]
            assert len(rotating) == (not any(window.overrides for window in expected))


@given(rules_of_any_kind(), instants, st.integers(1, 120))
def test_pieces_lie_in_their_plan_and_say_that_they_are_cut(
    rules: EventRules, start: datetime, days: int
) -> None:
    for window in windows(rules, start, start + days * DAY):
        assert window.planned_starts <= window.starts < window.ends <= window.planned_ends
        assert window.cut == (window.resumes or window.pauses)
        if window.cut:
            assert window.source is Source.ROTATION
        if window.resumes:
            before = active(rules, window.starts - datetime.resolution)
            assert any(pause.overrides and pause.ends == window.starts for pause in before)
        if window.pauses:
            assert any(
                pause.overrides and pause.starts <= window.ends for pause in active(rules, window.ends)
            )


@given(st.integers(2000, 2100), st.integers(1, 12), st.data(), st.booleans())
def test_a_season_comes_once_a_year_with_its_exact_length(
    year: int, month: int, data: st.DataObject, overrides: bool
) -> None:
    day = data.draw(st.integers(1, calendar.monthrange(2027, month)[1]))
    days = data.draw(st.integers(1, 180))
    rules = seasonal(month, day, days, overrides=overrides)
    found = windows(rules, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
    begun = [window for window in found if window.slug == "season" and window.starts.year == year]
    assert [(window.starts, window.ends - window.starts) for window in begun] == [
        (datetime(year, month, day, tzinfo=UTC), days * DAY)
    ]


@pytest.mark.parametrize(
    ("year", "begins"), [(2027, "2027-03-01"), (2028, "2028-02-29"), (2100, "2100-03-01")]
)
def test_a_leap_days_event_begins_every_year(year: int, begins: str) -> None:
    found = windows(seasonal(2, 29, 3), datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC))
    assert [window.starts for window in found if window.slug == "season"] == [at(begins)]


def test_a_season_runs_through_the_leap_day_and_over_new_year() -> None:
    rules = seasonal(2, 27, 4)
    assert "season" in slugs(active(rules, at("2028-02-29T12:00")))
    assert "season" not in slugs(active(rules, at("2028-03-02T00:00")))
    assert "season" in slugs(active(rules, at("2027-03-02T23:59:59")))
    winter = seasonal(12, 20, 14)
    for instant in ("2026-12-31T23:59:59", "2027-01-01T00:00", "2027-01-02T23:59:59"):
        assert "season" in slugs(active(winter, at(instant)))
    assert "season" not in slugs(active(winter, at("2027-01-03T00:00")))


@settings(max_examples=50)
@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(1, 28), st.integers(1, 40))
def test_an_override_leaves_no_rotation(year: int, month: int, day: int, days: int) -> None:
    rules = seasonal(month, day, days, overrides=True)
    begins = datetime(year, month, day, tzinfo=UTC)
    inside = windows(rules, begins, begins + days * DAY)
    assert slugs(inside) == ["season"]
    around = windows(rules, begins - DAY, begins + (days + 1) * DAY)
    assert len(around) == 3
    assert around[0].ends == begins
    assert around[2].starts == begins + days * DAY


def test_a_short_override_splits_a_window_and_says_so() -> None:
    found = windows(seasonal(11, 21, 2, overrides=True), at("2026-11-19"), at("2026-11-26"))
    assert slugs(found) == ["merchants-fortune", "season", "merchants-fortune"]
    first, _, second = found
    assert (first.starts, first.ends) == (at("2026-11-19"), at("2026-11-21"))
    assert (second.starts, second.ends) == (at("2026-11-23"), at("2026-11-26"))
    assert first.pauses
    assert not first.resumes
    assert second.resumes
    assert not second.pauses
    assert first.key != second.key


def test_overlapping_overrides_are_one_pause() -> None:
    begin = at("2026-11-20T06:00")
    own = tuple(
        OneOffEvent(slug, slug, "", begin + hours * SECOND * 3600, begin + DAY, Effects(), overrides=True)
        for slug, hours in (("long", 0), ("inner", 5))
    )
    found = windows(replace(ROTATION, one_off=own), at("2026-11-19"), at("2026-11-26"))
    assert slugs(found) == ["merchants-fortune", "long", "inner", "merchants-fortune"]
    assert found[-1].starts == begin + DAY


def test_the_boundary_second_belongs_to_the_next_event() -> None:
    end = at("2026-11-26")
    assert slugs(active(SEEDED, end - SECOND)) == ["merchants-fortune"]
    assert slugs(active(SEEDED, end)) == ["legendary-hunt"]
    (before,) = active(SEEDED, end - SECOND)
    assert before.state(end) is EventState.COMPLETED
    assert before.state(before.starts) is EventState.ACTIVE
    assert before.state(before.starts - SECOND) is EventState.UPCOMING


def test_any_zone_means_the_same_instant() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert slugs(active(SEEDED, datetime(2026, 11, 26, 8, 59, tzinfo=tokyo))) == ["merchants-fortune"]
    assert slugs(active(SEEDED, datetime(2026, 11, 26, 9, 0, tzinfo=tokyo))) == ["legendary-hunt"]


@given(rules_of_any_kind(), instants, st.integers(1, 6))
def test_the_next_are_the_first_that_begin_later(rules: EventRules, instant: datetime, count: int) -> None:
    found = next_windows(rules, instant, count)
    later = [window for window in windows(rules, instant, instant + 800 * DAY) if window.starts > instant]
    assert found[: len(later)] == later[:count]
    assert all(window.state(instant) is EventState.UPCOMING for window in found)
    assert found == sorted(found, key=lambda window: window.starts)


def test_a_one_off_event_years_ahead_is_found() -> None:
    own = OneOffEvent("far", "Far", "", at("2050-01-01"), at("2050-01-02"), Effects())
    nothing = EventRules(date(2026, 1, 1), 28, (), (), (own,))
    assert slugs(next_windows(nothing, at("2026-11-21"))) == ["far"]
    assert next_windows(nothing, at("2050-01-01")) == []
    assert slugs(active(nothing, at("2050-01-01T12:00"))) == ["far"]


@given(st.lists(effects, max_size=5), st.randoms(use_true_random=False))
def test_effects_multiply_and_bonuses_add_in_any_order(many: list[Effects], random: object) -> None:
    begin = at("2026-11-21")
    own = tuple(
        OneOffEvent(f"own-{number}", "", "", begin, begin + DAY, each) for number, each in enumerate(many)
    )
    running = active(EventRules(date(2026, 1, 1), 28, (), (), own), begin)
    assert len(running) == len(many)
    shuffled = list(running)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = modifiers(running)
    assert found == modifiers(shuffled)
    coins, bonus = Fraction(1), Fraction(0)
    for each in many:
        coins *= Fraction(each.coins, 100)
        bonus += Fraction(each.rare_bonus, 100)
    assert (found.coins, found.rare_bonus) == (coins, bonus)
    for slug in found.materials:
        product = Fraction(1)
        for each in many:
            product *= Fraction(each.materials.get(slug, 100), 100)
        assert found.materials[slug] == product


def test_nothing_changes_nothing() -> None:
    assert modifiers([]) == NO_MODIFIERS
    assert modifiers([active(ROTATION, at("2026-11-21"))[0]]) == modifiers_at(ROTATION, at("2026-11-21"))


@pytest.mark.parametrize("hours", [0, -1])
def test_a_one_off_event_must_last(hours: int) -> None:
    begin = at("2026-11-21")
    with pytest.raises(ValueError, match="ends after"):
        OneOffEvent("own", "Own", "", begin, begin + timedelta(hours=hours), Effects())


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 21)  # noqa: DTZ001 - that is the point
    for ask in (active, next_windows, modifiers_at):
        with pytest.raises(ValueError, match="time zone"):
            ask(SEEDED, naive)
    assert windows(SEEDED, at("2026-11-22"), at("2026-11-21")) == []


def test_every_seeded_event_is_told_and_has_an_icon_of_its_own() -> None:
    for event in (*SEEDED.rotation, *SEEDED.seasonal):
        assert 20 < len(event.description) <= 110
        assert event.effects != Effects()
    looks = [event.icon for event in (*SEEDED.rotation, *SEEDED.seasonal)]
    assert len(set(looks)) == len(looks)
    assert [event.slug for event in SEEDED.seasonal if event.overrides] == ["winter-lights"]
    anniversary = next(event for event in SEEDED.seasonal if event.slug == "anniversary-week")
    assert (anniversary.month, anniversary.day) == (5, 11)


@pytest.mark.parametrize("year", [1, 2, 9998, 9999])
def test_at_the_ends_of_the_calendar_there_are_no_events(year: int) -> None:
    for month, day in ((1, 1), (12, 31)):
        at = datetime(year, month, day, 12, tzinfo=UTC)
        assert active(SEEDED, at) == []
        assert modifiers_at(SEEDED, at) == NO_MODIFIERS
    if year > 2000:
        assert next_windows(SEEDED, datetime(year, 1, 1, tzinfo=UTC)) == []
