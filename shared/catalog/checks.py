"""What must hold between the rows of the seed files. Each check raises CatalogError with the file and the
place."""

from collections.abc import Collection, Container, Iterable, Mapping
from datetime import date

from shared.catalog import files
from shared.catalog.bosses import BossEntry
from shared.catalog.items import Item
from shared.catalog.lists import Preset, TaskTemplate
from shared.errors import CatalogError


def check_unique(file: str, where: str, key: str, seen: Container[str]) -> None:
    """A key stands once."""
    if key in seen:
        raise CatalogError(file, where, f"“{key}” stands twice")


def check_known(file: str, where: str, kind: str, key: str, known: Container[str]) -> None:
    """A reference leads somewhere. kind: what it refers to, for the message."""
    if key not in known:
        raise CatalogError(file, where, f"there is no {kind} “{key}”")


def check_entries(entries: Mapping[str, files.EntryRow], families: Container[str]) -> None:
    """Entries name a family; the entries of a clear group share their reset."""
    resets: dict[str, files.EntryRow] = {}
    for index, entry in enumerate(entries.values()):
        where = f"entries[{index}] ({entry.id})"
        check_known("bosses.json", where, "boss family", entry.boss_slug, families)
        first = resets.setdefault(entry.clear_group, entry)
        if first.reset is not entry.reset:
            problem = f"its clear group resets {entry.reset} here, but {first.reset} for {first.id}"
            raise CatalogError("bosses.json", where, problem)


def check_prices(file: files.PricesFile, bosses: Mapping[str, BossEntry]) -> None:
    """Prices belong to entries, every entry has one, and no two begin on the same day."""
    seen: set[tuple[str, date | None]] = set()
    for index, row in enumerate(file.prices):
        where = f"prices[{index}]"
        check_known("crystal_prices.json", where, "boss entry", row.entry_id, bosses)
        if (row.entry_id, row.starts) in seen:
            problem = f"“{row.entry_id}” has two prices from the same day"
            raise CatalogError("crystal_prices.json", where, problem)
        seen.add((row.entry_id, row.starts))
    priced = {entry_id for entry_id, _ in seen}
    for entry_id in bosses:
        if entry_id not in priced:
            raise CatalogError("crystal_prices.json", "prices", f"“{entry_id}” has no price row")


def check_items(file: files.ItemsFile, families: Container[str]) -> None:
    """Items name families; the diary's items are items."""
    slugs = {item.slug for item in file.items}
    for index, item in enumerate(file.items):
        for boss in item.primary_bosses:
            where = f"items[{index}].primary_bosses ({item.slug})"
            check_known("items.json", where, "boss family", boss, families)
    for index, slug in enumerate(file.diary_items):
        check_known("items.json", f"diary_items[{index}]", "item", slug, slugs)


def check_drop_tables(
    file: files.DropTablesFile, bosses: Mapping[str, BossEntry], items: Mapping[str, Item]
) -> None:
    """Tables name entries, items and sources; an item stands once in a table; every entry is accounted
    for."""
    name = "drop_tables.json"
    tables: set[str] = set()
    for index, table in enumerate(file.tables):
        check_known(name, f"tables[{index}]", "boss entry", table.entry_id, bosses)
        check_unique(name, f"tables[{index}]", table.entry_id, tables)
        tables.add(table.entry_id)
        seen: set[str] = set()
        for row, drop in enumerate(table.drops):
            where = f"tables[{index}].drops[{row}] ({table.entry_id})"
            check_known(name, where, "item", drop.item, items)
            check_unique(name, where, drop.item, seen)
            seen.add(drop.item)
            for source in drop.sources:
                check_known(name, where, "source key", source, file.source_keys)
    for index, entry_id in enumerate(file.without_table):
        where = f"without_table[{index}]"
        check_known(name, where, "boss entry", entry_id, bosses)
        if entry_id in tables:
            raise CatalogError(name, where, f"“{entry_id}” has a table after all")
    for entry_id in file.known_none:
        check_known(name, "known_none", "boss entry", entry_id, bosses)
    for entry_id in bosses:
        if entry_id not in tables and entry_id not in file.without_table:
            raise CatalogError(name, "tables", f"“{entry_id}” has no table and is not in without_table")


def check_drop_epochs(file: files.DropEpochsFile, bosses: Container[str]) -> None:
    """Changes stand in the order of their days; a boss's table changes at most once a day."""
    name = "drop_epochs.json"
    seen: set[tuple[str, date]] = set()
    for index, row in enumerate(file.epochs):
        where = f"epochs[{index}]"
        if index and row.starts < file.epochs[index - 1].starts:
            raise CatalogError(name, where, f"it begins on {row.starts}, before the row above it")
        for entry_id in row.entries:
            check_known(name, where, "boss entry", entry_id, bosses)
            if (entry_id, row.starts) in seen:
                raise CatalogError(name, where, f"“{entry_id}” changes twice on the same day")
            seen.add((entry_id, row.starts))


def check_symbols(file: files.SymbolsFile, families: Container[str]) -> None:
    """Steps, costs and totals of each kind agree; areas stand once."""
    name = "symbols.json"
    kinds: set[str] = set()
    areas: set[str] = set()
    for index, kind in enumerate(file.kinds):
        where = f"kinds[{index}] ({kind.kind})"
        check_unique(name, where, kind.kind, kinds)
        kinds.add(kind.kind)
        _check_total(
            name, f"{where}.symbols_required", kind.symbols_required, kind.max_level, kind.symbols_total
        )
        for row, area in enumerate(kind.areas):
            at = f"{where}.areas[{row}] ({area.slug})"
            check_unique(name, at, area.slug, areas)
            areas.add(area.slug)
            _check_total(name, f"{at}.meso_cost", area.meso_cost, kind.max_level, area.meso_total)
            if area.max_level_damage_bonus_boss is not None:
                check_known(name, at, "boss family", area.max_level_damage_bonus_boss, families)


def _check_total(file: str, where: str, steps: Collection[int], max_level: int, total: int) -> None:
    if len(steps) != max_level - 1:
        raise CatalogError(file, where, f"{max_level} levels need {max_level - 1} steps, not {len(steps)}")
    if sum(steps) != total:
        raise CatalogError(file, where, f"the steps add up to {sum(steps)}, not {total}")


def check_templates(
    templates: Iterable[TaskTemplate],
    bosses: Container[str],
    families: Container[str],
    areas: Container[str],
) -> None:
    """Task templates name entries, families and symbol areas that exist."""
    name = "task_templates.json"
    for index, template in enumerate(templates):
        where = f"templates[{index}] ({template.slug})"
        if template.boss_entry_id is not None:
            check_known(name, where, "boss entry", template.boss_entry_id, bosses)
        if template.boss_slug is not None:
            check_known(name, where, "boss family", template.boss_slug, families)
        if template.symbol is not None:
            check_known(name, where, "symbol area", template.symbol, areas)


def check_presets(presets: Iterable[Preset], bosses: Mapping[str, BossEntry]) -> None:
    """Presets name entries of distinct clear groups."""
    for index, preset in enumerate(presets):
        groups: set[str] = set()
        for row, entry_id in enumerate(preset.entries):
            where = f"presets[{index}].entries[{row}] ({preset.slug})"
            check_known("presets.json", where, "boss entry", entry_id, bosses)
            check_unique("presets.json", where, bosses[entry_id].clear_group, groups)
            groups.add(bosses[entry_id].clear_group)


def check_liberation(
    file: files.LiberationFile, bosses: Mapping[str, BossEntry], families: Container[str]
) -> None:
    """Stages run in order and add up; amounts belong to entries; no stage asks for more than can be held."""
    name = "liberation.json"
    for path in (file.genesis, file.destiny):
        before = 0
        for index, stage in enumerate(path.stages):
            where = f"{path.slug}.stages[{index}]"
            check_known(name, where, "boss family", stage.boss_slug, families)
            if (stage.order, stage.cumulative_before) != (index + 1, before):
                raise CatalogError(
                    name, where, f"it is step {index + 1} and {before} were handed over before it"
                )
            if not 0 < stage.required <= path.bank_cap:
                raise CatalogError(
                    name, where, f"{stage.required} is not within 1 and the cap of {path.bank_cap}"
                )
            before += stage.required
        if before != path.total:
            raise CatalogError(name, f"{path.slug}.stages", f"they add up to {before}, not {path.total}")
        seen: set[str] = set()
        for index, row in enumerate(path.amounts):
            where = f"{path.slug}.amounts[{index}]"
            check_known(name, where, "boss entry", row.entry_id, bosses)
            check_unique(name, where, row.entry_id, seen)
            seen.add(row.entry_id)


def check_levels(file: files.ExperienceFile) -> None:
    """Every level but the last stands once, in order."""
    for index, level in enumerate(file.levels):
        if level.level != index + 1:
            raise CatalogError("experience.json", f"levels[{index}]", f"level {index + 1} belongs here")
    if len(file.levels) != file.max_level - 1:
        raise CatalogError("experience.json", "levels", f"level {len(file.levels) + 1} is missing")
