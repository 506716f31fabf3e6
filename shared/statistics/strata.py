"""Strata: runs that may be compared with each other, and the sums of strata that are kept."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from shared.catalog import Catalog

ALL = "all"
"""In a key: every world, or every party."""
PARTIES = ("1", "2", "3", "4-6")
_SEPARATOR = "|"


def party_of(size: int) -> str:
    """The bucket of a party of 1 to 6."""
    return PARTIES[min(size, len(PARTIES)) - 1]


def epoch_of(catalog: Catalog, entry_id: str, day: date) -> str:
    """The epoch of an entry's drop table on a UTC day: "1" for the first one known, one more after every change."""
    starts = catalog.drop_epochs.get(entry_id)
    return str(1 + sum(epoch.starts <= day for epoch in starts)) if starts else "1"


class Stratum(NamedTuple):
    """A boss entry, a world type, an epoch of the drop table, a bucket of party sizes. In a key `world` and `party`
    may be "all"."""

    entry_id: str
    world: str
    epoch: str
    party: str

    def __str__(self) -> str:
        return _SEPARATOR.join(self)

    @classmethod
    def parse(cls, text: str) -> "Stratum":
        """The stratum that is written so."""
        return _parse(text)

    def every_key(self) -> tuple["Stratum", ...]:
        """Itself and the sums it belongs to: any choice of world and party is one key, read at once."""
        return _keys(self)


@lru_cache(maxsize=8192)
def _parse(text: str) -> Stratum:
    return Stratum(*text.split(_SEPARATOR))


@lru_cache(maxsize=8192)
def _keys(of: Stratum) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(of.entry_id, world, of.epoch, party) for world in (of.world, ALL) for party in (of.party, ALL)
    )
