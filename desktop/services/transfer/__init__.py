"""Runs out to a file and back in, as CSV or JSON, without losing anything on the way."""
