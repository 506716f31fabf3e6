"""How a clan's snapshots stand: the next, the last with what went wrong, and the one that runs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.marks import Fact
from desktop.ui.clans.words import age_text, at_text, cadence_name, counted
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.charts import MiniBar
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.toast import announce
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.words import countdown
from shared.api.clans import ClanInfo
from shared.api.progress import MemberError, SnapshotInfo, SnapshotStanding
from shared.clans.roles import Role
from shared.errors import MapleHubError

_SHOWN = 3
"""Members with an error that are named at once; the others after a click."""


class SnapshotCard(Card):
    """run_asked: one is wanted now. cancel_asked: the id of the one to stop."""

    run_asked = Signal()
    cancel_asked = Signal(str)

    def __init__(self, context: Context) -> None:
        self.run = button("", "primary", "refresh")
        super().__init__(self.tr("Snapshots"))
        self._context = context
        self._officer = False
        self._errors: list[MemberError] = []
        self._all = False
        self.running: SnapshotInfo | None = None
        self._next = Fact(self.tr("Next"))
        self._last = Fact(self.tr("Last"))
        self._cadence = Fact(self.tr("Taken"))
        self._used = Fact(self.tr("Today (UTC)"))
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_L)
        for fact in (self._next, self._last, self._cadence, self._used):
            facts.addWidget(fact)
        facts.addStretch(1)
        self.body.addLayout(facts)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(self._build_progress())
        self.result = label("", "body", "muted", wrap=True)
        self.add(self.result)
        self.errors = label("", "caption", "muted", wrap=True)
        self.add(self.errors)
        self.show_all = button("", "quiet", "chevron-down")
        self.show_all.clicked.connect(self._show_more)
        self.run.setText(self.tr("Run clan snapshot now"))
        self.run.setAccessibleName(self.run.text())
        self.run.clicked.connect(self._ask)
        self.why = label("", "caption", "muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self.run)
        row.addWidget(self.why, 1)
        more = QHBoxLayout()
        more.addWidget(self.show_all)
        more.addStretch(1)
        self.body.addLayout(more)
        self.body.addStretch(1)
        self.body.addLayout(row)
        self.forget()

    def _build_progress(self) -> QWidget:
        self.progress = QWidget()
        column = QVBoxLayout(self.progress)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        row = QHBoxLayout()
        self.going = label("", "strong")
        self.cancel = button(self.tr("Cancel"), "quiet", "close")
        self.cancel.clicked.connect(self._ask_cancel)
        row.addWidget(self.going, 1)
        row.addWidget(self.cancel)
        self.bar = MiniBar(self.tr("Snapshot under way"), 8)
        column.addLayout(row)
        column.addWidget(self.bar)
        return self.progress

    def forget(self) -> None:
        """Another clan: nothing is known of its snapshots."""
        self.running = None
        self.progress.hide()
        for fact in (self._next, self._last, self._used):
            fact.say("–")
        self.result.setText("")
        self._show_errors([])
        self.run.setEnabled(False)
        self.why.setText("")

    def show_clan(self, clan: ClanInfo) -> None:
        """Who may do what."""
        self._officer = clan.role.reaches(Role.OFFICER)
        self._cadence.say(cadence_name(clan.cadence_hours))
        self.run.setVisible(self._officer)

    def show_trouble(self, told: Told) -> None:
        """They could not be asked for."""
        if told.error is not None:
            self.result.setText(str(told.error))

    def show_standing(self, standing: SnapshotStanding, told: Told) -> None:
        """Show how they stand."""
        now = self._context.ticker.now()
        self._next.say(countdown(now, standing.next_at), at_text(now, standing.next_at))
        self._cadence.say(cadence_name(standing.cadence_hours))
        self._used.say(self.tr("{0} of {1} used").format(standing.used, standing.most))
        ended = [each for each in standing.items if each.state in {"done", "cancelled"}]
        running = [each for each in standing.items if each.state in {"waiting", "running"}]
        before, self.running = self.running, running[0] if running else None
        if ended and ended[0].finished_at is not None:
            at = ended[0].finished_at
            self._last.say(age_text(now, at), at_text(now, at))
        else:
            self._last.say(self.tr("never"))
        self._show_running(before)
        self._show_result(ended[0] if ended else None)
        self.run.setEnabled(self._officer and standing.refusal is None and told.error is None)
        self._say(standing.refusal or "" if self._officer else self.tr("Officers can run one at any time."))

    def refuse(self, error: MapleHubError) -> None:
        """One could not be run or stopped."""
        self._say(str(error), error=True)
        self.run.setEnabled(self._officer)
        announce(self.why, str(error), urgent=True)

    def _show_running(self, before: SnapshotInfo | None) -> None:
        running = self.running
        self.progress.setVisible(running is not None)
        self.cancel.setVisible(self._officer)
        if running is None:
            if before is not None:
                announce(self, self.tr("The snapshot has ended."))
            return
        over = running.done + running.failed
        self.bar.set_progress(over, running.total)
        if running.state == "waiting":
            self.going.setText(self.tr("Waiting to begin"))
        else:
            self.going.setText(self.tr("{0} of {1} members").format(f"{over:,}", f"{running.total:,}"))

    def _show_result(self, last: SnapshotInfo | None) -> None:
        if last is None:
            self.result.setText(self.tr("No snapshot was taken yet."))
            self._show_errors([])
            return
        who = (
            self.tr("Run by {0}").format(last.asked_by)
            if last.kind == "manual" and last.asked_by
            else self.tr("By itself")
        )
        if last.state == "cancelled":
            said = self.tr("{0}, cancelled after {1} of {2} members.")
            self.result.setText(said.format(who, f"{last.done:,}", f"{last.total:,}"))
        elif last.failed:
            said = self.tr("{0}: {1} read, {2} could not be:")
            self.result.setText(said.format(who, f"{last.done:,}", f"{last.failed:,}"))
        else:
            everybody = counted(last.done, self.tr("the one member"), self.tr("all {0} members"))
            self.result.setText(self.tr("{0}: {1} read.").format(who, everybody))
        self._show_errors(last.errors)

    def _show_errors(self, errors: list[MemberError]) -> None:
        if errors != self._errors:
            self._all = False
        self._errors = errors
        shown = errors if self._all else errors[:_SHOWN]
        self.errors.setText("\n".join(f"{each.name}: {each.error}" for each in shown))
        self.errors.setVisible(bool(errors))
        more = len(errors) - _SHOWN
        self.show_all.setVisible(more > 0 and not self._all)
        self.show_all.setText(self.tr("Show {0} more").format(more))
        self.show_all.setAccessibleName(self.show_all.text())

    def _show_more(self) -> None:
        self._all = True
        self._show_errors(self._errors)

    def _say(self, text: str, *, error: bool = False) -> None:
        self.why.setText(text)
        set_tone(self.why, "error" if error else "muted")

    def _ask(self) -> None:
        self.run.setEnabled(False)
        self._say("")
        self.run_asked.emit()

    def _ask_cancel(self) -> None:
        if self.running is not None:
            self.cancel_asked.emit(self.running.id)
