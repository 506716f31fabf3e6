"""The odds of the next opening: exact, always beside the box, with pity and level explained."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from desktop.services.economy.lootboxes import TEN, BoxState
from desktop.ui.event_words import in_brief
from desktop.ui.kit.charts import MiniBar
from desktop.ui.kit.containers import Card, Divider, ScrollArea
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.rarity import draw_rarity_mark, rarity_name
from desktop.ui.lootboxes.emblems import draw_emblem
from desktop.ui.lootboxes.words import (
    Won,
    coins_text,
    decimal,
    openings_text,
    percentage,
    percentages,
    prize_name,
    thing_of,
)
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XS
from shared.catalog.economy import Economy
from shared.economy.events import modifiers
from shared.economy.lootbox import LEVEL_BONUS, Lootbox, LootKind, Prize
from shared.economy.things import RARITIES, Rarity

_SCALE = 1_000_000
WIDTH = 408
"""Pixels the panel is wide."""


class RarityMark(QWidget):
    """The shape of a rarity; decoration, for its name stands beside it."""

    def __init__(self, rarity: Rarity, side: int = 14) -> None:
        super().__init__()
        self._rarity = rarity
        self.setFixedSize(side, side)
        self.setAccessibleName(rarity_name(rarity))

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_rarity_mark(QPainter(self), QRectF(self.rect()).adjusted(1, 1, -1, -1), self._rarity)


class Emblem(QWidget):
    """What a prize looks like, small; decoration, for its name stands beside it."""

    def __init__(self, made: Won, side: int = 24) -> None:
        super().__init__()
        self._made = made
        self.setFixedSize(side, side)
        self.setAccessibleName(made.name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_emblem(QPainter(self), QRectF(self.rect()), self._made)


class OddsPanel(ScrollArea):
    """Everything that bears on the next opening of one box. Up and Down scroll it."""

    def __init__(self, economy: Economy) -> None:
        super().__init__(max_width=WIDTH, margin=0)
        self._economy = economy
        self._box: Lootbox | None = None
        self.setAccessibleName(self.tr("Odds of the next opening"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().setSingleStep(24)
        # The focus ring goes around the cards, not behind them.
        self.content.setContentsMargins(SPACE_XS, SPACE_XS, SPACE_M, SPACE_XS)
        self.body.setSpacing(SPACE_M)
        self._build_rarities()
        self._build_pity()
        self._build_level()
        self.inside = Card(self.tr("What may be inside"))
        self.add(self.inside)
        self.body.addStretch(1)
        self._shares: dict[str, QLabel] = {}
        self._owned: dict[str, QLabel] = {}
        self._totals: dict[Rarity, QLabel] = {}
        self._rows: QWidget | None = None

    def show_state(self, state: BoxState) -> None:
        """Show the odds as they stand now."""
        if state.box is not self._box:
            self._box = state.box
            self._build_prizes(state.box)
        self._show_rarities(state)
        self._show_pity(state)
        self._show_level(state)
        self._show_prizes(state)

    # Building

    def _build_rarities(self) -> None:
        card = Card(self.tr("Odds of the next opening"))
        grid = _grid()
        for column, text in ((3, self.tr("next")), (4, self.tr("long run"))):
            grid.addWidget(number_label(text, "caption"), 0, column)
        self.bars: dict[Rarity, MiniBar] = {}
        self.chances: dict[Rarity, QLabel] = {}
        self.long_run: dict[Rarity, QLabel] = {}
        for row, rarity in enumerate(RARITIES, 1):
            name = rarity_name(rarity)
            self.bars[rarity] = MiniBar(name, 8, f"rarity-{rarity}")
            self.chances[rarity] = number_label("", "strong")
            self.long_run[rarity] = number_label("", "body", "muted")
            self.long_run[rarity].setMinimumWidth(70)
            self.chances[rarity].setMinimumWidth(78)
            grid.addWidget(RarityMark(rarity), row, 0)
            grid.addWidget(label(name), row, 1)
            grid.addWidget(self.bars[rarity], row, 2)
            grid.addWidget(self.chances[rarity], row, 3)
            grid.addWidget(self.long_run[rarity], row, 4)
        grid.setColumnStretch(2, 1)
        card.body.addLayout(grid)
        self.add(card)

    def _build_pity(self) -> None:
        self.pity_count = number_label("", "strong")
        card = Card(self.tr("Pity"), self.pity_count)
        self.pity_bar = MiniBar(self.tr("Openings without Rare or better"), 8, "rarity-rare")
        self.pity_text = label("", "body", wrap=True)
        self.within = number_label("", "strong")
        self.mean = number_label("", "strong")
        card.add(self.pity_bar)
        card.add(self.pity_text)
        grid = _grid()
        for row, (text, value) in enumerate(
            (
                (self.tr("At least one Rare or better in the next {0}").format(TEN), self.within),
                (self.tr("Openings until the next one, on average"), self.mean),
            )
        ):
            grid.addWidget(label(text, "body", "muted", wrap=True), row, 0)
            grid.addWidget(value, row, 1)
        grid.setColumnStretch(0, 1)
        card.body.addLayout(grid)
        self.add(card)

    def _build_level(self) -> None:
        self.level_note = number_label("", "caption")
        self.level = Card(self.tr("Lootboxer"), self.level_note)
        self.level_bar = MiniBar(self.tr("Experience in this level"), 8)
        self.formula = label("", "body", wrap=True)
        self.events = label("", "caption", "accent", wrap=True)
        for widget in (self.level_bar, self.formula, self.events):
            self.level.add(widget)
        self.add(self.level)

    def _build_prizes(self, box: Lootbox) -> None:
        if self._rows is not None:
            self._rows.hide()
            self.inside.body.removeWidget(self._rows)
            self._rows.deleteLater()
        self._rows = QWidget()
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(1, 1)
        row = 0
        for rarity in RARITIES:
            if row:
                grid.addWidget(Divider(), row, 0, 1, 4)
                row += 1
            heading = QHBoxLayout()
            heading.setSpacing(SPACE_S)
            heading.addWidget(RarityMark(rarity))
            heading.addWidget(label(rarity_name(rarity), "strong"))
            coins = self.tr("duplicates: {0}").format(coins_text(box.duplicate_coins[rarity]))
            heading.addWidget(label(coins, "caption"), 1, Qt.AlignmentFlag.AlignBottom)
            grid.addLayout(heading, row, 0, 1, 3)
            self._totals[rarity] = number_label("", "strong")
            grid.addWidget(self._totals[rarity], row, 3)
            row += 1
            for prize in box.prizes:
                if prize.rarity is rarity:
                    self._add_prize(grid, row, prize)
                    row += 1
        self.inside.add(self._rows)

    def _add_prize(self, grid: QGridLayout, row: int, prize: Prize) -> None:
        name = prize_name(prize.kind, prize.thing, prize.amount, self._economy)
        made = Won(name, prize.rarity, prize.kind, thing_of(prize.thing, self._economy), prize.amount)
        self._shares[prize.slug] = number_label("", "body", "muted")
        self._owned[prize.slug] = label("", "caption", "success")
        words = label(name)
        if made.thing is not None:
            words.setToolTip(made.thing.description)
        grid.addWidget(Emblem(made), row, 0)
        grid.addWidget(words, row, 1)
        grid.addWidget(self._owned[prize.slug], row, 2)
        grid.addWidget(self._shares[prize.slug], row, 3)

    # Showing

    def _show_rarities(self, state: BoxState) -> None:
        now, ever = _in_order(state.rarities), _in_order(state.long_run)
        texts = zip(RARITIES, percentages(now), percentages(ever), now, ever, strict=True)
        for rarity, text, long_text, chance, long_chance in texts:
            self.bars[rarity].set_progress(round(chance * _SCALE), _SCALE)
            self.bars[rarity].setAccessibleDescription(text)
            self.chances[rarity].setText(text)
            self.chances[rarity].setToolTip(self.tr("exactly {0}").format(_exact(chance)))
            self.long_run[rarity].setText(long_text)
            self.long_run[rarity].setToolTip(
                self.tr("the share over endless openings, the forced ones counted: {0}").format(
                    percentage(long_chance, 5)
                )
            )

    def _show_pity(self, state: BoxState) -> None:
        limit = state.box.pity
        self.pity_bar.set_progress(min(state.pity, limit), limit)
        self.pity_count.setText(self.tr("{0} of {1}").format(grouped(state.pity), grouped(limit)))
        if state.pity >= limit:
            text = self.tr("The next opening is Rare or better, whatever happens.")
        else:
            text = self.tr("{0} in a row without Rare or better. After {1} the next one is for certain.")
        self.pity_text.setText(text.format(openings_text(state.pity), grouped(limit)))
        self.within.setText(percentage(state.within_ten))
        self.mean.setText(decimal(state.until_rare, 1))

    def _show_level(self, state: BoxState) -> None:
        self.level.title_label.setText(self.tr("Lootboxer level {0}").format(state.level))
        if state.needed:
            self.level_bar.set_progress(state.gained, state.needed)
            note = self.tr("{0} of {1}, +{2} each").format(
                grouped(state.gained), grouped(state.needed), grouped(state.experience)
            )
        else:
            self.level_bar.set_progress(1, 1)
            note = self.tr("the highest")
        self.level_note.setText(note)
        self.formula.setText(self._formula(state))
        lines = [
            f"{window.name}: {in_brief(replace(modifiers([window]), coins=Fraction(1)), self._economy.materials)}"
            for window in state.events
        ]
        self.events.setText("\n".join(lines))
        self.events.setVisible(bool(lines))

    def _formula(self, state: BoxState) -> str:
        """How the multiplier comes about."""
        above = state.level - 1
        if not above and not state.rare_bonus:
            return self.tr("Every level adds {0} to the weight of rare, epic and legendary.").format(
                decimal(LEVEL_BONUS)
            )
        terms = ["1"]
        if above:
            levels = self.tr("{0} × {1} level") if above == 1 else self.tr("{0} × {1} levels")
            terms.append(levels.format(decimal(LEVEL_BONUS), above))
        if state.rare_bonus:
            terms.append(self.tr("{0} from events").format(decimal(state.rare_bonus)))
        return self.tr("Rare, epic and legendary weigh {0} times as much: {1}.").format(
            decimal(state.multiplier), " + ".join(terms).replace(" ", "\N{NO-BREAK SPACE}")
        )

    def _show_prizes(self, state: BoxState) -> None:
        for rarity, text in zip(RARITIES, percentages(_in_order(state.rarities)), strict=True):
            self._totals[rarity].setText(text)
        texts = percentages(list(state.prizes.values()))
        for prize, text in zip(state.box.prizes, texts, strict=True):
            self._shares[prize.slug].setText(text)
            owned = prize.kind is LootKind.COSMETIC and prize.thing in state.owned
            self._owned[prize.slug].setText(self.tr("✓ yours") if owned else "")


def _in_order(odds: Mapping[Rarity, Fraction]) -> list[Fraction]:
    return [odds[rarity] for rarity in RARITIES]


def _exact(chance: Fraction) -> str:
    return f"{grouped(chance.numerator)} / {grouped(chance.denominator)}"


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE_S)
    grid.setVerticalSpacing(SPACE_S)
    return grid
