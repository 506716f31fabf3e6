"""Players who never were: what they cleared, what dropped, and what of it they noted.

Everything follows from the seed and a player's number, whoever else there is. Pure: no clock, no database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple
from uuid import UUID

from shared.catalog import BossEntry, Catalog, Drop
from shared.ids import clear_id
from shared.resets import Reset
from shared.statistics.verdicts import Run, week_of
from shared.tracking import DropNote, EntryMethod, WorldType

Drops = tuple[tuple[str, int], ...]
"""Items with their pieces."""
VERSION, BROKEN_VERSION = "0.9.0", "0.9.1"
SHORTEST = 4
"""Weeks a player stays at least, where there are so many."""
MOST_USERS, MOST_WEEKS, MOST_SEED = 10**9 - 1, 1000, 10**8 - 1
ACCOUNTS = "0"
"""What the Discord accounts of these players begin with, and no real one does."""
# As plain text, which is what the rows hold.
_UNRECORDED, _NOTHING, _LIST = (note.value for note in (DropNote.UNRECORDED, DropNote.NOTHING, DropNote.LIST))
_TICK, _DIALOG = EntryMethod.TICK.value, EntryMethod.DIALOG.value
_DRY = 0.3
"""How often a selective player notes a run in which nothing dropped."""
_DAY = 24 * 60 * 60
_RATES = {"equipment": 0.02, "box": 0.05, "enhancement": 0.03, "material": 0.3, "currency": 0.5}
_NAMES = ("Aria", "Bramble", "Cinder", "Dune", "Ember", "Fable")


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of players, from 0 to 1, each drawn by itself.

    selective: note a dry run now and then, a hit always. late: come in the week of their first hit and note nothing
    before it. ticking: tick clears off, and never note what dropped. private: do not share their runs. broken: have a
    client that loses every drop.
    """

    selective: float = 0.0
    late: float = 0.0
    ticking: float = 0.0
    private: float = 0.0
    broken: float = 0.0


@dataclass(frozen=True, slots=True)
class Population:
    """Who plays what, and how often what drops.

    users: players, by numbers from 0. weeks: game weeks up to that of `until`, the last UTC day of which anything is
    told; each player is there for some of them in a row. rates: by entry and item, the probability that a clear drops
    it. characters: of a player, at least and at most. clears: of a character in a week, at least and at most.
    """

    users: int
    weeks: int
    seed: int
    until: date
    rates: Mapping[str, Mapping[str, float]]
    characters: tuple[int, int]
    clears: tuple[int, int]
    habits: Habits = field(default_factory=Habits)


class Character(NamedTuple):
    """A character and where it lives."""

    id: str
    name: str
    world: str


@dataclass(frozen=True, slots=True)
class Player:
    """weeks: the runs of each week in which there were any, in the order they were logged."""

    discord_id: str
    username: str
    shares: bool
    characters: tuple[Character, ...]
    weeks: tuple[tuple[Run, ...], ...]

    @property
    def runs(self) -> int:
        """How many there are."""
        return sum(map(len, self.weeks))


def everybody(
    catalog: Catalog, users: int, weeks: int, seed: int, until: date, *, broken: float = 0.0
) -> Population:
    """A crowd in which there is some of everything: every weekly boss of which drops are known, at invented rates."""
    weekly = [entry for entry in catalog.drop_tables if catalog.bosses[entry].reset is Reset.WEEKLY]
    habits = Habits(selective=0.2, late=0.1, ticking=0.1, private=0.1, broken=broken)
    rates = {entry: _invented(catalog, entry) for entry in weekly}
    return Population(users, weeks, seed, until, rates, (1, 3), (4, 14), habits)


def players(population: Population, catalog: Catalog, numbers: Iterable[int]) -> Iterator[Player]:
    """The players with these numbers, made one by one; who never played is not there."""
    game = _Game(population, catalog)
    return (player for number in numbers if (player := game.player(number)).weeks)


def discord_id(seed: int, number: int) -> str:
    """What stands for the Discord account of a player."""
    return f"{ACCOUNTS}{seed:08}{number:09}"


class _Boss(NamedTuple):
    entry: BossEntry
    odds: tuple[tuple[str, float, Drop | None], ...]


class _Clear(NamedTuple):
    """What a character does every week, in the same party. odds: item, probability, pieces."""

    character: Character
    world_type: str
    entry: BossEntry
    party: int
    odds: tuple[tuple[str, float, int], ...]


@dataclass(slots=True)
class _Pen:
    """How one player notes what dropped."""

    selective: bool
    late: bool
    ticking: bool
    broken: bool

    @property
    def version(self) -> str:
        return BROKEN_VERSION if self.broken else VERSION

    def note(self, dice: Random, drops: Drops) -> str:
        """The drop note of a clear."""
        if drops:
            self.late = False
        if self.ticking or self.late or (self.selective and not drops and dice.random() >= _DRY):
            return _UNRECORDED
        return _LIST if drops and not self.broken else _NOTHING


class _Game:
    """The game as a population plays it."""

    def __init__(self, population: Population, catalog: Catalog) -> None:
        self._given = population
        self._catalog = catalog
        self._until = population.until.isoformat()
        self._worlds = tuple(catalog.worlds.values())
        groups: dict[str, list[_Boss]] = {}
        for entry_id, rates in population.rates.items():
            entry = catalog.bosses[entry_id]
            table = {drop.item: drop for drop in catalog.drops_of(entry_id)}
            odds = tuple((item, rate, table.get(item)) for item, rate in rates.items())
            groups.setdefault(entry.clear_group, []).append(_Boss(entry, odds))
        self._groups = tuple(groups.values())

    def player(self, number: int) -> Player:
        given, habits = self._given, self._given.habits
        dice = Random(f"{given.seed}/{number}")  # noqa: S311 - it is to be the same every time
        shares = dice.random() >= habits.private
        shares_of = (habits.selective, habits.late, habits.ticking, habits.broken)
        pen = _Pen(*(dice.random() < share for share in shares_of))
        routine = [
            clear for place in range(dice.randint(*given.characters)) for clear in self._routine(dice, place)
        ]
        stays = dice.randint(min(SHORTEST, given.weeks), given.weeks)
        since = dice.randint(stays, given.weeks) - 1
        first = week_of(given.until) - timedelta(weeks=since)
        weeks = (self._week(dice, first + timedelta(weeks=week), routine, pen) for week in range(stays))
        return Player(
            discord_id(given.seed, number),
            f"player{number}",
            shares,
            tuple(dict.fromkeys(clear.character for clear in routine)),
            tuple(week for week in weeks if week),
        )

    def _routine(self, dice: Random, place: int) -> Iterator[_Clear]:
        """What one character clears every week."""
        world = dice.choice(self._worlds)
        row_id = str(UUID(int=dice.getrandbits(128), version=4))
        character = Character(row_id, _NAMES[place % len(_NAMES)], world.slug)
        count = min(dice.randint(*self._given.clears), len(self._groups))
        for group in dice.sample(self._groups, count):
            entry, odds = dice.choice(group)
            pieces = tuple((item, rate, _pieces(drop, world.world_type)) for item, rate, drop in odds)
            party = min(dice.choice((1, 1, 1, 2, 3, 6)), entry.max_party_size)
            yield _Clear(character, world.world_type.value, entry, party, pieces)

    def _week(self, dice: Random, week: date, routine: list[_Clear], pen: _Pen) -> tuple[Run, ...]:
        days = _days(week)
        random = dice.random
        runs: list[Run] = []
        was_late = pen.late
        for second, clear in zip(sorted([int(random() * 7 * _DAY) for _ in routine]), routine, strict=True):
            day = days[second // _DAY]
            if day > self._until:
                break
            drops = tuple([(item, pieces) for item, rate, pieces in clear.odds if random() < rate])
            note = pen.note(dice, drops)
            told = drops if note == _LIST else ()
            runs.append(self._run(clear, week, day, second % _DAY, note, told, pen.version))
        # Who came late was not there before.
        return () if was_late and pen.late else tuple(runs)

    def _run(
        self, clear: _Clear, week: date, day: str, second: int, note: str, drops: Drops, version: str
    ) -> Run:
        entry, character = clear.entry, clear.character
        return Run(
            clear_id(character.id, entry.clear_group, week),
            character.id,
            entry.id,
            entry.boss_slug,
            entry.clear_group,
            _days(week)[0],
            day,
            f"{day}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}+00:00",
            1,
            clear.party,
            note,
            clear.world_type,
            _TICK if note == _UNRECORDED else _DIALOG,
            version,
            self._catalog.version,
            character.world,
            drops,
        )


@lru_cache(maxsize=1024)
def _days(week: date) -> tuple[str, ...]:
    return tuple((week + timedelta(days=day)).isoformat() for day in range(7))


def _invented(catalog: Catalog, entry_id: str) -> dict[str, float]:
    """Rates by category: nobody publishes true ones."""
    return {
        drop.item: 1.0 if drop.guaranteed else _RATES[catalog.items[drop.item].category]
        for drop in catalog.drops_of(entry_id)
    }


def _pieces(drop: Drop | None, world_type: WorldType) -> int:
    """How many one member notes for themselves."""
    if drop is None:
        return 1
    heroic = drop.amount_heroic_each if world_type is WorldType.HEROIC else None
    return drop.amount_each or heroic or 1
