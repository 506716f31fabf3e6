"""What makes rolls checkable: the commitment, the player's own seed, and proof for every seed that has ended."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.services.economy.loot_seeds import Epoch, Verdict
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Card, Divider, ScrollArea
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.toast import announce
from desktop.ui.lootboxes.presenter import Seeds
from desktop.ui.lootboxes.words import instant, openings_text
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from shared.errors import InvalidInput, MapleHubError

_SHOWN = 3
"""Findings that are told before the rest is only counted."""


class HexLine(QWidget):
    """A long hexadecimal text that can be selected and copied."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__()
        self._label = label("", "body")
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._label.setWordWrap(True)
        self._label.setAccessibleName(name)
        self.copy = IconButton("copy", self.tr("Copy {0}").format(name))
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._label, 1)
        row.addWidget(self.copy)
        self.set_text(text)

    def text(self) -> str:
        """The whole text, without the gaps it is shown with."""
        return self._label.text().replace(" ", "")

    def set_text(self, text: str) -> None:
        """Show it in groups of eight, where it may wrap."""
        self._label.setText(" ".join(text[at : at + 8] for at in range(0, len(text), 8)))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        announce(self, self.tr("Copied"))


class EpochRow(QWidget):
    """One seed: since when, how many openings, what is known of it. verify, export: its id."""

    verify = Signal(str)
    export = Signal(str)

    def __init__(self, epoch: Epoch) -> None:
        super().__init__()
        self.epoch = epoch
        told = epoch.revealed_at is not None
        since = label(instant(epoch.begun_at), "strong")
        state = Badge(self.tr("told") if told else self.tr("in use"), "success" if told else "info")
        self.check = button(self.tr("Verify"), "plain", "check")
        self.check.setAccessibleName(self.tr("Verify the seed of {0}").format(instant(epoch.begun_at)))
        self.check.setEnabled(epoch.rolls > 0)
        self.check.clicked.connect(self._verify)
        top = QHBoxLayout()
        top.setSpacing(SPACE_M)
        for widget in (since, state, label(openings_text(epoch.rolls), "body", "muted")):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.check)
        self.save = None
        if told:
            self.save = button(self.tr("Export proof…"), "plain", "upload")
            self.save.setAccessibleName(
                self.tr("Export the proof of the seed of {0}").format(instant(epoch.begun_at))
            )
            self.save.clicked.connect(self._export)
            top.addWidget(self.save)
        self.verdict = label("", "body", wrap=True)
        self.verdict.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        column.setSpacing(SPACE_XS)
        column.addLayout(top)
        if told:
            # That of the seed in use stands above already.
            column.addWidget(label(self.tr("Commitment"), "caption"))
            column.addWidget(HexLine(self.tr("commitment"), epoch.commitment))
            column.addWidget(label(self.tr("Secret"), "caption"))
            column.addWidget(HexLine(self.tr("secret"), epoch.secret))
        column.addWidget(self.verdict)

    def show_verdict(self, verdict: Verdict) -> None:
        """Say what came of repeating the rolls."""
        findings = verdict.findings
        if not findings:
            text = (
                self.tr("1 opening repeated: it is what its seeds say.")
                if verdict.rolls == 1
                else self.tr("{0} openings repeated: every one is what its seeds say.").format(
                    grouped(verdict.rolls)
                )
            )
        else:
            lines = [
                finding.text
                if finding.nonce is None
                else self.tr("Roll {0}: {1}").format(finding.nonce, finding.text)
                for finding in findings[:_SHOWN]
            ]
            if len(findings) > _SHOWN:
                lines.append(self.tr("and {0} more").format(grouped(len(findings) - _SHOWN)))
            text = self.tr("This does not hold.") + "\n" + "\n".join(lines)
        self.verdict.setText(text)
        set_tone(self.verdict, "error" if findings else "success")
        self.verdict.show()
        announce(self.verdict, text, urgent=bool(findings))

    def _verify(self) -> None:
        self.verify.emit(self.epoch.id)

    def _export(self) -> None:
        self.export.emit(self.epoch.id)


class FairnessView(ScrollArea):
    """seed_set: the client seed as it was typed. rotate_asked; verify_asked and export_asked with an epoch's id."""

    seed_set = Signal(str)
    rotate_asked = Signal()
    verify_asked = Signal(str)
    export_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(max_width=900, margin=SPACE_XL)
        self.setAccessibleName(self.tr("Fairness"))
        self.body.setSpacing(SPACE_L)
        self.rows: dict[str, EpochRow] = {}
        self._epochs: tuple[Epoch, ...] = ()
        self._client_seed = ""
        self._build_words()
        self._build_next()
        self.past = Card(self.tr("Seeds so far"))
        self.add(self.past)
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        return self.client_seed

    def show_seeds(self, seeds: Seeds) -> None:
        """Show them. What is being typed stays."""
        current = next((epoch for epoch in seeds.epochs if epoch.revealed_at is None), None)
        if current is not None:
            self.commitment.set_text(current.commitment)
            counter = self.tr("Roll {0} comes next; counters begin at 0.").format(grouped(current.rolls))
            self.counter.setText(counter)
            self.rotate.setEnabled(current.rolls > 0)
        if self.client_seed.text() in {self._client_seed, seeds.client_seed}:
            self.client_seed.setText(seeds.client_seed)
        self._client_seed = seeds.client_seed
        self._typed(self.client_seed.text())
        if seeds.epochs != self._epochs:
            self._show_epochs(seeds.epochs)

    def show_verdict(self, verdict: Verdict) -> None:
        """Say it where the seed stands."""
        if verdict.epoch in self.rows:
            self.rows[verdict.epoch].show_verdict(verdict)

    def show_error(self, error: MapleHubError) -> None:
        """Say what was refused, under the field it belongs to."""
        if isinstance(error, InvalidInput):
            self.field.set_error(str(error))
        else:
            self.refusal.setText(str(error))
            self.refusal.show()

    def _build_words(self) -> None:
        card = Card(self.tr("How a roll is made"))
        for text in (
            self.tr(
                "Before the first roll MapleHub draws a secret and shows its SHA-256 hash, the commitment. Every roll"
                " is HMAC-SHA256 of the secret over the odds table, your own seed and a counter; its number picks the"
                " prize by the exact odds that are shown beside the box."
            ),
            self.tr(
                "When you begin a new seed, the old secret is told. Then every roll can be repeated: here with Verify,"
                " or anywhere else from the exported proof. A changed roll, a hidden one or a changed table does not"
                " go through."
            ),
            self.tr(
                "To be honest about it: on your own computer the secret lies on this computer too. So this proves that"
                " the program did not change its mind after you opened a box. It does not prove that nobody with"
                " access to this computer looked at the secret before."
            ),
        ):
            card.add(label(text, "body", wrap=True))
        self.add(card)

    def _build_next(self) -> None:
        card = Card(self.tr("The next roll"))
        card.add(label(self.tr("Commitment: SHA-256 of the secret in use"), "caption"))
        self.commitment = HexLine(self.tr("commitment in use"))
        card.add(self.commitment)
        self.counter = label("", "body", "muted")
        card.add(self.counter)
        self.client_seed = QLineEdit()
        self.client_seed.setMaxLength(64)
        self.client_seed.setPlaceholderText(self.tr("none"))
        self.client_seed.textChanged.connect(self._typed)
        self.client_seed.returnPressed.connect(self._save)
        self.field = FormField(
            self.tr("Your own seed"),
            self.client_seed,
            self.tr("Any text of up to 64 characters. It counts from the next roll on."),
        )
        self.save = button(self.tr("Use it"), "plain", "check")
        self.save.setAccessibleName(self.tr("Use this seed"))
        self.save.setEnabled(False)
        self.save.clicked.connect(self._save)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.field, 1)
        buttons = QVBoxLayout()
        # Beside the input, which stands below its label.
        buttons.addSpacing(self.field.name_label.sizeHint().height() + SPACE_XS)
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        row.addLayout(buttons)
        card.body.addLayout(row)
        self.rotate = button(self.tr("Tell the secret and begin a new seed"), "plain", "refresh")
        self.rotate.clicked.connect(self._rotate)
        self.refusal = label("", "body", "error", wrap=True)
        self.refusal.hide()
        below = QHBoxLayout()
        below.addWidget(self.rotate)
        below.addStretch(1)
        card.body.addLayout(below)
        card.add(self.refusal)
        self.add(card)

    def _show_epochs(self, epochs: tuple[Epoch, ...]) -> None:
        self._epochs = epochs
        verdicts = {row_id: row for row_id, row in self.rows.items() if not row.verdict.isHidden()}
        while self.past.body.count():
            item = self.past.body.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for number, epoch in enumerate(epochs):
            if number:
                self.past.add(Divider())
            row = EpochRow(epoch)
            row.verify.connect(self.verify_asked)
            row.export.connect(self.export_asked)
            before = verdicts.get(epoch.id)
            if before is not None and before.epoch == epoch:
                _carry_over(before.verdict, row.verdict)
            self.rows[epoch.id] = row
            self.past.add(row)

    def _typed(self, text: str) -> None:
        self.save.setEnabled(text.strip() != self._client_seed)
        if self.field.error():
            self.field.set_error("")

    def _save(self) -> None:
        if self.save.isEnabled():
            self.seed_set.emit(self.client_seed.text())

    def _rotate(self) -> None:
        self.refusal.hide()
        self.rotate_asked.emit()


def _carry_over(before: QLabel, now: QLabel) -> None:
    """What was found stays in sight while its seed is the same."""
    now.setText(before.text())
    tone = before.property("tone")
    set_tone(now, "error" if tone == "error" else "success")
    now.show()
