"""Hundreds of signed-in devices that push small changes to one real server process on PostgreSQL.

Everything shares this computer: the server process, PostgreSQL, and one process that plays the devices. First each
device pushes about every three seconds, as people who play do, and the time of each answer counts; then as fast as it
can on sixteen connections, against a route that does one insert with the same driver and pool.
Five minutes: `bench load --seconds 300`.
"""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg

from server.database import Database
from tests.benchmarks.bare import TABLE
from tests.benchmarks.hosting import Host, hosted
from tests.benchmarks.measure import Options, Result, benchmark
from tests.server.player import sign_in

P95_MS, P99_MS = 200.0, 500.0
_PAUSE = 3.0
"""Less than a connection is kept open for; a server closes one that is idle for five seconds."""
_CONNECTIONS = 16
_AT_FULL_SPEED = 5.0


@dataclass(frozen=True, slots=True)
class Load:
    """What the devices saw. seconds: of each answer, ascending; rows: made and acknowledged."""

    seconds: list[float]
    statuses: dict[str, int]
    rows: int
    lasted: float

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))] * 1000

    @property
    def failed(self) -> int:
        """Answers that were not 200."""
        return sum(count for status, count in self.statuses.items() if status != "200")

    @property
    def microseconds(self) -> float:
        """The time one request takes when there are many at once."""
        return self.lasted / len(self.seconds) * 1_000_000


@benchmark("load")
def load(options: Options) -> Iterator[Result]:
    """Latency under the load of many, loss, and requests per second."""
    with hosted(options.folder) as host:
        tokens = asyncio.run(_tokens(host, options.devices))
        with host.serving() as (address, _):
            paced = drive(address, "/api/sync/push", "push", tokens, options.seconds, _PAUSE)
            quick = min(options.seconds, _AT_FULL_SPEED)
            fast = drive(address, "/api/sync/push", "push", tokens[:_CONNECTIONS], quick, 0)
        with _bare(host) as address:
            bare = drive(address, "/insert", "insert", tokens[:_CONNECTIONS], quick, 0)
        with psycopg.connect(host.plain) as connection:
            (stored,) = connection.execute("SELECT count(*) FROM characters").fetchone() or (0,)
        name = f"{options.devices} devices, {len(paced.seconds) / paced.lasted:.0f} pushes/s"
        yield Result(f"{name}, p50", paced.percentile(0.50), "ms")
        yield Result("p95", paced.percentile(0.95), "ms", most_value=P95_MS)
        yield Result("p99", paced.percentile(0.99), "ms", most_value=P99_MS)
        yield Result("answers that were not 200", paced.failed + fast.failed, "", most_value=0)
        yield Result("acknowledged rows that are lost", paced.rows + fast.rows - stored, "", most_value=0)
        yield Result(
            "one push at full speed, to a bare insert",
            fast.microseconds,
            "µs",
            bare.microseconds,
            most_ratio=2,
        )


def drive(address: str, path: str, bodies: str, tokens: list[str], seconds: float, pause: float) -> Load:
    """Play devices in a process of their own."""
    where = urlsplit(address)
    job: dict[str, Any] = {
        "host": where.hostname,
        "port": where.port,
        "path": path,
        "bodies": bodies,
        "tokens": tokens,
        "seconds": seconds,
        "pause": pause,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load_driver"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    return Load(**json.loads(done.stdout))


async def _tokens(host: Host, count: int) -> list[str]:
    """So many players, each signed in at a desktop."""
    database, now = Database(host.address), datetime.now(UTC)
    found = [
        (
            await sign_in(database, host.keys, now, f"p{number}", discord_id=str(1000 + number))
        ).tokens.access_token
        for number in range(count)
    ]
    await database.close()
    return found


@contextmanager
def _bare(host: Host) -> Iterator[str]:
    with psycopg.connect(host.plain) as connection:
        connection.execute(TABLE)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare", host.address, str(listening.fileno())],
            pass_fds=[listening.fileno()],
        )
        try:
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            process.terminate()
            process.wait()
