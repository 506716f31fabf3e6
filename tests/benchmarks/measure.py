"""Benchmarks by name, their results, and the table they are printed as."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NOISE_MS = 2.0
"""Nobody feels less; a ratio of two tiny figures says nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """rows: runs in the diary. repeats: measurements whose median counts. folder: for files, empty. devices: machines
    that push at once, for so many seconds."""

    rows: int
    repeats: int
    folder: Path
    devices: int = 300
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Result:
    """One line. value and baseline in `unit`; goal: the highest ratio, or value, that is good enough."""

    name: str
    value: float
    unit: str = "ms"
    baseline: float | None = None
    most_ratio: float | None = None
    most_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def verdict(self) -> str:
        """ "ok", "missed", or "" where there is no goal."""
        if self.most_ratio is not None and self.ratio is not None:
            # A goal below one asks to be faster than the baseline, by far.
            slower = self.value - (self.baseline or 0)
            near = self.unit == "ms" and self.most_ratio >= 1 and slower <= NOISE_MS
            return "ok" if near or self.ratio <= self.most_ratio else "missed"
        if self.most_value is not None:
            return "ok" if self.value <= self.most_value else "missed"
        return ""


Benchmark = Callable[[Options], Iterator[Result]]
BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a benchmark under a name."""

    def register(function: Benchmark) -> Benchmark:
        BENCHMARKS[name] = function
        return function

    return register


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def side_by_side(
    work: Callable[[], object], baseline: Callable[[], object], repeats: int
) -> tuple[float, float]:
    """Medians of alternating calls, in milliseconds, after one of each that does not count."""
    work()
    baseline()
    ours, theirs = [], []
    for _ in range(repeats):
        ours.append(milliseconds(work))
        theirs.append(milliseconds(baseline))
    return statistics.median(ours), statistics.median(theirs)


def table(results: Sequence[Result]) -> str:
    """The results as text, one line each."""
    lines = [f"{'':<44}{'median':>12}{'baseline':>12}{'ratio':>8}{'goal':>10}"]
    for result in results:
        baseline = "" if result.baseline is None else _amount(result.baseline, result.unit)
        ratio = "" if result.ratio is None else f"{result.ratio:.2f}×"
        goal = ""
        if result.most_ratio is not None:
            goal = f"≤ {result.most_ratio:g}×"
        elif result.most_value is not None:
            goal = f"≤ {_amount(result.most_value, result.unit)}"
        value = _amount(result.value, result.unit)
        lines.append(
            f"{result.name:<44}{value:>12}{baseline:>12}{ratio:>8}{goal:>10}  {result.verdict}".rstrip()
        )
    return "\n".join(lines)


def _amount(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
