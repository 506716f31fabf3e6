"""Alembic without an ini file: the scripts lie here and the connection is handed in."""

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection


def configuration(scripts: Path, connection: Connection | None = None) -> Config:
    """Alembic's configuration for a folder of scripts, bound to a connection when one is given."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
