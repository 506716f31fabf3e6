"""Choosing a box and opening it, with its odds beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.services.economy.lootboxes import TEN, BoxState, Opening
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.toast import announce
from desktop.ui.lootboxes.odds import WIDTH, OddsPanel
from desktop.ui.lootboxes.stage import Stage
from desktop.ui.lootboxes.words import Won, coins_text, spoken, won
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.catalog.economy import Economy
from shared.economy.lootbox import Lootbox, LootKind


class OpenView(QWidget):
    """asked: how many boxes to open. chosen: the slug of another box. shown: what came out has been seen."""

    asked = Signal(int)
    chosen = Signal(str)
    shown = Signal()

    def __init__(self, economy: Economy) -> None:
        super().__init__()
        self._economy = economy
        self._boxes = list(economy.lootboxes.values())
        self._state: BoxState | None = None
        self._waiting = False
        self._opening: Opening | None = None
        self._came = ""
        self._refused = ""
        self.chooser = Segmented(self.tr("Box"), [(box.slug, box.name) for box in self._boxes])
        self.chooser.changed.connect(self._choose)
        self.about = label("", "body", "muted", wrap=True)
        self.stage = Stage()
        self.stage.finished.connect(self._finished)
        self.outcome = label("", "body", "muted", wrap=True)
        self.outcome.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.one = button("", "primary", "lootbox")
        self.one.clicked.connect(self._ask_one)
        self.ten = button("", "plain")
        self.ten.clicked.connect(self._ask_ten)
        self._pressed = self.one
        self.odds = OddsPanel(economy)
        self.odds.setMaximumWidth(WIDTH + SPACE_M)
        self._arrange()
        self.chooser.setVisible(len(self._boxes) > 1)
        self._show_box(self._boxes[0])

    @property
    def box(self) -> Lootbox:
        """The chosen box."""
        slug = self.chooser.value()
        return next(box for box in self._boxes if box.slug == slug)

    @property
    def busy(self) -> bool:
        """Whether an opening is being made or shown: what it changed is not told before it is seen."""
        return self._waiting or self.stage.is_playing()

    def choose(self, slug: str) -> None:
        """Look at another box. Nothing happens for one that does not exist."""
        if slug in {box.slug for box in self._boxes} and slug != self.box.slug:
            self.chooser.set_value(slug)
            self._choose(slug)

    def show_state(self, state: BoxState) -> None:
        """Show a box as it stands."""
        if state.box.slug != self.box.slug:
            return
        self._state = state
        self.odds.show_state(state)
        had_focus = self.focusWidget() in {self.one, self.ten} and self.isVisible()
        self._show_buttons()
        if had_focus and not self._pressed.isEnabled():
            self._give_focus_back()

    def wait(self) -> None:
        """An opening has been asked for."""
        self._waiting = True
        self._refused = ""

    def show_opening(self, opening: Opening) -> None:
        """What came out. It is stored already; this only plays it."""
        self._waiting = False
        # Somebody may have looked at another box while this one was opened.
        self.choose(opening.rolls[0].box)
        self._opening = opening
        self._say("")
        self.stage.play([won(roll, self._economy) for roll in opening.rolls], opening.rolls[0].id)

    def show_refusal(self, text: str) -> None:
        """Nothing was opened, and why."""
        self._waiting = False
        self._refused = text
        self._say(text, error=True)
        self.shown.emit()
        announce(self.outcome, text, urgent=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter on a button presses it, as Space does.
        focused = self.focusWidget()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and focused in {self.one, self.ten}:
            if not event.isAutoRepeat():
                (self.one if focused is self.one else self.ten).click()
            return
        super().keyPressEvent(event)

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_M)
        buttons.addStretch(1)
        buttons.addWidget(self.one)
        buttons.addWidget(self.ten)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(SPACE_M)
        left.addWidget(self.chooser)
        left.addWidget(self.about)
        left.addWidget(self.stage, 1)
        left.addWidget(self.outcome)
        left.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_XL, SPACE_S, SPACE_L, SPACE_L)
        row.setSpacing(SPACE_L)
        row.addLayout(left, 58)
        row.addWidget(self.odds, 42)

    def _choose(self, _slug: object) -> None:
        self._state, self._opening, self._came, self._refused = None, None, "", ""
        self._show_box(self.box)
        self.chosen.emit(self.box.slug)

    def _show_box(self, box: Lootbox) -> None:
        self.about.setText(box.description)
        self.about.setToolTip(box.description)
        self.stage.show_box(box.slug, box.name)
        self._say("")
        self._show_buttons()

    def _show_buttons(self) -> None:
        price = self.box.price
        affordable = 0 if self._state is None else self._state.affordable
        for made, count in ((self.one, 1), (self.ten, TEN)):
            text = self.tr("Open") if count == 1 else self.tr("Open {0}").format(count)
            made.setText(f"{text} · {coins_text(price * count)}")
            made.setAccessibleName(self.tr("{0} for {1}").format(text, coins_text(price * count)))
            # Until the purse is known a button can be pressed; a refusal says what is missing.
            made.setEnabled(self._state is None or affordable >= count)
            short = "" if self._state is None or affordable >= count else self._missing(price * count)
            made.setToolTip(short)
            made.setAccessibleDescription(short)
        if self._state is not None and not self.busy:
            have = self.tr("You have {0}.").format(coins_text(max(0, self._state.coins)))
            texts = [self._came, have, "" if affordable else self._missing(price)]
            self._say(self._refused or " ".join(text for text in texts if text), error=bool(self._refused))

    def _give_focus_back(self) -> None:
        """The keyboard goes from the stage back to the button that was pressed, or to the nearest that can be."""
        for made in (self._pressed, self.one, self.odds):
            if made.isEnabled():
                made.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _missing(self, price: int) -> str:
        coins = 0 if self._state is None else self._state.coins
        return self.tr("{0} short. Runs, tasks and the daily reward bring coins.").format(
            coins_text(price - max(0, coins))
        )

    def _say(self, text: str, *, error: bool = False) -> None:
        self.outcome.setText(text)
        set_tone(self.outcome, "error" if error else "muted")

    def _ask_one(self) -> None:
        self._ask(1, self.one)

    def _ask_ten(self) -> None:
        self._ask(TEN, self.ten)

    def _ask(self, count: int, pressed: QPushButton) -> None:
        """One opening at a time: a key pressed again while it is made does not make another."""
        if not self.busy:
            self._pressed = pressed
            self.asked.emit(count)

    def _finished(self) -> None:
        self._came = ""
        if self._opening is not None:
            self._came = self._summary(self._opening, self.stage.prizes())
            self._say(self._came)
        if self.stage.hasFocus():
            self._give_focus_back()
        self.shown.emit()

    def _summary(self, opening: Opening, prizes: Sequence[Won]) -> str:
        parts = []
        if len(prizes) > 1:
            coins = sum(p.amount if p.kind is LootKind.COINS else p.duplicate or 0 for p in prizes)
            things = sum(p.kind is not LootKind.COINS and p.duplicate is None for p in prizes)
            new = self.tr("{0} thing") if things == 1 else self.tr("{0} things")
            parts.append(self.tr("{0} and {1}").format(new.format(grouped(things)), coins_text(coins)))
        if opening.level_after > opening.level_before:
            parts.append(self.tr("Lootboxer level {0} reached").format(opening.level_after))
        return ". ".join(parts) + "." if parts else spoken(prizes[0]) + "."
