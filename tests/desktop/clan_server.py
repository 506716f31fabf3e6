"""A small server of clans over real HTTP: it answers as the demo does, unless a test says what it is to answer."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.services.demo_clans.hub import DemoHub
from shared.api.auth import Tokens
from shared.catalog import Catalog
from tests.stand_ins.serving import serving

TYPE = "urn:maplehub:problem:"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    params: dict[str, str]
    body: Any
    token: str


@dataclass(slots=True)
class ClanServer:
    """url: where it listens. asked: every request but those for tokens. answers: what is to be answered instead, by
    method and path; token: the access token that is good."""

    hub: DemoHub
    url: str = ""
    token: str = "good"
    renewed: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    down: bool = False

    def begin_anew(self, hub: DemoHub) -> None:
        """Forget what the test before did."""
        self.hub, self.token, self.renewed, self.down = hub, "good", 0, False
        self.asked.clear()
        self.answers.clear()

    def answer(
        self, method: str, path: str, status: int, body: bytes | Mapping[str, Any], **headers: str
    ) -> None:
        """From now on this is answered there."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[method, path] = (status, content, headers)

    def refuse(self, method: str, path: str, status: int, slug: str, detail: str, **more: str) -> None:
        """From now on this is refused."""
        self.answer(method, path, status, {"type": TYPE + slug, "status": status, "detail": detail, **more})

    def paths(self) -> list[tuple[str, str]]:
        """What was asked, in its order."""
        return [(each.method, each.path) for each in self.asked]

    async def __call__(self, request: Request) -> Response:
        """Answer one."""
        content = await request.body()
        path = request.url.path
        if path == "/api/auth/token":
            self.renewed += 1
            return self._tokens()
        if self.down:
            return Response("<html>Bad gateway</html>", 502)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body = json.loads(content) if content else None
        self.asked.append(Asked(request.method, path, dict(request.query_params), body, token))
        if token != self.token and not path.endswith("/proof"):
            told = {"type": TYPE + "unauthenticated", "status": 401, "detail": "You are not signed in."}
            return Response(json.dumps(told), 401)
        instead = self.answers.get((request.method, path))
        if instead is not None:
            return Response(instead[1], instead[0], headers=instead[2])
        status, answer = self.hub.answer(request.method, path, request.query_params, content)
        return Response(answer, status)

    def _tokens(self) -> Response:
        made = Tokens(
            access_token=self.token,
            expires_in=3600,
            refresh_token=f"refresh-{self.renewed}",
            refresh_expires_in=86_400,
            session_id="0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a",
        )
        return Response(made.model_dump_json())


@contextmanager
def clan_server(catalog: Catalog, now: Callable[[], datetime]) -> Iterator[ClanServer]:
    """Serve until the test ends."""
    made = ClanServer(DemoHub(catalog, now))
    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", made.__call__, methods=methods)])
    with serving(app) as url:
        made.url = url
        yield made
