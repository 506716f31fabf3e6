"""Boss runs, their drops, and what they brought."""
