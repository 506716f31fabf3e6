"""The public beacon draws wait for: fetching a round of it from relays nobody has to trust."""
