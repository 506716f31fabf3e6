"""What the bodies of requests and answers have in common."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.tracking import EARLIEST_RUN

EXAMPLE_ID = "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"

Slug = Annotated[str, Field(min_length=1, max_length=100)]
"""A name of the catalogue's: of a boss, an item, a world, a job, a task."""
Day = Annotated[date, Field(ge=date.fromisoformat(EARLIEST_RUN), le=date(2999, 12, 31))]
"""A UTC date."""


class Asked(BaseModel):
    """A request's body: unknown fields are refused, so that no slip of the keyboard goes unnoticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(BaseModel):
    """An answer's body: a newer server may tell more."""

    model_config = ConfigDict(frozen=True, extra="ignore")
