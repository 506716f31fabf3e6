"""Players who never were, for tests, demonstrations and measurements."""
