"""The model's faults, with the real parts: four desktops' databases of one player at once, against a real server.

Longer, by hand: `python -m tests.server.sync.test_four_devices 20 /tmp/somewhere` (rounds, an empty folder; on SQLite).
"""

import asyncio
import secrets
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from server import logs, schema
from server.accounts.keys import Keys
from server.app import create_app
from server.database import Database, utc_now
from server.settings import Settings, load, secret_key
from server.sync.tables import SYNCED
from tests.server.conftest import Configure
from tests.server.player import Signed, sign_in
from tests.server.sync.devices import Device, check, settle
from tests.server.test_processes import Process, Start, start  # noqa: F401 - a fixture
from tests.stand_ins.serving import serving

COUNT = 4
RATE = 0.06


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address, rate_user="1000000/minute", rate_address="1000000/minute")


def signed(address: str, keys: Keys) -> str:
    """An access token of the player."""

    async def run() -> Signed:
        database = Database(address)
        found = await sign_in(database, keys, utc_now())
        await database.close()
        return found

    return asyncio.run(run()).tokens.access_token


@contextmanager
def devices(folder: Path, address: str, token: str, rate: float) -> Iterator[list[Device]]:
    """Four desktops."""
    made = [Device(number, folder / f"device-{number}", address, token, rate) for number in range(COUNT)]
    try:
        yield made
    finally:
        for each in made:
            each.close()


def busy(each: Device, rounds: int) -> None:
    """Enter and sync, again and again."""
    for _ in range(rounds):
        for _ in range(each.dice.randrange(1, 4)):
            each.enter()
        each.attempt()


def at_once(made: list[Device], rounds: int) -> None:
    """All four, each in a thread."""
    with ThreadPoolExecutor(COUNT) as threads:
        for done in [threads.submit(busy, each, rounds) for each in made]:
            done.result()


def test_four_desktops_at_once_through_a_bad_network_hold_the_same(
    settings: Settings, tmp_path: Path
) -> None:
    token = signed(settings.address, Keys(secret_key(settings)))
    with serving(create_app(settings)) as address, devices(tmp_path, address, token, RATE) as made:
        at_once(made, 12)
        settle(made)
        check(made)


async def _stored(address: str) -> set[str]:
    """The ids of the characters in the server's database."""
    database = Database(address)
    async with database.reading() as session:
        found = set((await session.execute(select(SYNCED["characters"].c.id))).scalars())
    await database.close()
    return found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_server_killed_at_any_moment_keeps_what_it_acknowledged(
    start: Start,  # noqa: F811
    tmp_path: Path,
    address: str,
) -> None:
    secret = secrets.token_urlsafe(48)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def begin() -> Process:
        process = start(
            *("--port", port, "--data-dir", tmp_path / "data"),
            DATABASE_URL=address,
            MAPLEHUB_SECRET=secret,
            MAPLEHUB_RATE_USER="1000000/minute",
            MAPLEHUB_JOBS="false",
        )
        process.expect("serving")
        return process

    process = begin()
    token = signed(address, Keys(secret.encode()))
    over = threading.Event()
    dice = Random(3)

    def until_over(each: Device) -> None:
        while not over.is_set():
            each.enter()
            over.wait(0.05 if each.attempt() else 0.5)

    with (
        devices(tmp_path, f"http://127.0.0.1:{port}", token, 0.0) as made,
        ThreadPoolExecutor(COUNT) as threads,
    ):
        try:
            working = [threads.submit(until_over, each) for each in made]
            for _ in range(2):
                over.wait(dice.uniform(0.2, 0.8))
                process.process.kill()
                process.process.wait()
                # What a device no longer has waiting was acknowledged.
                process = begin()
            over.wait(0.3)
        finally:
            over.set()
        for each in working:
            each.result()
        acknowledged = {
            row_id
            for each in made
            for row_id in each.made - {line[0] for line in each.database.peek("SELECT row_id FROM outbox")}
        }
        assert acknowledged <= asyncio.run(_stored(address))
        settle(made)
        check(made)


def main(rounds: int, folder: Path) -> None:
    """As long as wanted."""
    logs.configure("warning", "text")
    settings = load(
        data_dir=folder / "data", rate_user="1000000/minute", rate_address="1000000/minute", jobs=False
    )
    schema.migrate(settings.address)
    token = signed(settings.address, Keys(secret_key(settings)))
    with serving(create_app(settings)) as address, devices(folder, address, token, RATE) as made:
        for number in range(rounds):
            for each in made:
                each._rate = each.store.rate = each._network.rate = RATE
            at_once(made, 25)
            settle(made)
            check(made)
            sys.stdout.write(f"{number + 1}: {len(made[0].rows()['characters'])} characters, all alike\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
