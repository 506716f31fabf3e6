"""The clan's log: every line chained to the one before, and a check that none was changed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.log_words import Names, icon_of, say
from desktop.ui.clans.part import Part
from desktop.ui.clans.questions import log
from desktop.ui.clans.table import Cell, Column, RowsTable
from desktop.ui.clans.words import at_text, counted
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.toast import announce
from desktop.ui.theme.tokens import SPACE_M, SPACE_XL
from shared.api.clans import LogLine, LogPage
from shared.errors import MapleHubError

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_ROW = 40
_LINES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Chain:
    """What a check of the log found. broken: the first line that does not fit, None for none.

    head: the newest line's hash.
    """

    lines: int
    head: str
    broken: int | None


class LogPart(Part):
    """The newest lines first, read on as one scrolls."""

    subjects: ClassVar[frozenset[str]] = frozenset(
        {"members", "people", "invitations", "contests", "snapshots", "log", "clan"}
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Log"))
        self._names = Names({}, {}, {})
        self._total = 0
        self._more_reader = self.make_reader()
        self.check = button(self.tr("Check the chain"), "plain", "check")
        self.check.setToolTip(
            self.tr("Reads every line and repeats its hash on this computer: one changed word would show.")
        )
        self.check.clicked.connect(self._check)
        self.count = label("", "caption", "muted")
        self.verdict = label("", "body", "muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self.count)
        row.addWidget(self.verdict, 1)
        row.addWidget(self.check)
        self.table = RowsTable(
            self.tr("Log"),
            (
                Column("at", self.tr("When"), self._at, 170),
                Column("said", self.tr("What was done"), self._said),
                Column("head", self.tr("Hash"), self._head, 120, spare=True),
                Column("i", self.tr("Line"), self._number, 72, right=True),
            ),
            context.pictures,
            height=_ROW,
        )
        self.table.narrow_at(760)
        self.table.lines.more_wanted.connect(self._ask_more)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addLayout(row)
        column.addWidget(self.table, 1)

    # Cells

    def _at(self, line: LogLine) -> Cell:
        return Cell(at_text(self.now, line.at), role="text-muted", tip=f"{line.at:%Y-%m-%d %H:%M:%S} UTC")

    def _said(self, line: LogLine) -> Cell:
        said = say(line, self._names)
        return Cell(said, icon=icon_of(line), tip=said)

    @staticmethod
    def _head(line: LogLine) -> Cell:
        return Cell(f"{line.head[:8]}…", role="text-muted", tip=line.head)

    @staticmethod
    def _number(line: LogLine) -> Cell:
        return Cell(str(line.i), role="text-muted")

    # What the page asks

    def look(self) -> None:
        if self.clan is not None:
            self.question(log(self.clan_id, 0), self._on_log)

    def forget(self) -> None:
        self._more_reader.cancel()
        self._total = 0
        self.table.show_rows([])
        self.verdict.setText("")
        self.check.setEnabled(True)

    def first_focus(self) -> QWidget | None:
        return self.table

    def _on_log(self, told: Told) -> None:
        if not self.take(told):
            return
        found = told.value
        assert isinstance(found, LogPage)
        shown = self.table.lines.rows
        self._note_names(found.names)
        if shown and found.items and shown[0] == found.items[0]:
            return
        if shown and found.items and found.items[0].i > shown[0].i and found.total > self._total:
            self.verdict.setText("")
        self._total = found.total
        self.table.show_rows(found.items, key="i", more=len(found.items) < found.total)
        self._show_count()

    def _note_names(self, people: dict[str, str]) -> None:
        kept = self.clans.kept
        contests, members = kept(("contests", self.clan_id)).value, kept(("members", self.clan_id)).value
        self._names = Names(
            {**self._names.people, **people},
            {each.id: each.title for each in contests.items} if contests is not None else {},
            {each.id: each.name for each in members.items} if members is not None else {},
        )

    def _ask_more(self) -> None:
        if self.clan is not None and self.table.lines.rows:
            # By the line's number, not by how many are shown: newer ones may have come in between.
            offset = self._total - self.table.lines.rows[-1].i
            self._more_reader.ask(log(self.clan_id, offset), self._on_more)

    def _on_more(self, told: Told) -> None:
        if told.asking:
            return
        lines = self.table.lines
        if told.error is not None:
            lines.more = True
            self.refused(told.error)
            return
        found = told.value
        last = lines.rows[-1].i if lines.rows else found.total
        self._note_names(found.names)
        older = [line for line in found.items if line.i < last]
        lines.add_rows(older, more=bool(older) and older[-1].i > 0)
        self._show_count()

    def _show_count(self) -> None:
        self.count.setText(counted(self._total, self.tr("{0} line"), self.tr("{0} lines")))

    # The chain

    def _check(self) -> None:
        clan = self.clan_id
        self.check.setEnabled(False)
        self._say(self.tr("Reading every line…"), "muted")
        self.write(
            lambda client: check_chain(client, clan), self._on_chain, touches=(), failed=self._not_checked
        )

    def _on_chain(self, chain: Chain) -> None:
        self.check.setEnabled(True)
        if chain.broken is not None:
            text = self.tr("Line {0} is not that of its hash, or not chained to the one before.")
            self._say(text.format(chain.broken), "error")
        else:
            lines = counted(chain.lines, self.tr("The one line fits"), self.tr("All {0} lines fit"))
            self._say(self.tr("{0} their hashes. Newest: {1}…").format(lines, chain.head[:16]), "success")
            self.verdict.setToolTip(chain.head)

    def _not_checked(self, error: MapleHubError) -> None:
        self.check.setEnabled(True)
        self._say(str(error), "error")

    def _say(self, text: str, tone: str) -> None:
        self.verdict.setText(text)
        self.verdict.setToolTip("")
        set_tone(self.verdict, tone)  # type: ignore[arg-type]
        announce(self.verdict, text)


def check_chain(client: "ClansClient", clan_id: str) -> Chain:
    """Read a log from its newest line to its first and repeat every hash. On the network's thread."""
    from shared.fairness.audit import genesis, head_of

    lines: dict[int, LogLine] = {}
    first = client.log(clan_id, 0, _LINES_AT_ONCE)
    total, page = first.total, first
    while page.items:
        lines.update({line.i: line for line in page.items if line.i < total})
        if min(lines) == 0:
            break
        # Newer lines push the others down: what is asked for twice does no harm.
        page = client.log(clan_id, max(1, len(lines) - 1), _LINES_AT_ONCE)
        if min((line.i for line in page.items), default=0) >= min(lines):
            break
    head = genesis(clan_id)
    for number in range(total):
        line = lines.get(number)
        if line is None or line.prev != head.hex() or head_of(head, number, line.event).hex() != line.head:
            return Chain(total, head.hex(), number)
        head = bytes.fromhex(line.head)
    return Chain(total, head.hex(), None)
