"""/api/calculators: for everybody. What is computed here takes a while, so it is done off the event loop."""

from typing import Annotated

from fastapi import APIRouter, Body

from server.accounts.identity import Now
from server.calculators import service
from server.catalog.service import GameCatalog
from server.errors import answers
from shared.api.calculators import (
    IncomeAnswer,
    IncomeRequest,
    LiberationAnswer,
    LiberationRequest,
    SymbolsAnswer,
    SymbolsRequest,
)
from shared.resets import utc_date

router = APIRouter(prefix="/calculators", tags=["calculators"], responses=answers(413, 415, 422))


@router.post("/liberation", summary="When is my weapon liberated?")
def liberation(
    asked: Annotated[LiberationRequest, Body()], catalog: GameCatalog, now: Now
) -> LiberationAnswer:
    """The earliest way, when the bosses are cleared as soon as each comes back."""
    return service.liberation(catalog, asked, utc_date(now))


@router.post("/symbols", summary="How long do symbols take?")
def symbols(asked: Annotated[SymbolsRequest, Body()], catalog: GameCatalog, now: Now) -> SymbolsAnswer:
    """The earliest way from today on, and what the levels cost."""
    return service.symbols(catalog, asked, utc_date(now))


@router.post("/meso-income", summary="What does a week of crystals pay?")
def meso_income(asked: Annotated[IncomeRequest, Body()], catalog: GameCatalog, now: Now) -> IncomeAnswer:
    """At today's prices, within the caps of each character and world."""
    return service.income(catalog, asked, utc_date(now))
