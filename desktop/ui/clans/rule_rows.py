"""Entering a contest's rules: one row each, with what is counted, how much is enough, and what was chosen."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.clans.words import chosen_text, metric_name, parse_count, rule_kind_name, short
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.labels import label, set_style_property
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.api.contests import ContestRule
from shared.clans.contest import MAX_CHOSEN, MAX_RULES, RuleKind
from shared.clans.metrics import CLUES, KILLS, XP, Family, Game, family

_FAMILIES = {RuleKind.SKILL_XP: Family.XP, RuleKind.BOSS_KILLS: Family.KC, RuleKind.CLUES: Family.CLUES}
_OLD_SCHOOL = frozenset({RuleKind.SKILL_XP, RuleKind.CLUES})
"""What only Old School's hiscores tell of."""
_KINDS = (
    RuleKind.BOSS_KILLS,
    RuleKind.TOTAL_XP,
    RuleKind.LEVELS,
    RuleKind.SKILL_XP,
    RuleKind.CLUES,
)
_NOT_CHOSEN = frozenset({XP, KILLS})


class RuleRow(QWidget):
    """One rule. removed: it is to go. changed: it is another one now."""

    removed = Signal()
    changed = Signal()

    def __init__(self, context: Context, games: Sequence[Game], known: Sequence[str]) -> None:
        super().__init__()
        self._context, self._games, self._known = context, list(games), list(known)
        self._chosen: tuple[str, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("What counts"))
        self.kind.setFixedWidth(140)
        for kind in _KINDS:
            if kind not in _OLD_SCHOOL or Game.OSRS in games:
                self.kind.addItem(rule_kind_name(kind), kind)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.least = QLineEdit()
        self.least.setAccessibleName(self.tr("How much is enough"))
        self.least.setPlaceholderText(self.tr("e.g. 3 or 2.5b"))
        self.least.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.least.setFixedWidth(112)
        self.least.setMaxLength(30)
        self.least.textChanged.connect(self._on_least)
        self.reading = label("", "caption", "muted")
        self.reading.setFixedWidth(48)
        self.choose = QPushButton()
        self.choose.setAutoDefault(False)
        self.choose.setProperty("kind", "plain")
        self.choose.clicked.connect(self._choose)
        self.remove = IconButton("trash", self.tr("Remove the rule"))
        self.remove.clicked.connect(self.removed)
        row.addWidget(self.kind)
        row.addWidget(self.least)
        row.addWidget(self.reading)
        row.addWidget(self.choose, 1)
        row.addStretch(0)
        row.addWidget(self.remove)
        self._on_kind()

    @property
    def rule_kind(self) -> RuleKind:
        """What is counted."""
        return RuleKind(self.kind.currentData())

    def set_rule(self, rule: ContestRule) -> None:
        """Show a rule."""
        place = self.kind.findData(rule.kind)
        if place < 0:
            self.kind.addItem(rule_kind_name(rule.kind), rule.kind)
            place = self.kind.count() - 1
        self.kind.setCurrentIndex(place)
        self.least.setText(str(rule.least))
        self._chosen = tuple(rule.metrics)
        self._show_chosen()

    def set_known(self, known: Sequence[str]) -> None:
        """The metrics that can be chosen."""
        self._known = list(known)

    def error(self) -> str:
        """What is missing, "" for nothing."""
        wrong = parse_count(self.least.text()) is None
        set_style_property(self.least, "invalid", wrong)
        if wrong:
            return self.tr("Enter how much is enough: a whole number such as 3, 500m or 2.5b.")
        if self.rule_kind in _FAMILIES and not self._chosen:
            return self.tr("Choose what counts.")
        return ""

    def rule(self) -> ContestRule:
        """The rule. Only without an error."""
        least = parse_count(self.least.text())
        assert least is not None
        metrics = self._chosen if self.rule_kind in _FAMILIES else ()
        return ContestRule(kind=self.rule_kind, least=least, metrics=metrics)

    def choices(self) -> list[str]:
        """What can be chosen for this kind: what is known of the clan, and the game's bosses."""
        kind = _FAMILIES.get(self.rule_kind)
        found = {name for name in self._known if family(name) is kind and name not in _NOT_CHOSEN}
        if kind is Family.KC and Game.MAPLESTORY in self._games:
            found |= {f"kc.{boss}" for boss in self._context.catalog.bosses}
        if kind is Family.CLUES:
            found.add(CLUES)
        return sorted(found | set(self._chosen), key=lambda name: metric_name(name, self._context.catalog))

    def set_chosen(self, metrics: Sequence[str]) -> None:
        """Choose these."""
        self._chosen = tuple(metrics)
        self._show_chosen()
        self.changed.emit()

    def _on_kind(self, _index: int = 0) -> None:
        kind = _FAMILIES.get(self.rule_kind)
        if any(family(name) is not kind for name in self._chosen):
            self._chosen = ()
        self._show_chosen()
        self.changed.emit()

    def _on_least(self, text: str) -> None:
        set_style_property(self.least, "invalid", False)
        found = parse_count(text)
        told = short(found) if found is not None and found >= 1000 else ""
        self.reading.setText(told if told != text.strip() else "")
        self.changed.emit()

    def _show_chosen(self) -> None:
        shown = self.rule_kind in _FAMILIES
        self.choose.setVisible(shown)
        if not shown:
            return
        rule = ContestRule(kind=self.rule_kind, least=1, metrics=self._chosen)
        said = chosen_text(rule, self._context.catalog, 2) or self.tr("Choose…")
        self.choose.setText(said)
        self.choose.setAccessibleName(self.tr("What counts: {0}").format(said))
        every = [metric_name(name, self._context.catalog) for name in self._chosen]
        self.choose.setToolTip(", ".join(every))

    def _choose(self) -> None:
        dialog = ChooseDialog(
            self._context, rule_kind_name(self.rule_kind), self.choices(), self._chosen, self
        )
        dialog.accepted.connect(partial(self._take, dialog))
        dialog.open()

    def _take(self, dialog: "ChooseDialog") -> None:
        self.set_chosen(dialog.chosen())
        self.choose.setFocus()


class ChooseDialog(QDialog):
    """Skills, bosses or tiers to tick, with a search."""

    def __init__(
        self, context: Context, title: str, choices: Sequence[str], chosen: Sequence[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        inner.setSpacing(SPACE_M)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        for name in choices:
            item = QListWidgetItem(metric_name(name, context.catalog))
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = name in chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.itemChanged.connect(self._count)
        inner.addWidget(self.search)
        inner.addWidget(self.list, 1)
        column.addLayout(inner, 1)
        cancel = button(self.tr("Cancel"), "quiet")
        cancel.clicked.connect(self.reject)
        self.take = button(self.tr("Take these"), "primary")
        self.take.clicked.connect(self.accept)
        self.foot = DialogFoot(cancel, self.take)
        column.addWidget(self.foot)
        self.resize(420, 520)
        self.search.setFocus()
        self._count()

    def chosen(self) -> list[str]:
        """What is ticked, in the order shown."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in item.text().casefold() for word in words))

    def _count(self, _item: object = None) -> None:
        number = len(self.chosen())
        self.take.setEnabled(1 <= number <= MAX_CHOSEN)
        self.take.setText(self.tr("Take these ({0})").format(number) if number else self.tr("Take these"))


class RuleRows(QWidget):
    """The rules, one below the other, at least one."""

    changed = Signal()

    def __init__(self, context: Context, games: Sequence[Game], rules: Sequence[ContestRule]) -> None:
        super().__init__()
        self._context, self._games = context, games
        self._known: list[str] = []
        self.rows: list[RuleRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE_S)
        column.addLayout(self._column)
        self.error_label = label("", "caption", "error", wrap=True)
        self.error_label.hide()
        column.addWidget(self.error_label)
        self.more = button(self.tr("Add a rule"), "quiet", "plus")
        self.more.clicked.connect(self._add_blank)
        line = QHBoxLayout()
        line.addWidget(self.more)
        line.addStretch(1)
        column.addLayout(line)
        for rule in rules:
            self._add().set_rule(rule)
        if not rules:
            self._add()

    def set_known(self, known: Sequence[str]) -> None:
        """The metrics that can be chosen."""
        self._known = list(known)
        for row in self.rows:
            row.set_known(known)

    def read(self) -> list[ContestRule] | None:
        """The rules; None where something is missing, which is said."""
        for row in self.rows:
            error = row.error()
            if error:
                self.complain(error)
                (row.least if parse_count(row.least.text()) is None else row.choose).setFocus()
                return None
        self.complain("")
        return [row.rule() for row in self.rows]

    def complain(self, text: str) -> None:
        """Say what is wrong with the rules, "" for nothing."""
        self.error_label.setText(text)
        self.error_label.setVisible(bool(text))

    def _add_blank(self) -> None:
        self._add().kind.setFocus()

    def _add(self) -> RuleRow:
        made = RuleRow(self._context, self._games, self._known)
        made.removed.connect(partial(self._remove, made))
        made.changed.connect(self.changed)
        self.rows.append(made)
        self._column.addWidget(made)
        self._arrange()
        return made

    def _remove(self, row: RuleRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._arrange()
        self.rows[-1].kind.setFocus()
        self.changed.emit()

    def _arrange(self) -> None:
        for row in self.rows:
            row.remove.setVisible(len(self.rows) > 1)
        self.more.setEnabled(len(self.rows) < MAX_RULES)
