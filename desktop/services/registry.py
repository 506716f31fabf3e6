"""All use cases over one open database, built together on the database thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desktop.services.board import Boards
from desktop.services.characters import Characters
from desktop.services.diary import Diary
from desktop.services.economy.books import Books
from desktop.services.economy.events import Events
from desktop.services.economy.lootboxes import Lootboxes
from desktop.services.economy.settling import Settlement
from desktop.services.economy.shop import Shop
from desktop.services.economy.wallet import Wallet
from desktop.services.economy.wearing import Wearing
from desktop.services.home import Home
from desktop.services.plans import Plans
from desktop.services.remembered import Remembered
from desktop.services.runs import Runs
from desktop.services.tasks import Tasks
from desktop.services.transfer.transfer import Transfer
from desktop.storage.database import Database
from shared.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases. Call them on the database thread only."""

    database: Database
    catalog: Catalog
    now: Callable[[], datetime]
    characters: Characters
    plans: Plans
    runs: Runs
    boards: Boards
    diary: Diary
    tasks: Tasks
    home: Home
    remembered: Remembered
    transfer: Transfer
    events: Events
    wallet: Wallet
    books: Books
    shop: Shop
    wearing: Wearing
    lootboxes: Lootboxes


def build_services(database: Database, catalog: Catalog, now: Callable[[], datetime]) -> Services:
    """Join the use cases to a database, a catalogue and a clock."""
    boards = Boards(database, catalog, now)
    tasks = Tasks(database, catalog, now)
    runs = Runs(database, catalog, now)
    diary = Diary(database, catalog)
    events = Events(catalog, now)
    database.rules = [Settlement(catalog, events)]
    return Services(
        database=database,
        catalog=catalog,
        now=now,
        characters=Characters(database, catalog, now),
        plans=Plans(database, catalog),
        runs=runs,
        boards=boards,
        diary=diary,
        tasks=tasks,
        home=Home(database, catalog, boards, tasks, now),
        remembered=Remembered(database),
        transfer=Transfer(database, catalog, runs, diary, now),
        events=events,
        books=Books(database, catalog, now),
        wallet=Wallet(database, catalog, events, now),
        shop=Shop(database, catalog, now),
        wearing=Wearing(database, catalog),
        lootboxes=Lootboxes(database, catalog, events, now),
    )
