"""The calculators, by the same code as the desktop's."""

from datetime import date

from shared.api.calculators import (
    CharacterIncomeInfo,
    IncomeAnswer,
    IncomeLine,
    IncomeRequest,
    LiberationAnswer,
    LiberationRequest,
    LiberationStageDate,
    SymbolAnswer,
    SymbolLevel,
    SymbolsAnswer,
    SymbolsRequest,
    SymbolTotal,
    WorldIncomeInfo,
)
from shared.calculators.liberation import ChosenBoss, LiberationInput, plan_liberation
from shared.calculators.meso_income import CharacterIncome, IncomeCharacter, PlannedBoss, meso_income
from shared.calculators.symbols import SymbolInput, SymbolResult, plan_symbol, total_of
from shared.catalog import Catalog
from shared.errors import InvalidInput


def liberation(catalog: Catalog, asked: LiberationRequest, today: date) -> LiberationAnswer:
    """When a weapon is liberated. Raises InvalidInput."""
    chosen = tuple(ChosenBoss(boss.boss_id, boss.party_size, boss.done) for boss in asked.bosses)
    given = LiberationInput(asked.stage, asked.held, asked.has_pass, chosen)
    found = plan_liberation(catalog.liberation[asked.path], catalog.bosses, given, today)
    return LiberationAnswer(
        weekly_income=found.weekly_income,
        monthly_income=found.monthly_income,
        remaining=found.remaining,
        days=found.days,
        weeks=found.weeks,
        liberated_on=found.liberated_on,
        lost=found.lost,
        stages=[
            LiberationStageDate(
                stage=each.stage.order,
                boss=each.stage.boss_slug,
                required=each.stage.required,
                day=each.day,
            )
            for each in found.stages
        ],
        income=dict(found.income),
    )


def symbols(catalog: Catalog, asked: SymbolsRequest, today: date) -> SymbolsAnswer:
    """How long symbols take and what they cost. Raises InvalidInput."""
    results: dict[str, SymbolResult] = {}
    for entry in asked.symbols:
        if entry.area in results:
            raise InvalidInput("area", f"“{entry.area}” is there twice.")
        try:
            rules, area = catalog.symbol_area(entry.area)
        except KeyError:
            raise InvalidInput("area", f"“{entry.area}” is no known area.") from None
        given = SymbolInput(**entry.model_dump(exclude={"area"}))
        results[entry.area] = plan_symbol(rules, area, given, today)
    total = total_of(list(results.values()))
    return SymbolsAnswer(
        symbols=[_symbol(result) for result in results.values()],
        total=SymbolTotal.model_validate(total, from_attributes=True),
    )


def _symbol(found: SymbolResult) -> SymbolAnswer:
    return SymbolAnswer(
        area=found.area,
        level=found.level,
        target_level=found.target_level,
        symbols_needed=found.symbols_needed,
        mesos_needed=found.mesos_needed,
        daily_income=found.daily_income,
        weekly_income=found.weekly_income,
        days=found.days,
        finished_on=found.finished_on,
        force_gained=found.force_gained,
        main_stat_gained=found.main_stat_gained,
        timeline=[SymbolLevel(day=point.day, level=point.level) for point in found.timeline],
    )


def income(catalog: Catalog, asked: IncomeRequest, today: date) -> IncomeAnswer:
    """What a week of crystals pays at today's prices. Raises InvalidInput."""
    characters = []
    for entry in asked.characters:
        world = catalog.worlds.get(entry.world)
        if world is None:
            raise InvalidInput("world", f"“{entry.world}” is no known world.")
        bosses = tuple(PlannedBoss(boss.boss_id, boss.party_size) for boss in entry.bosses)
        characters.append(IncomeCharacter(entry.id, entry.world, world.world_type, bosses))
    found = meso_income(catalog, characters, today)
    return IncomeAnswer(
        weekly_mesos=found.weekly_mesos,
        monthly_mesos=found.monthly_mesos,
        average_weekly_mesos=found.average_weekly_mesos,
        characters=[_character(each) for each in found.characters],
        worlds=[WorldIncomeInfo.model_validate(each, from_attributes=True) for each in found.worlds],
    )


def _character(found: CharacterIncome) -> CharacterIncomeInfo:
    return CharacterIncomeInfo(
        id=found.id,
        world=found.world,
        weekly_mesos=found.weekly_mesos,
        monthly_mesos=found.monthly_mesos,
        lines=[
            IncomeLine(
                boss_id=line.entry_id,
                reset=line.reset,
                party_size=line.party_size,
                price=line.price,
                crystals=line.crystals,
                sold=line.sold,
                mesos=line.mesos,
            )
            for line in found.lines
        ],
    )
