"""The draw: the button, the names that run past, who won, and the proof."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.clans.checking import Checked, check_proof
from desktop.ui.clans.contest_cards import downloads, save
from desktop.ui.clans.marks import Mark
from desktop.ui.clans.proof_steps import ProofSteps
from desktop.ui.clans.spinner import Spinner
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.toast import announce
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.words import countdown
from shared.api.contests import ContestInfo, Place
from shared.errors import MapleHubError


class DrawCard(Card):
    """draw_asked: the leader pressed Draw. pass_asked: the number of a prize to be passed on.

    finished: the winners have been shown. sought: a part of it that should come into sight.
    """

    draw_asked = Signal()
    pass_asked = Signal(int)
    finished = Signal()
    sought = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(" ")
        self.title_label.setText(self.tr("The draw"))
        self._context = context
        self._contest: ContestInfo | None = None
        self._leader = False
        self.entrants: list[str] = []
        self._rows: list[QWidget] = []
        self._proof: bytes | None = None
        self._shown: tuple[object, ...] = ()
        self.words = label("", "body", "muted", wrap=True)
        self.add(self.words)
        self.spinner = Spinner()
        self.spinner.finished.connect(self._on_finished)
        self.spinner.hide()
        self.add(self.spinner)
        self.button = button(self.tr("Draw"), "primary", "star")
        self.button.clicked.connect(self._ask)
        self.why = label("", "caption", "muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self.button)
        row.addWidget(self.why, 1)
        self.body.addLayout(row)
        self.prizes = QWidget()
        self._prizes = QVBoxLayout(self.prizes)
        self._prizes.setContentsMargins(0, 0, 0, 0)
        self._prizes.setSpacing(SPACE_S)
        self.add(self.prizes)
        self.again = button(self.tr("Watch it again"), "quiet", "play")
        self.again.clicked.connect(self._replay)
        self.save = button(self.tr("Save the proof…"), "plain", "download")
        self.save.clicked.connect(self._save)
        self.verify = button(self.tr("Verify here"), "plain", "check")
        self.verify.setToolTip(
            self.tr(
                "Repeats the whole draw on this computer from the proof’s file, without asking the server."
            )
        )
        self.verify.clicked.connect(self._verify)
        buttons = QWidget()
        line = QHBoxLayout(buttons)
        line.setContentsMargins(0, SPACE_XS, 0, 0)
        line.setSpacing(SPACE_S)
        for made in (self.verify, self.save, self.again):
            line.addWidget(made)
        line.addStretch(1)
        self.proof_buttons = buttons
        self.add(buttons)
        self.steps = ProofSteps()
        self.steps.hide()
        self.add(self.steps)

    # What is shown

    def show_contest(self, contest: ContestInfo, *, leader: bool) -> None:
        """Show how its draw stands; not while one is being shown."""
        if self.spinner.playing:
            return
        if self._contest is None or self._contest.id != contest.id:
            self._proof = None
            self.spinner.clear()
            self.spinner.hide()
            self.steps.hide()
            self._say("")
        self._contest, self._leader = contest, leader
        drawn = contest.phase == "drawn"
        self.words.setText(self._sentence(contest))
        self.button.setVisible(leader and contest.phase not in {"drawn", "void", "no_entries", "draft"})
        self.button.setEnabled(contest.phase in {"ready", "awaiting_beacon"})
        self.button.setText(
            self.tr("Ask the beacon again") if contest.phase == "awaiting_beacon" else self.tr("Draw")
        )
        self.button.setAccessibleName(self.button.text())
        if leader and not drawn and not self.button.isEnabled():
            self._say(self._why_not(contest))
        self._show_prizes(contest)
        self.proof_buttons.setVisible(contest.proof_hash is not None)
        self.again.setVisible(drawn)

    def set_entrants(self, names: Sequence[str]) -> None:
        """Whose names run past."""
        self.entrants = list(names)

    def refuse(self, text: str) -> None:
        """It could not be drawn, and why."""
        self.button.setEnabled(True)
        self._say(text, error=True)
        announce(self.why, text, urgent=True)

    def play(self, contest: ContestInfo) -> None:
        """Show a draw that has just been made. Who won is in `contest` already."""
        self._contest = contest
        self._say("")
        self.button.hide()
        self.words.setText(self.tr("The server has drawn. Everybody can repeat it from the proof."))
        self.spinner.show()
        self._run(contest)

    def _replay(self) -> None:
        if self._contest is not None:
            self.spinner.show()
            self._run(self._contest)

    def _run(self, contest: ContestInfo) -> None:
        self.prizes.hide()
        self.steps.hide()
        self.proof_buttons.hide()
        self.sought.emit(self.spinner)
        self.spinner.play(self.entrants, drawn_names(contest), contest.proof_hash or contest.id)

    def _on_finished(self) -> None:
        contest = self._contest
        if contest is not None:
            self.show_contest(contest, leader=self._leader)
        if self.isVisible():
            self.verify.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.emit()

    def _sentence(self, contest: ContestInfo) -> str:
        now = self._context.ticker.now()
        ends = self.tr("It ends {0}. Then the entries are locked and the secret is told.")
        comes = self.tr("Entries and secret are fixed. The beacon’s round is told {0}; then it can be drawn.")
        waits = contest.note or self.tr("The beacon does not answer yet. The round stays the same.")
        return {
            "draft": self.tr("Start the contest first: with that, nothing of it can be changed any more."),
            "upcoming": ends.format(countdown(now, contest.end_time)),
            "running": ends.format(countdown(now, contest.end_time)),
            "locking": contest.note or self.tr("It has ended: the entries are being locked."),
            "waiting_for_round": comes.format(countdown(now, contest.round_at or now)),
            "ready": self.tr("Everything is fixed, and who wins with it: the draw only shows it."),
            "awaiting_beacon": waits,
            "no_entries": self.tr("Nobody satisfied a rule, so there is nothing to draw."),
            "void": self.tr("Called off: {0}").format(contest.void_reason or "–"),
            "drawn": self.tr("Drawn. Everybody can repeat it from the proof."),
        }[contest.phase]

    def _why_not(self, contest: ContestInfo) -> str:
        return {
            "upcoming": self.tr("After its end it can be drawn."),
            "running": self.tr("After its end it can be drawn."),
            "locking": self.tr("The entries are being locked; in a few seconds this goes on."),
            "waiting_for_round": self.tr("The beacon’s round has not come yet."),
        }.get(contest.phase, "")

    def _say(self, text: str, *, error: bool = False) -> None:
        self.why.setText(text)
        set_tone(self.why, "error" if error else "muted")

    # Winners

    def _show_prizes(self, contest: ContestInfo) -> None:
        self.prizes.setVisible(bool(contest.places))
        shown = (contest.id, contest.prize, contest.entries, contest.places, contest.phase, self._leader)
        if shown == self._shown:
            # The keyboard may be on one of them.
            return
        self._shown = shown
        for row in self._rows:
            self._prizes.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()
        for place in contest.places:
            made = self._prize(place, contest)
            self._rows.append(made)
            self._prizes.addWidget(made)

    def _prize(self, place: Place, contest: ContestInfo) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        row.setSpacing(SPACE_M)
        row.addWidget(Mark("trophy", "accent" if place.name else "text-muted"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = place.name or self.tr("Nobody is left to take it")
        words.addWidget(label(name, "heading", None if place.name else "muted"))
        told = self.tr("Prize {0}").format(place.place)
        if contest.prize:
            told += f" · {contest.prize}"
        if place.leaf is not None:
            told += " · " + self.tr("ticket {0} of {1}").format(place.leaf + 1, contest.entries)
        words.addWidget(label(told, "caption", "muted", wrap=True))
        for gone in place.passed:
            said = self.tr("{0} did not take it: {1}").format(gone.get("name", "–"), gone.get("reason", ""))
            words.addWidget(label(said, "caption", "muted", wrap=True))
        row.addLayout(words, 1)
        if self._leader and contest.phase == "drawn" and place.name is not None:
            on = button(self.tr("Pass on…"), "quiet")
            on.setAccessibleName(self.tr("Pass prize {0} on").format(place.place))
            on.clicked.connect(partial(self.pass_asked.emit, place.place))
            row.addWidget(on, 0, Qt.AlignmentFlag.AlignTop)
        return made

    # Asking

    def _ask(self) -> None:
        self.button.setEnabled(False)
        self._say(self.tr("The server draws…"))
        self.draw_asked.emit()

    def _save(self) -> None:
        contest = self._contest
        if contest is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the proof"), downloads(f"proof-{contest.id}.json"), "JSON (*.json)"
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the proof as the server has it."""

        def done(content: bytes) -> None:
            save(path, content, self._context)

        self._with_proof(done)

    def _with_proof(self, done: Callable[[bytes], None]) -> None:
        contest = self._contest
        assert contest is not None
        if self._proof is not None:
            done(self._proof)
            return
        contest_id = contest.id

        def keep(content: bytes) -> None:
            self._proof = content
            done(content)

        self._context.clans.perform(
            lambda client: client.proof(contest_id), keep, self._not_there, owner=self
        )

    def _not_there(self, error: MapleHubError) -> None:
        self.verify.setEnabled(True)
        self._context.shell.toast(str(error), tone="error")

    def _verify(self) -> None:
        self.verify.setEnabled(False)
        self.steps.show_working()
        self._with_proof(self._check)

    def _check(self, content: bytes) -> None:
        contest, background = self._contest, self._context.background
        assert contest is not None

        background.pool(lambda: check_proof(content, contest), self._checked, self._crashed, owner=self)

    def _checked(self, found: Checked) -> None:
        self.verify.setEnabled(True)
        self.steps.show_checked(found)
        announce(self.steps, found.line)
        self.sought.emit(self.steps)

    def _crashed(self, error: Exception) -> None:
        self.verify.setEnabled(True)
        self.steps.hide()
        self._context.background.crashed.emit(error)


def drawn_names(contest: ContestInfo) -> list[str]:
    """Who was drawn, in prize order: those the draw itself named, whoever holds the prizes now."""
    return [
        str(place.passed[0].get("name", "–")) if place.passed else place.name or "–"
        for place in contest.places
    ]
