"""/api/stream: server-sent events."""

from contextlib import suppress

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from server.accounts.identity import SignedInCaller
from server.live.service import Live
from shared.api.live import PING_SECONDS, Poke

router = APIRouter(tags=["sync"])
_POKE = Poke(epoch="01a1fe77-2d69-7000-bf19-3bcb9068c8f0", head=7)
_EXAMPLE = f"event: head\r\ndata: {_POKE.model_dump_json()}\r\n\r\n"
_SEND_SECONDS = 30.0


class Stream(EventSourceResponse):
    """Ours rather than FastAPI's own: that one kept the process alive for most of a minute after it was told to end."""

    media_type = "text/event-stream"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A listener that takes nothing any more is gone, which is no error."""
        with suppress(SendTimeoutError):
            await super().__call__(scope, receive, send)


@router.get(
    "/stream",
    summary="Hear of changes at once",
    response_class=Stream,
    responses={200: {"content": {"text/event-stream": {"example": _EXAMPLE}}}},
)
async def stream(request: Request, caller: SignedInCaller) -> Stream:
    """Server-sent events named `head`, the first at once: there may be something to pull. A comment comes every 15
    seconds. A stream ends after ten minutes at most, and the oldest when a player has more than eight."""
    live: Live = request.app.state.live
    return Stream(
        await live.open(caller.user_id),
        ping=PING_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(comment="ping"),
        send_timeout=_SEND_SECONDS,
    )
