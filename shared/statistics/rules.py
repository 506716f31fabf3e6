"""Rules that take runs out of the statistics again: data, not code, because what is wrong is learnt later."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from shared.errors import InvalidInput

PREFIX = "rule:"
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_VERSION = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Versions:
    """Client versions from one to another, both included, compared number by number; None for no end.

    A version that does not begin with a number is in no range.
    """

    first: str | None = None
    last: str | None = None

    def __contains__(self, version: str) -> bool:
        found = _numbers(version)
        if found is None:
            return False
        first, last = _numbers(self.first or ""), _numbers(self.last or "")
        return (first is None or first <= found) and (last is None or found <= last)


@dataclass(frozen=True, slots=True)
class Rule:
    """Which runs do not count. Every condition that is given must hold; at least one is given.

    reason: a sentence for the authors of these runs. client_versions: exact ones. first_day, last_day: UTC days a run
    may have happened on, both included.
    """

    id: str
    reason: str
    client_range: Versions | None = None
    client_versions: tuple[str, ...] | None = None
    catalog_versions: tuple[str, ...] | None = None
    entry_methods: tuple[str, ...] | None = None
    entries: tuple[str, ...] | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def code(self) -> str:
        """What stands as the reason of a run that is not counted because of it."""
        return f"{PREFIX}{self.id}"

    def holds(self, client: str, catalog: str, method: str, entry: str, day: date) -> bool:
        """Whether a run that says this of itself is meant."""
        return (
            (self.client_range is None or client in self.client_range)
            and _among(client, self.client_versions)
            and _among(catalog, self.catalog_versions)
            and _among(method, self.entry_methods)
            and _among(entry, self.entries)
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
        )


def check_rule(rule: Rule) -> Rule:
    """The rule. Raises InvalidInput for one that means every run, or nothing anybody could read."""
    if not _ID.fullmatch(rule.id):
        raise InvalidInput("id", "A rule's id is 1 to 64 small letters, digits, dots and hyphens.")
    if not rule.reason.strip():
        raise InvalidInput("reason", "A rule needs a sentence for the authors of the runs it removes.")
    ends = () if rule.client_range is None else (rule.client_range.first, rule.client_range.last)
    if rule.client_range is not None and ends == (None, None):
        raise InvalidInput("client_range", "A range of versions needs a first or a last one.")
    if any(end is not None and _numbers(end) is None for end in ends):
        raise InvalidInput("client_range", "A version in a range is numbers and dots.")
    conditions = (
        rule.client_range,
        rule.client_versions,
        rule.catalog_versions,
        rule.entry_methods,
        rule.entries,
        rule.first_day,
        rule.last_day,
    )
    if all(condition is None for condition in conditions):
        raise InvalidInput("rule", "A rule without a condition would remove every run.")
    return rule


def _among(value: str, wanted: Collection[str] | None) -> bool:
    return wanted is None or value in wanted


def _numbers(version: str) -> tuple[int, ...] | None:
    """(1, 2) for "1.2.0rc1": what follows the numbers is not compared, and 1.2 is 1.2.0."""
    found = _VERSION.match(version)
    if found is None:
        return None
    numbers = [int(part) for part in found.group().split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
