"""A process that is killed at every step of a snapshot in turn, and another that goes on with what is left.

`python -m tests.server.snapshots.killed <database> <first> <every>`: for the first step, and for others so many steps
apart, a process of its own makes a clan, works on its snapshot, and kills itself (SIGKILL) there; a further one takes
over when the lease has run out. What each found is written as a line of JSON. It ends with a step that none reaches.
Processes are forked, as starting Python anew for each would take minutes.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.catalog import service as catalog
from server.clans import service as clans
from server.sources.osrs_rows import read_rows
from shared.clans.metrics import Game
from shared.clans.roles import Role
from tests.server.conftest import NOW
from tests.server.snapshots.clans import Lumen, World
from tests.server.snapshots.virtual import Virtual, Watched

NAMES = ("aria", "bell")


class Mortal(Watched):
    """A database under which the process dies at a step: before or after a commit. left: steps until then."""

    left: int | None = None

    def step(self) -> None:
        """One further step."""
        if self.left is None:
            return
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """As ever, unless it is the last."""
        async with super().writing() as session:
            yield session
            self.step()
        self.step()


def _world(address: str, number: int, *, late: bool) -> World:
    """Each clan has a week of its own, so that hosts and leases of the ones before are long forgotten."""
    begun = NOW + timedelta(days=7 * number)
    world = World(Mortal(address), Virtual(begun + timedelta(minutes=5) if late else begun))
    for name in NAMES:
        # Whoever is sampled later has gained something: a second sample would be seen.
        world.know(_name(name, number), gained=2000 if late else 1000)
    return world


def _name(name: str, number: int) -> str:
    return f"{name} {number}"


async def _die(address: str, number: int, told: int) -> None:
    world = _world(address, number, late=False)
    database = world.database
    assert isinstance(database, Mortal)

    async def asked() -> None:
        database.step()
        await world.time.sleep(1)
        database.step()

    world.hiscores.delay = asked
    clan = await world.clan([_name(name, number) for name in NAMES], Game.OSRS, f"user {number}")
    await clan.run_now()
    os.write(told, json.dumps([clan.id, clan.user_id]).encode())
    database.left = number
    await world.run(world.runner(), seconds=60)


async def _go_on(address: str, number: int, told: int, clan_id: str, user_id: str) -> None:
    world = _world(address, number, late=True)
    clan = Lumen(world, clan_id, user_id)
    before = await clan.newest()
    await world.run(world.runner())
    points = {name: await world.points(_name(name, number)) for name in NAMES}
    found = {
        "before": before.done,
        "finished_before": before.finished_at is not None,
        "state": (await clan.newest()).state,
        "done": (await clan.newest()).done,
        "snapshots": len((await clan.standing()).items),
        "lines": len(await clan.lines()),
        "experience": {name: values["xp.total"] for name, values in points.items()},
        "most": max(len(values) for each in points.values() for values in each.values()),
        "asked": len(world.hiscores.requests),
    }
    async with world.database.writing() as session:
        # No later step is to do this one's work.
        await clans.close(
            session, await clans.standing(session, clan_id, user_id, Role.LEADER), world.time.now
        )
    os.write(told, json.dumps(found).encode())


def _forked(work: Callable[[int], Awaitable[None]]) -> tuple[int, Any]:
    """What a process of its own told, and the signal that ended it, 0 for none."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        asyncio.run(work(writing))  # type: ignore[arg-type]
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    assert not os.WIFEXITED(status) or not os.WEXITSTATUS(status), "it failed by itself"
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), json.loads(said)


def main(address: str, first: int, every: int) -> None:
    """Until nobody dies any more."""
    # Once for all of them.
    catalog.read()
    read_rows()
    for number in count(first, every):
        ended, (clan_id, user_id) = _forked(lambda told, number=number: _die(address, number, told))
        _, found = _forked(
            lambda told, number=number: _go_on(address, number, told, clan_id, user_id)  # noqa: B023
        )
        sys.stdout.write(json.dumps({"step": number, "killed": ended == signal.SIGKILL, **found}) + "\n")
        if not ended:
            return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
