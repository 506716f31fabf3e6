"""When a clan's members are sampled."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.snapshots.schedule import HORIZON, Plan, next_day
from shared.api.clans import CADENCES
from shared.api.progress import MOST_A_DAY
from shared.clans.timeframes import midnight
from shared.resets import utc_date
from tests.server.conftest import NOW

A, B = "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058"
MINUTE = timedelta(minutes=1)


def _plan(**given: object) -> Plan:
    usual = {"clan_id": A, "cadence_hours": 24, "members": 60, "boundaries": [], "used": 0, "last": None}
    return Plan(**{**usual, **given})  # type: ignore[arg-type]


def test_each_clan_has_its_own_place_in_the_day_and_keeps_it() -> None:
    first = _plan().next_at(NOW)
    assert NOW < first <= NOW + timedelta(days=1)
    assert _plan(last=first).next_at(first + MINUTE) == first + timedelta(days=1)
    assert _plan(clan_id=B).next_at(NOW) != first


def test_what_was_missed_is_done_once() -> None:
    first = _plan().next_at(NOW)
    # Back five days later, an hour before the next: that hour is no reason to do it twice.
    back = first + timedelta(days=5, hours=-1)
    assert _plan().may_run(back)
    assert _plan(used=1, last=back).next_at(back) == first + timedelta(days=6)


def test_a_boundary_pulls_the_next_one_to_shortly_before_it() -> None:
    regular = _plan().next_at(NOW)
    boundary = regular - timedelta(hours=2)
    at = _plan(boundaries=[boundary]).next_at(NOW)
    assert timedelta(minutes=6) <= boundary - at <= timedelta(minutes=16)
    assert _plan(boundaries=[boundary], used=1).may_run(at)
    # Once it was, the next is by the cadence again.
    assert _plan(boundaries=[boundary], used=1, last=at).next_at(at) == regular + timedelta(days=1)
    # More members take longer.
    assert _plan(boundaries=[boundary], members=500).next_at(NOW) < at


def test_a_boundary_after_the_next_one_waits_for_its_turn() -> None:
    regular = _plan().next_at(NOW)
    boundary = regular + timedelta(hours=3)
    assert _plan(boundaries=[boundary]).next_at(NOW) == regular
    after = _plan(boundaries=[boundary], last=regular).next_at(regular + MINUTE)
    assert timedelta(0) < boundary - after <= timedelta(minutes=16)


def test_a_contest_that_begins_at_once_is_sampled_at_once() -> None:
    assert _plan(boundaries=[NOW + 2 * MINUTE]).next_at(NOW) == NOW
    assert _plan(boundaries=[NOW + 2 * MINUTE], last=NOW - timedelta(hours=1)).next_at(NOW) == NOW
    assert _plan(boundaries=[NOW + 2 * MINUTE], used=2).next_at(NOW) > NOW + timedelta(hours=1)
    # Unless it just was.
    assert _plan(boundaries=[NOW + 2 * MINUTE], last=NOW - MINUTE).next_at(NOW) > NOW + timedelta(hours=1)


def test_boundaries_close_together_share_one() -> None:
    boundaries = [NOW + timedelta(hours=3), NOW + timedelta(hours=3, minutes=20)]
    plan = _plan(boundaries=boundaries)
    assert plan.kept(NOW) == 1
    at = plan.next_at(NOW)
    assert _plan(boundaries=boundaries, used=1, last=at).kept(at) == 0


def test_the_last_slot_of_a_day_is_kept_for_a_boundary() -> None:
    evening = [NOW + timedelta(hours=5)]
    assert _plan(boundaries=evening, used=1).kept(NOW) == 1
    assert not _plan(boundaries=evening, used=1).may_run(NOW)
    assert _plan(boundaries=evening).may_run(NOW)
    tomorrow = [NOW + timedelta(hours=9)]
    assert _plan(boundaries=tomorrow, used=1).kept(NOW) == 0
    # Just after midnight it is still sampled before midnight.
    assert _plan(boundaries=[midnight(utc_date(NOW)) + timedelta(days=1)], used=1).kept(NOW) == 1


def test_a_day_begins_at_midnight_utc() -> None:
    assert next_day(NOW) == datetime(2026, 3, 6, tzinfo=UTC)
    assert next_day(next_day(NOW)) == datetime(2026, 3, 7, tzinfo=UTC)


def _follow(
    clan: str, cadence: int, members: int, boundaries: list[datetime], down: range | None = None
) -> list[datetime]:
    """When a clan is sampled in three weeks. down: the minutes in which the server is."""
    done: list[datetime] = []

    def plan(now: datetime) -> Plan:
        used = sum(utc_date(each) == utc_date(now) for each in done)
        known = [each for each in boundaries if now < each <= now + HORIZON]
        return Plan(clan, cadence, members, known, used, done[-1] if done else None)

    due = plan(NOW).next_at(NOW)
    while due < NOW + timedelta(days=21):
        now = due
        if down and down.start <= (due - NOW) / MINUTE <= down.stop:
            now = NOW + down.stop * MINUTE + MINUTE
        if plan(now).may_run(now):
            done.append(now)
        due = plan(now).next_at(now)
        assert due > now
    return done


_BOUNDARIES = st.lists(st.integers(60, 20 * 24 * 60), max_size=6).map(
    lambda spans: sorted({NOW + span * MINUTE for span in spans})
)


@given(st.uuids().map(str), st.sampled_from(CADENCES), st.integers(1, 500), _BOUNDARIES)
def test_three_weeks_of_contests(clan: str, cadence: int, members: int, boundaries: list[datetime]) -> None:
    done = _follow(clan, cadence, members, boundaries)
    days = [utc_date(each) for each in done]
    assert max(days.count(day) for day in days) <= MOST_A_DAY
    rests = [after - before for before, after in pairwise([NOW, *done])]
    # Half of it, for the place in the cadence is kept; and a day on which contests take all.
    assert max(rests) <= timedelta(hours=cadence) * 1.5 + timedelta(days=2)
    for boundary in boundaries:
        early = [each for each in done if timedelta(0) <= boundary - each <= timedelta(minutes=55)]
        day = utc_date(boundary - timedelta(minutes=25))
        crowded = {day, day - timedelta(days=1), day + timedelta(days=1)} & {
            day for day in days if days.count(day) == MOST_A_DAY
        }
        assert early or crowded


@given(
    st.uuids().map(str), st.sampled_from(CADENCES), st.integers(0, 9 * 24 * 60), st.integers(1, 9 * 24 * 60)
)
def test_a_server_that_was_down_does_once_what_it_missed(
    clan: str, cadence: int, since: int, minutes: int
) -> None:
    down = range(since, since + minutes)
    done = _follow(clan, cadence, 60, [], down)
    back = NOW + down.stop * MINUTE + MINUTE
    assert sum(back <= each < back + timedelta(hours=cadence) / 2 for each in done) <= 1
    assert done[-1] > NOW + timedelta(days=21) - timedelta(hours=cadence) * 1.5
