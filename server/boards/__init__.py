"""Leaderboards and panels of clans, from what was gained by the day."""
