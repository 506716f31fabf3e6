"""Discord's webhooks: the address of one, and telling it something. The address is a secret: whoever has it can write.

Source: https://discord.com/developers/docs/resources/webhook#execute-webhook and …/topics/rate-limits.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version
from typing import Any

import httpx

from server.http.outgoing import at_most
from shared.errors import InvalidInput

DISCORD = "https://discord.com/api/webhooks"
MAX_RESPONSE = 300
_ADDRESS = re.compile(r"https://discord\.com/api/webhooks/([0-9]{17,20})/([A-Za-z0-9_-]{40,128})")
_BODY = 64 * 1024
_MASK = "…"
_LONGEST_WAIT = 86_400.0
_USUAL_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class HookAddress:
    """Where a webhook is: its id and the token that opens it, which no text of this object shows."""

    id: str
    token: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> "HookAddress":
        """The address as Discord shows it, and nothing else: no other host, port, version, query or redirect can be
        in it. Raises InvalidInput, which does not repeat the text."""
        found = _ADDRESS.fullmatch(text)
        if found is None or int(found[1]) >= 2**64:
            raise InvalidInput(
                "url",
                f"This is not the address of a Discord webhook: it begins with {DISCORD}/.",
                "In Discord open the channel's settings, Integrations, Webhooks, and press Copy Webhook URL.",
            )
        return cls(found[1], found[2])

    def whole(self) -> str:
        """As Discord shows it. Not for logs, answers or errors."""
        return f"{DISCORD}/{self.id}/{self.token}"

    @property
    def hint(self) -> str:
        """Enough to tell it from others."""
        return f"…{self.id[-3:]}/…{self.token[-4:]}"


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    LATER = "later"
    """Discord wants fewer messages: it says when it takes the next one."""
    AGAIN = "again"
    """Discord has trouble, or cannot be reached."""
    REFUSED = "refused"
    """Discord does not take this message, and never will."""
    GONE = "gone"
    """Discord no longer knows the webhook."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Discord said. status: None where it said nothing. text: at most 300 letters, without the token.

    wait: seconds until it takes the next message, where it says so. everybody: that goes for all of this server.
    """

    outcome: Outcome
    status: int | None
    text: str
    wait: float = 0.0
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class DiscordWebhooks:
    """Tells webhooks. Holds no state; the httpx client is shared.

    origin: of this server, for Discord to know who asks. base: where Discord's webhooks are, a stand-in in tests.
    timeout: seconds an answer may take in all.
    """

    http: httpx.AsyncClient
    origin: str
    base: str = DISCORD
    timeout: float = 10.0

    async def tell(self, address: HookAddress, body: str) -> Answer:
        """Send a message, JSON as Discord documents it. Never raises: whatever happens is an answer."""
        try:
            async with (
                asyncio.timeout(self.timeout),
                self.http.stream(
                    "POST",
                    f"{self.base}/{address.id}/{address.token}",
                    params={"wait": "true"},
                    content=body.encode(),
                    headers={
                        "Content-Type": "application/json",
                        "User-Agent": f"MapleHub ({self.origin}, {version('maplehub')})",
                    },
                    follow_redirects=False,
                ) as response,
            ):
                content = await at_most(response.aiter_bytes(), _BODY)
                return _read(response.status_code, response.headers, content or b"", address.token)
        except (httpx.HTTPError, TimeoutError) as error:
            # What the library says holds the address.
            slow = isinstance(error, httpx.TimeoutException | TimeoutError)
            return Answer(
                Outcome.AGAIN,
                None,
                "Discord did not answer in time." if slow else "Discord cannot be reached.",
            )


def _read(status: int, headers: Mapping[str, str], content: bytes, token: str) -> Answer:
    said = _json(content)
    text = _told(said, content, token)
    if 200 <= status < 300:
        # Whoever knows that nothing is left does not ask in vain.
        spent = headers.get("X-RateLimit-Remaining") == "0"
        wait = _seconds(headers.get("X-RateLimit-Reset-After"), _USUAL_WAIT) if spent else 0.0
        number = said.get("id")
        shown = f"message {number}" if isinstance(number, str) and number.isdigit() else ""
        return Answer(Outcome.SENT, status, shown, wait)
    if status == 429:
        # Discord itself answers in JSON. The wall before it does not, and means every request of this address.
        everybody = not said or said.get("global") is True or headers.get("X-RateLimit-Scope") == "global"
        wait = _seconds(said.get("retry_after", headers.get("Retry-After")), _USUAL_WAIT)
        return Answer(Outcome.LATER, status, text, wait, everybody)
    if status in {401, 403, 404} and "code" in said:
        return Answer(Outcome.GONE, status, text)
    # Without Discord's own error it is the wall before it that refuses, and that may end.
    if 400 <= status < 500 and status != 408 and "code" in said:
        return Answer(Outcome.REFUSED, status, text)
    return Answer(Outcome.AGAIN, status, text)


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _told(said: Mapping[str, Any], content: bytes, token: str) -> str:
    """What a person can make of it: Discord's message and number, and of a form's errors all of them."""
    if "message" in said:
        text = f"{said['message']} ({said['code']})" if said.get("code") else str(said["message"])
        if said.get("errors"):
            text = f"{text} {json.dumps(said['errors'], ensure_ascii=False)}"
    else:
        text = content.decode(errors="replace")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.replace(token, _MASK).split()) or "Discord said nothing more."
    return text if len(text) <= MAX_RESPONSE else f"{text[: MAX_RESPONSE - 1]}…"


def _seconds(value: Any, otherwise: float) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return otherwise
    # "NaN" is a number to float, and compares with nothing.
    return min(found, _LONGEST_WAIT) if found >= 0 else otherwise
