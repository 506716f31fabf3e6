"""A relay of drand's quicknet on this computer: two rounds that were really told, and whatever a relay can do wrong.

Source: https://docs.drand.love/developer/http-api; the rounds are those that `GET /{chain}/public/{round}` tells.
"""

import asyncio
import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
ROUNDS = {
    42: "95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce430a91b811fbfaf763900bc998b5d686a",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}


class Behaviour(StrEnum):
    """What a relay does."""

    RIGHT = "right"
    WRONG_ROUND = "another round than the one asked for"
    WRONG_NUMBER = "another round under the number asked for"
    BAD_SIGNATURE = "a signature of nobody's"
    BAD_RANDOMNESS = "randomness that is not the signature's"
    OTHER_CHAIN = "a round of a chain with longer signatures"
    ERROR = "500"
    TOO_EARLY = "425"
    NOT_FOUND = "404"
    HUGE = "a body of a megabyte"
    SLOW = "an answer after a while"
    REDIRECT = "a redirect"
    NO_JSON = "half an answer"
    HTML = "a page with status 200"


@dataclass(slots=True)
class Relay:
    """One relay. elsewhere: where it redirects to. seconds: how slow it is. asked: the rounds it was asked for."""

    behaviour: Behaviour = Behaviour.RIGHT
    elsewhere: str = ""
    seconds: float = 30.0
    asked: list[int] = field(default_factory=list)

    def reset(self) -> None:
        """Right again, and nothing asked."""
        self.behaviour = Behaviour.RIGHT
        self.asked.clear()


def build(relay: Relay) -> Starlette:
    """The ASGI app of one relay."""

    async def public(request: Request) -> Response:
        number = int(request.path_params["round"])
        relay.asked.append(number)
        if request.path_params["chain"] != CHAIN or number not in ROUNDS:
            # What relays say of a chain they do not serve and of a round that is to come.
            return JSONResponse({"error": "not found"}, 404)
        return await _answer(relay, number)

    return Starlette(routes=[Route("/{chain}/public/{round:int}", public)])


async def _answer(relay: Relay, number: int) -> Response:
    plain: dict[Behaviour, Response] = {
        Behaviour.ERROR: Response("internal error", 500),
        Behaviour.TOO_EARLY: JSONResponse({"error": "Too Early"}, 425),
        Behaviour.NOT_FOUND: JSONResponse({"error": "not found"}, 404),
        Behaviour.HTML: Response("<h1>Welcome</h1>", media_type="text/html"),
        Behaviour.NO_JSON: Response('{"round": 10', media_type="application/json"),
        Behaviour.REDIRECT: RedirectResponse(f"{relay.elsewhere}/{CHAIN}/public/{number}", 302),
    }
    if relay.behaviour in plain:
        return plain[relay.behaviour]
    if relay.behaviour is Behaviour.SLOW:
        await asyncio.sleep(relay.seconds)
    return Response(json.dumps(told(number, relay.behaviour)), media_type="application/json")


def told(number: int, behaviour: Behaviour = Behaviour.RIGHT) -> dict[str, Any]:
    """What a relay tells of a round."""
    other = next(each for each in ROUNDS if each != number)
    signature = ROUNDS[number]
    if behaviour in {Behaviour.WRONG_ROUND, Behaviour.WRONG_NUMBER}:
        signature = ROUNDS[other]
    if behaviour is Behaviour.BAD_SIGNATURE:
        signature = "8" + signature[1:-1] + "0"
    if behaviour is Behaviour.OTHER_CHAIN:
        signature *= 2
    randomness = sha256(bytes.fromhex(signature)).hexdigest()
    if behaviour is Behaviour.BAD_RANDOMNESS:
        randomness = sha256(b"").hexdigest()
    found = {
        "round": other if behaviour is Behaviour.WRONG_ROUND else number,
        "randomness": randomness,
        "signature": signature,
    }
    return {**found, "padding": " " * 2**20} if behaviour is Behaviour.HUGE else found
