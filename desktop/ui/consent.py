"""The question whether the player's runs may count in the community statistics. Once answered, it is gone."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import ErrorBanner
from desktop.ui.theme.tokens import SPACE_S


class ConsentCard(Card):
    """The question with both answers. There only while it is open."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("May your runs count here?"), parent=parent)
        self._context = context
        self.add(
            label(
                self.tr(
                    "With a yes, your clears count in these figures: boss, day, party size, kind of world, and what"
                    " dropped. Never your name, your characters’ names or your notes. You can take it back at any"
                    " time in Settings › Privacy, and your runs leave the totals."
                ),
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.yes = button(self.tr("Yes, count my runs"), "primary", "check")
        self.yes.clicked.connect(partial(self._answer, True))
        self.no = button(self.tr("No"), "plain")
        self.no.clicked.connect(partial(self._answer, False))
        for made in (self.yes, self.no):
            row.addWidget(made)
        row.addStretch(1)
        self.body.addLayout(row)
        context.community.changed.connect(self._show)
        self._show()

    def _answer(self, share: bool, _checked: object = False) -> None:
        self._context.community.decide(share)
        words = (
            self.tr("Thank you. Your runs count from now on.")
            if share
            else self.tr("Your runs do not count.")
        )
        self._context.shell.toast(words, tone="success" if share else "info")

    def _show(self) -> None:
        self.setVisible(self._context.community.asks)


class ConsentLine(ErrorBanner):
    """A quiet line elsewhere that leads to the question."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            self.tr("May your runs count in the community’s drop rates? So far they do not."),
            self.tr("Answer"),
            tone="info",
        )
        self._context = context
        self.action.connect(self._open)
        context.community.changed.connect(self._show)
        self._show()

    def _open(self) -> None:
        self._context.shell.go("community")

    def _show(self) -> None:
        self.setVisible(self._context.community.asks)
