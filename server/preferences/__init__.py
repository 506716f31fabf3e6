"""The settings a player's machines share."""
