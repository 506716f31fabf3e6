"""A process is killed at every step of a snapshot: nothing is lost, nothing is done twice."""

import json
import os
import subprocess
import sys

import pytest

from tests.server.test_processes import PATIENCE, ROOT

EVERY = 3


@pytest.mark.parametrize("first", range(1, EVERY + 1))
def test_killed_at_every_step_another_process_finishes_it(address: str, first: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.server.snapshots.killed", address, str(first), str(EVERY)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stderr
    told = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert len(told) > 8
    assert [each["killed"] for each in told] == [True] * (len(told) - 1) + [False]
    for each in told:
        assert (each["state"], each["done"], each["snapshots"]) == ("done", 2, 1), each
        # One end, one line, one point of each metric, whoever asked how often.
        assert (each["lines"], each["most"]) == (1, 1), each
        # Who was done before was not asked again, and who was not was asked then.
        assert each["asked"] == 2 - each["before"], each
        values = sorted(value for values in each["experience"].values() for value in values)
        assert values == [1000] * each["before"] + [2000] * (2 - each["before"]), each
    assert {0, 2} <= {each["before"] for each in told}
    assert {each["finished_before"] for each in told} == {False, True}
