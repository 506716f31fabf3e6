"""The stand-in's webhooks keep to Discord's documentation, so that what passes against them passes against Discord."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from server.discord.webhook import HookAddress
from tests.stand_ins.discord import Discord

BODY = {"embeds": [{"title": "Drawn", "fields": [{"name": "Winner", "value": "Aria"}]}]}


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook."""

    where: str

    def post(self, body: Any, more: str = "", **query: str) -> httpx.Response:
        """A message, or bytes that are none. more: letters added to its token."""
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return httpx.post(self.where + more, params=query, **sent)


@pytest.fixture
def hook(discord: Discord, _discord_site: tuple[Discord, str]) -> Hook:
    address = discord.make_hook()
    assert HookAddress.read(address).whole() == address
    return Hook(f"{_discord_site[1]}{urlsplit(address).path}")


def test_a_message_is_taken(hook: Hook, discord: Discord) -> None:
    quick = hook.post(BODY)
    assert (quick.status_code, quick.content) == (204, b"")
    waited = hook.post(BODY, wait="true")
    assert waited.status_code == 200
    assert waited.json()["webhook_id"] == next(iter(discord.hooks))
    assert waited.headers["x-ratelimit-remaining"] == "48"
    assert [message.title for message in discord.messages] == ["Drawn", "Drawn"]


def test_only_those_who_know_the_token_are_heard(hook: Hook, discord: Discord) -> None:
    wrong = hook.post(BODY, more="x")
    assert (wrong.status_code, wrong.json()) == (401, {"message": "Invalid Webhook Token", "code": 50027})
    discord.hooks.clear()
    gone = hook.post(BODY)
    assert (gone.status_code, gone.json()) == (404, {"message": "Unknown Webhook", "code": 10015})


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"{", 50109, ""),
        ({}, 50006, ""),
        ({"embeds": []}, 50006, ""),
        ({"content": "x" * 2001}, 50035, "content"),
        ({"content": "x", "username": "discord"}, 50035, "username"),
        ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, 50035, "allowed_mentions"),
        ({"embeds": [{"title": "x"}] * 11}, 50035, "embeds"),
        ({"embeds": [{"title": "x" * 257}]}, 50035, "title"),
        ({"embeds": [{"title": "😀" * 129}]}, 50035, "title"),
        ({"embeds": [{"description": "x" * 4097}]}, 50035, "description"),
        ({"embeds": [{"color": 1}]}, 50035, "description"),
        ({"embeds": [{"title": "x", "url": "javascript:x"}]}, 50035, "url"),
        ({"embeds": [{"title": "x", "color": 2**24}]}, 50035, "color"),
        ({"embeds": [{"title": "x", "footer": {"text": "x" * 2049}}]}, 50035, "footer"),
        ({"embeds": [{"title": "x", "fields": [{"name": "x", "value": "x"}] * 26}]}, 50035, "fields"),
        ({"embeds": [{"title": "x", "fields": [{"name": "x", "value": " "}]}]}, 50035, "value"),
        ({"embeds": [{"title": "x", "fields": [{"name": "x" * 257, "value": "x"}]}]}, 50035, "name"),
        ({"embeds": [{"title": "x", "fields": [{"name": "x", "value": "x" * 1025}]}]}, 50035, "value"),
        ({"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, 50035, "_errors"),
    ],
)
def test_what_discord_does_not_take_is_not_taken(
    hook: Hook, discord: Discord, body: Any, code: int, where: str
) -> None:
    answer = hook.post(body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert where in str(answer.json().get("errors", ""))
    assert discord.messages == []


def test_too_many_are_told_when_to_come_back(hook: Hook, discord: Discord) -> None:
    discord.limit, discord.window = 1, 30.0
    first, second = hook.post(BODY), hook.post(BODY)
    assert (first.status_code, first.headers["x-ratelimit-remaining"]) == (204, "0")
    assert 0 < float(first.headers["x-ratelimit-reset-after"]) <= 30
    assert (second.status_code, second.json()["global"]) == (429, False)
    assert second.headers["x-ratelimit-scope"] == "user"
