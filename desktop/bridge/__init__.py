"""Where Qt meets the rest: the database thread, the pool, the change bus, operations and the clock."""
