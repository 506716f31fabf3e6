"""Reading the seed files: parse, check every reference, join. The only room that knows the files' names."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from shared.catalog import checks, files
from shared.catalog.bosses import BossEntry, CrystalPrice
from shared.catalog.catalog import Catalog, quick_drops
from shared.catalog.economy_files import read_economy
from shared.catalog.items import Drop, DropEpoch, DropTable
from shared.catalog.lists import Meta
from shared.catalog.progress import LiberationPath, SymbolKind, SymbolRates, SymbolRules
from shared.errors import CatalogError

_Row = TypeVar("_Row")
_File = TypeVar("_File", bound=files.SeedFile)


class _Folder:
    """The seed folder being read: hands out checked files and keeps what the whole catalogue reports of
    them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digest = hashlib.sha256()
        self.meta: dict[str, Meta] = {}

    def read(self, name: str, shape: type[_File]) -> _File:
        """One file in its shape. CatalogError when it is missing, is no JSON or has another shape."""
        try:
            content = (self._path / name).read_bytes()
        except FileNotFoundError:
            raise CatalogError(name, "", "it is missing") from None
        except OSError as error:
            raise CatalogError(name, "", f"it cannot be read ({error.strerror})") from error
        # A checkout on Windows may end its lines differently; the figures are the same.
        self._digest.update(name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
        try:
            read = shape.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise CatalogError(name, _place(first["loc"]), _problem(first["msg"])) from error
        meta = read.meta
        self.meta[name.removesuffix(".json")] = Meta(meta.as_of, meta.gathered, meta.sources, meta.notes)
        return read

    @property
    def version(self) -> str:
        """A short hash of everything read so far."""
        return self._digest.hexdigest()[:12]

    @property
    def as_of(self) -> date:
        """The latest day any file was gathered."""
        return max(meta.gathered for meta in self.meta.values())


def load(path: Path) -> Catalog:
    """The catalogue in a folder of seed files. CatalogError names the file, the place and the problem."""
    folder = _Folder(path)
    bosses_file = folder.read("bosses.json", files.BossesFile)
    bosses = _bosses(bosses_file)
    families = frozenset(family.slug for family in bosses_file.families)
    prices_file = folder.read("crystal_prices.json", files.PricesFile)
    items_file = folder.read("items.json", files.ItemsFile)
    items = _by("items.json", "items", items_file.items, lambda item: item.slug)
    checks.check_items(items_file, families)
    tables_file = folder.read("drop_tables.json", files.DropTablesFile)
    checks.check_drop_tables(tables_file, bosses, items)
    tables = {
        row.entry_id: DropTable(row.entry_id, row.drops, tables_file.known_none.get(row.entry_id))
        for row in tables_file.tables
    }
    epochs_file = folder.read("drop_epochs.json", files.DropEpochsFile)
    checks.check_drop_epochs(epochs_file, bosses)
    symbols_file = folder.read("symbols.json", files.SymbolsFile)
    checks.check_symbols(symbols_file, families)
    areas = frozenset(area.slug for kind in symbols_file.kinds for area in kind.areas)
    templates = folder.read("task_templates.json", files.TaskTemplatesFile).templates
    checks.check_templates(templates, bosses, families, areas)
    presets = folder.read("presets.json", files.PresetsFile).presets
    checks.check_presets(presets, bosses)
    experience = folder.read("experience.json", files.ExperienceFile)
    checks.check_levels(experience)
    diary = frozenset(items_file.diary_items)
    liberation = _liberation(folder.read("liberation.json", files.LiberationFile), bosses, families)
    worlds = folder.read("worlds.json", files.WorldsFile).worlds
    jobs = folder.read("jobs.json", files.JobsFile).jobs
    return Catalog(
        version=folder.version,
        as_of=folder.as_of,
        meta=folder.meta,
        bosses=bosses,
        groups=_groups(bosses),
        prices=_prices(prices_file, bosses),
        heroic_multiplier=prices_file.heroic_multiplier,
        sale_caps=prices_file.sale_caps,
        items=items,
        icon_url_template=items_file.icon_url_template,
        diary_items=items_file.diary_items,
        drop_tables=tables,
        drop_sources=tables_file.source_keys,
        drop_epochs=_epochs(epochs_file),
        without_table=frozenset(tables_file.without_table),
        worlds=_by("worlds.json", "worlds", worlds, lambda world: world.slug),
        jobs=_by("jobs.json", "jobs", jobs, lambda job: job.slug),
        task_templates=_by("task_templates.json", "templates", templates, lambda template: template.slug),
        presets=_by("presets.json", "presets", presets, lambda preset: preset.slug),
        symbols=_symbols(symbols_file),
        symbol_rate_history=tuple(SymbolRates(**row.__dict__) for row in symbols_file.rate_history),
        liberation=liberation,
        levels=experience.levels,
        max_level=experience.max_level,
        economy=read_economy(folder.read),
        _quick={entry_id: quick_drops(table, items, diary) for entry_id, table in tables.items()},
        _sources=_item_sources(bosses, tables),
    )


def _by(file: str, where: str, rows: Iterable[_Row], key: Callable[[_Row], str]) -> dict[str, _Row]:
    """Rows by their key, in order. CatalogError for a key that stands twice."""
    found: dict[str, _Row] = {}
    for index, row in enumerate(rows):
        checks.check_unique(file, f"{where}[{index}]", key(row), found)
        found[key(row)] = row
    return found


def _bosses(file: files.BossesFile) -> dict[str, BossEntry]:
    families = _by("bosses.json", "families", file.families, lambda family: family.slug)
    rows = _by("bosses.json", "entries", file.entries, lambda entry: entry.id)
    checks.check_entries(rows, families)
    bosses: dict[str, BossEntry] = {}
    for order, row in enumerate(rows.values()):
        family = families[row.boss_slug]
        bosses[row.id] = BossEntry(
            name=family.name,
            short_name=family.short_name,
            icon_id=family.icon_id,
            era=family.era,
            order=order,
            **row.__dict__,
        )
    return bosses


def _groups(bosses: Mapping[str, BossEntry]) -> dict[str, tuple[BossEntry, ...]]:
    groups: dict[str, list[BossEntry]] = {}
    for entry in bosses.values():
        groups.setdefault(entry.clear_group, []).append(entry)
    return {group: tuple(entries) for group, entries in groups.items()}


def _prices(file: files.PricesFile, bosses: Mapping[str, BossEntry]) -> dict[str, tuple[CrystalPrice, ...]]:
    checks.check_prices(file, bosses)
    prices: dict[str, list[CrystalPrice]] = {entry_id: [] for entry_id in bosses}
    for row in file.prices:
        prices[row.entry_id].append(CrystalPrice(row.starts, row.interactive, row.conflicts))
    return {
        entry_id: tuple(sorted(rows, key=lambda row: row.starts or date.min))
        for entry_id, rows in prices.items()
    }


def _epochs(file: files.DropEpochsFile) -> dict[str, tuple[DropEpoch, ...]]:
    epochs: dict[str, list[DropEpoch]] = {}
    for row in file.epochs:
        for entry_id in row.entries:
            epochs.setdefault(entry_id, []).append(DropEpoch(row.starts, row.note, row.source))
    return {entry_id: tuple(changes) for entry_id, changes in epochs.items()}


def _symbols(file: files.SymbolsFile) -> dict[SymbolKind, SymbolRules]:
    return {row.kind: SymbolRules(**row.__dict__) for row in file.kinds}


def _liberation(
    file: files.LiberationFile, bosses: Mapping[str, BossEntry], families: frozenset[str]
) -> dict[str, LiberationPath]:
    checks.check_liberation(file, bosses, families)
    return {
        path.slug: LiberationPath(
            slug=path.slug,
            name=path.name,
            currency=path.currency,
            total=path.total,
            bank_cap=path.bank_cap,
            stages=path.stages,
            amounts={row.entry_id: row.amount for row in path.amounts},
            liberation_pass=path.liberation_pass,
            verified=path.verified,
            sources=path.sources,
        )
        for path in (file.genesis, file.destiny)
    }


def _item_sources(
    bosses: Mapping[str, BossEntry], tables: Mapping[str, DropTable]
) -> dict[str, tuple[BossEntry, ...]]:
    sources: dict[str, list[BossEntry]] = {}
    for entry in bosses.values():
        drops: tuple[Drop, ...] = tables[entry.id].drops if entry.id in tables else ()
        for drop in drops:
            sources.setdefault(drop.item, []).append(entry)
    return {item: tuple(entries) for item, entries in sources.items()}


def _place(location: tuple[int | str, ...]) -> str:
    """entries[3].hp, from ("entries", 3, "hp")."""
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


def _problem(message: str) -> str:
    """Pydantic's message as the end of a sentence."""
    return message[:1].lower() + message[1:].rstrip(".")
