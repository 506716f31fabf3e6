"""Every table of the local database.

Synced tables share four columns: `row`, a local number that keeps lists compact; `id`, the identity all machines
agree on; `deleted`, the tombstone; and plain JSON-able values otherwise (dates and instants as ISO text, flags as
0/1), so that history and outbox can carry any row as it is.
"""

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

SCHEMA_HEAD = "0003"
"""The newest migration. A test holds it against the migration scripts."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

LIVE = text("deleted = 0")


def live(table: Table) -> ColumnElement[bool]:
    """Only rows that are not deleted. A literal, because SQLite matches partial indexes only to literals."""
    return table.c.deleted == literal_column("0")


def _synced(name: str, *columns: Column[object] | UniqueConstraint) -> Table:
    return Table(
        name,
        metadata,
        Column("row", Integer, primary_key=True),
        Column("id", Text, nullable=False, unique=True),
        *columns,
        Column("deleted", Integer, nullable=False, server_default="0"),
    )


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[object]:
    return Column(name, Text, nullable=null, server_default=default)


def _int(name: str, *, null: bool = False, default: str | None = None) -> Column[object]:
    return Column(name, Integer, nullable=null, server_default=default)


characters = _synced(
    "characters",
    _text("name"),
    _text("world"),
    _text("job", null=True),
    _int("level", null=True),
    _int("is_main", default="0"),
    _int("position", default="0"),
    _text("created_at"),
)

boss_plans = _synced(
    "boss_plans",
    _text("character_id"),
    _text("clear_group"),
    _text("entry_id"),
    _int("party_size", default="1"),
)

boss_runs = _synced(
    "boss_runs",
    _text("character_id"),
    _text("entry_id"),
    _text("boss_slug"),
    _text("clear_group"),
    _text("reset_period"),
    _text("occurred_on"),
    _text("logged_at"),
    _int("cleared"),
    _int("party_size"),
    _text("drop_note"),
    _int("crystal_mesos", null=True),
    _text("world_type"),
    _text("note", default=""),
    _text("entry_method"),
    _text("client_version"),
    _text("catalog_version"),
    _int("rules_version"),
)

boss_run_drops = _synced(
    "boss_run_drops",
    _text("run_id"),
    _text("item"),
    _int("quantity"),
    _int("sold_for", null=True),
    _text("sold_on", null=True),
)

user_tasks = _synced(
    "user_tasks",
    _text("template", null=True),
    _text("name"),
    _text("category"),
    _text("reset"),
    _text("scope"),
    _text("owner"),
    _int("max_count", default="1"),
    _int("reward_coins", default="0"),
    _int("position", default="0"),
    _text("created_at"),
)

task_completions = _synced(
    "task_completions",
    _text("task_id"),
    _text("owner"),
    _text("period"),
    _int("count"),
    _text("done_at"),
)

settings = _synced("settings", _text("key"), _text("value"))

calculator_inputs = _synced("calculator_inputs", _text("calculator"), _text("owner"), _text("inputs"))

ledger_transactions = _synced(
    "ledger_transactions",
    _text("kind"),
    _text("cause"),
    _int("turn"),
    _text("reverses", null=True),
    _text("at"),
    _text("legs"),
    _text("reference"),
)
"""Insert-only. turn: how often its cause had been granted before; legs: account key and amount, a JSON list."""

purchases = _synced(
    "purchases",
    _text("item"),
    _text("name"),
    _text("gives"),
    _int("pieces"),
    _text("price"),
    _text("bought_at"),
)
"""A live row is owned and paid for; name, pieces and price (JSON: unit to amount) are those of the day."""

lootbox_seeds = _synced(
    "lootbox_seeds",
    _text("commitment"),
    _text("secret"),
    _text("begun_at"),
    _text("revealed_at", null=True),
)

lootbox_tables = _synced("lootbox_tables", _text("hash"), _text("content"))
"""Every table anything was rolled on, by its hash, so that a roll can be checked after the seeds have changed."""

lootbox_rolls = _synced(
    "lootbox_rolls",
    _text("seed_id"),
    _int("nonce"),
    _text("client_seed"),
    _text("table_hash"),
    _text("box"),
    _int("pity"),
    _int("level"),
    _text("prize"),
    _int("rarity"),
    _text("kind"),
    _text("thing"),
    _int("amount"),
    _int("cost"),
    _int("duplicate_coins", null=True),
    _text("at"),
)
"""Insert-only. pity: openings before it without Rare or better; rarity: 0 common to 4 legendary; duplicate_coins:
paid instead of a cosmetic that was owned, else null."""

SYNCED = {
    table.name: table
    for table in (
        characters,
        boss_plans,
        boss_runs,
        boss_run_drops,
        user_tasks,
        task_completions,
        settings,
        calculator_inputs,
        ledger_transactions,
        purchases,
        lootbox_seeds,
        lootbox_tables,
        lootbox_rolls,
    )
}

outbox = Table(
    "outbox",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("mid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("fields", Text, nullable=False),
    sqlite_autoincrement=True,
)

history = Table(
    "history",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("steps", Text, nullable=False),
    Column("undone", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("transaction_id", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("account_seq", Integer, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("balance_after", Integer, nullable=False),
    UniqueConstraint("account", "account_seq"),
)
"""The postings of the transactions in the order this machine learned of them: its own view, never synced."""

ledger_accounts = Table(
    "ledger_accounts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("balance", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
)
"""The last word of each account's entries, so that a balance is one row to read."""

sync_rows = Table(
    "sync_rows",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("stamps", Text, nullable=False),
    Column("extra", Text, nullable=True),
    Column("again", Integer, nullable=False, server_default="0"),
)
"""What the server confirmed of a row: JSON, field to stamp, "" for those not named. extra: JSON, fields only newer
versions know. again: to be uploaded again, because the server was restored."""

sync_stage = Table(
    "sync_stage",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("rows", Text, nullable=False),
)
"""Pulled pages that do not count until the last one has come. rows: JSON, as they came."""

sync_journal = Table(
    "sync_journal",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("mid", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fields", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What was entered here and did not stand: rejected edits, and texts another machine's edit replaced."""

reminders_fired = Table(
    "reminders_fired",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fired_at", Text, nullable=False),
)

local_state = Table(
    "local_state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

Index("ix_boss_runs_occurred_on", boss_runs.c.occurred_on, boss_runs.c.row, sqlite_where=LIVE)
Index("ix_boss_runs_character_period", boss_runs.c.character_id, boss_runs.c.reset_period, sqlite_where=LIVE)
Index("ix_boss_runs_boss", boss_runs.c.boss_slug, boss_runs.c.occurred_on, sqlite_where=LIVE)
Index("ix_boss_runs_period", boss_runs.c.reset_period, sqlite_where=LIVE)
Index(
    "ix_boss_runs_unresolved",
    boss_runs.c.occurred_on,
    sqlite_where=text("deleted = 0 AND cleared = 1 AND drop_note = 'unrecorded'"),
)
Index("ix_boss_run_drops_run", boss_run_drops.c.run_id, sqlite_where=LIVE)
Index("ix_boss_run_drops_item", boss_run_drops.c.item, boss_run_drops.c.run_id, sqlite_where=LIVE)
Index("ix_boss_plans_character", boss_plans.c.character_id, sqlite_where=LIVE)
Index("ix_user_tasks_owner", user_tasks.c.owner, sqlite_where=LIVE)
Index("ix_task_completions_period", task_completions.c.period, sqlite_where=LIVE)
Index("ix_task_completions_task", task_completions.c.task_id, sqlite_where=LIVE)
Index("ix_ledger_entries_transaction_id", ledger_entries.c.transaction_id)
Index("ix_ledger_transactions_cause", ledger_transactions.c.cause, ledger_transactions.c.turn)
Index("ix_ledger_transactions_at", ledger_transactions.c.at, ledger_transactions.c.row)
Index("ix_ledger_transactions_kind", ledger_transactions.c.kind, ledger_transactions.c.row)
Index("ix_ledger_transactions_reverses", ledger_transactions.c.reverses)
Index("ix_purchases_item", purchases.c.item, sqlite_where=LIVE)
Index("ix_purchases_gives", purchases.c.gives, sqlite_where=LIVE)
Index("ix_lootbox_rolls_box", lootbox_rolls.c.box, lootbox_rolls.c.row)
Index("ix_lootbox_rolls_thing", lootbox_rolls.c.thing)
Index("ix_lootbox_rolls_seed_id", lootbox_rolls.c.seed_id, lootbox_rolls.c.nonce, unique=True)
Index("ix_sync_rows_again", sync_rows.c.kind, sqlite_where=text("again = 1"))
Index("ix_outbox_row_id", outbox.c.row_id)
