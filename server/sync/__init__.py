"""Sync: one player's rows, merged from all their machines. The rules are in `shared.sync`, the database here."""
