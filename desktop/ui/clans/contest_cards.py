"""The quiet cards of a contest: what it asks for and how far one came, what is fixed, receipts, remarks."""

import json
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.places import write_atomically
from desktop.ui.clans.marks import HashLine, clear, put
from desktop.ui.clans.words import NOTHING, at_text, counted, full, rule_kind_name, rule_text, short
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.charts import MiniBar
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Card, Divider
from desktop.ui.kit.labels import label, number_label
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XS
from shared.api.contests import ContestInfo, ContestRule, Receipt, StandingRow, Standings
from shared.fairness.encoding import instant_of

_translate = QCoreApplication.translate


def downloads(name: str) -> str:
    """Where a file of this name would be saved."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return str(Path(folder) / name)


def save(path: Path, content: bytes, context: Context) -> None:
    """Write a file and say so, or why not."""
    try:
        write_atomically(path, content)
    except OSError as error:
        text = _translate("clans", "The file cannot be written ({0}). Choose another place.")
        context.shell.toast(text.format(error.strerror), tone="error")
        return
    context.shell.toast(_translate("clans", "Saved as {0}").format(path.name), tone="success")


class RulesCard(Card):
    """The rules, each one entry for who satisfies it, with the player's own progress."""

    def __init__(self, context: Context) -> None:
        super().__init__(" ")
        self.title_label.setText(self.tr("Each of these is one entry"))
        self._context = context
        self._contest: ContestInfo | None = None
        self._standings: Standings | None = None
        self._mine: set[str] = set()
        self._rows: list[QWidget] = []

    def show_contest(self, contest: ContestInfo) -> None:
        """Show a contest's."""
        if self._contest is not None and self._contest.id != contest.id:
            self._standings = None
        self._contest = contest
        self._show()

    def show_standings(self, found: Standings) -> None:
        """How far everybody came."""
        self._standings = found
        self._show()

    def set_mine(self, member_ids: set[str]) -> None:
        """Which members are the player's own."""
        if member_ids != self._mine:
            self._mine = member_ids
            self._show()

    def _show(self) -> None:
        clear(self, self._rows)
        contest = self._contest
        if contest is None:
            return
        own: list[StandingRow] = []
        if self._standings is not None and contest.phase not in {"draft", "upcoming"}:
            own = [row for row in self._standings.items if row.member_id in self._mine]
        several = len(contest.rules) > 1
        self.title_label.setText(
            self.tr("Each of these is one entry") if several else self.tr("This is one entry")
        )
        for number, rule in enumerate(contest.rules):
            if number:
                put(self, self._rows, Divider())
            put(self, self._rows, self._rule(rule, number, own))
        if self._standings is not None and self._standings.items and not own:
            words = self.tr("No member of the roster is linked to you: officers link accounts under Members.")
            put(self, self._rows, label(words, "caption", "muted", wrap=True))

    def _rule(self, rule: ContestRule, place: int, own: list[StandingRow]) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        column.setSpacing(SPACE_S)
        head = QHBoxLayout()
        words = label(rule_text(rule, self._context.catalog), "strong", wrap=True)
        words.setToolTip(full(rule.least))
        head.addWidget(words, 1)
        if any(place in row.entries for row in own):
            head.addWidget(Badge(self.tr("Entered"), "success", icon_name="check"))
        column.addLayout(head)
        for row in own:
            amount = row.amounts[place] if place < len(row.amounts) else None
            line = QHBoxLayout()
            line.setSpacing(SPACE_M)
            name = label(row.name, "caption", "muted")
            name.setFixedWidth(104)
            bar = MiniBar(self.tr("{0}: {1}").format(row.name, rule_kind_name(rule.kind)))
            bar.set_progress(min(amount or 0, rule.least), rule.least)
            said = NOTHING if amount is None else f"{short(amount)} / {short(rule.least)}"
            figure = number_label(said, "caption")
            figure.setFixedWidth(108)
            tip = (
                self.tr("Where this began is not known, so it does not count.")
                if amount is None
                else full(amount)
            )
            figure.setToolTip(tip)
            for part in (name, bar, figure):
                line.addWidget(part)
            column.addLayout(line)
        return made


class FairnessCard(Card):
    """What is fixed of the draw, and when it was."""

    def __init__(self, context: Context) -> None:
        super().__init__(" ")
        self.title_label.setText(self.tr("What is fixed"))
        self._context = context
        self.words = label("", "body", "muted", wrap=True)
        self.add(self.words)
        shell = context.shell
        self.lines = {
            "commitment": HashLine(
                self.tr("Commitment"),
                self.tr("Told before the first entry: the server cannot choose another secret any more."),
                shell,
            ),
            "rules_hash": HashLine(
                self.tr("Rules"), self.tr("The hash of the draw’s rules, with the beacon’s round."), shell
            ),
            "root": HashLine(
                self.tr("Entries"),
                self.tr("The root over all entries: none can be added, changed or left out any more."),
                shell,
            ),
            "standings_hash": HashLine(
                self.tr("Standings"), self.tr("The hash of everybody’s results as they were frozen."), shell
            ),
            "server_secret": HashLine(
                self.tr("Secret"),
                self.tr("Told after the end and before the beacon: from here anybody can compute the draw."),
                shell,
            ),
            "proof_hash": HashLine(
                self.tr("Proof file"), self.tr("SHA-256 of the file: all copies of it are the same."), shell
            ),
        }
        for line in self.lines.values():
            self.add(line)

    def show_contest(self, contest: ContestInfo) -> None:
        """Show a contest's."""
        for name, line in self.lines.items():
            line.say(getattr(contest, name))
        now = self._context.ticker.now()
        if contest.commitment is None:
            self.words.setText(
                self.tr("Nothing yet: with the start the server commits to a secret and publishes the rules.")
            )
        elif contest.beacon == "none":
            self.words.setText(
                self.tr(
                    "No public beacon takes part: the draw rests on the server’s secret alone, so whoever runs the"
                    " server has to be trusted."
                )
            )
        elif contest.round_at is not None:
            words = self.tr(
                "Round {0} of the public beacon drand decides; it is told {1}, and nobody can know it before."
            )
            if contest.round_at <= now:
                words = self.tr("Round {0} of the public beacon drand decides; it was told {1}.")
            self.words.setText(words.format(f"{contest.round:,}", at_text(now, contest.round_at)))


class ReceiptsCard(Card):
    """The player's tickets: with the receipt anybody can show that theirs was in the draw."""

    def __init__(self, context: Context) -> None:
        self.save = button("", "plain", "download")
        super().__init__(" ", self.save)
        self.title_label.setText(self.tr("My receipts"))
        self.save.setText(self.tr("Save…"))
        self.save.setAccessibleName(self.tr("Save my receipts"))
        self.save.clicked.connect(self._save)
        self._context = context
        self._contest: ContestInfo | None = None
        self._found: list[Receipt] = []
        self._rows: list[QWidget] = []
        self.hide()

    def show_receipts(self, found: list[Receipt], contest: ContestInfo | None) -> None:
        """Show these."""
        same = (found, contest and contest.id) == (self._found, self._contest and self._contest.id)
        self._found, self._contest = found, contest
        self.setVisible(bool(found))
        if same and self._rows:
            # The keyboard may be on one of them.
            return
        clear(self, self._rows)
        words = counted(len(found), self.tr("One ticket is yours."), self.tr("{0} tickets are yours."))
        more = self.tr("A receipt proves, with the proof’s file, that yours was among the entries.")
        put(self, self._rows, label(f"{words} {more}", "body", "muted", wrap=True))
        now = self._context.ticker.now()
        for receipt in found:
            rules = contest.rules if contest is not None else []
            rule = rules[receipt.rule] if receipt.rule < len(rules) else None
            line = HashLine(
                rule_kind_name(rule.kind) if rule is not None else self.tr("Ticket"),
                self.tr("{0}, entered {1}").format(
                    str(receipt.entry.get("subject", "")), at_text(now, receipt.entered_at)
                ),
                self._context.shell,
            )
            put(self, self._rows, line)
            line.say(receipt.leaf)

    def _save(self) -> None:
        if self._contest is None:
            return
        name = f"receipts-{self._contest.id}.json"
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save my receipts"), downloads(name), "JSON (*.json)"
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write them as one JSON file."""
        assert self._contest is not None
        told = {
            "contest_id": self._contest.id,
            "commitment": self._contest.commitment,
            "receipts": [receipt.model_dump(mode="json") for receipt in self._found],
        }
        save(path, json.dumps(told, ensure_ascii=False, indent=2).encode(), self._context)


class AmendmentsCard(Card):
    """Remarks on what was frozen, and why a contest was called off."""

    def __init__(self, context: Context) -> None:
        super().__init__(" ")
        self.title_label.setText(self.tr("Remarks"))
        self._context = context
        self._rows: list[QWidget] = []

    def show_contest(self, contest: ContestInfo) -> None:
        """Show a contest's."""
        clear(self, self._rows)
        self.setVisible(bool(contest.amendments))
        now = self._context.ticker.now()
        for each in contest.amendments:
            said = str(each.get("note") or each.get("reason") or "")
            put(self, self._rows, label(said, wrap=True))
            at = _instant(each.get("at"))
            if at:
                put(self, self._rows, label(at_text(now, at), "caption", "muted"))


def _instant(text: object) -> datetime | None:
    try:
        return instant_of(str(text))
    except ValueError:
        return None
