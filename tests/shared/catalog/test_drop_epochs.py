"""Changes of drop tables: read in order, refused where they make no sense."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.catalog import load_catalog
from tests.shared.catalog.test_broken_seeds import broken, edit, seeds

__all__ = ["seeds"]  # the fixture


def row(day: str, *entries: str) -> dict[str, Any]:
    """A change as the file says it."""
    return {"from": day, "entries": list(entries), "note": "Belts are rarer.", "source": "Patch notes"}


def test_changes_are_told_by_entry(seeds: Path) -> None:
    rows = [row("2026-01-14", "hard-lucid", "easy-lucid"), row("2026-02-11", "hard-lucid")]
    edit(seeds, "drop_epochs.json", lambda document: document.update(epochs=rows))
    found = load_catalog(seeds).drop_epochs
    assert {entry: [each.starts for each in changes] for entry, changes in found.items()} == {
        "hard-lucid": [date(2026, 1, 14), date(2026, 2, 11)],
        "easy-lucid": [date(2026, 1, 14)],
    }


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([row("2026-01-14", "hard-maple")], "no boss entry"),
        ([row("2026-01-14", "hard-lucid", "hard-lucid")], "twice"),
        ([row("2026-01-14", "hard-lucid"), row("2026-01-14", "hard-lucid")], "twice"),
        ([row("2026-02-11", "hard-lucid"), row("2026-01-14", "hard-will")], "before the row above"),
        ([row("2026-02-11")], "at least 1 item"),
        ([row("soon", "hard-lucid")], "date"),
    ],
)
def test_what_makes_no_sense_is_refused(seeds: Path, rows: list[dict[str, Any]], problem: str) -> None:
    edit(seeds, "drop_epochs.json", lambda document: document.update(epochs=rows))
    error = broken(seeds)
    assert (error.file, error.where.split(".")[0].startswith("epochs[")) == ("drop_epochs.json", True)
    assert problem in error.problem
