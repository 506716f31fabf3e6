"""Whether the server lives, serves and how it does."""
