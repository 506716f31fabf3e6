"""Community statistics as both sides compute them: what a run counts for, and why it does not."""

SHARE = "share_statistics"
"""The synced setting by which a player says that their runs may be counted: JSON true. Absent means no."""
