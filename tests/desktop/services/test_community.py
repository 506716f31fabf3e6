"""One's own runs beside the community's: counted as the server counts them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desktop.services.community import by_week, count_own, listing
from desktop.services.demo_community import sample
from desktop.services.registry import Services
from desktop.storage.tables import boss_runs, characters
from shared.api.stats import DropHistory, DropRates
from shared.calculators.luck import drop_luck
from shared.catalog import Catalog
from shared.runs import Drop, RunDraft
from shared.statistics.strata import ALL, Stratum
from shared.statistics.verdicts import Reason, Verdict, week_of
from shared.tracking import DropNote
from tests.desktop.conftest import NOW, Clock

BOSS, ITEM = "hard-lucid", "dreamy-belt"
TODAY = NOW.date()
WEEK = timedelta(days=7)


def _log(
    services: Services,
    character: str,
    day: date,
    *items: str,
    boss: str = BOSS,
    party: int = 1,
    noted: bool = True,
) -> str:
    note = DropNote.LIST if items else DropNote.NOTHING if noted else DropNote.UNRECORDED
    drops = tuple(Drop(item) for item in items)
    return services.runs.log(RunDraft(character, boss, day, party, drop_note=note, drops=drops))[1]


def _own(services: Services):  # type: ignore[no-untyped-def]
    span = services.own_runs.span()
    runs = [] if span is None else [services.own_runs.between(week_of(span[0]), span[1])]
    return count_own(runs, services.catalog, TODAY)


def test_without_a_run_there_is_nothing(services: Services) -> None:
    assert services.own_runs.span() is None
    assert _own(services) == {}


def test_runs_count_in_every_filter_they_belong_to(services: Services, character: str) -> None:
    _log(services, character, TODAY, ITEM)
    _log(services, character, TODAY - WEEK, party=3)
    _log(services, character, TODAY - 2 * WEEK, noted=False)
    own = _own(services)
    told = {
        (world, party): (count.runs, count.hits[ITEM], count.unrecorded)
        for world in (ALL, "heroic", "interactive")
        for party in (ALL, "1", "3")
        if (count := own.get(Stratum(BOSS, world, "1", party))) is not None
    }
    assert told == {
        (world, party): counts
        for world in (ALL, "heroic")
        for party, counts in ((ALL, (2, 1, 1)), ("1", (1, 1, 1)), ("3", (1, 0, 0)))
    }


def test_what_the_server_would_refuse_is_not_counted_here(
    services: Services, character: str, catalog: Catalog, clock: Clock
) -> None:
    run = _log(services, character, TODAY, ITEM)
    clock.now += timedelta(seconds=1)  # of what was logged at once, the id decides
    weekly = [each for each in catalog.groups.values() if each[0].reset == catalog.bosses[BOSS].reset]
    for group in weekly[:15]:
        if group[0].clear_group != catalog.bosses[BOSS].clear_group:
            services.runs.tick(character, group[0].id)
    verdicts = services.own_runs.verdicts([run], TODAY)
    assert verdicts[run].verdict is Verdict.COUNTED
    judged = services.own_runs.verdicts(
        [row[0] for row in services.database.peek("SELECT id FROM boss_runs")], TODAY
    )
    over = [each for each in judged.values() if each.reason == Reason.OVER_WEEKLY_LIMIT]
    assert len(over) == len(judged) - 14 > 0, "of one week, the fourteen logged first"
    assert (
        sum(
            count.runs + count.unrecorded
            for key, count in _own(services).items()
            if key.party == key.world == ALL
        )
        == 14
    )


def test_a_run_is_judged_with_its_week(services: Services, character: str) -> None:
    other = _log(services, character, TODAY - WEEK)
    failed = services.runs.log(RunDraft(character, BOSS, TODAY, cleared=False))[1]
    wrong = _log(services, character, TODAY, "absolab-weapon-box")
    verdicts = services.own_runs.verdicts([failed, wrong, "gone"], TODAY)
    assert {run: each.reason for run, each in verdicts.items()} == {
        failed: Reason.NOT_CLEARED,
        wrong: Reason.NOT_IN_TABLE,
    }
    with services.database.write() as writing:
        writing.tx.delete(characters, character)
    assert services.own_runs.verdicts([other], TODAY)[other].reason == Reason.UNKNOWN_WORLD


def test_days_nobody_can_have_played_on_do_no_harm(services: Services, character: str) -> None:
    run = _log(services, character, TODAY)
    for day in ("2004-12-31", "2100-01-02"):
        with services.database.write() as writing:
            writing.tx.update(boss_runs, run, occurred_on=day)
        assert services.own_runs.span() is None
        assert services.own_runs.verdicts([run], TODAY) == {}


def test_examples_count_in_a_demo_only(
    services: Services, put_demo: Callable[[int], None], catalog: Catalog
) -> None:
    put_demo(1)
    span = services.own_runs.span()
    assert span is not None
    runs = services.own_runs.between(week_of(span[0]), span[1])
    assert count_own([runs], catalog, TODAY) == {}
    examples = count_own([runs], catalog, TODAY, examples=True)
    cleared = services.database.peek("SELECT count(*) FROM boss_runs WHERE cleared = 1 AND deleted = 0")[0][0]
    counted = sum(
        count.runs + count.unrecorded for key, count in examples.items() if key.world == key.party == ALL
    )
    assert counted == cleared > 500


def test_every_drop_has_a_line_with_what_is_known_of_it(
    services: Services, character: str, catalog: Catalog
) -> None:
    for week in range(4):
        _log(services, character, TODAY - week * WEEK, *([ITEM] if week == 1 else []))
    rates = sample(catalog, "drop-rates", {}, NOW)
    assert isinstance(rates, DropRates)
    lines = listing(catalog, rates.items, _own(services), TODAY, ALL, ALL)
    assert [line.place for line in lines] == list(range(len(lines)))
    order = list(catalog.bosses)
    assert sorted(lines, key=lambda line: order.index(line.boss_id)) == lines, "in the game's order"
    assert {line.boss_id for line in lines} == set(catalog.drop_tables)
    rated = {(rate.boss_id, rate.item_id) for rate in rates.items}
    assert {(line.boss_id, line.item_id) for line in lines if line.rate is not None} == rated
    mine = next(line for line in lines if (line.boss_id, line.item_id) == (BOSS, ITEM))
    assert (mine.runs, mine.hits) == (4, 1)
    assert mine.rate is not None
    assumed = drop_luck(4, 1, mine.rate.drop_rate).assumed
    assert assumed is not None
    assert mine.luck == pytest.approx(assumed.percentile, abs=1), "many runs stand behind the rate"
    assert mine.rate.drop_rate is not None
    # It came three weeks after the first, so one is dry since.
    assert mine.dry == 1
    assert mine.streak == pytest.approx(1 - mine.rate.drop_rate, rel=0.01)
    assert {line.luck for line in lines if line.boss_id != BOSS} == {None}


def test_a_boss_only_the_server_knows_has_its_lines_too(catalog: Catalog) -> None:
    rates = sample(catalog, "drop-rates", {}, NOW)
    assert isinstance(rates, DropRates)
    strange = rates.items[0].model_copy(update={"boss_id": "new", "boss_name": "New", "item_name": "Thing"})
    lines = listing(catalog, [strange], {}, TODAY, ALL, ALL)
    assert (lines[-1].boss_name, lines[-1].item_name) == ("New", "Thing")


def test_without_figures_the_lines_are_there_all_the_same(catalog: Catalog) -> None:
    lines = listing(catalog, (), {}, TODAY, ALL, ALL)
    assert len(lines) == sum(len(table.drops) for table in catalog.drop_tables.values())
    assert {(line.rate, line.luck) for line in lines} == {(None, None)}


def test_a_history_keeps_its_months_and_adds_its_days_up_by_week(catalog: Catalog) -> None:
    history = sample(catalog, f"drop-rates/{BOSS}/{ITEM}", {}, NOW)
    assert isinstance(history, DropHistory)
    periods = by_week(history)
    assert periods[: len(history.months)] == list(history.months)
    weeks = periods[len(history.months) :]
    assert [week.start for week in weeks] == sorted({week_of(day.start) for day in history.days})
    assert sum(week.runs for week in weeks) == sum(day.runs for day in history.days)
    assert sum(week.drops for week in weeks) == sum(day.drops for day in history.days)
    assert all(week.low <= week.rate <= week.high for week in weeks)
