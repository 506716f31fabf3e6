"""The API keeps to its OpenAPI document, whatever is asked: no 5xx, no undocumented status, no other shape."""

import os

import pytest

from tests.server.conftest import Configure
from tests.server.fuzz import COUNT, SETTINGS, fuzzing

EXAMPLES = int(os.environ.get(COUNT, "4"))
PARTS = 4
"""Tests that share the operations, each short."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", ["nobody", "player"])
def test_whatever_is_asked_is_answered_as_documented(
    who: str, part: int, configure: Configure, address: str
) -> None:
    with fuzzing(configure(database_url=address, **SETTINGS), signed_in=who == "player") as fuzz:
        for operation in fuzz.operations()[part::PARTS]:
            fuzz.run(operation, EXAMPLES)
