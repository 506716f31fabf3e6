"""Discord webhooks of clans on the wire. An address goes in and never comes out again."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic.config import JsonDict

from shared.api.auth import NO_CONTROLS
from shared.api.base import EXAMPLE_ID, Asked, Told
from shared.api.clans import example

MAX_WEBHOOKS = 10
_AT = "2026-03-05T18:00:00Z"


class HookEvent(StrEnum):
    """What a channel can be told of."""

    SNAPSHOT = "snapshot_complete"
    CONTEST_CREATED = "contest_created"
    CONTEST_ENDING = "contest_ending_soon"
    CONTEST_DRAWN = "contest_drawn"
    HIGHLIGHTS = "leaderboard_highlights"


HookName = Annotated[str, Field(min_length=1, max_length=60, pattern=NO_CONTROLS)]
HookEvents = Annotated[tuple[HookEvent, ...], Field(max_length=len(HookEvent))]


class WebhookEntry(Asked):
    """A webhook to add. url: https://discord.com/api/webhooks/…, as Discord shows it."""

    model_config = example(
        {
            "name": "#announcements",
            "url": "https://discord.com/api/webhooks/80351110224678912/…",
            "events": ["contest_drawn"],
        }
    )

    name: HookName
    url: Annotated[SecretStr, Field(max_length=300)]
    events: HookEvents = tuple(HookEvent)


class WebhookChange(Asked):
    """All that can be changed, at once. enabled: also switches one on again that Discord had refused."""

    model_config = example({"name": "#announcements", "events": ["contest_drawn"], "enabled": True})

    name: HookName
    events: HookEvents
    enabled: bool


_HOOK: JsonDict = {
    "id": EXAMPLE_ID,
    "name": "#announcements",
    "hint": "…912/…aB3c",
    "events": ["contest_drawn"],
    "enabled": True,
    "disabled_why": None,
    "created_at": _AT,
    "waiting": 0,
    "last_at": _AT,
    "last_status": 204,
    "last_response": None,
}


class WebhookInfo(Told):
    """A webhook. hint: enough of its address to tell it from others. disabled_why: a sentence, once Discord no longer
    takes anything. waiting: messages on their way. last_*: the newest try, what Discord answered."""

    model_config = example(_HOOK)

    id: str
    name: str
    hint: str
    events: tuple[HookEvent, ...]
    enabled: bool
    disabled_why: str | None
    created_at: datetime
    waiting: int
    last_at: datetime | None
    last_status: int | None
    last_response: str | None


class WebhookList(Told):
    """A clan's webhooks, by name."""

    items: list[WebhookInfo]
