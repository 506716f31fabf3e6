"""The calculators answer over HTTP what they answer on the desktop."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from server.catalog import service as catalog
from server.settings import Settings
from shared.calculators.liberation import ChosenBoss, LiberationInput, plan_liberation
from shared.calculators.meso_income import IncomeCharacter, PlannedBoss, meso_income
from shared.calculators.symbols import SymbolInput, plan_symbol
from shared.tracking import WorldType
from tests.server.conftest import NOW, Configure

TODAY = NOW.date()


@pytest.fixture
def settings(configure: Configure, sqlite_address: str) -> Settings:
    """No database is asked here."""
    return configure(database_url=sqlite_address)


async def _ask(client: httpx.AsyncClient, which: str, **body: Any) -> Any:
    answer = await client.post(f"/api/calculators/{which}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_liberation(client: httpx.AsyncClient) -> None:
    bosses = [{"boss_id": "hard-lucid", "party_size": 2}, {"boss_id": "hard-will", "done": True}]
    told = await _ask(client, "liberation", path="genesis", stage=2, held=300, bosses=bosses)
    data = catalog.read()
    given = LiberationInput(2, 300, bosses=(ChosenBoss("hard-lucid", 2), ChosenBoss("hard-will", done=True)))
    found = plan_liberation(data.liberation["genesis"], data.bosses, given, TODAY)
    assert found.liberated_on is not None
    assert told["liberated_on"] == found.liberated_on.isoformat()
    assert (told["days"], told["weeks"], told["income"]) == (found.days, found.weeks, dict(found.income))
    assert [each["stage"] for each in told["stages"]] == [each.stage.order for each in found.stages]
    never = await _ask(client, "liberation", path="destiny", bosses=[])
    assert (never["days"], never["liberated_on"]) == (None, None)


async def test_symbols(client: httpx.AsyncClient) -> None:
    symbols = [{"area": "cernium", "level": 5, "held": 20}, {"area": "arcus", "level": 11}]
    told = await _ask(client, "symbols", symbols=symbols)
    rules, area = catalog.read().symbol_area("cernium")
    found = plan_symbol(rules, area, SymbolInput(5, 20), TODAY)
    assert found.finished_on is not None
    assert told["symbols"][0]["finished_on"] == found.finished_on.isoformat()
    assert told["symbols"][0]["mesos_needed"] == found.mesos_needed
    assert told["symbols"][1]["days"] == 0
    assert told["total"]["mesos_needed"] == found.mesos_needed


async def test_meso_income(client: httpx.AsyncClient) -> None:
    bosses = [{"boss_id": "hard-lucid", "party_size": 2}, {"boss_id": "hard-black-mage"}]
    told = await _ask(client, "meso-income", characters=[{"id": "a", "world": "kronos", "bosses": bosses}])
    planned = (PlannedBoss("hard-lucid", 2), PlannedBoss("hard-black-mage"))
    found = meso_income(catalog.read(), [IncomeCharacter("a", "kronos", WorldType.HEROIC, planned)], TODAY)
    assert told["weekly_mesos"] == found.weekly_mesos > 0
    assert told["average_weekly_mesos"] == found.average_weekly_mesos
    assert [line["mesos"] for line in told["characters"][0]["lines"]] == [
        line.mesos for line in found.characters[0].lines
    ]
    assert told["worlds"][0]["crystals_left"] == found.worlds[0].crystals_left


@pytest.mark.parametrize(
    ("which", "body"),
    [
        ("liberation", {"path": "astra", "bosses": []}),
        ("liberation", {"path": "genesis", "stage": 99, "bosses": []}),
        ("liberation", {"path": "destiny", "held": 999_999, "bosses": []}),
        ("liberation", {"path": "genesis", "bosses": [{"boss_id": "spoon"}]}),
        ("liberation", {"path": "genesis", "bosses": [{"boss_id": "hard-lucid"}] * 51}),
        ("symbols", {"symbols": []}),
        ("symbols", {"symbols": [{"area": "spoon", "level": 1}]}),
        ("symbols", {"symbols": [{"area": "cernium", "level": 1}] * 2}),
        ("symbols", {"symbols": [{"area": "cernium", "level": 12}]}),
        ("meso-income", {"characters": [{"id": "a", "world": "atlantis", "bosses": []}]}),
        ("meso-income", {"characters": [{"id": "a", "world": "kronos", "bosses": []}] * 2}),
        ("meso-income", {"characters": [{"id": "a", "world": "kronos", "bosses": [{"boss_id": "x"}]}]}),
        ("meso-income", {"characters": [], "on": "2026-03-05"}),
    ],
)
async def test_what_cannot_be_reckoned_is_refused(
    client: httpx.AsyncClient, which: str, body: dict[str, Any]
) -> None:
    assert (await client.post(f"/api/calculators/{which}", json=body)).status_code == 422


async def test_the_examples_of_the_document_are_what_is_answered(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    schemas = app.openapi()["components"]["schemas"]
    for which, asked, answered in (
        ("liberation", "LiberationRequest", "LiberationAnswer"),
        ("symbols", "SymbolsRequest", "SymbolsAnswer"),
        ("meso-income", "IncomeRequest", "IncomeAnswer"),
    ):
        assert await _ask(client, which, **schemas[asked]["example"]) == schemas[answered]["example"]
