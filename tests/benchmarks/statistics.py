"""Community statistics over many runs (`--rows`), filled in bulk on a real PostgreSQL.

One boss through HTTP beside the same with ten thousand runs, as anybody gets it and made anew after a change; against
a naive query over the raw rows that must find the same; and what following a run costs beside pushing it.
Ten million take ten to twenty minutes and 9 GB: `bench statistics --rows 10000000`.
"""

import asyncio
import http.client
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from server import schema
from server.__main__ import settle
from server.catalog import service as catalogs
from server.database import Database, utc_now
from server.simulate.population import Player, Population, everybody, players
from server.simulate.progress import Progress
from server.simulate.rows import Entered, rows
from server.simulate.service import simulate
from server.simulate.writing import push
from server.statistics import service
from server.statistics.running import LOOK_EVERY, follow_all
from shared.sync.wire import MAX_MUTATIONS
from tests.benchmarks.hosting import Host, hosted
from tests.benchmarks.measure import Options, Result, benchmark, milliseconds
from tests.server.player import sign_in
from tests.server.test_processes import Process

FEW = 10_000
BOSS = "hard-lucid"
_PATH = f"/api/stats/drop-rates/{BOSS}"
_WEEKS, _RUNS_EACH = 26, 253
"""A simulated player of up to so many weeks has about so many runs."""
_BY_ITSELF = f"{_PATH}?epoch=1"
"""Asked for an epoch, a boss is read alone; otherwise with all others, for their trends are judged together."""
_HOT, _CHANGES, _READS = 2000, 40, 100
_LATE: tuple[tuple[str, int, Callable[[Player], int]], ...] = (
    ("diaries", 40, lambda player: player.runs),
    ("last week's of each", 200, lambda player: len(player.weeks[-1])),
    ("one of each", 200, lambda player: 1),
)
_FEW_NAME = "maplehub_bench_few"
_NAIVE = """
WITH runs AS MATERIALIZED (
  SELECT run.user_id, run.id FROM boss_runs run JOIN settings said USING (user_id)
  WHERE said.key = 'share_statistics' AND said.value = 'true' AND said.deleted = 0
  AND run.entry_id = %s AND run.cleared = 1 AND run.deleted = 0 AND run.drop_note <> 'unrecorded'
)
SELECT there.item, count(*), (SELECT count(*) FROM runs) FROM runs
JOIN boss_run_drops there ON there.user_id = runs.user_id AND there.run_id = runs.id::text AND there.deleted = 0
GROUP BY there.item
"""


@benchmark("statistics")
def statistics(options: Options) -> Iterator[Result]:
    """Filling, reading, following."""
    with hosted(options.folder) as many, _another(many) as few:
        seconds, stored = asyncio.run(_filled(many, options.rows))
        asyncio.run(_filled(few, FEW))
        yield Result(f"filling {stored:,} runs, each", seconds / stored * 1_000_000, "µs")
        yield Result("the database", _gigabytes(many), "GB")
        yield from reading(many, few)
        yield from following(many)


def reading(many: Host, few: Host) -> Iterator[Result]:
    """What a request takes, of many runs and of few, in turn."""
    given = {"MAPLEHUB_RATE_STATISTICS_ADDRESS": "100000000/minute", "MAPLEHUB_JOBS": "false"}
    with many.serving(**given) as (large, _), few.serving(**given) as (small, _):
        ours, theirs = _Caller(large), _Caller(small)
        hot = _p99([(ours.seconds(_PATH), theirs.seconds(_PATH)) for _ in range(_HOT)])
        anew = _p99(list(_made_anew((many, ours), (few, theirs))))
        told = json.loads(ours.get(_BY_ITSELF))
    yield Result("one boss, p99, to 10,000 runs", hot[0], "µs", hot[1], most_ratio=1.3)
    yield Result("made anew, p99, to 10,000 runs", anew[0], "µs", anew[1], most_ratio=1.3)
    naive: dict[str, tuple[int, int]] = {}
    took = milliseconds(lambda: naive.update(_naive(many)))
    found = {each["item_id"]: (each["total_drops"], each["total_runs"]) for each in told["items"]}
    assert {item: counts for item, counts in found.items() if counts[0]} == naive
    # A thousand of so many microseconds are as many milliseconds.
    yield Result("1,000 as served, p99, to one naive query", hot[0], "ms", took, most_ratio=1)
    yield Result("1,000 reads of its sums, to the same", asyncio.run(_sums(many)), "ms", took, most_ratio=1)


def following(host: Host) -> Iterator[Result]:
    """What a run costs the statistics to what it costs to be pushed, in processor time of all there is on the server's
    side: for whole diaries at once, for last week's runs of many players, and for one run of each."""
    with host.serving(MAPLEHUB_JOBS="false", MAPLEHUB_MIGRATE="false") as (address, process):
        for seed, (name, users, late) in enumerate(_LATE, start=2):
            pushed, followed = asyncio.run(_late(host, address, process, _population(users, seed), late))
            yield Result(f"following a run, {name}", followed, "µs", pushed, most_ratio=0.3)


class _Caller:
    """One kept connection to a server."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        assert where.hostname
        self._connection = http.client.HTTPConnection(where.hostname, where.port)
        self._connection.connect()
        assert self._connection.sock is not None
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> bytes:
        """The answer's body."""
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return body

    def push(self, token: str, entered: Sequence[Entered]) -> None:
        """Push rows as a desktop does."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        for start in range(0, len(entered), MAX_MUTATIONS):
            mutations = [
                {"mid": row.stamp, "t": row.table, "id": row.id, "op": "insert", "set": row.values}
                for row in entered[start : start + MAX_MUTATIONS]
            ]
            self._connection.request("POST", "/api/sync/push", json.dumps({"mutations": mutations}), headers)
            answer = self._connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            assert b"rejected" not in body

    def seconds(self, path: str) -> float:
        """How long an answer takes."""
        start = time.perf_counter()
        self.get(path)
        return time.perf_counter() - start


def _made_anew(*sides: tuple[Host, _Caller]) -> Iterator[tuple[float, ...]]:
    """Seconds by side, for every kind of world after each of some changes."""
    for _ in range(_CHANGES):
        for host, _ in sides:
            with psycopg.connect(host.plain) as connection:
                connection.execute("UPDATE stat_state SET version = version + 1")
        time.sleep(LOOK_EVERY)
        for _, caller in sides:
            caller.get(_PATH)  # takes notice of the change
        for world in ("all", "heroic", "interactive"):
            yield tuple(caller.seconds(f"{_BY_ITSELF}&world={world}") for _, caller in sides)


def _p99(measured: Sequence[tuple[float, ...]]) -> list[float]:
    """Microseconds by side."""
    return [sorted(side)[int(len(side) * 0.99)] * 1_000_000 for side in zip(*measured, strict=True)]


async def _sums(host: Host) -> float:
    """Microseconds to read a boss's sums, without telling anything of them."""
    async with _database(host) as database:

        async def once() -> float:
            start = time.perf_counter()
            async with database.reading() as session:
                await service.boss(session, catalogs.read(), BOSS, today=utc_now().date())
            return time.perf_counter() - start

        return median([await once() for _ in range(_READS)]) * 1_000_000


def _naive(host: Host) -> dict[str, tuple[int, int]]:
    """Runs with an item and runs, by item."""
    with psycopg.connect(host.plain) as connection:
        return {item: (x, n) for item, x, n in connection.execute(_NAIVE, [BOSS])}


async def _filled(host: Host, runs: int) -> tuple[float, int]:
    """Seconds it took to store about so many runs, and how many they are."""
    population = _population(-(-runs // _RUNS_EACH), seed=1)
    progress, start = Progress(population.users), time.perf_counter()
    async with _database(host) as database:
        await simulate(database, population, utc_now, progress, bulk=True)
    return time.perf_counter() - start, progress.runs


async def _late(
    host: Host, address: str, process: Process, population: Population, late: Callable[[Player], int]
) -> tuple[float, float]:
    """Microseconds a run takes to be pushed over HTTP, and to be followed. late: how many of a player's last runs."""
    catalog, caller, runs = catalogs.read(), _Caller(address), 0
    async with _database(host) as database:
        waiting: list[tuple[str, list[Entered]]] = []
        for player in players(population, catalog, range(population.users)):
            signed = await sign_in(
                database, host.keys, utc_now(), player.username, discord_id=player.discord_id
            )
            entered = list(rows(player))
            places = [place for place, row in enumerate(entered) if row.table == "boss_runs"]
            first = places[-late(player)]
            runs += late(player)
            async with database.writing() as session:
                await push(session, signed.user_id, entered[:first], utc_now)
            waiting.append((signed.tokens.access_token, entered[first:]))
        await follow_all(database, utc_now)
        pushing = _Processors(host, process.process.pid)
        for token, entered in waiting:
            caller.push(token, entered)
        pushed = pushing.seconds()
        settle()
        following = _Processors(host, os.getpid())
        await follow_all(database, utc_now)
        followed = following.seconds()
    return pushed / runs * 1_000_000, followed / runs * 1_000_000


class _Processors:
    """Processor time of a process and of all of PostgreSQL."""

    def __init__(self, host: Host, pid: int) -> None:
        with psycopg.connect(host.plain) as connection:
            (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            self._postmaster = _parent(backend)
        self._pid = pid
        self._began = self._now()

    def seconds(self) -> float:
        """What they have used since this was made."""
        return self._now() - self._began

    def _now(self) -> float:
        running = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
        ours = [pid for pid in running if pid == self._pid or _parent(pid) == self._postmaster]
        tasks = [task for pid in ours for task in Path("/proc").glob(f"{pid}/task/*/schedstat")]
        return sum(int(_read(task).split()[0]) for task in tasks) / 1_000_000_000


def _parent(pid: int) -> int:
    return int(_read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[1])


def _read(path: Path) -> str:
    """What the system tells of a process; zeros of one that has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "0 0 0"


def _population(users: int, seed: int) -> Population:
    yesterday = utc_now().date() - timedelta(days=1)
    return everybody(catalogs.read(), users, _WEEKS, seed, yesterday)


@asynccontextmanager
async def _database(host: Host) -> AsyncIterator[Database]:
    database = Database(host.address, statement_timeout=600)
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def _another(host: Host) -> Iterator[Host]:
    """A second database on the same PostgreSQL."""
    name = sql.Identifier(_FEW_NAME)
    with psycopg.connect(host.plain, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        address = make_url(host.address).set(database=_FEW_NAME).render_as_string(hide_password=False)
        schema.migrate(address)
        yield replace(host, address=address)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _gigabytes(host: Host) -> float:
    with psycopg.connect(host.plain) as connection:
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
        return int(size) / 1e9
