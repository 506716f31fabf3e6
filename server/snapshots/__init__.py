"""Snapshots of clans: batches that ask every member's source, on a schedule or by hand."""
