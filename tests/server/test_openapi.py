"""The OpenAPI document says what is true: every route with a summary, examples, and its error answers."""

from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import FastAPI

from server.errors import MEDIA_TYPE
from tests.server.player import Desk


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _has_example(document: dict[str, Any], content: dict[str, Any]) -> bool:
    schema = content.get("schema", {})
    options = schema.get("oneOf", [schema])
    for option in options:
        found = option
        if "$ref" in option:
            found = document["components"]["schemas"][option["$ref"].rsplit("/", 1)[1]]
        inner = found.get("properties", {}).get("items", {}).get("items")
        if not (
            "example" in content
            or "example" in found
            or (inner and _has_example(document, {"schema": inner}))
        ):
            return False
    return True


async def test_it_is_served(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.")
    assert set(document["components"]["securitySchemes"]) == {"bearer", "cookie"}


def test_every_operation_says_what_it_does_and_how_it_fails(app: FastAPI) -> None:
    document = app.openapi()
    for name, operation in _operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert len(operation["tags"]) == 1, name
        answers = operation["responses"]
        if "/api/" in name:
            assert {"401", "429", "500", "503"} <= set(answers), name
        if "parameters" in operation or "requestBody" in operation:
            assert "422" in answers or name == "GET /metrics", name
        if "requestBody" in operation:
            assert {"413", "415"} <= set(answers), name
        for status, answer in answers.items():
            for media, content in answer.get("content", {}).items():
                if int(status) >= 400 and media != "text/html":
                    assert media == MEDIA_TYPE, name
                    assert content["example"]["status"] == int(status), name


def test_every_body_has_an_example(app: FastAPI) -> None:
    document = app.openapi()
    free_form = {"GET /api/auth/me/export", "GET /metrics"}
    for name, operation in _operations(document):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        bodies += [answer for status, answer in operation["responses"].items() if int(status) < 300]
        for body in bodies:
            for media, content in body.get("content", {}).items():
                if media == "application/json" and name not in free_form:
                    assert _has_example(document, content), name


def test_nothing_of_the_frameworks_own_errors_is_left(app: FastAPI) -> None:
    assert "HTTPValidationError" not in str(app.openapi())


async def test_examples_are_what_answers_look_like(app: FastAPI, desk: Desk) -> None:
    signed = await desk.desktop()
    schemas = app.openapi()["components"]["schemas"]
    key = await desk.client.post(
        "/api/auth/keys", json=schemas["NewApiKey"]["example"], headers=signed.headers
    )
    for name, answer in (
        ("Me", (await desk.client.get("/api/auth/me", headers=signed.headers)).json()),
        ("MadeApiKey", key.json()),
        (
            "SessionInfo",
            (await desk.client.get("/api/auth/sessions", headers=signed.headers)).json()["items"][0],
        ),
        ("Tokens", (await desk.refresh(signed.tokens.refresh_token)).json()),
    ):
        assert set(schemas[name]["example"]) <= set(answer) == set(schemas[name]["properties"]), name
