"""Whether a run counts. What is not possible in the game is no report; luck, however great, is never a reason.

Everything a verdict needs is in one game week of one player (Thursday 00:00 UTC to the next), so that is the unit:
the weekly limit is a limit of that week, and a clear's own id already makes it the only one of its period. Rows are
judged as anything a client may have pushed: nothing they say of themselves is believed that the catalogue, the
character or the row's id can tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from shared.catalog import BossEntry, Catalog, Drop
from shared.ids import clear_id
from shared.resets import Reset, last_day, next_period, period_of_day
from shared.statistics.rules import Rule
from shared.statistics.strata import Stratum, epoch_of, party_of
from shared.tracking import EARLIEST_RUN, MAX_QUANTITY, DropNote, EntryMethod, WorldType

WEEKLY_LIMIT = 14
"""Weekly bosses a character can clear in a week (MapleStory GMS, the weekly limit of crystals sold)."""
_EARLIEST = date.fromisoformat(EARLIEST_RUN)
_DAYS = (date(2005, 1, 1), date(2100, 1, 1))
"""Days that are in a week. A row may say any day the calendar has, and who means harm would say all of them."""
_NOTES = frozenset(DropNote)
_SINGLE = frozenset({"equipment", "box"})
"""Categories of which a member gets one at most."""


class Verdict(StrEnum):
    """What becomes of a run: it counts, it was a clear nobody noted the drops of, or it does not count."""

    COUNTED = "counted"
    UNRECORDED = "unrecorded"
    NOT_COUNTED = "not_counted"


class Reason(StrEnum):
    """Why a run is not counted. A rule's is its `code`."""

    NOT_CLEARED = "not_cleared"
    DEMO = "demo"
    UNKNOWN_BOSS = "unknown_boss"
    UNKNOWN_WORLD = "unknown_world"
    WRONG_WORLD = "wrong_world"
    WRONG_IDENTITY = "wrong_identity"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_THE_GAME = "before_the_game"
    PARTY_TOO_LARGE = "party_too_large"
    NOTE_AND_DROPS_DISAGREE = "note_and_drops_disagree"
    NO_DROP_TABLE = "no_drop_table"
    NOT_IN_TABLE = "not_in_table"
    TOO_MANY_OF_ITEM = "too_many_of_item"
    OVER_WEEKLY_LIMIT = "over_weekly_limit"
    QUARANTINED = "quarantined"
    NOT_SHARED = "not_shared"


SENTENCES = {
    Reason.NOT_CLEARED: "The boss was not cleared.",
    Reason.DEMO: "It is an example, not a run of yours.",
    Reason.UNKNOWN_BOSS: "The game data does not know this boss.",
    Reason.UNKNOWN_WORLD: "The game data does not know the character's world.",
    Reason.WRONG_WORLD: "The run was noted for another kind of world than its character lives in.",
    Reason.WRONG_IDENTITY: "The run is not stored as the one clear of its boss, character and reset period.",
    Reason.IN_THE_FUTURE: "Its day is still to come (in UTC, the game's time).",
    Reason.BEFORE_THE_GAME: "The game did not exist on its day.",
    Reason.PARTY_TOO_LARGE: "The boss does not take a party of this size.",
    Reason.NOTE_AND_DROPS_DISAGREE: "Its drop note and the drops listed disagree.",
    Reason.NO_DROP_TABLE: "Nobody knows yet what this boss drops, so its drops cannot be checked.",
    Reason.NOT_IN_TABLE: "It lists an item that this boss is not known to drop.",
    Reason.TOO_MANY_OF_ITEM: "It lists more of an item than one clear can give.",
    Reason.OVER_WEEKLY_LIMIT: f"A character can clear {WEEKLY_LIMIT} weekly bosses a week; others were noted first.",
    Reason.QUARANTINED: "Your runs are held back until they have been looked at.",
    Reason.NOT_SHARED: "You do not share your runs with the statistics.",
}
"""A sentence for the author of a run, by reason."""


class Run(NamedTuple):
    """A live run as it is stored, with its live drops (item, quantity) and its character's world, None where the
    character is gone."""

    id: str
    character_id: str
    entry_id: str
    boss_slug: str
    clear_group: str
    reset_period: str
    occurred_on: str
    logged_at: str
    cleared: int
    party_size: int
    drop_note: str
    world_type: str
    entry_method: str
    client_version: str
    catalog_version: str
    world: str | None
    drops: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A run and what becomes of it. reason: why it is not counted; stratum: where it is."""

    run: Run
    verdict: Verdict
    reason: str | None = None
    stratum: Stratum | None = None


def week_of(day: date) -> date:
    """The game week that holds a UTC day, by its first day."""
    return period_of_day(Reset.WEEKLY, day)


def has_week(day: date) -> bool:
    """Whether a day is in any week that is judged: a run of another day counts for nothing, and nobody asks why."""
    return _DAYS[0] <= day <= _DAYS[1]


def weeks_of(catalog: Catalog, clear_group: str, reset_period: str, occurred_on: str) -> set[date]:
    """The weeks a run may count in now or may have counted in before it was changed: a clear keeps its group and its
    period for ever, so it never was outside of them. Its day is the only thing that moves."""
    day, period = date.fromisoformat(occurred_on), date.fromisoformat(reset_period)
    found = {week_of(day)} if has_week(day) else set()
    entries = catalog.groups.get(clear_group)
    if entries and entries[0].reset is not Reset.ONCE and has_week(period):
        reset = entries[0].reset
        week = week_of(period)
        while week <= last_day(reset, period):
            found.add(week)
            following = next_period(Reset.WEEKLY, week)
            assert following is not None
            week = following
    return found


def judge_week(
    runs: Iterable[Run], catalog: Catalog, today: date, rules: Sequence[Rule] = ()
) -> list[Judged]:
    """What becomes of all the runs of one player's one week, in their order. today: the UTC day of the judgement.

    Of more than fourteen weekly clears of a character those count that were logged first.
    """
    judged = [_judge(run, catalog, today, rules) for run in runs]
    weekly: dict[str, list[int]] = {}
    for place, each in enumerate(judged):
        if each.stratum is not None and catalog.bosses[each.run.entry_id].reset is Reset.WEEKLY:
            weekly.setdefault(each.run.character_id, []).append(place)
    for places in weekly.values():
        if len(places) > WEEKLY_LIMIT:
            places.sort(key=lambda place: _logged(judged[place].run))
            for place in places[WEEKLY_LIMIT:]:
                judged[place] = _refused(judged[place].run, Reason.OVER_WEEKLY_LIMIT)
    return judged


def _judge(run: Run, catalog: Catalog, today: date, rules: Sequence[Rule]) -> Judged:
    """What becomes of a run by itself."""
    entry = catalog.bosses.get(run.entry_id)
    day = date.fromisoformat(run.occurred_on)
    reason: str | None = _of_itself(run, entry, catalog, day, today)
    if reason is None and rules:
        told = (run.client_version, run.catalog_version, run.entry_method, run.entry_id, day)
        reason = next((rule.code for rule in rules if rule.holds(*told)), None)
    if reason is not None:
        return _refused(run, reason)
    epoch = epoch_of(catalog, run.entry_id, day)
    stratum = Stratum(run.entry_id, run.world_type, epoch, party_of(run.party_size))
    recorded = run.drop_note != DropNote.UNRECORDED
    return Judged(run, Verdict.COUNTED if recorded else Verdict.UNRECORDED, stratum=stratum)


def _of_itself(run: Run, entry: BossEntry | None, catalog: Catalog, day: date, today: date) -> Reason | None:
    if not run.cleared:
        return Reason.NOT_CLEARED
    if run.entry_method == EntryMethod.DEMO:
        return Reason.DEMO
    if entry is None or entry.reset is Reset.ONCE:  # no week could be found again for what never resets
        return Reason.UNKNOWN_BOSS
    return _where_and_when(run, entry, catalog, day, today) or _drops(run, entry, catalog)


def _where_and_when(run: Run, entry: BossEntry, catalog: Catalog, day: date, today: date) -> Reason | None:
    world = None if run.world is None else catalog.worlds.get(run.world)
    if world is None:
        return Reason.UNKNOWN_WORLD
    if run.world_type != world.world_type:
        return Reason.WRONG_WORLD
    if day > today:
        return Reason.IN_THE_FUTURE
    if day < _EARLIEST:
        return Reason.BEFORE_THE_GAME
    if not _is_its_clear(run, entry, day):
        return Reason.WRONG_IDENTITY
    return None if 1 <= run.party_size <= entry.max_party_size else Reason.PARTY_TOO_LARGE


def _is_its_clear(run: Run, entry: BossEntry, day: date) -> bool:
    period = _period(entry.reset, day)
    told = (run.boss_slug, run.clear_group, run.reset_period)
    right = (entry.boss_slug, entry.clear_group, period.isoformat())
    return told == right and run.id == clear_id(run.character_id, entry.clear_group, period)


def _drops(run: Run, entry: BossEntry, catalog: Catalog) -> Reason | None:
    if run.drop_note not in _NOTES or bool(run.drops) != (run.drop_note == DropNote.LIST):
        return Reason.NOTE_AND_DROPS_DISAGREE
    if not run.drops:
        return None
    table = catalog.drop_tables.get(entry.id)
    if table is None:
        return Reason.NO_DROP_TABLE
    known = {drop.item: drop for drop in table.drops}
    for item, quantity in run.drops:
        if item not in known:
            return Reason.NOT_IN_TABLE
        if not 1 <= quantity <= _most(known[item], catalog, run, entry):
            return Reason.TOO_MANY_OF_ITEM
    return None


def _most(drop: Drop, catalog: Catalog, run: Run, entry: BossEntry) -> int:
    """How many of an item one clear can give, noted by one member for themselves or for the whole party."""
    each = [drop.amount_each, drop.amount_heroic_each if run.world_type == WorldType.HEROIC else None]
    whole = [
        drop.amount_party_total,
        drop.amount_interactive_total if run.world_type == WorldType.INTERACTIVE else None,
    ]
    stated = [amount * run.party_size for amount in each if amount is not None]
    stated += [amount for amount in whole if amount is not None]
    if stated:
        return max(stated)
    # Where no source states an amount only what is plainly impossible is refused.
    return entry.max_party_size if catalog.items[drop.item].category in _SINGLE else MAX_QUANTITY


def _logged(run: Run) -> tuple[datetime, str]:
    return datetime.fromisoformat(run.logged_at), run.id


@lru_cache(maxsize=4096)
def _period(reset: Reset, day: date) -> date:
    return period_of_day(reset, day)


def _refused(run: Run, reason: str) -> Judged:
    return Judged(run, Verdict.NOT_COUNTED, str(reason))
