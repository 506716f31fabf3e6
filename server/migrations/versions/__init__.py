"""Schema migrations, one linear history."""
