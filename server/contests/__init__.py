"""Contests: rules, entries with their proofs, frozen standings, and the draw anybody can verify."""
