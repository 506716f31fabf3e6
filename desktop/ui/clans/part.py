"""What the parts of the Clans page have in common: they show a clan, ask the server, and say when they cannot."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.clans import ClanReader, Question, Told
from desktop.ui.context import Context
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.theme.tokens import SPACE_L, SPACE_XL
from shared.api.clans import ClanInfo
from shared.clans.roles import Role
from shared.errors import MapleHubError

if TYPE_CHECKING:
    from desktop.sync.clans import ClansClient

T = TypeVar("T")
_LEAST = 480
_OLD = timedelta(minutes=2)
"""What is in sight is asked for again when it is older."""


class Part(QWidget):
    """A part of the page. Subclasses fill `body`, and implement `look`, `forget` and `show_clan`.

    told: how its main question stands, as a Told. went: another part is wanted, with arguments.
    revealed: what it kept to itself has been seen. subjects: what it shows, in the words of `Clans.touched`.
    """

    revealed = Signal()
    told = Signal(object)
    went = Signal(str, object)
    subjects: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self.context = context
        self.clans = context.clans
        self.clan: ClanInfo | None = None
        self.told_now = Told()
        self.setAccessibleName(name)
        self.reader = self.make_reader()
        self.body = QWidget()
        self._loading = LoadingState(self.tr("Asking the server"), rows=7)
        self._failed = EmptyState(
            "could_not_load", self.tr("This could not be loaded"), "", self.tr("Try again")
        )
        self._failed.action.connect(self.look)
        self.states = QStackedWidget()
        for state in (self._loading, self.body, self._failed):
            self.states.addWidget(state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.states)

    # What the page asks

    def set_clan(self, clan: ClanInfo) -> None:
        """Show a clan; what was shown of another one is gone."""
        other = self.clan is None or self.clan.id != clan.id
        self.clan = clan
        if other:
            self.reader.cancel()
            self.told_now = Told()
            self.states.setCurrentWidget(self._loading)
            self.forget()
        self.show_clan(clan)

    def look(self) -> None:
        """Ask the server again."""
        raise NotImplementedError

    def forget(self) -> None:
        """Another clan is shown."""

    def show_clan(self, clan: ClanInfo) -> None:
        """Show what the clan itself says: the player's role, above all."""

    def tick(self, now: datetime) -> None:
        """Half a minute has passed."""
        told = self.told_now
        if told.error is not None or (told.at is not None and now - told.at > _OLD):
            self.look()

    def first_focus(self) -> QWidget | None:
        """Where the keyboard starts."""
        return None

    def open_with(self, **arguments: object) -> None:
        """Take the arguments the part was opened with."""

    @property
    def busy(self) -> bool:
        """Whether it must not be taken out of sight's order just now: something is played."""
        return False

    # For subclasses

    @property
    def clan_id(self) -> str:
        """Of the clan shown."""
        assert self.clan is not None
        return self.clan.id

    def may(self, least: Role) -> bool:
        """Whether the player's role reaches that far."""
        return self.clan is not None and self.clan.role.reaches(least)

    @property
    def now(self) -> datetime:
        """The instant, UTC."""
        return self.context.ticker.now()

    def make_reader(self) -> ClanReader:
        """Another question that can be asked at the same time."""
        return ClanReader(self.clans, self)

    def take(self, told: Told) -> bool:
        """Note how the main question stands; whether there is something to show."""
        self.told_now = told
        if told.value is not None:
            self.states.setCurrentWidget(self.body)
        elif told.error is not None:
            self._failed.set_text(str(told.error))
            self.states.setCurrentWidget(self._failed)
        elif self.states.currentWidget() is not self._failed:
            self.states.setCurrentWidget(self._loading)
        self.told.emit(told)
        return told.value is not None

    def write(
        self,
        work: "Callable[[ClansClient], T]",
        done: Callable[[T], None] | None = None,
        *,
        touches: Iterable[str],
        failed: Callable[[MapleHubError], None] | None = None,
    ) -> None:
        """Ask for a change; what the server refuses is said in passing unless somebody else says it."""
        self.clans.perform(
            work, done or _nothing, failed or self.refused, owner=self, touches=frozenset(touches)
        )

    def refused(self, error: MapleHubError) -> None:
        """Say why something could not be done."""
        self.context.shell.toast(str(error), tone="error")

    def say(self, text: str) -> None:
        """Say that something was done."""
        self.context.shell.toast(text, tone="success")

    def question(self, question: Question[T], done: Callable[[Told], None]) -> None:
        """Ask the main question."""
        self.reader.ask(question, done)


def page_area() -> ScrollArea:
    """What a part that scrolls stands in."""
    area = ScrollArea(max_width=1720)
    area.content.setContentsMargins(0, -SPACE_XL, 0, 0)
    return area


class SideBySide(QWidget):
    """Columns beside each other where there is room for them, else one below the other.

    wide: pixels from which there is. upwards: whether the last column stands on top where there is not. How narrow
    the page can get is decided by the columns one below the other.
    """

    def __init__(self, wide: int, *, upwards: bool = False) -> None:
        super().__init__()
        self._wide = wide
        ways = QBoxLayout.Direction
        self._narrow = ways.BottomToTop if upwards else ways.TopToBottom
        self.columns = QBoxLayout(ways.LeftToRight, self)
        self.columns.setContentsMargins(0, 0, 0, 0)
        self.columns.setSpacing(SPACE_L)
        self.setMinimumWidth(_LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= self._wide
        self.columns.setDirection(QBoxLayout.Direction.LeftToRight if wide else self._narrow)


def _nothing(_found: object) -> None:
    pass
