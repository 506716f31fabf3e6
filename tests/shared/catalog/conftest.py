"""The real catalogue, read once."""

from pathlib import Path

import pytest

from shared.catalog import Catalog, load_catalog

SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """What the app ships."""
    return load_catalog(SEEDS)
