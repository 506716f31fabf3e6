"""One history for both databases. Scripts import nothing of the application: they are true to their day."""
