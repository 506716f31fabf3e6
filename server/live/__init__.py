"""Server-sent events: whoever listens hears at once that there is something to pull."""
