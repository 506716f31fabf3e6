"""What a leader can do with a contest, each after a second look or with a reason."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.clans.dialogs import ConfirmDialog, ReasonDialog
from desktop.ui.context import Context
from shared.api.clans import ClanInfo
from shared.api.contests import ContestInfo

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_TOUCHES = frozenset({"contests", "clan", "log"})


class ContestActions(QObject):
    """made: the contest as it is after a change. deleted: the draft is gone."""

    made = Signal(object)
    deleted = Signal()

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over

    def start(self, clan: ClanInfo, contest: ContestInfo) -> None:
        """Commit to it."""
        dialog = ConfirmDialog(
            self._context,
            self.tr("Start the contest"),
            self.tr("Start it"),
            self.tr(
                "The server commits to its secret and publishes the rules. From then on neither title, rules, prize"
                " nor end can be changed: only called off, with a reason."
            ),
            lambda client: client.start_contest(clan.id, contest.id),
            self._over.window(),
            touches=_TOUCHES,
            kind="primary",
        )
        dialog.made.connect(self.made)
        dialog.open()

    def edit(self, clan: ClanInfo, contest: ContestInfo) -> None:
        """Change a draft."""
        from desktop.ui.clans.contest_form import ContestDialog

        dialog = ContestDialog(self._context, clan, contest, self._over.window())
        dialog.made.connect(self.made)
        dialog.open()

    def delete(self, clan: ClanInfo, contest: ContestInfo) -> None:
        """Throw a draft away."""
        dialog = ConfirmDialog(
            self._context,
            self.tr("Delete the draft"),
            self.tr("Delete"),
            self.tr("The draft is gone. Nobody has entered, so nothing is lost."),
            lambda client: client.delete_contest(clan.id, contest.id),
            self._over.window(),
            touches=(),
        )
        dialog.made.connect(self._on_deleted)
        dialog.open()

    def amend(self, clan: ClanInfo, contest: ContestInfo) -> None:
        """Add a remark."""
        self._ask(
            self.tr("Add a remark"),
            self.tr("Add it"),
            self.tr(
                "The standings stay as they were frozen; a remark stands beside them for everybody to read."
            ),
            lambda client, reason: client.amend(clan.id, contest.id, reason),
        )

    def void(self, clan: ClanInfo, contest: ContestInfo) -> None:
        """Call it off."""
        self._ask(
            self.tr("Call the contest off"),
            self.tr("Call it off"),
            self.tr(
                "It can never be drawn or taken up again. After the beacon’s round it is published whom the draw"
                " would have named."
            ),
            lambda client, reason: client.void(clan.id, contest.id, reason),
            danger=True,
            typed=contest.title,
        )

    def pass_on(self, clan: ClanInfo, contest: ContestInfo, place: int) -> None:
        """Give a prize to the next alternate."""
        held = next((each for each in contest.places if each.place == place), None)
        leaf = held.leaf if held is not None else None
        says = self.tr(
            "{0} does not take it: it goes to the next alternate of the draw. There is no second draw."
        )
        self._ask(
            self.tr("Pass prize {0} on").format(place),
            self.tr("Pass it on"),
            says.format(held.name if held is not None and held.name else "–"),
            lambda client, reason: client.pass_on(clan.id, contest.id, place, reason, leaf),
        )

    def _ask(
        self,
        title: str,
        confirm: str,
        says: str,
        work: "Callable[[ClansClient, str], ContestInfo]",
        *,
        danger: bool = False,
        typed: str = "",
    ) -> None:
        dialog = ReasonDialog(
            self._context,
            title,
            confirm,
            says,
            work,
            self._over.window(),
            touches=_TOUCHES,
            kind="danger" if danger else "primary",
            typed=typed,
        )
        dialog.made.connect(self.made)
        dialog.open()

    def _on_deleted(self, _nothing: object) -> None:
        self.deleted.emit()
