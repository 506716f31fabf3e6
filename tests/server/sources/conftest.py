"""Rankings that stand in for the real ones, served over HTTP, and a clock that a wait turns."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from server.catalog import service as catalog
from server.database import Database
from server.sources.nexon import CALLED, Ranking
from server.sources.osrs import CALLED as HISCORES
from server.sources.osrs import Hiscores as HiscoresSource
from server.sources.polite import Polite, client
from tests.server.conftest import Clock
from tests.stand_ins.rankings import Hiscores, Nexon, build
from tests.stand_ins.serving import serving

PUBLIC = "https://maplehub.example"


class Turned(Clock):
    """A clock that a wait turns. waits: in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.forward(seconds=seconds)


@pytest.fixture
def turned() -> Turned:
    return Turned()


@pytest.fixture(scope="session")
def _sites() -> Iterator[tuple[Nexon, str, Hiscores, str]]:
    nexon, hiscores = Nexon(), Hiscores()
    with serving(build(nexon)) as one, serving(build(hiscores)) as other:
        yield nexon, one, hiscores, other


@pytest.fixture
def nexon(_sites: tuple[Nexon, str, Hiscores, str]) -> Nexon:
    found = _sites[0]
    found.reset()
    found.characters, found.withheld = [], False
    return found


@pytest.fixture
def hiscores(_sites: tuple[Nexon, str, Hiscores, str]) -> Hiscores:
    found, fresh = _sites[2], Hiscores()
    found.reset()
    found.players, found.skills, found.activities, found.named = [], fresh.skills, fresh.activities, True
    return found


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    found = Database(address)
    yield found
    await found.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with client(PUBLIC) as found:
        yield found


@pytest.fixture
def polite(
    database: Database,
    http: httpx.AsyncClient,
    turned: Turned,
    nexon: Nexon,
    _sites: tuple[Nexon, str, Hiscores, str],
) -> Polite:
    """The way to MapleStory's ranking; pauses are as long as they may be."""
    return Polite(database, http, CALLED, _sites[1], turned, turned.sleep, lambda: 1.0)


@pytest.fixture
def ranking(polite: Polite) -> Ranking:
    return Ranking(polite, catalog.read())


@pytest.fixture
def osrs(
    database: Database,
    http: httpx.AsyncClient,
    turned: Turned,
    hiscores: Hiscores,
    _sites: tuple[Nexon, str, Hiscores, str],
) -> HiscoresSource:
    return HiscoresSource(Polite(database, http, HISCORES, _sites[3], turned, turned.sleep, lambda: 1.0))
