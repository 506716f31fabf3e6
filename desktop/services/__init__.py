"""Use cases: plain functions over the local database and the catalogue, no Qt. They run on the database thread."""
