"""The shipped figures against figures known by hand, and what must hold between them."""

import json
import subprocess
import sys
from datetime import date

import pytest

from shared.catalog import Catalog, Difficulty, SymbolKind
from shared.resets import Reset
from shared.tracking import WorldType
from tests.shared.catalog.conftest import SEEDS

DAY = date(2026, 11, 21)


def test_counts(catalog: Catalog) -> None:
    assert len(catalog.bosses) == 84
    assert len(catalog.items) == 124
    assert len(catalog.drop_tables) == 59
    assert sum(len(table.drops) for table in catalog.drop_tables.values()) == 261
    assert len(catalog.task_templates) == 68
    assert len(catalog.jobs) == 53
    assert len(catalog.levels) == 299
    assert len(catalog.worlds) == 8


def test_every_boss_family_is_one_of_thirty_five(catalog: Catalog) -> None:
    assert len({entry.boss_slug for entry in catalog.bosses.values()}) == 35


def test_a_boss_entry(catalog: Catalog) -> None:
    lucid = catalog.bosses["hard-lucid"]
    assert (lucid.name, lucid.display_name, lucid.short_name) == ("Lucid", "Hard Lucid", "Lucid")
    assert lucid.difficulty is Difficulty.HARD
    assert lucid.reset is Reset.WEEKLY
    assert (lucid.clear_group, lucid.max_party_size, lucid.icon_id) == ("weekly:lucid", 6, 19)
    assert (lucid.force_type, lucid.verified) == ("arcane", True)
    assert catalog.bosses["normal-omni-cln"].unverified_fields == ("reset",)
    assert catalog.bosses["hard-black-mage"].reset is Reset.MONTHLY
    assert catalog.bosses["extreme-lotus"].max_party_size == 2


def test_bosses_stand_in_game_order(catalog: Catalog) -> None:
    ids = list(catalog.bosses)
    assert [entry.order for entry in catalog.bosses.values()] == list(range(84))
    assert ids[:3] == ["easy-zakum", "normal-zakum", "chaos-zakum"]
    assert ids[ids.index("hard-gollux") + 1] == "hell-gollux"
    assert ids[-1] == "hard-jupiter"


def test_groups_hold_every_entry_once(catalog: Catalog) -> None:
    together = [entry.id for entries in catalog.groups.values() for entry in entries]
    assert sorted(together) == sorted(catalog.bosses)
    assert [entry.id for entry in catalog.groups["weekly:zakum"]] == ["chaos-zakum"]
    assert [entry.id for entry in catalog.groups["daily:zakum"]] == ["easy-zakum", "normal-zakum"]
    assert all(len({entry.reset for entry in entries}) == 1 for entries in catalog.groups.values())


@pytest.mark.parametrize(
    ("entry", "world", "party", "mesos"),
    [
        ("hard-lotus", WorldType.INTERACTIVE, 1, 88_935_000),
        ("hard-lotus", WorldType.HEROIC, 1, 444_675_000),
        ("chaos-vellum", WorldType.INTERACTIVE, 6, 3_502_083),  # 21,012,500 / 6 = 3,502,083.33
        (
            "chaos-vellum",
            WorldType.HEROIC,
            6,
            17_510_416,
        ),  # 105,062,500 / 6: ×5 before the share
        ("hard-chosen-seren", WorldType.HEROIC, 1, 1_096_560_000),
        ("hard-gollux", WorldType.HEROIC, 1, None),
    ],
)
def test_crystal_prices(
    catalog: Catalog, entry: str, world: WorldType, party: int, mesos: int | None
) -> None:
    assert catalog.crystal_price(entry, world, party, DAY) == mesos


def test_a_price_needs_a_party_and_a_boss(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="at least one"):
        catalog.crystal_price("hard-lotus", WorldType.HEROIC, 0, DAY)
    with pytest.raises(KeyError):
        catalog.crystal_price("hard-pianus", WorldType.HEROIC, 1, DAY)


def test_sale_caps(catalog: Catalog) -> None:
    caps = catalog.sale_caps
    assert (caps.weekly_per_character, caps.per_world) == (14, 180)
    assert (caps.monthly_counts_per_character, caps.monthly_counts_per_world) == (False, True)
    assert catalog.heroic_multiplier == 5


def test_totals(catalog: Catalog) -> None:
    arcane, sacred, grand = (catalog.symbols[kind] for kind in SymbolKind)
    assert (sum(arcane.symbols_required), len(arcane.areas)) == (2679, 6)
    assert (sum(sacred.symbols_required), len(sacred.areas)) == (4565, 6)
    assert (sum(grand.symbols_required), len(grand.areas)) == (4565, 2)
    assert sum(stage.required for stage in catalog.liberation["genesis"].stages) == 6500
    assert sum(stage.required for stage in catalog.liberation["destiny"].stages) == 45000
    parts = [stage.required for stage in catalog.liberation["destiny"].stages if stage.part == 1]
    assert sum(parts) == 7500


def test_meso_costs_follow_the_formulas(catalog: Catalog) -> None:
    """The formulas stand in the seeds; B begins at 8 (arcane) and 13.2 (sacred) and grows by 2 and 1.8 an
    area."""
    for place, area in enumerate(catalog.symbols[SymbolKind.ARCANE].areas):
        b = 80 + 20 * place
        assert area.meso_cost == tuple(10_000 * ((x * x + 11) * (b + x) // 10) for x in range(1, 20))
    for place, area in enumerate(catalog.symbols[SymbolKind.SACRED].areas):
        b = 132 + 18 * place
        steps = ((9 * x * x + 20 * x) * (b - 6 * x) // 10 for x in range(1, 11))
        assert area.meso_cost == tuple(100_000 * step for step in steps)


def test_full_symbols_give_the_known_force(catalog: Catalog) -> None:
    arcane, sacred, grand = (catalog.symbols[kind] for kind in SymbolKind)
    assert len(arcane.areas) * arcane.force.at(20) == 1320
    assert len(sacred.areas) * sacred.force.at(11) == 660
    assert 660 + len(grand.areas) * grand.force.at(11) == 880


def test_drops_for_quick_entry(catalog: Catalog) -> None:
    drops = catalog.drops_of("extreme-kalos-the-guardian")
    assert [drop.guaranteed for drop in drops] == [False] * 5 + [True] * 2
    assert drops[-2].item == "kaloss-residual-determination"
    assert (drops[-2].amount_interactive_total, drops[-2].amount_heroic_each) == (14, 3)
    lotus = [drop.item for drop in catalog.drops_of("hard-lotus")]
    assert lotus[:2] == ["berserked", "black-heart"]
    assert lotus[-1] == "pitched-whisper-crystal"
    for entry_id in catalog.bosses:
        assert "intense-power-crystal" not in [drop.item for drop in catalog.drops_of(entry_id)]


def test_unknown_drops_are_not_no_drops(catalog: Catalog) -> None:
    assert catalog.drops_of("chaos-pierre") == ()
    assert not catalog.has_drop_table("chaos-pierre")
    assert catalog.has_drop_table("hard-lotus")
    assert len(catalog.without_table) == 25
    assert catalog.drop_tables["easy-kalos-the-guardian"].known_none == "no Eternal pieces or fragments"
    with pytest.raises(KeyError):
        catalog.drops_of("hard-pianus")


def test_where_an_item_comes_from(catalog: Catalog) -> None:
    assert [entry.id for entry in catalog.item_sources("genesis-badge")] == [
        "hard-black-mage",
        "extreme-black-mage",
    ]
    with pytest.raises(KeyError):
        catalog.item_sources("maple-leaf")


def test_names_survive_an_older_catalogue(catalog: Catalog) -> None:
    assert catalog.boss_name("hard-lucid") == "Hard Lucid"
    assert catalog.boss_name("hard-bellona") == "hard-bellona"
    assert catalog.item_name("berserked") == "Berserked"
    assert catalog.item_name("maple-leaf") == "maple-leaf"


def test_presets_can_be_entered_at_their_level(catalog: Catalog) -> None:
    for preset in catalog.presets.values():
        assert preset.min_level == max(catalog.bosses[entry].entry_level for entry in preset.entries)
    assert len(catalog.presets["first-fourteen"].entries) == catalog.sale_caps.weekly_per_character


def test_item_pictures_have_an_address(catalog: Catalog) -> None:
    address = catalog.icon_url_template.format(version=270, item_id=catalog.items["berserked"].item_id)
    assert address.startswith("https://")
    assert "/270/item/1012632/" in address


def test_worlds(catalog: Catalog) -> None:
    heroic = {slug for slug, world in catalog.worlds.items() if world.world_type is WorldType.HEROIC}
    assert heroic == {"kronos", "hyperion", "solis", "challengers-heroic"}
    assert {slug for slug, world in catalog.worlds.items() if world.seasonal} == {
        "challengers",
        "challengers-heroic",
    }


def test_freshness_is_told(catalog: Catalog) -> None:
    assert catalog.as_of == date(2026, 11, 21)
    assert {*catalog.meta, "osrs"} == {path.stem for path in SEEDS.glob("*.json")}
    hiscores = json.loads((SEEDS / "osrs.json").read_text("utf-8"))["meta"]
    assert hiscores["sources"]
    assert hiscores["as_of"]
    assert all(meta.sources and meta.as_of for meta in catalog.meta.values())
    assert all(item.source for item in catalog.items.values())
    assert all(template.source for template in catalog.task_templates.values())


def test_symbol_rates_match_the_latest_history(catalog: Catalog) -> None:
    latest = catalog.symbol_rate_history[-1]
    rules, arcana = catalog.symbol_area("arcana")
    assert (latest.patch, latest.ends) == ("v.271", None)
    assert (arcana.daily_symbols_max, rules.weekly_symbols_per_clear) == (
        latest.arcane_daily,
        latest.arcane_weekly_per_clear,
    )
    assert catalog.symbol_area("cernium")[1].daily_symbols_max == latest.cernium_daily
    assert catalog.symbol_area("geardock")[1].daily_symbols_max == latest.grand_daily


def test_importing_the_catalogue_does_not_load_pydantic() -> None:
    code = "import sys, shared.catalog; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
