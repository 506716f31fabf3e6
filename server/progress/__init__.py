"""Game accounts, the points of their metrics, and what was gained of them by the day."""
