"""Community statistics over HTTP: a hot answer and a conditional request, beside a bare FastAPI route with the same
bytes.

A server process each, one kept connection. What counts is the processor time a request costs its server, whose inverse
is what one process serves at most; how long the answer takes also tells who else uses this computer.
"""

import asyncio
import http.client
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from server.database import Database
from tests.benchmarks.hosting import Host, hosted
from tests.benchmarks.measure import Options, Result, benchmark
from tests.server.statistics.filling import BOSS, everything, fill

_REQUESTS = 300
_ROUNDS = 5
_SERVED, _CONDITIONAL = 1 / 0.60, 1 / 0.80
"""The goals are shares of the bare route's requests a second; these are the times that makes."""


@benchmark("stats http")
def stats_http(options: Options) -> Iterator[Result]:
    """Microseconds a request: one boss, and the list of every drop."""
    with hosted(options.folder) as host:
        asyncio.run(_filled(host))
        unlimited = {"MAPLEHUB_RATE_STATISTICS_ADDRESS": "100000000/minute", "MAPLEHUB_JOBS": "false"}
        with host.serving(**unlimited) as (address, process):
            for name, path in (
                ("one boss", f"/api/stats/drop-rates/{BOSS}"),
                ("all", "/api/stats/drop-rates"),
            ):
                tag, body = _once(address, path)
                with _bare(options.folder, body) as bare:
                    ours, kept, theirs = _measured(address, process.process.pid, path, tag, bare)
                size = f"{len(body) / 1024:,.0f} KiB"
                yield Result(f"{name}, {size}", ours, "µs", theirs, most_ratio=_SERVED)
                yield Result(f"{name}, not modified", kept, "µs", theirs, most_ratio=_CONDITIONAL)


async def _filled(host: Host) -> None:
    database = Database(host.address)
    await fill(database, datetime.now(UTC), *everything(users=20, runs=400))
    await database.close()


def _once(address: str, path: str) -> tuple[str, bytes]:
    connection = _connect(address)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    connection.close()
    return str(answer.headers["ETag"]), body


def _measured(ours: str, pid: int, path: str, tag: str, bare: tuple[str, int]) -> tuple[float, float, float]:
    """Medians over rounds: ours, ours when not modified, the bare route's."""
    found: tuple[list[float], list[float], list[float]] = [], [], []
    for _ in range(_ROUNDS):
        found[0].append(_microseconds(ours, pid, path, {}, 200))
        found[1].append(_microseconds(ours, pid, path, {"If-None-Match": tag}, 304))
        found[2].append(_microseconds(bare[0], bare[1], "/", {}, 200))
    return statistics.median(found[0]), statistics.median(found[1]), statistics.median(found[2])


def _microseconds(address: str, pid: int, path: str, headers: Mapping[str, str], status: int) -> float:
    connection = _connect(address)
    start = _processor_seconds(pid)
    for _ in range(_REQUESTS):
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    used = _processor_seconds(pid) - start
    connection.close()
    return used / _REQUESTS * 1_000_000


def _processor_seconds(pid: int) -> float:
    """What a process's first thread has used up to now."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1_000_000_000


def _connect(address: str) -> http.client.HTTPConnection:
    where = urlsplit(address)
    assert where.hostname
    connection = http.client.HTTPConnection(where.hostname, where.port)
    connection.connect()
    assert connection.sock is not None
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


@contextmanager
def _bare(folder: Path, body: bytes) -> Iterator[tuple[str, int]]:
    file = folder / "body.json"
    file.write_bytes(body)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare_bytes", str(file), str(listening.fileno())],
            pass_fds=[listening.fileno()],
        )
        try:
            yield "http://{}:{}".format(*listening.getsockname()), process.pid
        finally:
            process.terminate()
            process.wait()
