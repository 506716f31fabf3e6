"""Estimates as people say them."""

from datetime import date

from server.statistics.formulas import CONTRIBUTORS, Estimate
from shared.statistics import words

SUPPRESSED = f"Not enough players yet: figures need {CONTRIBUTORS} of them."
UNTOLD = "not enough players yet"


def headline(of: Estimate) -> str:
    """The rate, or only its interval where it is wide."""
    return words.headline(of.x, of.n, of.interval.low, of.interval.high)


def sentence(of: Estimate, since: date | None) -> str:
    """The rate with everything it rests on."""
    return words.sentence(of.x, of.n, of.users, of.interval.low, of.interval.high, since)
