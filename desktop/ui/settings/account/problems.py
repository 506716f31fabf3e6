"""Sync problems: what was entered here and did not stand, so that no words are lost."""

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.sync.journal import Problem, forget_problems, problems
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.containers import Divider, ScrollArea
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from desktop.ui.words import local_time
from shared.catalog import Catalog

_translate = QCoreApplication.translate
_SHOWN = 200
_TEXT_LIMIT = 600


def what(table: str) -> str:
    """What a row of a table is, as a player says it."""
    return {
        "characters": _translate("problems", "Character"),
        "boss_plans": _translate("problems", "Boss plan"),
        "boss_runs": _translate("problems", "Boss run"),
        "boss_run_drops": _translate("problems", "Drop"),
        "user_tasks": _translate("problems", "Task"),
        "task_completions": _translate("problems", "Finished task"),
        "settings": _translate("problems", "Setting"),
        "calculator_inputs": _translate("problems", "Calculator"),
        "ledger_transactions": _translate("problems", "Coins"),
        "purchases": _translate("problems", "Purchase"),
        "lootbox_seeds": _translate("problems", "Lootbox seed"),
        "lootbox_tables": _translate("problems", "Lootbox odds"),
        "lootbox_rolls": _translate("problems", "Lootbox"),
    }.get(table, table)


def why(reason: str) -> str:
    """Why an edit did not stand."""
    return {
        "lost": _translate(
            "problems", "It was changed later on another computer. That change stands; yours was:"
        ),
        "unknown_row": _translate("problems", "It was removed elsewhere, too long ago to be brought back."),
        "missing_parent": _translate("problems", "What it belongs to was removed elsewhere."),
        "immutable": _translate("problems", "It cannot be changed any more."),
        "insert_only": _translate("problems", "It can never be changed."),
        "unknown_table": _translate("problems", "The server is older and cannot keep it yet."),
        "unknown_field": _translate("problems", "The server is older and cannot keep it yet."),
    }.get(reason, _translate("problems", "The server could not take it ({0}).").format(reason))


def entered(problem: Problem, catalog: Catalog) -> str:
    """What was entered, a line for each field that has something to say."""
    lines = []
    for name, value in problem.fields.items():
        if name == "entry_id" and value in catalog.bosses:
            lines.append(catalog.bosses[value].display_name)
        elif name == "item" and value in catalog.items:
            lines.append(catalog.items[value].name)
        elif value not in {None, ""} and name != "deleted" and not name.endswith("_id"):
            lines.append(f"{name.replace('_', ' ')}: {value}")
    if problem.fields.get("deleted") == 1:
        lines.append(_translate("problems", "(removed)"))
    if problem.reason == "lost":
        lines = [str(value) for value in problem.fields.values() if value not in {None, ""}]
    return "\n".join(lines)


class ProblemsDialog(QDialog):
    """The newest first. Nothing has to be done about them; the words can be copied."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("Sync problems"))
        self.problems: list[Problem] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_M)
        head.setSpacing(SPACE_XS)
        head.addWidget(label(self.tr("What did not stand"), "heading"))
        head.addWidget(
            label(
                self.tr(
                    "Changes of yours that another computer’s later change replaced, or that the server could not"
                    " take. Each is kept for 90 days, so that no words are lost."
                ),
                "caption",
                wrap=True,
            )
        )
        column.addLayout(head)
        self.area = ScrollArea(max_width=720)
        self.area.add(LoadingState(self.tr("Reading the list")))
        column.addWidget(self.area, 1)
        self.clear = button(self.tr("Clear the list"), "quiet", "trash")
        self.clear.clicked.connect(self._clear)
        self.clear.setEnabled(False)
        close = button(self.tr("Close"), "primary")
        close.clicked.connect(self.accept)
        self.foot = DialogFoot(self.clear, close)
        column.addWidget(self.foot)
        self.resize(620, 520)
        database = context.services.database
        context.background.database(lambda: problems(database), self.show_problems, self._failed, owner=self)

    def show_problems(self, found: list[Problem]) -> None:
        """Show these."""
        self.problems = found
        self._empty()
        self.clear.setEnabled(bool(found))
        if not found:
            self.area.add(
                EmptyState(
                    "nothing_yet",
                    self.tr("Everything stood"),
                    self.tr("No change of yours was replaced or refused."),
                ),
                1,
            )
            return
        for index, problem in enumerate(found[:_SHOWN]):
            if index:
                self.area.add(Divider())
            self.area.add(self._row(problem))
        if len(found) > _SHOWN:
            more = self.tr("and {0} older ones").format(len(found) - _SHOWN)
            self.area.add(label(more, "caption", "muted"))
        self.area.body.addStretch(1)

    def _row(self, problem: Problem) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, SPACE_S, 0, SPACE_S)
        line.setSpacing(SPACE_L)
        words = QVBoxLayout()
        words.setSpacing(SPACE_XS)
        at = local_time(self._context.ticker.now(), problem.at)
        title = QHBoxLayout()
        title.setSpacing(SPACE_S)
        title.addWidget(label(what(problem.table), "strong"))
        title.addWidget(label(at, "caption", "muted"), 1)
        words.addLayout(title)
        words.addWidget(label(why(problem.reason), "caption", wrap=True))
        text = entered(problem, self._context.catalog)
        if text:
            short = text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 1] + "…"
            words.addWidget(label(short, wrap=True))
        line.addLayout(words, 1)
        if text:
            copy = IconButton("copy", self.tr("Copy what was entered"))
            copy.clicked.connect(partial(self._copy, text))
            line.addWidget(copy)
        return row

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _clear(self) -> None:
        database = self._context.services.database
        self._context.background.database(
            lambda: forget_problems(database), self._cleared, self._failed, owner=self
        )

    def _cleared(self, _nothing: object) -> None:
        self.show_problems([])
        self._context.syncing.recount()

    def _failed(self, error: Exception) -> None:
        self._empty()
        self.foot.set_error(str(error))

    def _empty(self) -> None:
        body = self.area.body
        while (item := body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
