"""Discord, as the server talks to it."""
