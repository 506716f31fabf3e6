"""The game's data, as everybody may read it."""
