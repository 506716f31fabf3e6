"""How long a frame of the lootbox animation takes to paint."""

import time
from collections.abc import Iterator, Sequence

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.lootboxes.scene import best_of, duration_ms
from desktop.ui.lootboxes.stage import Stage
from desktop.ui.lootboxes.words import Won
from desktop.ui.theme.apply import apply_theme
from shared.economy.lootbox import LootKind
from shared.economy.things import RARITIES, Rarity
from tests.benchmarks.measure import Options, Result, benchmark

FRAMES_A_SECOND = 60
_FRAME_MS = 16
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


@benchmark("lootbox frames")
def frames(options: Options) -> Iterator[Result]:
    """The 99th percentile of a frame's paint beside an empty widget's of the same size."""
    del options
    app = QApplication.instance() or QApplication([])
    baseline = _bare()
    for name, times in measure_all().items():
        worst = sorted(times)[int(len(times) * 0.99)]
        yield Result(f"{name}: frame, slowest of 100", worst, "ms", baseline, most_value=_FRAME_MS)
    del app


def _bare(size: tuple[int, int] = STAGE) -> float:
    """Milliseconds to paint a plain widget of the stage's size."""
    widget = QWidget()
    widget.resize(*size)
    target = QPixmap(*size)
    times = []
    for _ in range(100):
        start = time.perf_counter()
        widget.render(target)
        times.append((time.perf_counter() - start) * 1000)
    widget.deleteLater()
    return sorted(times)[98]


def measure_all() -> dict[str, list[float]]:
    """The same for each rarity alone, and for ten at once with a legendary among them."""
    found = {str(rarity): measure([rarity]) for rarity in RARITIES}
    return {**found, "ten": measure([Rarity.COMMON] * 9 + [Rarity.LEGENDARY])}
