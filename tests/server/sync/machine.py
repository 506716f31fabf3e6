"""A player's machine as far as the server sees it: it stamps edits, pushes them and pulls page by page."""

from collections.abc import Mapping
from typing import Any

import httpx

from shared.ids import clear_id, natural_id, new_id
from shared.sync.clock import HybridClock

FIELDS: Mapping[str, object] = {"name": "Aria", "world": "kronos", "created_at": "2026-03-05T18:00:00+00:00"}
"""What a character must have."""


class Machine:
    """now_ms: its clock; it may be wrong."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str], now_ms: int) -> None:
        self._client = client
        self._headers = headers
        self.now_ms = now_ms
        self._clock = HybridClock(None)
        self._number = 0
        self.epoch = ""
        self.cursor = 0
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    def stamp(self) -> str:
        """A new stamp by this machine's clock."""
        self._number += 1
        return self._clock.tick(self.now_ms, self._number)

    def mutation(self, op: str, table: str, row_id: str, **fields: object) -> dict[str, Any]:
        """An edit, stamped now."""
        return {"mid": self.stamp(), "t": table, "id": row_id, "op": op, "set": fields}

    def character(self, row_id: str | None = None, **fields: object) -> dict[str, Any]:
        """A new character."""
        return self.mutation("insert", "characters", row_id or new_id(), **{**FIELDS, **fields})

    async def push(self, *mutations: dict[str, Any], **given: Any) -> httpx.Response:
        """Send edits."""
        body = {"epoch": self.epoch, "mutations": list(mutations), **given}
        return await self._client.post("/api/sync/push", json=body, headers=self._headers)

    async def pull(self, limit: int = 2000, **given: Any) -> httpx.Response:
        """Ask for one page."""
        body = {"epoch": self.epoch, "full": self.cursor == 0, "cursor": self.cursor, "limit": limit, **given}
        return await self._client.post("/api/sync/pull", json=body, headers=self._headers)

    async def catch_up(self, limit: int = 2000) -> int:
        """Pull to the end. Returns the number of pages."""
        pages = 0
        more = True
        while more:
            answer = await self.pull(limit)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for row in page["rows"]:
                self.rows[row["t"], row["id"]] = row["v"]
            self.epoch, self.cursor, more = page["epoch"], page["next"], page["has_more"]
            pages += 1
        return pages


def clear(machine: Machine, character: str, period: str, **fields: object) -> dict[str, Any]:
    """A clear of Hard Lucid in a week."""
    from datetime import date

    row_id = clear_id(character, "lucid", date.fromisoformat(period))
    whole = {
        "character_id": character,
        "entry_id": "hard-lucid",
        "boss_slug": "lucid",
        "clear_group": "lucid",
        "reset_period": period,
        "occurred_on": period,
        "logged_at": f"{period}T20:00:00+00:00",
        "cleared": 1,
        "party_size": 1,
        "drop_note": "unrecorded",
        "crystal_mesos": 504_000_000,
        "world_type": "heroic",
        "entry_method": "tick",
        "client_version": "0.1.0",
        "catalog_version": "83ae9b54700c",
        "rules_version": 1,
    }
    return machine.mutation("insert", "boss_runs", row_id, **{**whole, **fields})


def drop_id(run: str, item: str) -> str:
    """The id of a drop."""
    return natural_id("drop", run, item)
