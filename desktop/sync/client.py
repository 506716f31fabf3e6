"""The server over HTTP: one question at a time, its refusals as what they mean."""

import gzip
from collections.abc import Callable
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from shared.api.sync import MutationModel, PullRequestModel, PullResponse, PushRequest, PushResponse
from shared.errors import MapleHubError
from shared.sync.records import SCHEMA
from shared.sync.wire import Mutation, PullAnswer, PullRequest, Push, PushAnswer, Refusal

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_PACKED_FROM = 2048
_SLUGS = {str(refusal): refusal for refusal in Refusal}


class Unreachable(MapleHubError):  # noqa: N818 - what it is
    """The server does not answer, or asks to wait. retry_after: seconds it asked for, None when it did not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message, "What you enter is kept and sent later.")
        self.retry_after = retry_after


class SignedOut(MapleHubError):  # noqa: N818
    """The server no longer knows this sign-in."""


class Refused(MapleHubError):  # noqa: N818
    """The server has another history than this machine has seen. epoch: the one it has, "" when it did not say."""

    def __init__(self, refusal: Refusal, epoch: str) -> None:
        super().__init__("The server has another history.")
        self.refusal = refusal
        self.epoch = epoch


class Incompatible(MapleHubError):  # noqa: N818
    """This program and the server do not understand each other."""


class SyncClient:
    """token: gives the access token of the signed-in player."""

    def __init__(
        self, address: str, token: Callable[[], str], transport: httpx.BaseTransport | None = None
    ) -> None:
        self._token = token
        self._http = httpx.Client(base_url=address, timeout=_TIMEOUT, transport=transport)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def push(self, sent: Push, *, sent_ms: int) -> PushAnswer:
        """Send edits. Raises Unreachable, SignedOut, Refused, Incompatible."""
        body = PushRequest.model_construct(
            schema_version=SCHEMA,
            epoch=sent.epoch,
            cursor=sent.cursor,
            sent_at=sent_ms,
            mutations=tuple(_mutation(each) for each in sent.mutations),
        )
        answer: PushResponse = self._ask("push", body, PushResponse)
        return answer.plain()

    def pull(self, asked: PullRequest) -> PullAnswer:
        """Ask for a page. Raises the same."""
        body = PullRequestModel.model_construct(
            schema_version=SCHEMA,
            epoch=asked.epoch,
            full=asked.full,
            cursor=asked.cursor,
            purge=asked.purge,
            limit=asked.limit,
        )
        answer: PullResponse = self._ask("pull", body, PullResponse)
        return answer.plain()

    def _ask(self, path: str, body: BaseModel, shape: type[Any]) -> Any:
        content = body.model_dump_json(by_alias=True).encode()
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        if len(content) >= _PACKED_FROM:
            content, headers["Content-Encoding"] = gzip.compress(content, 5), "gzip"
        try:
            answer = self._http.post(f"/api/sync/{path}", content=content, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable("The server cannot be reached.") from error
        if answer.status_code != httpx.codes.OK:
            raise _trouble(answer)
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as error:
            raise Incompatible("The server's answer cannot be understood.", "Update MapleHub.") from error


def _mutation(each: Mutation) -> MutationModel:
    return MutationModel.model_construct(
        mid=each.mid,
        t=each.table,
        id=each.id,
        op=each.op,
        set=dict(each.fields),
        stamps=dict(each.stamps),
        past=each.past,
    )


def _trouble(answer: httpx.Response) -> MapleHubError:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    slug = str(told.get("type", "")).rsplit(":", 1)[-1]
    if slug in _SLUGS:
        return Refused(_SLUGS[slug], str(told.get("epoch", "")))
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return SignedOut("You are signed out.", "Sign in again in Settings; nothing is lost.")
    if answer.status_code in {408, 425, 429} or answer.is_server_error:
        wait = answer.headers.get("Retry-After", "")
        return Unreachable("The server is busy.", float(wait) if wait.isdigit() else None)
    detail = str(told.get("detail") or f"The server answered {answer.status_code}.")
    return Incompatible(detail, str(told.get("action") or "Update MapleHub."))
