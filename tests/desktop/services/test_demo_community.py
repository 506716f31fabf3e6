"""Samples: figures as a server tells them, the same at every start."""

import pytest

from desktop.services.demo_community import sample
from desktop.services.questions import boss_clears, drop_rates, item_history
from shared.api.stats import BossClears, DropRates
from shared.catalog import Catalog
from shared.errors import NotFound
from tests.desktop.conftest import NOW


@pytest.mark.parametrize("world", ["all", "heroic", "interactive"])
@pytest.mark.parametrize("party", ["all", "1", "4-6"])
def test_samples_are_what_a_server_would_tell(catalog: Catalog, world: str, party: str) -> None:
    asked = drop_rates(world, party)
    rates = sample(catalog, asked.path, asked.params, NOW)
    assert isinstance(rates, DropRates)
    assert asked.read(rates.model_dump_json().encode()) == rates
    assert rates == sample(catalog, asked.path, asked.params, NOW)
    assert (rates.world, rates.party) == (world, party)
    for rate in rates.items:
        assert rate.low is not None
        assert rate.high is not None
        assert rate.drop_rate is not None
        assert rate.low <= rate.drop_rate <= rate.high
        assert rate.item_id in {drop.item for drop in catalog.drop_tables[rate.boss_id].drops}
    runs = {rate.total_runs or 0 for rate in rates.items}
    assert min(runs) < 100, "some are of low confidence"
    assert max(runs) > 1000, "and some of high"


def test_histories_and_clears_too(catalog: Catalog) -> None:
    asked = item_history("hard-lucid", "dreamy-belt", "all", "all")
    history = sample(catalog, asked.path, asked.params, NOW)
    assert asked.read(history.model_dump_json().encode()) == history
    clears = sample(catalog, boss_clears().path, {}, NOW)
    assert isinstance(clears, BossClears)
    assert all(each.clears == each.recorded_clears + each.unrecorded_clears for each in clears.items)
    with pytest.raises(NotFound):
        sample(catalog, "drop-rates/hard-lucid/nothing", {}, NOW)
