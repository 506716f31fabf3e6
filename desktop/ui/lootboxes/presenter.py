"""What can be asked and done on the Lootboxes page."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.bridge.background import Background, Latest
from desktop.bridge.operations import Operations
from desktop.services.economy.loot_book import LootStatistics, Roll
from desktop.services.economy.loot_seeds import Epoch, Verdict
from desktop.services.economy.lootboxes import BoxState, Opening
from desktop.services.registry import Services
from shared.economy.things import Rarity
from shared.errors import MapleHubError

PAGE = 100
Failed = Callable[[Exception], None]
Refused = Callable[[MapleHubError], None]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of openings and how many there are in all. before: what it continues; None: it is the first."""

    rolls: list[Roll]
    count: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Seeds:
    """The seeds as they stand: the open epoch first."""

    epochs: tuple[Epoch, ...]
    client_seed: str


class LootboxesPresenter(QObject):
    """Reads on the database thread, and turns keys and clicks into use cases."""

    def __init__(
        self, services: Services, background: Background, operations: Operations, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._boxes = services.lootboxes
        self._background = background
        self._operations = operations
        self._states = Latest(background, self)
        self._pages = Latest(background, self)
        self._statistics = Latest(background, self)
        self._seeds = Latest(background, self)

    def load(self, slug: str, done: Callable[[BoxState], None], failed: Failed) -> None:
        """A box as it stands."""
        boxes = self._boxes
        self._states.database(lambda: boxes.state(slug), done, failed)

    def open(self, slug: str, count: int, done: Callable[[Opening], None], refused: Refused) -> None:
        """Open a box; what came out is stored when `done` hears of it."""
        boxes = self._boxes
        self._operations.perform(lambda: boxes.open(slug, count), done, refused, owner=self, quiet=True)

    def history(
        self,
        box: str,
        rarities: frozenset[Rarity],
        before: int | None,
        done: Callable[[HistoryPage], None],
        failed: Failed,
    ) -> None:
        """A page of openings, the newest first, or those older than `before`."""
        book = self._boxes.book

        def read() -> HistoryPage:
            return HistoryPage(book.page(box, rarities, before, PAGE), book.count(box, rarities), before)

        self._pages.database(read, done, failed)

    def statistics(self, box: str, done: Callable[[LootStatistics], None], failed: Failed) -> None:
        """All openings of a box, or of every box, together."""
        book = self._boxes.book
        self._statistics.database(lambda: book.statistics(box), done, failed)

    def seeds(self, done: Callable[[Seeds], None], failed: Failed) -> None:
        """Every epoch; one is begun when there is none."""
        seeds = self._boxes.seeds

        def read() -> Seeds:
            seeds.current()
            return Seeds(tuple(seeds.epochs()), seeds.client_seed())

        self._seeds.database(read, done, failed)

    def set_client_seed(self, text: str, done: Callable[[object], None], refused: Refused) -> None:
        """Use another client seed from the next roll on."""
        seeds = self._boxes.seeds
        self._operations.perform(lambda: seeds.set_client_seed(text), done, refused, owner=self, quiet=True)

    def rotate(self, done: Callable[[str], None], refused: Refused) -> None:
        """Tell the secret in use and begin a new seed."""
        seeds = self._boxes.seeds
        self._operations.perform(seeds.rotate, done, refused, owner=self, quiet=True)

    def verify(self, epoch: str, done: Callable[[Verdict], None], failed: Failed) -> None:
        """Repeat every roll of an epoch."""
        seeds = self._boxes.seeds
        self._background.database(lambda: seeds.verify(epoch), done, failed, owner=self)

    def export(self, epoch: str, path: Path, done: Callable[[Path], None], failed: Failed) -> None:
        """Write the proof of an epoch to a file, whole or not at all."""
        seeds = self._boxes.seeds

        def write() -> Path:
            from shared.economy.rolls import write_proof

            text = write_proof(seeds.proof(epoch))
            part = path.with_name(path.name + ".part")
            part.write_text(text, "utf-8")
            part.replace(path)
            return path

        self._background.database(write, done, failed, owner=self)
