"""The local database: tables, the one way to write them, migrations and backups."""
