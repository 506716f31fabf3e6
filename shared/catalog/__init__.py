"""The game's figures, typed: bosses, prices, items, drop tables, symbols, liberation, tasks, worlds, jobs,
experience.

`load_catalog` reads and checks the seed files once at start; everything after that is frozen and needs no
pydantic.
"""

from pathlib import Path

from shared.catalog.bosses import BossEntry, Conflict, CrystalPrice, Difficulty, SaleCaps
from shared.catalog.catalog import Catalog
from shared.catalog.items import Drop, DropEpoch, DropTable, Item
from shared.catalog.lists import Job, Level, Meta, Preset, TaskTemplate, World
from shared.catalog.progress import (
    LiberationPass,
    LiberationPath,
    LiberationStage,
    Linear,
    SymbolArea,
    SymbolKind,
    SymbolRates,
    SymbolRules,
)
from shared.errors import CatalogError

__all__ = [
    "BossEntry",
    "Catalog",
    "CatalogError",
    "Conflict",
    "CrystalPrice",
    "Difficulty",
    "Drop",
    "DropEpoch",
    "DropTable",
    "Item",
    "Job",
    "Level",
    "LiberationPass",
    "LiberationPath",
    "LiberationStage",
    "Linear",
    "Meta",
    "Preset",
    "SaleCaps",
    "SymbolArea",
    "SymbolKind",
    "SymbolRates",
    "SymbolRules",
    "TaskTemplate",
    "World",
    "load_catalog",
]


def load_catalog(folder: Path) -> Catalog:
    """Read and check every seed file in the folder. CatalogError names the file, the place and the
    problem."""
    from shared.catalog.loading import load  # noqa: PLC0415 - pydantic costs a tenth of a second to import

    return load(folder)
