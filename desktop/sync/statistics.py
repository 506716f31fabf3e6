"""The community's figures, asked of a server. They are public: an address is enough."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from desktop.sync.http import Connection, trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """tag: what the server calls this state of it."""

    tag: str
    body: bytes


class StatisticsClient:
    """A server's statistics. transport: what carries the requests; None for the network."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self._connection = Connection(address, transport, kept=True)

    def close(self) -> None:
        """Let go of the server, from any thread. A running request ends in Unreachable."""
        self._connection.close()

    def ask(self, path: str, params: Mapping[str, str], tag: str = "") -> Answer | None:
        """The answer; None where it is still the one with this tag. Raises Unreachable, Incompatible.

        path: below `/api/stats/`.
        """
        headers = {"If-None-Match": tag} if tag else {}
        answer = self._connection.ask("GET", f"/api/stats/{path}", headers=headers, params=dict(params))
        if answer.status_code == httpx.codes.NOT_MODIFIED and tag:
            return None
        if answer.status_code != httpx.codes.OK:
            raise trouble(answer)
        return Answer(answer.headers.get("ETag", ""), answer.content)
