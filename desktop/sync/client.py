"""Sync over HTTP: one question at a time, the server's refusals as what they mean."""

import gzip
from collections.abc import Sequence

import httpx
from pydantic import BaseModel

from desktop.sync.http import (
    Connection,
    Credentials,
    Incompatible,
    SignedOut,
    Unreachable,
    problem,
    read,
    slug,
    trouble,
    understood,
)
from shared.api.sync import (
    Buckets,
    BucketsResponse,
    DigestResponse,
    PullRequestModel,
    RowAt,
    RowsRequest,
    RowsResponse,
)
from shared.api.sync_text import push_text, read_pull_answer, read_push_answer
from shared.errors import MapleHubError
from shared.sync.digest import Digest
from shared.sync.paging import Position
from shared.sync.records import SCHEMA
from shared.sync.wire import PullAnswer, PullRequest, Push, PushAnswer, Refusal, Row, unpack

__all__ = ["Incompatible", "Refused", "SignedOut", "SyncClient", "TooLarge", "Unreachable"]

_PACKED_FROM = 2048
_LEVEL = 1
_SLUGS = {str(refusal): refusal for refusal in Refusal}


class Refused(MapleHubError):  # noqa: N818 - what it is
    """The server has another history than this machine has seen. epoch: the one it has, "" when it did not say."""

    def __init__(self, refusal: Refusal, epoch: str) -> None:
        super().__init__("The server has another history.")
        self.refusal = refusal
        self.epoch = epoch


class TooLarge(MapleHubError):  # noqa: N818
    """The server takes less at once. What is too large by itself can never be sent."""

    def __init__(self) -> None:
        super().__init__("The server takes less at once than this.", "Shorten the notes entered last.")


class SyncClient:
    """A player's history on a server. transport: what carries the requests; None for the network."""

    def __init__(
        self, address: str, credentials: Credentials, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._credentials = credentials
        self._connection = Connection(address, transport, kept=True)

    def close(self) -> None:
        """Let go of the server, from any thread. A running request ends in Unreachable."""
        self._connection.close()

    def push(self, sent: Push, *, sent_ms: int) -> PushAnswer:
        """Send edits. Raises Unreachable, SignedOut, Refused, TooLarge, Incompatible."""
        return read(self._ask("push", push_text(sent, sent_ms)), read_push_answer)

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
        return read(self._ask("pull", _json(body)), read_pull_answer)

    def digest(self) -> DigestResponse:
        """The digests of the server's tables. Raises what `pull` raises, as the following do."""
        return understood(self._get("digest"), DigestResponse)

    def buckets(self, table: str) -> tuple[Digest, ...]:
        """The digests of the parts of one of the server's tables."""
        return understood(self._get(f"digest/{table}"), BucketsResponse).plain()

    def rows(self, position: Position, table: str, places: Sequence[int]) -> list[Row]:
        """Every row the server has in some parts of a table, tombstones too."""
        found: list[Row] = []
        after: RowAt | None = None
        while True:
            asked = RowsRequest(
                epoch=position.epoch,
                cursor=position.cursor,
                purge=position.purge,
                tables={table: Buckets(buckets=tuple(places))},
                after=after,
            )
            answer = understood(self._ask("rows", _json(asked)), RowsResponse)
            found += [unpack(row.plain()) for row in answer.rows]
            after = answer.next
            if after is None:
                return found

    def _get(self, path: str) -> httpx.Response:
        answer = self._connection.ask(
            "GET", f"/api/sync/{path}", self._credentials, params={"schema": SCHEMA}
        )
        if answer.status_code != httpx.codes.OK:
            raise _trouble(answer)
        return answer

    def _ask(self, path: str, content: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        if len(content) >= _PACKED_FROM:
            content, headers["Content-Encoding"] = gzip.compress(content, _LEVEL), "gzip"
        answer = self._connection.ask(
            "POST", f"/api/sync/{path}", self._credentials, content=content, headers=headers
        )
        if answer.status_code != httpx.codes.OK:
            raise _trouble(answer)
        return answer


def _json(body: BaseModel) -> bytes:
    return body.model_dump_json(by_alias=True).encode()


def _trouble(answer: httpx.Response) -> MapleHubError:
    told = problem(answer)
    if (refusal := _SLUGS.get(slug(told))) is not None:
        return Refused(refusal, str(told.get("epoch", "")))
    if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge()
    return trouble(answer)
