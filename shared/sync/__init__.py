"""Sync as pure functions, used by both sides: records, stamps, merge, paging, outbox, overlay, digest. No I/O."""
