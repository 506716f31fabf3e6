"""Three clients and a server made of the real rules over real SQLite files, and what must hold of them."""
