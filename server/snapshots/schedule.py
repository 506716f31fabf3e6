"""When a clan's members are sampled: pure.

On schedule by the clan's cadence; shortly before a contest begins or ends, so that the values then are known; never
more than twice in a UTC day. What was missed while the server was down is done once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.clans.service import next_due
from shared.api.progress import MOST_A_DAY
from shared.clans.timeframes import midnight
from shared.resets import utc_date

_A_DAY = timedelta(days=1)
_SOME_DAY = datetime(2020, 1, 1, tzinfo=UTC)
_EARLY, _EACH = timedelta(minutes=5), timedelta(seconds=1)
"""Before a boundary, and more for every member, who may take a second of a ranking's time."""
_SPREAD = timedelta(minutes=10)
"""Over which clans with the same boundary are spread."""
_TOGETHER = timedelta(minutes=30)
"""Boundaries this close to one another share a snapshot."""
HORIZON = timedelta(days=21)
"""How far ahead boundaries matter: twice a week's cadence is nearer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a clan's next snapshot depends on. members: on its roster. boundaries: of contests, later than now, in their
    order. used: snapshots of this UTC day. last: when the newest snapshot was begun."""

    clan_id: str
    cadence_hours: int
    members: int
    boundaries: Sequence[datetime]
    used: int
    last: datetime | None

    def next_at(self, now: datetime) -> datetime:
        """When the next scheduled snapshot is. At the earliest now, where a boundary is near and not served."""
        regular = self._regular(now)
        while not self._room(regular, now):
            regular = next_due(self.clan_id, self.cadence_hours, regular)
        for wanted in self._wanted():
            at = max(wanted, now)
            if utc_date(at) != utc_date(now) or self.used < MOST_A_DAY:
                return min(at, regular)
        return regular

    def may_run(self, now: datetime) -> bool:
        """Whether a scheduled snapshot that is due may be begun."""
        if self.used >= MOST_A_DAY:
            return False
        return any(wanted <= now for wanted in self._wanted()) or self.used + self.kept(now) < MOST_A_DAY

    def kept(self, now: datetime) -> int:
        """How many of this UTC day's snapshots are kept for boundaries to come."""
        wanted = [each for each in self._wanted() if utc_date(max(each, now)) == utc_date(now)]
        return min(len(wanted), MOST_A_DAY - self.used) if self.used < MOST_A_DAY else 0

    def _regular(self, now: datetime) -> datetime:
        """By the cadence alone: at the clan's own place in it, and not right after the last."""
        rest = timedelta(hours=self.cadence_hours) / 2
        after = now if self.last is None else max(now, self.last + rest)
        return next_due(self.clan_id, self.cadence_hours, after)

    def _room(self, at: datetime, now: datetime) -> bool:
        """Whether a regular one still fits into its day, beside those that boundaries want."""
        used = self.used if utc_date(at) == utc_date(now) else 0
        kept = sum(utc_date(max(wanted, now)) == utc_date(at) for wanted in self._wanted())
        return used + kept < MOST_A_DAY

    def _wanted(self) -> list[datetime]:
        """When to sample for the boundaries that no snapshot serves yet."""
        place = (next_due(self.clan_id, 24, _SOME_DAY) - _SOME_DAY) / _A_DAY
        early = _EARLY + _EACH * self.members + _SPREAD * place
        return [
            at
            for at in _merged(boundary - early for boundary in self.boundaries)
            if self.last is None or self.last < at
        ]


def next_day(now: datetime) -> datetime:
    """When the next UTC day begins."""
    return midnight(utc_date(now) + _A_DAY)


def _merged(wanted: Iterable[datetime]) -> list[datetime]:
    found: list[datetime] = []
    for at in sorted(wanted):
        if not found or at - found[-1] > _TOGETHER:
            found.append(at)
    return found
