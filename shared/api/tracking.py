"""Boss runs, their drops and what they brought, on the wire. Days are UTC dates, amounts mesos."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from shared.api.base import EXAMPLE_ID, Asked, Day, Slug, Told
from shared.mesos import MAX_MESOS
from shared.tracking import MAX_NOTE_LENGTH, MAX_QUANTITY, DropNote

MAX_DROPS = 100
MAX_PAGE = 200
MAX_OFFSET = 100_000
_RUN = "3c1f8dfb-19a7-5d3a-9d87-6b0e33f6a5b1"
_DROP = "7b0c2f0e-5f5e-5c1a-9a2e-0d6f3c1b2a90"
_BELT: JsonDict = {"item_id": "dreamy-belt", "quantity": 1, "sold_for": 350_000_000, "sold_on": "2026-03-05"}


class DropEntry(Asked):
    """An item that dropped. sold_for: mesos for the whole stack, null while unsold."""

    model_config = ConfigDict(json_schema_extra={"example": _BELT})

    item_id: Slug
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)] = 1
    sold_for: Annotated[int, Field(ge=0, le=MAX_MESOS)] | None = None
    sold_on: Day | None = None


class RunEntry(Asked):
    """A run as a person enters it. day: today when left out. drop_note: left out it is `list` where there are drops,
    else `unrecorded`, which never means that nothing dropped."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "character_id": EXAMPLE_ID,
                "boss_id": "hard-lucid",
                "day": "2026-03-05",
                "party_size": 2,
                "drops": [_BELT],
                "note": "At last",
            }
        }
    )

    character_id: UUID
    boss_id: Slug
    day: Day | None = None
    cleared: bool = True
    party_size: Annotated[int, Field(ge=1, le=30)] = 1
    drop_note: DropNote | None = None
    drops: Annotated[list[DropEntry], Field(default_factory=list, max_length=MAX_DROPS)]
    note: Annotated[str, Field(max_length=MAX_NOTE_LENGTH)] = ""


class DropInfo(Told):
    """A drop of a run."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": _DROP, "item_name": "Dreamy Belt", **_BELT}}
    )

    id: str
    item_id: str
    item_name: str
    quantity: int
    sold_for: int | None
    sold_on: date | None


class RunInfo(Told):
    """A run. reset_period: the date its daily, weekly or monthly period began. crystal_mesos: this member's share of
    the crystal on that day, null where it has no known price. drop_note: unrecorded, nothing or list; a newer
    version of the app may know other words."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": _RUN,
                "character_id": EXAMPLE_ID,
                "boss_id": "hard-lucid",
                "boss_name": "Hard Lucid",
                "day": "2026-03-05",
                "reset_period": "2026-03-05",
                "cleared": True,
                "party_size": 2,
                "drop_note": "list",
                "drops": [{"id": _DROP, "item_name": "Dreamy Belt", **_BELT}],
                "note": "At last",
                "crystal_mesos": 252_000_000,
                "entry_method": "api",
                "logged_at": "2026-03-05T18:00:00Z",
            }
        }
    )

    id: str
    character_id: str
    boss_id: str
    boss_name: str
    day: date
    reset_period: date
    cleared: bool
    party_size: int
    drop_note: str
    drops: list[DropInfo]
    note: str
    crystal_mesos: int | None
    entry_method: str
    logged_at: datetime


class RunPage(Told):
    """Runs, the latest first. next_cursor: for the page after; null at the end."""

    items: list[RunInfo]
    next_cursor: str | None


class BossSummary(Told):
    """What one boss brought. meso_value: crystals of its clears and sales of its drops on these days."""

    boss_id: str
    boss_name: str
    cleared: bool
    clears: int
    drops_count: int
    meso_value: int


class Summary(Told):
    """What some days brought, both ends included."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "first_day": "2026-03-05",
                "last_day": "2026-03-11",
                "bosses": [
                    {
                        "boss_id": "hard-lucid",
                        "boss_name": "Hard Lucid",
                        "cleared": True,
                        "clears": 1,
                        "drops_count": 1,
                        "meso_value": 602_000_000,
                    }
                ],
                "total_meso": 602_000_000,
            }
        }
    )

    first_day: date
    last_day: date
    bosses: list[BossSummary]
    total_meso: int
