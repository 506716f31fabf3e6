"""How long a frame of the lootbox animation takes to paint."""

import time
from collections.abc import Sequence

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from desktop.ui.lootboxes.scene import best_of, duration_ms
from desktop.ui.lootboxes.stage import Stage
from desktop.ui.lootboxes.words import Won
from desktop.ui.theme.apply import apply_theme
from shared.economy.lootbox import LootKind
from shared.economy.things import RARITIES, Rarity

FRAMES_A_SECOND = 60
STAGE = (645, 535)
"""The stage's size in a window of 1280 × 800, pixels."""


def measure(rarities: Sequence[Rarity] = (Rarity.LEGENDARY,), size: tuple[int, int] = STAGE) -> list[float]:
    """Milliseconds of every frame of an opening that gives these, at 60 frames a second, painted offscreen.

    The pictures that are made before the first frame are not counted; `play` makes them before it starts.
    """
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "dark")
    prizes = [Won(f"{rarity} coins", rarity, LootKind.COINS, None, 100) for rarity in rarities]
    stage = Stage()
    stage.resize(*size)
    stage.show_box("maple-box", "Maple Box")
    target = QPixmap(*size)
    length = duration_ms(best_of(prizes))
    stage.show_at(prizes, "frames", 0.0)
    stage.render(target)
    times = []
    for frame in range(length * FRAMES_A_SECOND // 1000 + 1):
        stage.keep_at(frame * 1000 / FRAMES_A_SECOND)
        start = time.perf_counter()
        stage.render(target)
        times.append((time.perf_counter() - start) * 1000)
    stage.deleteLater()
    return times


def measure_all() -> dict[str, list[float]]:
    """The same for each rarity alone, and for ten at once with a legendary among them."""
    found = {str(rarity): measure([rarity]) for rarity in RARITIES}
    return {**found, "ten": measure([Rarity.COMMON] * 9 + [Rarity.LEGENDARY])}
