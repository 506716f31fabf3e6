"""From what weeks contribute to what every sum grows or shrinks by. Pure arithmetic on signed counts."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.statistics.strata import Stratum
from shared.statistics.weeks import Contribution

Owner = tuple[str, str, str]
"""User, entry, epoch: whose runs of one boss are summed together."""


@dataclass(slots=True)
class Share:
    """A player's runs of one stratum: n, cn of them in complete weeks, items as [runs with it, of complete weeks]."""

    n: int = 0
    cn: int = 0
    items: dict[str, list[int]] = field(default_factory=dict)

    def add(self, other: "Share", sign: int = 1) -> None:
        """Add another one, or take it away."""
        self.n += sign * other.n
        self.cn += sign * other.cn
        for item, (x, cx) in other.items.items():
            found = self.items.setdefault(item, [0, 0])
            found[0] += sign * x
            found[1] += sign * cx


Shares = dict[Stratum, Share]


@dataclass(slots=True)
class Delta:
    """What changed, by the finest stratum there is.

    cells: by stratum and day, [n, m] and items as [x, q]. shares: what each player's runs grew by.
    """

    cells: dict[tuple[Stratum, str], tuple[list[int], dict[str, list[int]]]] = field(
        default_factory=lambda: defaultdict(lambda: ([0, 0], {}))
    )
    shares: dict[Owner, Shares] = field(default_factory=lambda: defaultdict(dict))

    def add(self, user_id: str, told: Contribution, sign: int) -> None:
        """Count a player's week, or take it back."""
        for stratum, days in told.cells.items():
            share = self.shares[user_id, stratum.entry_id, stratum.epoch].setdefault(stratum, Share())
            for day, cell in days.items():
                runs, items = self.cells[stratum, day]
                runs[0] += sign * cell.n
                runs[1] += sign * cell.m
                share.n += sign * cell.n
                share.cn += sign * cell.n * told.complete
                for item, (x, q) in cell.items.items():
                    found = items.setdefault(item, [0, 0])
                    found[0] += sign * x
                    found[1] += sign * q
                    mine = share.items.setdefault(item, [0, 0])
                    mine[0] += sign * x
                    mine[1] += sign * x * told.complete


@dataclass(slots=True)
class Totals:
    """What the sums by key grow by. days: [n, m]; day_items: [x, q]; keys: [n, m, users, nn, cn, cusers, cnn];
    items: [x, q, xx, nx, cx, cxx, cnx]."""

    days: dict[tuple[Stratum, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 2))
    day_items: dict[tuple[Stratum, str, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * 2)
    )
    keys: dict[Stratum, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 7))
    items: dict[tuple[Stratum, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 7))

    def add_cells(self, delta: Delta) -> None:
        """The sums by day, and what of the totals is no player's: m and q."""
        for (stratum, day), ((n, m), items) in delta.cells.items():
            for key in stratum.every_key():
                of_day = self.days[key, day]
                of_day[0] += n
                of_day[1] += m
                self.keys[key][1] += m
                for item, (x, q) in items.items():
                    found = self.day_items[key, day, item]
                    found[0] += x
                    found[1] += q
                    self.items[key, item][1] += q

    def add_player(self, before: Shares, after: Shares) -> None:
        """The totals over players, among them those of squares: all a player's runs of one boss at once."""
        had, has = by_key(before), by_key(after)
        for key in {**had, **has}:
            old, new = had.get(key, _NONE), has.get(key, _NONE)
            n, cn, n0, cn0 = new.n, new.cn, old.n, old.cn
            runs = (n > 0) - (n0 > 0), n * n - n0 * n0, cn - cn0, (cn > 0) - (cn0 > 0), cn * cn - cn0 * cn0
            _add(self.keys[key], (n - n0, 0, *runs))
            for item in {**old.items, **new.items}:
                x, cx = new.items.get(item, _NEVER)
                x0, cx0 = old.items.get(item, _NEVER)
                whole = x - x0, 0, x * x - x0 * x0, n * x - n0 * x0
                cohort = cx - cx0, cx * cx - cx0 * cx0, cn * cx - cn0 * cx0
                _add(self.items[key, item], (*whole, *cohort))


def by_key(shares: Shares) -> Shares:
    """A player's runs of one boss under every key they are in."""
    if len(shares) == 1:
        ((stratum, share),) = shares.items()
        return dict.fromkeys(stratum.every_key(), share)
    found: Shares = {}
    for stratum, share in shares.items():
        for key in stratum.every_key():
            found.setdefault(key, Share()).add(share)
    return found


def plus(shares: Shares, grown: Shares) -> Shares:
    """What a player has after a change; without what became nothing."""
    result: Shares = {}
    for part in (shares, grown):
        for stratum, share in part.items():
            result.setdefault(stratum, Share()).add(share)
    for share in result.values():
        share.items = {item: counts for item, counts in share.items.items() if any(counts)}
    return {stratum: share for stratum, share in result.items() if share.n}


def shares_to_json(shares: Shares) -> str:
    """Canonical JSON of a player's runs of one boss in one epoch."""
    told = {f"{each.world}|{each.party}": [share.n, share.cn, share.items] for each, share in shares.items()}
    return json.dumps(told, separators=(",", ":"), sort_keys=True)


def shares_from_json(entry_id: str, epoch: str, text: str) -> Shares:
    """What `shares_to_json` wrote."""
    read: Mapping[str, list[object]] = json.loads(text)
    found: Shares = {}
    for place, share in read.items():
        world, party = place.split("|")
        found[Stratum(entry_id, world, epoch, party)] = Share(*share)  # type: ignore[arg-type]
    return found


def _add(to: list[int], counts: Iterable[int]) -> None:
    for place, count in enumerate(counts):
        if count:
            to[place] += count


_NONE = Share()
_NEVER = (0, 0)
