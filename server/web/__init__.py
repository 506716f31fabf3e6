"""Public pages, readable without signing in and without JavaScript."""
