"""The ten steps of a verification, each with what was found."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.clans.checking import STEPS, Checked
from desktop.ui.clans.marks import Mark
from desktop.ui.kit.labels import Tone, label, set_tone
from desktop.ui.kit.progress import busy_bar
from desktop.ui.theme.tokens import SPACE_M, SPACE_S
from shared.fairness.verify import Outcome

_SIDE = 22
_translate = QCoreApplication.translate


class ProofSteps(QWidget):
    """Empty until something was checked."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Verification"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_S)
        self.busy = busy_bar(self.tr("Verifying"))
        self.verdict = label("", "heading", wrap=True)
        self.meaning = label("", "body", "muted", wrap=True)
        for part in (self.busy, self.verdict, self.meaning):
            column.addWidget(part)
        self.rows = [_Step(f"V{number}") for number in range(1, STEPS + 1)]
        for row in self.rows:
            column.addWidget(row)

    def show_working(self) -> None:
        """It is being checked."""
        self.busy.show()
        self.verdict.setText(self.tr("Verifying on this computer…"))
        set_tone(self.verdict, None)
        self.meaning.hide()
        for row in self.rows:
            row.hide()
        self.show()

    def show_checked(self, found: Checked) -> None:
        """What was found."""
        self.busy.hide()
        tone: Tone = "success" if found.good else "error"
        if found.good and found.outcome is not Outcome.VALID:
            tone = "warning"
        self.verdict.setText(found.line)
        set_tone(self.verdict, tone)
        self.meaning.setText(found.published or meaning_of(found.outcome))
        self.meaning.setVisible(bool(self.meaning.text()))
        told = {check.name: check.says for check in found.passed}
        for row in self.rows:
            row.setVisible(found.outcome is not None)
            if row.name in told:
                row.say(told[row.name], "check", "success")
            elif found.failed is not None and row.name == found.failed.name:
                row.say(found.failed.says, "error", "error")
            else:
                row.say(self.tr("not reached"), "minus", "text-muted")
        self.show()


def meaning_of(outcome: Outcome | None) -> str:
    """A verdict in plain words."""
    return {
        Outcome.VALID: _translate(
            "clans", "Nobody could choose the winner: neither the leader nor whoever runs the server."
        ),
        Outcome.LATE: _translate(
            "clans", "The draw is right, but its secret was told when the beacon could be known already."
        ),
        Outcome.UNCHECKED: _translate(
            "clans",
            "All that can be repeated here is right; this computer cannot check the beacon’s signature.",
        ),
        Outcome.TRUSTED: _translate(
            "clans", "The draw is right, but no beacon took part: whoever runs the server has to be trusted."
        ),
        Outcome.INVALID: _translate("clans", "This proof is not what was published: do not trust this draw."),
        None: "",
    }[outcome]


class _Step(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        self._mark = Mark("minus", "text-muted", _SIDE)
        self._name = label(name, "strong")
        self._name.setFixedWidth(32)
        self._says = label("", wrap=True)
        row.addWidget(self._mark)
        row.addWidget(self._name)
        row.addWidget(self._says, 1)

    def say(self, text: str, icon: str, role: str) -> None:
        """What was found at it."""
        self._mark.set_icon(icon, role)
        self._says.setText(text)
        set_tone(self._says, "error" if role == "error" else "muted" if role == "text-muted" else None)
        self.setAccessibleName(f"{self.name}: {text}")

    def text(self) -> str:
        """What it says."""
        return self._says.text()
