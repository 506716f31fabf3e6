"""The first push and the first pull of a long diary, through a real server process on PostgreSQL and a real desktop
database in a process of its own, against the same rows by plain psycopg.

The baseline of the push is `executemany` (which pipelines) of the finished rows into a table without its neighbours, in
transactions of 500 as the push has; that of the pull is reading them into Python.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from desktop.services.opening import SEEDS
from desktop.storage.database import Database as LocalDatabase
from desktop.storage.tables import boss_runs, characters
from server.database import Database
from shared.catalog import load_catalog
from shared.sync.wire import MAX_MUTATIONS
from tests.benchmarks.hosting import Host, hosted, peak_megabytes
from tests.benchmarks.measure import Options, Result, benchmark, milliseconds
from tests.benchmarks.seed import BATCH, NAMES, character_row, run_rows
from tests.server.player import Signed, sign_in

PUSH_GOAL, PULL_GOAL = 4.0, 3.0
_FLAT = 300
"""Megabytes either process may hold at most, however many rows there are."""


@benchmark("sync")
def sync(options: Options) -> Iterator[Result]:
    """Push everything, pull everything; then again, with either side killed half-way."""
    with hosted(options.folder) as host:
        filled = options.folder / "first.sqlite3"
        fill(filled, options.rows)
        _, token = player(host, "aria")
        with host.serving() as (address, server):
            push = drive(filled, address, token)
            pull = drive(options.folder / "second.sqlite3", address, token)
            held = peak_megabytes(server.process.pid)
        insert, read = _plain(host)
        yield Result(f"push {options.rows:,} runs", push["push"] * 1000, "ms", insert, most_ratio=PUSH_GOAL)
        yield Result("pull them elsewhere", pull["pull"] * 1000, "ms", read, most_ratio=PULL_GOAL)
        yield Result("server's memory at most", held, "MB", most_value=_FLAT)
        yield Result("desktop's memory at most, push", push["peak"], "MB", most_value=_FLAT)
        yield Result("desktop's memory at most, pull", pull["peak"], "MB", most_value=_FLAT)
        pushed, pulled = _killed(host, options)
        yield Result("rows lost by kill -9 of either side, push", options.rows - pushed, "", most_value=0)
        yield Result("rows lost by kill -9 of either side, pull", options.rows - pulled, "", most_value=0)


def fill(path: Path, count: int) -> None:
    """A diary of so many runs, every row waiting to be sent."""
    database = LocalDatabase.open(path, path.parent / "backups")
    catalog = load_catalog(SEEDS)
    owners = [f"00000000-0000-7000-8000-{index:012x}" for index in range(len(NAMES))]
    made = run_rows(Random(7), catalog, owners, count)
    with database.write() as writing:
        writing.tx.insert_many(characters, [character_row(*pair) for pair in zip(owners, NAMES, strict=True)])
    while batch := [run for run, _ in islice(made, BATCH)]:
        with database.write() as writing:
            writing.tx.insert_many(boss_runs, batch)
    database.close()


def player(host: Host, name: str) -> tuple[str, str]:
    """A player signed in at a desktop: their id and their access token."""

    async def run() -> Signed:
        database = Database(host.address)
        found = await sign_in(database, host.keys, datetime.now(UTC), name, discord_id=str(len(name)))
        await database.close()
        return found

    signed = asyncio.run(run())
    return signed.user_id, signed.tokens.access_token


def drive(path: Path, address: str, token: str) -> dict[str, Any]:
    """One round of sync in a process of its own."""
    with desktop(path, address, token) as process:
        assert process.stdout is not None
        told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


def desktop(path: Path, address: str, token: str) -> "subprocess.Popen[str]":
    """A desktop that has begun to sync."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.sync_driver", str(path), address, token],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return process


def _killed(host: Host, options: Options) -> tuple[int, int]:
    """Push with the server killed after a third, and the desktop after two; pull with the server killed, then the
    desktop. How many runs the server has at last, and the desktop that pulled."""
    path = options.folder / "killed.sqlite3"
    fill(path, options.rows)
    user_id, token = player(host, "bramble")
    with psycopg.connect(host.plain, autocommit=True) as connection:

        def stored() -> int:
            query = "SELECT count(*) FROM boss_runs WHERE user_id = %s"
            (count,) = connection.execute(query, [user_id]).fetchone() or (0,)
            return int(count)

        for share in (1 / 3, 2 / 3):
            with host.serving() as (address, server), desktop(path, address, token) as process:
                while stored() < options.rows * share:
                    time.sleep(0.02)
                (server.process if share < 0.5 else process).kill()
                if share < 0.5:
                    process.wait()
        with host.serving() as (address, _):
            drive(path, address, token)
        return stored(), _killed_pull(host, options, token)


def _killed_pull(host: Host, options: Options, token: str) -> int:
    path = options.folder / "pulled.sqlite3"
    LocalDatabase.open(path, path.parent / "backups").close()

    def count(table: str) -> int:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(found)

    for at_server in (True, False):
        with host.serving() as (address, server), desktop(path, address, token) as process:
            staged = count("sync_stage")
            while count("sync_stage") == staged and not count("boss_runs"):
                time.sleep(0.005)
            (server.process if at_server else process).kill()
            if at_server:
                process.wait()
    assert not count("boss_runs"), "it was through before it was killed: take more rows"
    with host.serving() as (address, _):
        drive(path, address, token)
    return count("boss_runs")


def _plain(host: Host) -> tuple[float, float]:
    """Milliseconds to insert the server's rows into a table of the same kind, and to read them."""
    with psycopg.connect(host.plain) as connection:
        connection.execute("CREATE TABLE plain_runs (LIKE boss_runs INCLUDING ALL)")
        columns = [
            column.name for column in connection.execute("SELECT * FROM boss_runs LIMIT 0").description or ()
        ]
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        rows = connection.execute(sql.SQL("SELECT {} FROM boss_runs ORDER BY seq").format(names)).fetchall()
        insert = sql.SQL("INSERT INTO plain_runs ({}) VALUES ({})").format(
            names, sql.SQL(", ").join(sql.Placeholder() * len(columns))
        )
        connection.commit()

        def write() -> None:
            for start in range(0, len(rows), MAX_MUTATIONS):
                with connection.cursor() as cursor:
                    cursor.executemany(insert, rows[start : start + MAX_MUTATIONS])
                connection.commit()

        inserted = milliseconds(write)
        query = sql.SQL("SELECT {} FROM plain_runs ORDER BY seq").format(names)
        return inserted, milliseconds(lambda: connection.execute(query).fetchall())
