"""Sync with a server: what waits to be sent, what comes back, and the talk between."""
