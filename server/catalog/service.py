"""The game's data, read once a process from the seeds."""

from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends

from shared.api.bosses import RESETS, BossDetail, BossDrop, BossInfo, ResetType
from shared.catalog import BossEntry, Catalog, load_catalog
from shared.errors import NotFound

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_WORDS = {reset: word for word, reset in RESETS.items()}


@cache
def read() -> Catalog:
    """The catalogue. Raises CatalogError when a seed file cannot be used."""
    return load_catalog(SEEDS)


async def catalog_of() -> Catalog:
    """The catalogue, for routes."""
    return read()


GameCatalog = Annotated[Catalog, Depends(catalog_of)]


def bosses(catalog: Catalog, reset_type: ResetType | None) -> list[BossInfo]:
    """Bosses in the game's order, all or those of one reset."""
    wanted = None if reset_type is None else RESETS[reset_type]
    return [_info(entry) for entry in catalog.bosses.values() if wanted in {None, entry.reset}]


def boss(catalog: Catalog, boss_id: str) -> BossDetail:
    """A boss with its drops. Raises NotFound."""
    entry = catalog.bosses.get(boss_id)
    if entry is None:
        raise NotFound("There is no such boss.")
    drops = [
        BossDrop(item_id=drop.item, item_name=catalog.item_name(drop.item), is_guaranteed=drop.guaranteed)
        for drop in catalog.drops_of(boss_id)
    ]
    return BossDetail(**_info(entry).model_dump(), drops_known=catalog.has_drop_table(boss_id), drops=drops)


def _info(entry: BossEntry) -> BossInfo:
    return BossInfo(
        id=entry.id,
        name=entry.display_name,
        boss=entry.boss_slug,
        difficulty=entry.difficulty,
        reset_type=_WORDS[entry.reset],
        clear_group=entry.clear_group,
        max_party_size=entry.max_party_size,
        entry_level=entry.entry_level,
    )
