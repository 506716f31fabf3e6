"""Items a boss can drop, and the tables that say which boss drops what. Nobody publishes rates, so none are
kept."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Item:
    """An item by slug. tier is the gear set it belongs to; item_id the game's number, for its icon.

    None means unknown, also for tradeable.
    """

    slug: str
    name: str
    category: str
    subcategory: str
    primary_bosses: tuple[str, ...]
    verified: bool
    source: str
    tier: str | None = None
    item_id: int | None = None
    alternate_item_ids: tuple[int, ...] = ()
    item_level: int | None = None
    tradeable: bool | None = None
    classes: tuple[str, ...] = ()
    redeem_count: int | None = None
    redeem_slots: tuple[str, ...] = ()
    in_maplestory_io_gms_268: bool | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """One row of a drop table.

    guaranteed: True for a fixed amount on every clear, False for chance, None where no source says.
    instanced: True when each eligible member rolls alone, False for one shared drop, None where not stated.
    per_member: "always" (each member gets a copy) or "heroic" (pooled in interactive worlds, one each in
    heroic). The amounts are totals of the party unless the name says each; bundles is the number of stacks
    they fall in. sources: keys of the file's source_keys.
    """

    item: str
    guaranteed: bool | None
    verified: bool
    sources: tuple[str, ...]
    instanced: bool | None = None
    per_member: str | None = None
    amount_each: int | None = None
    amount_heroic_each: int | None = None
    amount_interactive_total: int | None = None
    interactive_bundles: int | None = None
    amount_party_total: int | None = None
    bundles: int | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class DropTable:
    """The known drops of an entry, in the order the source lists them. known_none: what it is known not to
    drop."""

    entry_id: str
    drops: tuple[Drop, ...]
    known_none: str | None = None


@dataclass(frozen=True, slots=True)
class DropEpoch:
    """A change of an entry's drop table from a UTC day on: runs before it and after it are not compared."""

    starts: date
    note: str
    source: str
