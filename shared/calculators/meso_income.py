"""What a week of boss crystals pays. Rules and prices: seeds/crystal_prices.json (GMS v.270).

A character sells at most 14 crystals of weekly bosses a week, a world at most 180 crystals of any kind; a
monthly crystal counts only toward the 180. Crystals of daily bosses count toward the 180, seven a week when
run every day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.catalog import BossEntry, Catalog
from shared.errors import InvalidInput
from shared.resets import Reset
from shared.tracking import WorldType

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class PlannedBoss:
    """A boss cleared every reset in a party of this size."""

    entry_id: str
    party_size: int = 1


@dataclass(frozen=True, slots=True)
class IncomeCharacter:
    """A character and what it clears. world: any key; characters that share it share the world's cap."""

    id: str
    world: str
    world_type: WorldType
    bosses: tuple[PlannedBoss, ...]


@dataclass(frozen=True, slots=True)
class CrystalLine:
    """One boss of one character.

    price: mesos for one crystal, 0 when the boss pays none. crystals: obtained in a week, or in a month for a
    monthly boss. among_best: within the character's weekly cap (always so for daily and monthly bosses that
    pay). sold: crystals of those that the world's cap leaves; mesos = price × sold.
    """

    entry_id: str
    reset: Reset
    party_size: int
    price: int
    crystals: int
    among_best: bool
    sold: int = 0

    @property
    def mesos(self) -> int:
        """Mesos these crystals bring: a week's, or a month's for a monthly boss."""
        return self.price * self.sold


@dataclass(frozen=True, slots=True)
class CharacterIncome:
    """A character's lines in the order given. weekly_mesos leaves monthly bosses out."""

    id: str
    world: str
    lines: tuple[CrystalLine, ...]
    weekly_mesos: int
    monthly_mesos: int
    weekly_crystals: int
    unsold_crystals: int
    unsold_mesos: int


@dataclass(frozen=True, slots=True)
class WorldIncome:
    """A world's week. crystals_sold is at most the cap; the unsold figures count both caps."""

    world: str
    weekly_mesos: int
    monthly_mesos: int
    crystals_sold: int
    crystals_left: int
    unsold_crystals: int
    unsold_mesos: int


@dataclass(frozen=True, slots=True)
class Income:
    """Everything together, in mesos.

    weekly_mesos: a week without monthly bosses. monthly_mesos: what the monthly crystals add in the week they
    are sold, cheaper crystals they push over the world's cap taken off. average_weekly_mesos: both, a month
    being 1/12 of 365.2425 days, rounded down.
    """

    characters: tuple[CharacterIncome, ...]
    worlds: tuple[WorldIncome, ...]
    weekly_mesos: int
    monthly_mesos: int
    average_weekly_mesos: int


def meso_income(catalog: Catalog, characters: Sequence[IncomeCharacter], on: date) -> Income:
    """The income of a usual week at the prices of a UTC day.

    The best are chosen by what one crystal pays this member; equal ones in the order given. Raises
    InvalidInput for bosses, party_size, world_type (one world cannot be of both types) and characters (an id
    given twice).
    """
    _check(characters)
    drafts = {
        character.id: _mark_best(_lines(catalog, character, on), catalog.sale_caps.weekly_per_character)
        for character in characters
    }
    done: dict[str, CharacterIncome] = {}
    worlds: list[WorldIncome] = []
    for world in dict.fromkeys(character.world for character in characters):
        members = [character.id for character in characters if character.world == world]
        lines = {member: drafts[member] for member in members}
        usual = _sell(lines, catalog.sale_caps.per_world, monthly=False)
        with_monthly = _sell(lines, catalog.sale_caps.per_world, monthly=True)
        incomes = [_character(member, world, usual[member], with_monthly[member]) for member in members]
        done.update((income.id, income) for income in incomes)
        weekly = sum(income.weekly_mesos for income in incomes)
        best = sum(line.mesos for member in members for line in with_monthly[member])
        sold = sum(income.weekly_crystals for income in incomes)
        worlds.append(
            WorldIncome(
                world=world,
                weekly_mesos=weekly,
                monthly_mesos=best - weekly,
                crystals_sold=sold,
                crystals_left=catalog.sale_caps.per_world - sold,
                unsold_crystals=sum(income.unsold_crystals for income in incomes),
                unsold_mesos=sum(income.unsold_mesos for income in incomes),
            )
        )
    weekly = sum(world.weekly_mesos for world in worlds)
    monthly = sum(world.monthly_mesos for world in worlds)
    # Gregorian mean year; integers, so that no meso is lost to rounding before the end.
    average = weekly + monthly * 12 * DAYS_A_WEEK * 10_000 // 3_652_425
    return Income(
        tuple(done[character.id] for character in characters), tuple(worlds), weekly, monthly, average
    )


def _lines(catalog: Catalog, character: IncomeCharacter, on: date) -> list[CrystalLine]:
    lines: list[CrystalLine] = []
    groups: set[str] = set()
    for planned in character.bosses:
        entry = catalog.bosses.get(planned.entry_id)
        if entry is None:
            raise InvalidInput("bosses", f"“{planned.entry_id}” is no known boss.")
        if entry.clear_group in groups:
            raise InvalidInput("bosses", f"{entry.name} is chosen twice.", "Keep one difficulty.")
        groups.add(entry.clear_group)
        _check_party(entry, planned.party_size)
        price = catalog.crystal_price(entry.id, character.world_type, planned.party_size, on) or 0
        crystals = 0 if not price else DAYS_A_WEEK if entry.reset is Reset.DAILY else 1
        lines.append(CrystalLine(entry.id, entry.reset, planned.party_size, price, crystals, bool(price)))
    return lines


def _check(characters: Sequence[IncomeCharacter]) -> None:
    types: dict[str, WorldType] = {}
    seen: set[str] = set()
    for character in characters:
        if character.id in seen:
            raise InvalidInput("characters", "A character is counted twice.")
        seen.add(character.id)
        if types.setdefault(character.world, character.world_type) is not character.world_type:
            raise InvalidInput("world_type", f"{character.world} cannot be both interactive and heroic.")


def _check_party(entry: BossEntry, party_size: int) -> None:
    if not 1 <= party_size <= entry.max_party_size:
        raise InvalidInput(
            "party_size", f"A party for {entry.display_name} has 1 to {entry.max_party_size} members."
        )


def _mark_best(lines: list[CrystalLine], cap: int) -> list[CrystalLine]:
    """The character's cap: the dearest crystals of weekly bosses keep the mark, the rest lose it."""
    apart = (Reset.DAILY, Reset.MONTHLY)
    weekly = [index for index, line in enumerate(lines) if line.reset not in apart and line.price]
    weekly.sort(key=lambda index: -lines[index].price)
    over = set(weekly[cap:])
    return [replace(line, among_best=line.among_best and i not in over) for i, line in enumerate(lines)]


def _sell(lines: Mapping[str, list[CrystalLine]], cap: int, *, monthly: bool) -> dict[str, list[CrystalLine]]:
    """The world's cap: sell the dearest crystals first until it is reached."""
    queue = [
        (-line.price, order, member, index)
        for order, member in enumerate(lines)
        for index, line in enumerate(lines[member])
        if line.among_best and (monthly or line.reset is not Reset.MONTHLY)
    ]
    queue.sort()
    sold = {member: list(mine) for member, mine in lines.items()}
    left = cap
    for _, _, member, index in queue:
        line = sold[member][index]
        count = min(line.crystals, left)
        sold[member][index] = replace(line, sold=count)
        left -= count
    return sold


def _character(
    member: str, world: str, usual: Sequence[CrystalLine], with_monthly: Sequence[CrystalLine]
) -> CharacterIncome:
    shown = tuple(
        monthly if monthly.reset is Reset.MONTHLY else line
        for line, monthly in zip(usual, with_monthly, strict=True)
    )
    weekly = [line for line in shown if line.reset is not Reset.MONTHLY]
    return CharacterIncome(
        id=member,
        world=world,
        lines=shown,
        weekly_mesos=sum(line.mesos for line in weekly),
        monthly_mesos=sum(line.mesos for line in shown if line.reset is Reset.MONTHLY),
        weekly_crystals=sum(line.sold for line in weekly),
        unsold_crystals=sum(line.crystals - line.sold for line in weekly),
        unsold_mesos=sum((line.crystals - line.sold) * line.price for line in weekly),
    )
