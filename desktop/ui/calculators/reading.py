"""Numbers as people type them, stored values as they come back, and figures as sentences want them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from desktop.ui.kit.numbers import grouped, number_locale
from shared.calculators.luck import one_in
from shared.errors import InvalidInput

_GROUPED = re.compile(r"\d{1,3}([ ,.'’\u00a0\u202f])\d{3}(?:\1\d{3})*")
_ONE_IN = re.compile(r"(?:one|1)\s*(?:in|/|:)\s*(.+)", re.IGNORECASE)
_CHART_POINTS = 48


def read_whole(text: str, field: str) -> int | None:
    """A whole number such as "1,200"; None for an empty text. Raises InvalidInput."""
    cleaned = text.strip()
    if not cleaned:
        return None
    digits = re.sub(r"\D", "", cleaned) if _GROUPED.fullmatch(cleaned) else cleaned
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise InvalidInput(field, _tr("This is not a whole number."))
    return int(digits)


def read_rate(text: str, unit: str) -> float | None:
    """A probability per run from "2 %", "1 in 50", "1/50", or a bare number in the unit ("percent" or
    "one-in"); None for an empty text. Raises InvalidInput for the field "rate"."""
    cleaned = text.strip()
    if not cleaned:
        return None
    spoken = _ONE_IN.fullmatch(cleaned)
    if spoken is not None:
        return one_in(_number(spoken.group(1), grouping=True))
    if cleaned.endswith("%"):
        return _number(cleaned[:-1], grouping=False) / 100
    if unit == "percent":
        return _number(cleaned, grouping=False) / 100
    return one_in(_number(cleaned, grouping=True))


def _number(text: str, *, grouping: bool) -> float:
    cleaned = text.strip()
    if grouping and _GROUPED.fullmatch(cleaned):
        cleaned = re.sub(r"\D", "", cleaned)
    cleaned = cleaned.replace(",", ".")
    if not re.fullmatch(r"\d{1,12}(?:\.\d{0,12})?|\.\d{1,12}", cleaned):
        raise InvalidInput("rate", _tr("This is not a rate."), _tr("Write it like 1 in 50 or 2 %."))
    return float(cleaned)


def whole(values: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
    """A stored whole number inside its bounds; the default when it is none."""
    value = values.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return default
    return max(low, min(high, value))


def flag(values: Mapping[str, Any], key: str, *, default: bool) -> bool:
    """A stored yes or no."""
    value = values.get(key)
    return value if isinstance(value, bool) else default


def words(values: Mapping[str, Any], key: str, default: str = "") -> str:
    """A stored text."""
    value = values.get(key)
    return value if isinstance(value, str) else default


def part(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A stored group of values; empty when there is none."""
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def long_day(day: date) -> str:
    """A UTC day in full, with its weekday."""
    return number_locale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def short_day(day: date) -> str:
    """A day where there is little room: "Thu 24 Dec 2026"."""
    return number_locale().toString(QDate(day.year, day.month, day.day), "ddd d MMM yyyy")


def chart_day(day: date) -> str:
    """A day below a chart."""
    return number_locale().toString(QDate(day.year, day.month, day.day), "d MMM yy")


def days_text(count: int) -> str:
    """ "today", "1 day", "33 days"."""
    if count == 0:
        return _tr("today")
    return _tr("1 day") if count == 1 else _tr("{0} days").format(grouped(count))


def weeks_text(count: int) -> str:
    """ "1 week", "37 weeks"."""
    return _tr("1 week") if count == 1 else _tr("{0} weeks").format(grouped(count))


def never() -> str:
    """For a date that never comes."""
    return _tr("Never at this pace")


def percent(share: float) -> str:
    """A probability as percent with three significant digits, never rounded up to certainty."""
    value = float(share * 100)
    if 0 < value < 1e-4:
        return _tr("under 0.0001 %")
    if 99.95 <= value < 100:
        return _tr("over 99.9 %")
    for decimals in range(7):
        if value >= 10 ** (1 - decimals) or value == 0 or decimals == 6:
            text = number_locale().toString(value, "f", decimals + 1 if 0 < value < 100 else 0)
            point = number_locale().decimalPoint()
            return f"{text.rstrip('0').rstrip(point) if point in text else text} %"
    raise AssertionError


def one_in_text(rate: float) -> str:
    """ "1 in 50" for a probability above 0."""
    n = 1 / rate
    text = grouped(round(n)) if n >= 20 or n == round(n) else number_locale().toString(n, "f", 1)
    return _tr("1 in {0}").format(text)


def sampled_days(start: date, end: date, most: int = _CHART_POINTS) -> list[date]:
    """Days at even steps from start to end, both included; the step is whole days."""
    span = (end - start).days
    step = max(1, -(-span // max(1, most - 1)))
    days = [start + timedelta(days=number) for number in range(0, span, step)]
    return [*days, end]


def held_at(points: Sequence[tuple[date, int]], day: date) -> int:
    """The value of the last point up to a day. points are ordered by day and begin on or before it."""
    value = points[0][1]
    for when, then in points:
        if when > day:
            break
        value = then
    return value


def _tr(text: str) -> str:
    return QCoreApplication.translate("calculators", text)
