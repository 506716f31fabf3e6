"""What is synced: every table, its fields and their rules, written once for both sides.

Values are what JSON can carry and both databases keep alike: text, whole numbers, null. Flags are 0 or 1, days and
instants ISO text, documents JSON text. `deleted` is a field of every table; insert-only rows never change it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from shared import ids

SCHEMA = 1
"""Grows when a table or field is added. A field added later has a default or may be null."""

_INT_LIMIT = 2**63
_TEXT_LIMIT = 4_000
_DOCUMENT_LIMIT = 200_000
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"[0-9-]{10}T[0-9:.]{8,15}(Z|[+-][0-9]{2}:[0-9]{2})")


class Kind(StrEnum):
    """The type of a field's value."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    DAY = "day"
    INSTANT = "instant"
    DOCUMENT = "document"


class Code(StrEnum):
    """Why a mutation was rejected."""

    UNKNOWN_TABLE = "unknown_table"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_ROW = "unknown_row"
    BAD_ID = "bad_id"
    BAD_TYPE = "bad_type"
    MISSING_FIELD = "missing_field"
    MISSING_PARENT = "missing_parent"
    IMMUTABLE = "immutable"
    INSERT_ONLY = "insert_only"


def _text(value: object, limit: int = _TEXT_LIMIT) -> bool:
    """Text that PostgreSQL and UTF-8 can keep: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or len(value) > limit or "\0" in value:
        return False
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def _integer(value: object) -> bool:
    return type(value) is int and -_INT_LIMIT <= value < _INT_LIMIT


def _day(value: object) -> bool:
    return isinstance(value, str) and _is_day(value)


@lru_cache(4096)
def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _instant(value: object) -> bool:
    """In the spelling everybody reads, with its offset."""
    try:
        return (
            isinstance(value, str)
            and _INSTANT.fullmatch(value) is not None
            and datetime.fromisoformat(value).tzinfo is not None
        )
    except ValueError:
        return False


_CHECKS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.FLAG: lambda value: type(value) is int and value in {0, 1},
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.DOCUMENT: lambda value: _text(value, _DOCUMENT_LIMIT),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One synced field.

    null: may be null. default: what a row has that was made without it; None where `null` is false means required.
    prose: words a person wrote, kept in the journal when another machine's edit wins. since: SCHEMA it came with.
    """

    name: str
    kind: Kind = Kind.TEXT
    null: bool = False
    default: str | int | None = None
    prose: bool = False
    since: int = 1
    check: Callable[[object], bool] = field(init=False, repr=False, compare=False)
    _text: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Looked up here and not for each of the millions of values that come by.
        object.__setattr__(self, "check", _CHECKS[self.kind])
        object.__setattr__(self, "_text", self.kind is Kind.TEXT)

    @property
    def required(self) -> bool:
        """Whether a new row must bring it."""
        return not self.null and self.default is None

    def accepts(self, value: object) -> bool:
        """Whether both databases can keep this value and everyone who reads it will understand it."""
        if value is None:
            return self.null
        if (
            self._text
            and type(value) is str
            and len(value) <= _TEXT_LIMIT
            and value.isascii()
            and value.isprintable()
        ):
            return True  # nearly every value
        if not self.prose and type(value) is str and ids.SEPARATOR in value:
            return False  # it may be part of a natural key, which could not be made
        return self.check(value)


Values = Mapping[str, object]
"""A row's fields by name, `deleted` among them."""

DELETED = Field("deleted", Kind.FLAG, default=0)


@dataclass(frozen=True, slots=True)
class Table:
    """One synced table.

    parents: field -> table whose row it names. natural: the id a row's natural key gives; where a row bears that id,
    the fields of `key` never change. always: whether every row must bear it. fixed: fields that never change in any
    row. insert_only: rows are never changed nor deleted, and the first one to arrive under an id stays.
    """

    name: str
    fields: Mapping[str, Field]
    parents: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    natural: Callable[[Values], str] | None = None
    always: bool = False
    fixed: tuple[str, ...] = ()
    insert_only: bool = False
    required: frozenset[str] = field(init=False)
    defaults: Mapping[str, object] = field(init=False, repr=False)
    """What a new row has before it is told anything."""

    def __post_init__(self) -> None:
        required = frozenset(name for name, each in self.fields.items() if each.required)
        defaults = {name: each.default for name, each in self.fields.items() if name not in required}
        object.__setattr__(self, "required", required)
        object.__setattr__(self, "defaults", defaults)

    def has_natural_id(self, row_id: str, values: Values) -> bool:
        """Whether this id is made from the row's natural key."""
        return self.natural is not None and self.natural(values) == row_id

    def immutable(self, row_id: str, stored: Values) -> frozenset[str]:
        """The fields of a stored row that can no longer change."""
        if self.key and self.has_natural_id(row_id, stored):
            return frozenset((*self.key, *self.fixed))
        return frozenset(self.fixed)

    def known(self, schema: int = SCHEMA) -> frozenset[str]:
        """The names of the fields that a version of the schema knew."""
        return frozenset(name for name, each in self.fields.items() if each.since <= schema)

    def split(self, values: Values) -> tuple[dict[str, object], dict[str, object]]:
        """A row's values as (columns of this version, `extra`: fields only newer clients know)."""
        if values.keys() <= self.fields.keys():
            return dict(values), {}
        extra = {name: value for name, value in values.items() if name not in self.fields}
        return {name: value for name, value in values.items() if name in self.fields}, extra


def check_fields(table: Table, fields: Values, *, newer: bool = False) -> Code | None:
    """What is wrong with values alone. newer: the sender knows a newer schema, whose fields are kept unread."""
    for name, value in fields.items():
        known = table.fields.get(name)
        if known is None:
            if not newer:
                return Code.UNKNOWN_FIELD
        elif not known.accepts(value):
            return Code.BAD_TYPE
    return None


def check_new(table: Table, row_id: str, values: Values) -> Code | None:
    """What is wrong with a complete new row whose fields passed `check_fields`."""
    if not table.required <= values.keys():
        return Code.MISSING_FIELD
    if not is_id(row_id) or (table.always and not table.has_natural_id(row_id, values)):
        return Code.BAD_ID
    return None


def check_change(table: Table, row_id: str, stored: Values, fields: Values) -> Code | None:
    """What is wrong with changing these fields of a stored row."""
    for name in table.immutable(row_id, stored):
        if name in fields and fields[name] != stored.get(name):
            return Code.IMMUTABLE
    return None


def is_id(text: str) -> bool:
    """Whether it is a UUID, spelled as everybody spells it."""
    return _ID.fullmatch(text) is not None


def _words(values: Values, *names: str) -> tuple[str, ...]:
    return tuple(str(values[name]) for name in names)


def _clear(values: Values) -> str:
    """The id of the clear a run is; no id at all for a failed attempt."""
    if values["cleared"] != 1:
        return ""
    return ids.natural_id("clear", *_words(values, "character_id", "clear_group", "reset_period"))


def _by(kind: str, *key: str) -> Callable[[Values], str]:
    return lambda values: ids.natural_id(kind, *_words(values, *key))


def _table(name: str, *fields: Field, **rules: object) -> Table:
    named = MappingProxyType({each.name: each for each in (*fields, DELETED)})
    return Table(name, named, **rules)  # type: ignore[arg-type]


def _int(name: str, *, null: bool = False, default: int | None = None) -> Field:
    return Field(name, Kind.INTEGER, null, default)


def _flag(name: str, default: int | None = None) -> Field:
    return Field(name, Kind.FLAG, default=default)


def _at(name: str, *, null: bool = False) -> Field:
    return Field(name, Kind.INSTANT, null)


def _document(name: str) -> Field:
    return Field(name, Kind.DOCUMENT)


_ALL = (
    _table(
        "characters",
        Field("name", prose=True),
        Field("world"),
        Field("job", null=True),
        _int("level", null=True),
        _flag("is_main", 0),
        _int("position", default=0),
        _at("created_at"),
    ),
    _table(
        "boss_plans",
        Field("character_id"),
        Field("clear_group"),
        Field("entry_id"),
        _int("party_size", default=1),
        parents={"character_id": "characters"},
        key=("character_id", "clear_group"),
        natural=_by("plan", "character_id", "clear_group"),
        always=True,
    ),
    _table(
        "boss_runs",
        Field("character_id"),
        Field("entry_id"),
        Field("boss_slug"),
        Field("clear_group"),
        Field("reset_period", Kind.DAY),
        Field("occurred_on", Kind.DAY),
        _at("logged_at"),
        _flag("cleared"),
        _int("party_size"),
        Field("drop_note"),
        _int("crystal_mesos", null=True),
        Field("world_type"),
        Field("note", default="", prose=True),
        Field("entry_method"),
        Field("client_version"),
        Field("catalog_version"),
        _int("rules_version"),
        parents={"character_id": "characters"},
        key=("character_id", "clear_group", "reset_period"),
        natural=_clear,
        fixed=("cleared",),
    ),
    _table(
        "boss_run_drops",
        Field("run_id"),
        Field("item"),
        _int("quantity"),
        _int("sold_for", null=True),
        Field("sold_on", Kind.DAY, null=True),
        parents={"run_id": "boss_runs"},
        key=("run_id", "item"),
        natural=_by("drop", "run_id", "item"),
        always=True,
    ),
    _table(
        "user_tasks",
        Field("template", null=True),
        Field("name", prose=True),
        Field("category"),
        Field("reset"),
        Field("scope"),
        Field("owner"),
        _int("max_count", default=1),
        _int("reward_coins", default=0),
        _int("position", default=0),
        _at("created_at"),
        fixed=("template",),
    ),
    _table(
        "task_completions",
        Field("task_id"),
        Field("owner"),
        Field("period", Kind.DAY),
        _int("count"),
        _at("done_at"),
        parents={"task_id": "user_tasks"},
        key=("task_id", "owner", "period"),
        natural=_by("completion", "task_id", "owner", "period"),
        always=True,
    ),
    _table(
        "settings",
        Field("key"),
        _document("value"),
        key=("key",),
        natural=_by("setting", "key"),
        always=True,
    ),
    _table(
        "calculator_inputs",
        Field("calculator"),
        Field("owner"),
        _document("inputs"),
        key=("calculator", "owner"),
        natural=_by("calculator", "calculator", "owner"),
        always=True,
    ),
    _table(
        "ledger_transactions",
        Field("kind"),
        Field("cause"),
        _int("turn"),
        Field("reverses", null=True),
        _at("at"),
        _document("legs"),
        _document("reference"),
        insert_only=True,
    ),
    _table(
        "purchases",
        Field("item"),
        Field("name"),
        Field("gives"),
        _int("pieces"),
        _document("price"),
        _at("bought_at"),
        fixed=("item",),
    ),
    _table(
        "lootbox_seeds",
        Field("commitment"),
        Field("secret"),
        _at("begun_at"),
        _at("revealed_at", null=True),
        fixed=("commitment", "secret", "begun_at"),
    ),
    _table(
        "lootbox_tables",
        Field("hash"),
        _document("content"),
        natural=_by("table", "hash"),
        always=True,
        insert_only=True,
    ),
    _table(
        "lootbox_rolls",
        Field("seed_id"),
        _int("nonce"),
        Field("client_seed"),
        Field("table_hash"),
        Field("box"),
        _int("pity"),
        _int("level"),
        Field("prize"),
        _int("rarity"),
        Field("kind"),
        Field("thing"),
        _int("amount"),
        _int("cost"),
        _int("duplicate_coins", null=True),
        _at("at"),
        parents={"seed_id": "lootbox_seeds"},
        insert_only=True,
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _ALL})
"""Every synced table by name; parents come before their children."""
