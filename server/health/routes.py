"""For load balancers, people and Prometheus. Not limited, and nothing here is secret but the figures."""

import asyncio
import hmac
from importlib.metadata import version
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from server import schema
from server.database import Database
from server.errors import Unavailable, answers
from server.http.metrics import Metrics
from server.settings import Settings
from shared.errors import NotFound

router = APIRouter(tags=["health"])
_PATIENCE = 3.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    model_config = ConfigDict(json_schema_extra={"example": {"status": "ok"}})


class Version(BaseModel):
    """Which MapleHub this is, and the newest wire protocol it speaks."""

    version: str
    model_config = ConfigDict(json_schema_extra={"example": {"version": "0.1.0"}})


class Health(BaseModel):
    """Everything at a glance."""

    status: Literal["ok"] = "ok"
    version: str
    database: Literal["sqlite", "postgresql"]
    migration: str
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"status": "ok", "version": "0.1.0", "database": "sqlite", "migration": "0001"}
        }
    )


@router.get("/livez", summary="Does the process live?")
async def livez() -> Alive:
    """Answers whatever state the database is in: restarting the process would not mend that."""
    return Alive()


@router.get("/readyz", summary="Can it serve?", responses=answers(503))
async def readyz(request: Request) -> Alive:
    """The database answers and is at this version's migration."""
    await _migration(request.app.state.database)
    return Alive()


@router.get("/healthz", summary="How is it?", responses=answers(503))
async def healthz(request: Request) -> Health:
    """For people."""
    database: Database = request.app.state.database
    migration = await _migration(database)
    return Health(
        version=version("maplehub"),
        database="sqlite" if database.sqlite else "postgresql",
        migration=migration,
    )


@router.get("/version", summary="Which version is it?")
async def show_version() -> Version:
    """The version in pyproject."""
    return Version(version=version("maplehub"))


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response, responses=answers(404))
async def metrics(request: Request, authorization: Annotated[str, Header()] = "") -> Response:
    """With the token of MAPLEHUB_METRICS_TOKEN as Bearer; without one set, to this computer only."""
    settings: Settings = request.app.state.settings
    if settings.metrics_token is not None:
        wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
        allowed = hmac.compare_digest(authorization.encode(), wanted.encode())
    else:
        allowed = request.client is not None and request.client.host in _LOOPBACK
    if not allowed:
        raise NotFound("There is nothing at this address.")
    found: Metrics = request.app.state.metrics
    return Response(generate_latest(found.registry), media_type=CONTENT_TYPE_LATEST)


async def _migration(database: Database) -> str:
    try:
        async with asyncio.timeout(_PATIENCE), database.reading() as session:
            found = await schema.stored_version(session)
    except (SQLAlchemyError, TimeoutError, OSError) as error:
        raise Unavailable("The database does not answer.") from error
    if found != schema.head():
        raise Unavailable(f"The database is at migration {found}, this version needs {schema.head()}.")
    return found
