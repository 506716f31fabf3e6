"""What every request passes through: ids, headers, problem answers, the cap on bodies."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from server.errors import Problem, install
from server.http.body import BodyCap
from server.http.context import RequestContext, security_headers
from server.http.metrics import Metrics
from server.logs import blot
from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound

LIMIT = 10_000


class Note(BaseModel):
    text: Annotated[str, Field(max_length=5)]


class Special(Problem):
    status, slug, title = 410, "resync-required", "Everything must be fetched again"


ERRORS: dict[str, Exception] = {
    "not-found": NotFound("No such thing.", "Look elsewhere."),
    "conflict": Conflict("Twice."),
    "input": InvalidInput("level", "Too high.", "At most 300."),
    "special": Special("Too long away.", "Fetch all.", headers={"X-Hint": "1"}, extra={"epoch": 7}),
    "ours": MapleHubError("Something of ours without a place."),
    "http": HTTPException(418, "short and stout"),
    "bug": RuntimeError("the password is hunter2"),
}


def _app(limit: int = LIMIT, seconds: float = 30.0) -> FastAPI:
    app = FastAPI(openapi_url=None)
    install(app)
    app.add_middleware(BodyCap, limit=limit, seconds=seconds)
    app.add_middleware(RequestContext, metrics=Metrics(), headers=security_headers(secure=True))

    @app.post("/echo")
    async def echo(note: dict[str, Any]) -> dict[str, Any]:
        return note

    @app.post("/note")
    async def write(note: Note) -> Note:
        return note

    @app.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise ERRORS[how]

    return app


@pytest.fixture
async def door() -> AsyncIterator[httpx.AsyncClient]:
    """A small app behind the same layers."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(_app()), base_url="http://server") as client:
        yield client


def _packed(data: bytes) -> dict[str, Any]:
    return {
        "content": gzip.compress(data),
        "headers": {"Content-Encoding": "gzip", "Content-Type": "application/json"},
    }


async def test_every_answer_has_its_headers_and_an_id(door: httpx.AsyncClient) -> None:
    for path in ("/echo", "/nowhere", "/fail/bug", "/fail/not-found"):
        answer = await door.get(path)
        for name, value in security_headers(secure=True).items():
            assert answer.headers[name] == value
        assert len(answer.headers["x-request-id"]) == 36
    assert "Strict-Transport-Security" not in security_headers(secure=False)


async def test_a_callers_id_is_kept_when_it_is_one(door: httpx.AsyncClient, logged: list[Any]) -> None:
    answer = await door.get("/fail/not-found", headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "from-the-proxy-1"
    assert logged[-1]["request_id"] == "from-the-proxy-1"
    answer = await door.get("/fail/not-found", headers={"X-Request-ID": "<script>"})
    assert answer.headers["x-request-id"] != "<script>"


@pytest.mark.parametrize(
    ("how", "status", "slug"),
    [
        ("not-found", 404, "not-found"),
        ("conflict", 409, "conflict"),
        ("input", 422, "invalid-input"),
        ("special", 410, "resync-required"),
        ("ours", 500, "unexpected"),
        ("http", 418, "i'm-a-teapot"),
        ("bug", 500, "unexpected"),
    ],
)
async def test_every_error_is_a_problem(door: httpx.AsyncClient, how: str, status: int, slug: str) -> None:
    answer = await door.get(f"/fail/{how}")
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:maplehub:problem:{slug}"
    assert body["detail"].endswith((".", "stout"))


async def test_a_problem_tells_what_to_do_and_what_it_is_about(door: httpx.AsyncClient) -> None:
    assert (await door.get("/fail/input")).json()["field"] == "level"
    assert (await door.get("/fail/not-found")).json()["action"] == "Look elsewhere."
    special = await door.get("/fail/special")
    assert special.json()["epoch"] == 7
    assert special.headers["x-hint"] == "1"


async def test_a_bug_is_logged_with_the_requests_id_and_nothing_of_it_is_told(
    door: httpx.AsyncClient, logged: list[Any]
) -> None:
    answer = await door.get("/fail/bug")
    assert "hunter2" not in answer.text
    line = next(line for line in logged if line["event"] == "unexpected_error")
    assert line["request_id"] == answer.json()["request_id"]
    assert str(line["exc_info"][1]) == "the password is hunter2"


async def test_wrong_values_wrong_methods_and_wrong_addresses_are_problems(door: httpx.AsyncClient) -> None:
    wrong = await door.post("/note", json={"text": "my secret words"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == [
        {
            "in": "body",
            "field": "text",
            "message": "String should have at most 5 characters",
            "code": "string_too_long",
        }
    ]
    assert "secret" not in wrong.text
    broken = await door.post("/note", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["errors"][0]["code"]) == (422, "json_invalid")
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", "/note", 405)):
        answer = await door.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await door.delete("/note")).headers["allow"] == "POST"


async def test_bodies_arrive_plain_or_packed(door: httpx.AsyncClient) -> None:
    content = {"words": "maple " * 500}
    assert (await door.post("/echo", json=content)).json() == content
    assert (await door.post("/echo", **_packed(json.dumps(content).encode()))).json() == content


async def test_what_unpacks_to_too_much_is_refused_however_small_it_comes(door: httpx.AsyncClient) -> None:
    bomb = _packed(b'{"a":"' + b" " * 5_000_000 + b'"}')
    assert len(bomb["content"]) < LIMIT
    answer = await door.post("/echo", **bomb)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:maplehub:problem:too-large"
    assert answer.json()["limit"] == LIMIT


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, 400), limit=st.integers(64, 300), packed=st.booleans(), piece=st.integers(1, 200))
def test_exactly_the_limit_passes_in_whatever_pieces_it_comes(
    size: int, limit: int, packed: bool, piece: int
) -> None:
    body = json.dumps({"a": "x" * size}).encode()
    sent = gzip.compress(body) if packed else body
    headers = {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if packed else {})

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(sent), piece):
            yield sent[start : start + piece]

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(_app(limit))
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.post("/echo", content=pieces(), headers=headers)

    answer = asyncio.run(run())
    assert answer.status_code == (200 if len(body) <= limit else 413)
    if len(body) <= limit:
        assert answer.json() == {"a": "x" * size}


@pytest.mark.parametrize(
    "body",
    [
        b"not gzip",
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{}") + b"more",
        zlib.compress(b"{}"),
    ],
    ids=["nonsense", "cut", "trailing", "zlib"],
)
async def test_what_is_no_whole_gzip_is_refused(door: httpx.AsyncClient, body: bytes) -> None:
    answer = await door.post("/echo", content=body, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_other_encodings_are_refused_with_what_is_taken(door: httpx.AsyncClient) -> None:
    for encoding in ("br", "gzip, gzip", "zstd"):
        answer = await door.post("/echo", content=b"x", headers={"Content-Encoding": encoding})
        assert answer.status_code == 415
        assert answer.headers["accept-encoding"] == "gzip"


async def test_an_announced_size_over_the_limit_is_refused_unread(door: httpx.AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    answer = await door.post("/echo", content=never(), headers={"Content-Length": str(LIMIT + 1)})
    assert answer.status_code == 413


async def test_a_body_that_trickles_is_given_up() -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    transport = httpx.ASGITransport(_app(seconds=0.05))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        assert (await client.post("/echo", content=slowly())).status_code == 408


def test_the_log_blots_out_secrets() -> None:
    line = blot(
        None, "", {"event": "x", "access_token": "a", "Authorization": "b", "code": "c", "status_code": 200}
    )
    assert line == {"event": "x", "access_token": "…", "Authorization": "…", "code": "…", "status_code": 200}
