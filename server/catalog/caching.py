"""Answers that change only with the game's data: kept for an hour, then asked for by their tag."""

from importlib.metadata import version
from typing import Any

from fastapi import Request, Response

from shared.catalog import Catalog

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "What you have is the newest"}}
_HOUR = "public, max-age=3600"


def kept(request: Request, response: Response, catalog: Catalog) -> Response | None:
    """Give the answer its tag; another answer, without a body, for a caller who has this one already."""
    tag = f'"{version("maplehub")}-{catalog.version}"'
    headers = {"ETag": tag, "Cache-Control": _HOUR}
    had = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in had or "*" in had:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return None
