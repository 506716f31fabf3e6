"""Rates as people say them: "1 in 52 (between 1 in 41 and 1 in 67), 60 in 3,104 runs by 212 players …"."""

import math
from datetime import date

_OFTEN = 0.5
"""Rates above are told in percent: "1 in 1.1" says nothing."""
_TIERS = ((0.10, "A"), (0.25, "B"), (0.50, "C"))


def one_in(rate: float) -> str:
    """ "1 in 52", "1 in 2.5"."""
    return f"1 in {_number(1 / rate, 1)}"


def percent(rate: float) -> str:
    """ "1.9 %", "99.95 %": two digits of what it differs from 0 or 1 by, so that neither is told of what is not."""
    if rate in {0.0, 1.0}:
        return f"{rate * 100:.0f} %"
    digits = max(0, 1 - math.floor(math.log10(min(rate, 1 - rate) * 100)))
    return f"{_trimmed(f'{rate * 100:.{min(digits, 6)}f}')} %"


def odds(rate: float) -> str:
    """A rate above 0 the way that says most: in percent where it happens more often than not."""
    return percent(rate) if rate > _OFTEN else one_in(rate)


def between(low: float, high: float) -> str:
    """ "between 1 in 41 and 1 in 67": the likelier end first."""
    if high > _OFTEN:
        return f"between {percent(low)} and {percent(high)}"
    often, rarely = (_number(1 / rate, 2) for rate in (high, low))
    return f"between 1 in {often} and 1 in {rarely}"


def span(low: float, high: float) -> str:
    """The same in short: "1 in 41–67"."""
    if high > _OFTEN:
        return f"{percent(low).removesuffix(' %')}–{percent(high)}"
    often, rarely = (_number(1 / rate, 1) for rate in (high, low))
    return f"1 in {often}–{rarely}"


def tier(rate: float, low: float, high: float) -> str | None:
    """A, B or C by half the interval's width over the rate: at most 10, 25 or 50 %. None for anything wider, and for a
    rate of 0."""
    if not rate:
        return None
    width = (high - low) / (2 * rate)
    return next((name for most, name in _TIERS if width <= most), None)


def headline(x: int, n: int, low: float, high: float) -> str:
    """What x in n runs say in three words: the rate, or only its interval where that is wide."""
    if not x:
        return f"less than {one_in(high)}"
    return between(low, high) if tier(x / n, low, high) is None else odds(x / n)


def sentence(x: int, n: int, players: int, low: float, high: float, since: date | None) -> str:
    """The rate of x in n runs with everything it rests on. since: the day of the first of them."""
    if not x:
        rate = f"not once, so less often than {one_in(high)}"
    elif x == n:
        rate = f"every time (at least {percent(low)})"
    else:
        rate = f"{odds(x / n)} ({between(low, high)})"
    runs = f"{x:,} in {n:,} {'run' if n == 1 else 'runs'}"
    by = f"{players:,} {'player' if players == 1 else 'players'}"
    told = f"{rate}, {runs} by {by}" + (f" since {since}" if since else "")
    return told[0].upper() + told[1:]


def _number(value: float, digits: int) -> str:
    """Whole from ten on, with so many digits below, without zeros at their end."""
    if value >= 9.95:
        return f"{round(value):,}"
    return _trimmed(f"{value:.{digits}f}")


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
