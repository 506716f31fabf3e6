"""Tasks: listed, set up, ticked."""
