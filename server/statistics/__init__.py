"""Community statistics: what drops how often, kept exact while runs come, change and go."""
