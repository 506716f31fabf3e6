"""Clans: who belongs to them with which right, whom they follow, and the log of what was done."""
