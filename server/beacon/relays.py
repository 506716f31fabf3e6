"""Asking drand's relays for a round. What they say is checked against the key of the chain, so any of them will do.

Source: https://docs.drand.love/developer/http-api, `GET /{chain}/public/{round}`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.http.outgoing import at_most
from shared.fairness.beacon import CHAIN, Beacon, Signed

SECONDS = 5.0
MAX_BODY = 64 * 1024
_TOO_EARLY = frozenset({404, 425})
_log = structlog.get_logger("maplehub.beacon")


class _Round(BaseModel):
    """A round as relays tell it; they may tell more."""

    model_config = ConfigDict(strict=True, extra="ignore")

    round: int
    randomness: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern="^[0-9a-f]{96}$")]


@dataclass(frozen=True, slots=True)
class NoBeacon:
    """No relay told the round. said: what was wrong, a sentence for each that was asked."""

    said: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.said)


@dataclass(frozen=True, slots=True)
class Relays:
    """Some relays. Holds no state; the httpx client is shared. addresses: without a slash at the end. origin: of this
    server, for them to know who asks. seconds: that one may take in all."""

    http: httpx.AsyncClient
    addresses: Sequence[str]
    origin: str
    seconds: float = SECONDS

    async def ask(self, number: int) -> Beacon | NoBeacon:
        """A round of quicknet, from the first relay that tells it rightly; the caller asks again later, for the same
        round. Where signatures cannot be checked two relays have to say the same."""
        said: list[str] = []
        unchecked: list[tuple[str, Beacon]] = []
        for address in dict.fromkeys(self.addresses):
            host = urlsplit(address).netloc.rpartition("@")[2]
            found = await self._of(address, number)
            if isinstance(found, str):
                said.append(f"{host} {found}.")
                continue
            signed = found.signed()
            if signed is Signed.YES:
                return found
            if signed is Signed.NO:
                said.append(f"{host} told a wrong signature.")
                continue
            if any(other == found for _, other in unchecked):
                return found
            unchecked.append((host, found))
        said += [
            f"{host} told a round that cannot be checked here, and no other relay told the same."
            for host, _ in unchecked
        ]
        _log.warning("no_beacon", round=number, said=said)
        return NoBeacon(tuple(said))

    async def _of(self, address: str, number: int) -> Beacon | str:
        """What one relay tells, or what is wrong with it."""
        headers = {
            "Accept": "application/json",
            # A small answer can unpack to a large one.
            "Accept-Encoding": "identity",
            "User-Agent": f"MapleHub/{version('maplehub')} (+{self.origin})",
        }
        try:
            async with (
                asyncio.timeout(self.seconds),
                self.http.stream(
                    "GET",
                    f"{address}/{CHAIN}/public/{number}",
                    headers=headers,
                    follow_redirects=False,
                    timeout=self.seconds,
                ) as response,
            ):
                if response.status_code in _TOO_EARLY:
                    return f"does not have the round yet ({response.status_code})"
                if response.status_code != 200:
                    return f"answered with status {response.status_code}"
                content = await at_most(response.aiter_raw(), MAX_BODY)
        except (httpx.TimeoutException, TimeoutError):
            return "did not answer in time"
        except httpx.HTTPError:
            return "cannot be reached"
        return "told more than a round can be" if content is None else _checked(content, number)


def _checked(content: bytes, number: int) -> Beacon | str:
    try:
        told = _Round.model_validate_json(content)
    except ValidationError:
        return "told something that is no round of this chain"
    if told.round != number:
        return f"told round {told.round} instead of {number}"
    return Beacon(told.round, bytes.fromhex(told.signature), bytes.fromhex(told.randomness))
