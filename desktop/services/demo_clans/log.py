"""The made-up clan's log, chained like a real one."""

from datetime import datetime, timedelta
from typing import Any

from shared.api.clans import LogLine, LogPage
from shared.errors import NotFound
from shared.fairness.audit import genesis, head_of
from shared.fairness.encoding import instant_text


class DemoLog:
    """Lines, the oldest first. A plan of the past is written in one go, in its order."""

    def __init__(self, clan_id: str) -> None:
        self._head = genesis(clan_id)
        self._planned: list[tuple[datetime, str, dict[str, Any]]] = []
        self.lines: list[LogLine] = []

    def plan(self, at: datetime, kind: str, **event: Any) -> None:
        """Something that was done, in any order."""
        self._planned.append((at, kind, event))

    def write_planned(self) -> None:
        """All that was planned."""
        for at, kind, event in sorted(self._planned, key=lambda planned: planned[0]):
            self.append(at, kind, **event)
        self._planned.clear()

    def append(self, at: datetime, kind: str, **event: Any) -> None:
        """The newest line."""
        number, at = len(self.lines), at.replace(microsecond=0)
        told = {**event, "kind": kind, "at": instant_text(at)}
        head = head_of(self._head, number, told)
        line = LogLine(i=number, at=at, event=told, prev=self._head.hex(), head=head.hex())
        self.lines.append(line)
        self._head = head

    def line_of(self, contest_id: str, kind: str) -> LogLine:
        """The line that tells this of a contest. Raises NotFound."""
        for line in self.lines:
            if line.event["kind"] == kind and line.event.get("contest_id") == contest_id:
                return line
        raise NotFound("The log does not tell of this.")

    def page(self, offset: int, limit: int, names: dict[str, str]) -> LogPage:
        """The newest first."""
        newest = self.lines[::-1][offset : offset + limit]
        return LogPage(items=newest, total=len(self.lines), names=names)


def daily_snapshots(log: DemoLog, now: datetime, days: int, members: int) -> None:
    """A year of them, with what went wrong."""
    for day in range(days, 0, -1):
        at = now - timedelta(days=day, hours=3)
        log.plan(at, "snapshot", done=members - day % 3, failed=day % 3, total=members)
