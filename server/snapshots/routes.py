"""/api/clans/{clan_id}/snapshots: how a clan stands with its snapshots, Run now, progress, cancel."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from server.accounts.identity import Now
from server.clans.access import Looking, Officer
from server.database import Reader, Session
from server.errors import answers
from server.snapshots import service
from server.snapshots.service import Boundaries
from shared.api.progress import SnapshotInfo, SnapshotStanding

router = APIRouter(prefix="/clans/{clan_id}/snapshots", tags=["snapshots"])


async def boundaries_of(request: Request) -> Boundaries:
    """What tells when contests begin and end: a subject above this one (`app.state.boundaries`)."""
    found: Boundaries = request.app.state.boundaries
    return found


ContestBoundaries = Annotated[Boundaries, Depends(boundaries_of)]


@router.get("", summary="How does a clan stand with its snapshots?", responses=answers(404, 422))
async def standing(
    session: Reader, person: Looking, boundaries: ContestBoundaries, now: Now
) -> SnapshotStanding:
    """The newest ten, when the next is, and why none can be run now where none can."""
    return await service.standing(session, person, boundaries, now)


@router.post("", summary="Run a snapshot now", status_code=201, responses=answers(403, 404, 409, 422))
async def run_now(
    session: Session, officer: Officer, boundaries: ContestBoundaries, now: Now
) -> SnapshotInfo:
    """Officers and leaders. At most two a UTC day, the scheduled ones counted."""
    return await service.run_now(session, officer, boundaries, now)


@router.get("/{snapshot_id}", summary="One snapshot", responses=answers(404, 422))
async def one(snapshot_id: UUID, session: Reader, person: Looking) -> SnapshotInfo:
    """How far it is, and the members whose sources could not be read."""
    return await service.one(session, person, str(snapshot_id))


@router.delete("/{snapshot_id}", summary="Cancel a snapshot", responses=answers(403, 404, 422))
async def cancel(snapshot_id: UUID, session: Session, officer: Officer, now: Now) -> SnapshotInfo:
    """Officers and leaders. What was sampled stays; one that is finished stays as it is."""
    return await service.cancel(session, officer, str(snapshot_id), now)
