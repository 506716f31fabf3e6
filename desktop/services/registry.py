"""All use cases over one open database, built together on the database thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.services.board import Boards
from desktop.services.characters import Characters
from desktop.services.economy.events import Events
from desktop.services.economy.settling import Settlement
from desktop.services.economy.wallet import Wallet
from desktop.services.economy.wearing import Wearing
from desktop.services.home import Home
from desktop.services.plans import Plans
from desktop.services.remembered import Remembered
from desktop.services.runs import Runs
from desktop.services.sharing import Sharing
from desktop.services.tasks import Tasks
from desktop.storage.database import Database
from shared.catalog import Catalog

if TYPE_CHECKING:
    from desktop.services.community import OwnRuns
    from desktop.services.diary import Diary
    from desktop.services.economy.books import Books
    from desktop.services.economy.lootboxes import Lootboxes
    from desktop.services.economy.shop import Shop
    from desktop.services.transfer.transfer import Transfer


@dataclass(frozen=True)
class Services:
    """The use cases. Call them on the database thread only.

    What the first page does not need is imported when it is first asked for: it costs memory and time at start.
    """

    database: Database
    catalog: Catalog
    now: Callable[[], datetime]
    characters: Characters
    plans: Plans
    runs: Runs
    boards: Boards
    tasks: Tasks
    home: Home
    remembered: Remembered
    events: Events
    wallet: Wallet
    wearing: Wearing
    sharing: Sharing

    @cached_property
    def own_runs(self) -> "OwnRuns":
        """The player's runs as the statistics count them."""
        from desktop.services.community import OwnRuns

        return OwnRuns(self.database, self.catalog)

    @cached_property
    def diary(self) -> "Diary":
        """Every run ever."""
        from desktop.services.diary import Diary

        return Diary(self.database, self.catalog)

    @cached_property
    def transfer(self) -> "Transfer":
        """Files in and out."""
        from desktop.services.transfer.transfer import Transfer

        return Transfer(self.database, self.catalog, self.runs, self.diary, self.now)

    @cached_property
    def books(self) -> "Books":
        """The ledger, readable."""
        from desktop.services.economy.books import Books

        return Books(self.database, self.catalog, self.now)

    @cached_property
    def shop(self) -> "Shop":
        """Buying and giving back."""
        from desktop.services.economy.shop import Shop

        return Shop(self.database, self.catalog, self.now)

    @cached_property
    def lootboxes(self) -> "Lootboxes":
        """Opening boxes."""
        from desktop.services.economy.lootboxes import Lootboxes

        return Lootboxes(self.database, self.catalog, self.events, self.now)


def build_services(database: Database, catalog: Catalog, now: Callable[[], datetime]) -> Services:
    """Join the use cases to a database, a catalogue and a clock."""
    boards = Boards(database, catalog, now)
    tasks = Tasks(database, catalog, now)
    events = Events(catalog, now)
    database.rules = [Settlement(catalog, events)]
    return Services(
        database=database,
        catalog=catalog,
        now=now,
        characters=Characters(database, catalog, now),
        plans=Plans(database, catalog),
        runs=Runs(database, catalog, now),
        boards=boards,
        tasks=tasks,
        home=Home(database, catalog, boards, tasks, now),
        remembered=Remembered(database),
        events=events,
        wallet=Wallet(database, catalog, events, now),
        wearing=Wearing(database, catalog),
        sharing=Sharing(database),
    )
