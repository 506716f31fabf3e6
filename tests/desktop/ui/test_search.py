"""Search as people type."""

import pytest

from desktop.ui.search import rank
from shared.catalog import Catalog


def names(catalog: Catalog) -> list[str]:
    """Every boss as it is called."""
    return [entry.display_name for entry in catalog.bosses.values()]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hard lucid", "Hard Lucid"),
        ("lucid h", "Hard Lucid"),
        ("HARD LUC", "Hard Lucid"),
        ("hrad lucid", "Hard Lucid"),
        ("ex kaling", "Extreme Kaling"),
        ("black hard", "Hard Black Mage"),
    ],
)
def test_the_best_match_is_first(catalog: Catalog, typed: str, first: str) -> None:
    assert rank(typed, names(catalog), str)[0] == first


def test_every_word_must_match(catalog: Catalog) -> None:
    assert rank("hard zzz", names(catalog), str) == []


def test_nothing_typed_leaves_the_order(catalog: Catalog) -> None:
    assert rank("  ", names(catalog), str) == names(catalog)


def test_a_whole_word_beats_a_beginning() -> None:
    assert rank("will", ["Willow", "Hard Will"], str) == ["Hard Will", "Willow"]
