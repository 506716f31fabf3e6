"""Figures as the API tells them."""

from collections.abc import Iterable
from datetime import date

from server.statistics import words
from server.statistics.counts import BossClears, DayCount, History, Mine, State
from server.statistics.figures import BossFigures, ItemFigures
from server.statistics.formulas import CONTRIBUTORS, confidence, intervals
from shared.api import stats as wire
from shared.catalog import Catalog
from shared.statistics.strata import epoch_of

_DIGITS = 8
"""After the point. More would be noise."""


def drop_rates(
    catalog: Catalog, state: State, bosses: Iterable[BossFigures], *, min_sample: int, world: str, party: str
) -> wire.DropRates:
    """The items of every boss with enough runs and players."""
    listed = [each for each in bosses if not each.is_suppressed and each.counts.runs >= min_sample]
    return wire.DropRates(
        items=tuple(rate for each in listed for rate in _rates(catalog, state, each)),
        min_sample=min_sample,
        world=world,
        party=party,
        last_calculated=state.updated_at,
    )


def boss_drop_rates(catalog: Catalog, state: State, boss: BossFigures, today: date) -> wire.BossDropRates:
    """One boss with all its items."""
    counts, hidden = boss.counts, boss.is_suppressed
    return wire.BossDropRates(
        boss_id=counts.entry_id,
        boss_name=catalog.bosses[counts.entry_id].display_name,
        world=counts.world,
        party=counts.party,
        epoch=counts.epoch,
        epochs=epochs(catalog, counts.entry_id, today),
        suppressed=hidden,
        total_runs=None if hidden else counts.runs,
        unrecorded_runs=None if hidden else counts.unrecorded,
        players=None if hidden else counts.users,
        since=None if hidden else counts.since,
        items=tuple(_rates(catalog, state, boss)),
        last_calculated=state.updated_at,
    )


def item_history(
    catalog: Catalog, state: State, boss: BossFigures, item: str, history: History
) -> wire.DropHistory:
    """One item of a boss with how it came over time; of a boss with too few players without."""
    rate = next(each for each in _rates(catalog, state, boss) if each.item_id == item)
    told = History((), ()) if boss.is_suppressed else history
    return wire.DropHistory(
        **rate.model_dump(exclude={"cohort", "recent"}),
        cohort=rate.cohort,
        recent=rate.recent,
        months=periods(told.months),
        days=periods(told.days),
    )


def periods(days: Iterable[DayCount]) -> tuple[wire.RatePeriod, ...]:
    """Days or months with the rate of their runs alone."""
    given = [each for each in days if each.n]
    return tuple(
        wire.RatePeriod(
            start=each.day,
            runs=each.n,
            drops=each.x,
            quantity=each.q,
            rate=round(each.x / each.n, _DIGITS),
            low=round(found.low, _DIGITS),
            high=round(found.high, _DIGITS),
        )
        for each, found in zip(given, intervals([(each.x, each.n) for each in given]), strict=True)
    )


def boss_clears(catalog: Catalog, state: State, clears: Iterable[BossClears]) -> wire.BossClears:
    """How often bosses were cleared, in the game's order."""
    by_boss = {each.entry_id: each for each in clears if each.users >= CONTRIBUTORS}
    return wire.BossClears(
        items=tuple(
            wire.BossClearCount(
                boss_id=entry.id,
                boss_name=entry.display_name,
                clears=found.runs + found.unrecorded,
                recorded_clears=found.runs,
                unrecorded_clears=found.unrecorded,
            )
            for entry in catalog.bosses.values()
            if (found := by_boss.get(entry.id))
        ),
        last_calculated=state.updated_at,
    )


def own_standing(mine: Mine) -> wire.OwnStanding:
    """What a player may know of their own runs."""
    return wire.OwnStanding(
        shared=mine.shared,
        quarantined=mine.quarantined,
        not_counted=tuple(
            wire.NotCounted(run_id=each.run_id, week=each.week, reason=each.reason, sentence=each.sentence)
            for each in mine.refused
        ),
    )


def epochs(catalog: Catalog, entry_id: str, today: date) -> tuple[str, ...]:
    """Every epoch of a boss's drop table up to today, the oldest first."""
    return tuple(str(number) for number in range(1, int(epoch_of(catalog, entry_id, today)) + 1))


def _rates(catalog: Catalog, state: State, boss: BossFigures) -> Iterable[wire.DropRate]:
    if boss.items is None:
        return [_nothing(catalog, state, boss, item.item) for item in boss.counts.items]
    return [_rate(catalog, state, boss, item) for item in boss.items]


def _rate(catalog: Catalog, state: State, boss: BossFigures, item: ItemFigures) -> wire.DropRate:
    counts, of = item.counts, item.all
    return wire.DropRate.model_validate(
        _named(catalog, state, boss, counts.item)
        | {
            "suppressed": False,
            "total_runs": of.n,
            "total_drops": of.x,
            "total_quantity": counts.quantity,
            "players": of.users,
            "unrecorded_runs": counts.unrecorded,
            "since": boss.counts.since,
            "drop_rate": _short(of.rate),
            "low": _short(of.interval.low),
            "high": _short(of.interval.high),
            "design_effect": round(of.deff, 3),
            "floor": _short(item.floor),
            "cohort": _cohort(item),
            "logging_bias": item.is_biased,
            "mean_quantity": _short(counts.quantity / of.n),
            "last_7_days_rate": _short(item.last_7.rate),
            "last_30_days_rate": _short(item.last_30.rate),
            "recent": _recent(item),
            "trend": item.trend.value,
            "course": [round(each, _DIGITS) for each in item.course],
            "confidence": confidence(of.n).value,
            "precision": of.tier,
            "headline": words.headline(of),
            "sentence": words.sentence(of, boss.counts.since),
        }
    )


def _nothing(catalog: Catalog, state: State, boss: BossFigures, item: str) -> wire.DropRate:
    """An item of which nothing may be told."""
    fields = dict.fromkeys(wire.DropRate.model_fields)
    said = {"suppressed": True, "course": (), "headline": words.UNTOLD, "sentence": words.SUPPRESSED}
    return wire.DropRate.model_validate(fields | _named(catalog, state, boss, item) | said)


def _named(catalog: Catalog, state: State, boss: BossFigures, item: str) -> dict[str, object]:
    counts = boss.counts
    return {
        "boss_id": counts.entry_id,
        "boss_name": catalog.bosses[counts.entry_id].display_name,
        "item_id": item,
        "item_name": catalog.item_name(item),
        "world": counts.world,
        "party": counts.party,
        "epoch": counts.epoch,
        "last_calculated": state.updated_at,
    }


def _cohort(item: ItemFigures) -> dict[str, object] | None:
    of = item.cohort
    if of is None:
        return None
    return {
        "runs": of.n,
        "drops": of.x,
        "players": of.users,
        "rate": _short(of.rate),
        "low": _short(of.interval.low),
        "high": _short(of.interval.high),
    }


def _recent(item: ItemFigures) -> dict[str, object] | None:
    of = item.recent
    if of is None:
        return None
    return {
        "rate": _short(of.rate),
        "low": _short(of.interval.low),
        "high": _short(of.interval.high),
        "runs": round(of.runs, 1),
    }


def _short(rate: float | None) -> float | None:
    return None if rate is None else round(rate, _DIGITS)
