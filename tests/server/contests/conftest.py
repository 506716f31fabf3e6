"""A stage with two relays of the beacon."""

from collections.abc import Iterator

import pytest

from server.settings import Settings
from tests.server.conftest import Clock, Configure
from tests.server.contests.stage import Stage
from tests.server.player import Desk
from tests.stand_ins.drand import Relay, build
from tests.stand_ins.serving import serving


@pytest.fixture(scope="session")
def _relay_sites() -> Iterator[list[tuple[Relay, str]]]:
    one, other = Relay(), Relay()
    with serving(build(one)) as first, serving(build(other)) as second:
        yield [(one, first), (other, second)]


@pytest.fixture
def relays(_relay_sites: list[tuple[Relay, str]]) -> list[Relay]:
    """Two relays that tell what is right."""
    for relay, _ in _relay_sites:
        relay.reset()
    return [relay for relay, _ in _relay_sites]


@pytest.fixture
def settings(
    configure: Configure, address: str, _relay_sites: list[tuple[Relay, str]], relays: list[Relay]
) -> Settings:
    return configure(database_url=address, drand_relays=",".join(where for _, where in _relay_sites))


@pytest.fixture
async def stage(desk: Desk, clock: Clock) -> Stage:
    return await Stage.build(desk, clock)
