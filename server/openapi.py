"""The OpenAPI document: what FastAPI makes, with our problem answers in it and nothing that is not true."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from server.accounts.cookies import session_cookie
from server.errors import SCHEMA

router = APIRouter()
_THEIRS = ("HTTPValidationError", "ValidationError")
"""FastAPI's own answer to wrong values, which is never given."""


def install(app: FastAPI) -> None:
    """Make `app.openapi()` give ours."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


@router.get("/openapi.json", include_in_schema=False)
async def served(request: Request) -> JSONResponse:
    """Counted like every route: the document is long."""
    return JSONResponse(request.app.openapi())


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _THEIRS:
        schemas.pop(name, None)
    for operation in (operation for methods in found["paths"].values() for operation in methods.values()):
        if _THEIRS[0] in str(operation["responses"].get("422", "")):
            del operation["responses"]["422"]
    schemas["Problem"] = dict(SCHEMA)
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A desktop's access token (mhs_…) or an API key (mhk_…).",
        },
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": session_cookie(app.state.settings),
            "description": "A browser's session; changes also need X-CSRF-Token.",
        },
    }
    found["security"] = [{"bearer": []}, {"cookie": []}, {}]
    return found
