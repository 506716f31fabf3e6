"""Devices that push, in a process of their own: plain HTTP/1.1 on kept connections, so that they cost little.

Reads a job as JSON from standard input: host, port, path, bodies ("push" or "insert"), tokens, seconds, pause (between
two requests of a device, in seconds; 0 for as fast as it can). Prints what it measured as JSON.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.ids import new_id
from shared.sync.clock import HybridClock


@dataclass(slots=True)
class Measured:
    """seconds of each answer, answers by status, and the ids of rows that were acknowledged."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    rows: int = 0


def pushes() -> Iterator[tuple[bytes, int]]:
    """Small changes: a character is made, then what it has reached is changed again and again."""
    clock, mine = HybridClock(), new_id()
    made = {"name": "Aria", "world": "kronos", "created_at": "2026-03-05T18:00:00+00:00"}
    for number in range(sys.maxsize):
        new = number % 5 == 0
        mine = new_id() if new else mine
        mid = clock.tick(time.time_ns() // 1_000_000, random.getrandbits(62))
        fields: dict[str, Any] = made if new else {"level": number % 300 + 1}
        mutation = {
            "mid": mid,
            "t": "characters",
            "id": mine,
            "op": "insert" if new else "update",
            "set": fields,
        }
        yield json.dumps({"mutations": [mutation]}).encode(), int(new)


def inserts() -> Iterator[tuple[bytes, int]]:
    """The same for the bare route."""
    while True:
        yield b'{"word": "Aria"}', 1


async def device(job: dict[str, Any], token: str, until: float, found: Measured) -> None:
    """One device, from now until the end."""
    reader, writer = await asyncio.open_connection(job["host"], job["port"])
    head = (
        f"POST {job['path']} HTTP/1.1\r\nHost: {job['host']}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    await asyncio.sleep(random.uniform(0, job["pause"]))
    for body, rows in pushes() if job["bodies"] == "push" else inserts():
        start = time.perf_counter()
        if start >= until:
            break
        writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        lines = answer.decode().lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
        content = await reader.readexactly(length)
        found.seconds.append(time.perf_counter() - start)
        status = int(lines[0].split()[1])
        found.statuses[status] = found.statuses.get(status, 0) + 1
        if status == 200 and b"rejected" not in content:
            found.rows += rows
        await asyncio.sleep(job["pause"] * random.uniform(0.5, 1.5))
    writer.close()


async def main() -> None:
    """All of them."""
    job = json.load(sys.stdin)
    found = Measured()
    start = time.perf_counter()
    until = start + job["seconds"]
    await asyncio.gather(*(device(job, token, until, found) for token in job["tokens"]))
    told = {
        "seconds": sorted(found.seconds),
        "statuses": found.statuses,
        "rows": found.rows,
        "lasted": time.perf_counter() - start,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main())
