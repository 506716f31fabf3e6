"""A player's own coins: what earns them, what they buy, what the boxes give."""
