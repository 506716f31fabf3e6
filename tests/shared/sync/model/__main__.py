"""Tell histories by hand: `python -m tests.shared.sync.model faults 50000 [--without clamp]`."""

import argparse
import time
from dataclasses import fields, replace

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.shared.sync.model.machine import SCENARIOS
from tests.shared.sync.model.rules import ALL, Rules, Violation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", choices=sorted(SCENARIOS))
    parser.add_argument("histories", type=int)
    parser.add_argument("--without", choices=[each.name for each in fields(Rules)])
    asked = parser.parse_args()
    told = 0

    class Told(SCENARIOS[asked.scenario]):  # type: ignore[misc]
        laws = replace(ALL, **{asked.without: False}) if asked.without else ALL

        def teardown(self) -> None:
            nonlocal told
            told += 1
            super().teardown()

    began = time.monotonic()
    try:
        run_state_machine_as_test(
            Told,
            settings=settings(
                max_examples=asked.histories,
                stateful_step_count=30,
                deadline=None,
                database=None,
                print_blob=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Violation as violation:
        print(f"After {told} histories, shrinking among them: {violation}\n{Told.trail}")
        raise SystemExit(1) from None
    rate = told / (time.monotonic() - began)
    print(f"{told} histories of {asked.scenario}, {rate:.0f} a second: nothing found")


if __name__ == "__main__":
    main()
