"""Three clients and a server, and everything that can go wrong: four scenarios, a thousand histories each.

`python -m tests.shared.sync.model` tells more histories by hand, also with a rule taken out.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.shared.sync.model.machine import SCENARIOS

HISTORIES = 1_000
PARTS = 4
"""A scenario is told in parts that each stay far below the time a test may take."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_whatever_happens_everybody_comes_to_agree(scenario: str, part: int) -> None:
    run_state_machine_as_test(
        SCENARIOS[scenario],
        settings=settings(
            max_examples=HISTORIES // PARTS,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
