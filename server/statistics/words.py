"""Rates as people say them: "1 in 52 (between 1 in 41 and 1 in 67), 60 in 3,104 runs by 212 players …"."""

import math
from datetime import date

from server.statistics.formulas import CONTRIBUTORS, Estimate, Interval

SUPPRESSED = f"Not enough players yet: figures need {CONTRIBUTORS} of them."
UNTOLD = "not enough players yet"
_OFTEN = 0.5
"""Rates above are told in percent: "1 in 1.1" says nothing."""


def one_in(rate: float) -> str:
    """ "1 in 52", "1 in 2.5"."""
    return f"1 in {_number(1 / rate, 1)}"


def percent(rate: float) -> str:
    """ "1.9 %", "99.95 %": two digits of what it differs from 0 or 1 by, so that neither is told of what is not."""
    if rate in {0.0, 1.0}:
        return f"{rate * 100:.0f} %"
    digits = max(0, 1 - math.floor(math.log10(min(rate, 1 - rate) * 100)))
    return f"{_trimmed(f'{rate * 100:.{min(digits, 6)}f}')} %"


def headline(of: Estimate) -> str:
    """The rate, or only its interval where it is wider than half the rate on either side."""
    if not of.x:
        return f"less than {one_in(of.interval.high)}"
    if of.tier is None:
        return between(of.interval)
    return percent(of.rate) if of.rate > _OFTEN else one_in(of.rate)


def between(interval: Interval) -> str:
    """ "between 1 in 41 and 1 in 67": the likelier end first."""
    if interval.high > _OFTEN:
        return f"between {percent(interval.low)} and {percent(interval.high)}"
    often, rarely = (_number(1 / rate, 2) for rate in (interval.high, interval.low))
    return f"between 1 in {often} and 1 in {rarely}"


def sentence(of: Estimate, since: date | None) -> str:
    """The rate with everything it rests on."""
    if not of.x:
        rate = f"not once, so less often than {one_in(of.interval.high)}"
    elif of.x == of.n:
        rate = f"every time (at least {percent(of.interval.low)})"
    else:
        rate = f"{percent(of.rate) if of.rate > _OFTEN else one_in(of.rate)} ({between(of.interval)})"
    runs = f"{of.x:,} in {of.n:,} {'run' if of.n == 1 else 'runs'}"
    players = f"{of.users:,} {'player' if of.users == 1 else 'players'}"
    told = f"{rate}, {runs} by {players}" + (f" since {since}" if since else "")
    return told[0].upper() + told[1:]


def _number(value: float, digits: int) -> str:
    """Whole from ten on, with so many digits below, without zeros at their end."""
    if value >= 9.95:
        return f"{round(value):,}"
    return _trimmed(f"{value:.{digits}f}")


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
