"""Amounts of mesos as people write them. Amounts are whole mesos, int, and pass 32 bits easily."""

import re
from decimal import Decimal, InvalidOperation

from shared.errors import InvalidInput

MAX_MESOS = 9_999_999_999_999
"""More than any trade can hold; keeps every sum far inside 64 bits."""

_SUFFIXES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)*)\s*([kmbt]?)", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}([ ,.'’_\u00a0\u202f])\d{3}(?:\1\d{3})*")
_LONGEST = 28
"""Characters. What is shorter fits the 28 digits of the decimal context, so nothing is rounded unseen."""


def parse_mesos(text: str, field: str = "amount") -> int | None:
    """Whole mesos from "1.5m", "2b", "350 000 000", "1,200,000"; None for an empty text.

    Raises InvalidInput for what is no amount, is not a whole number of mesos or exceeds MAX_MESOS.
    """
    cleaned = text.strip()
    if not cleaned:
        return None
    if len(cleaned) > _LONGEST:
        raise InvalidInput(field, "That is too long for an amount.", "Write it like 350m, 1.5b or 1,200,000.")
    suffix = cleaned[-1].lower() if cleaned[-1].lower() in "kmbt" else ""
    digits = cleaned[:-1].strip() if suffix else cleaned
    if _GROUPED.fullmatch(digits) and not (suffix and digits.count(".") + digits.count(",") == 1):
        digits = re.sub(r"\D", "", digits)
    match = _AMOUNT.fullmatch(digits.replace(",", ".") + suffix)
    if match is None:
        raise InvalidInput(field, f"“{cleaned}” is not an amount.", "Write it like 350m, 1.5b or 1,200,000.")
    try:
        value = Decimal(match.group(1)) * _SUFFIXES[match.group(2).lower()]
    except InvalidOperation:
        raise InvalidInput(
            field, f"“{cleaned}” is not an amount.", "Write it like 350m, 1.5b or 1,200,000."
        ) from None
    if value != value.to_integral_value():
        raise InvalidInput(field, f"“{cleaned}” is not a whole number of mesos.", "Leave out the fraction.")
    if value > MAX_MESOS:
        raise InvalidInput(field, f"“{cleaned}” is more mesos than the game can hold.")
    return int(value)


def short_mesos(amount: int) -> str:
    """A short reading of an amount, at most four significant digits, rounded down: 1.234b, 350m, 12.5k, 0."""
    size = abs(amount)
    for suffix in "tbmk":
        unit = _SUFFIXES[suffix]
        if size >= unit:
            whole, rest = divmod(size, unit)
            decimals = max(0, 4 - len(str(whole)))
            fraction = f"{rest * 10**decimals // unit:0{decimals}d}".rstrip("0") if decimals else ""
            return f"{'-' if amount < 0 else ''}{whole}{'.' + fraction if fraction else ''}{suffix}"
    return str(amount)
