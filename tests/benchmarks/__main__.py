"""`bench`: how fast the app is, each figure beside a bare baseline measured in the same run."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measure import BENCHMARKS, Options, Result, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; the exit status is 1 when a goal was missed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.screenshots import leave_out_noise
    from tests.benchmarks import (  # noqa: F401 - importing registers them
        boards,
        diary,
        draw,
        economy,
        load,
        lootbox_frames,
        startup,
        statistics,
        stats_http,
        sync,
        tick,
    )

    leave_out_noise()

    parser = argparse.ArgumentParser(prog="bench", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(BENCHMARKS)}")
    parser.add_argument(
        "--rows", type=int, default=100_000, help="runs in the diary, or counted (default 100000)"
    )
    parser.add_argument("--repeats", type=int, default=5, help="measurements per figure (default 5)")
    parser.add_argument("--devices", type=int, default=300, help="machines that push at once (default 300)")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long they do (default 20)")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}")
    missed = False
    for name in chosen.names or BENCHMARKS:
        start = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="maplehub-bench-", ignore_cleanup_errors=True) as folder:
            results: list[Result] = list(
                BENCHMARKS[name](
                    Options(chosen.rows, max(1, chosen.repeats), Path(folder), chosen.devices, chosen.seconds)
                )
            )
        sys.stdout.write(f"\n{name}  ({time.perf_counter() - start:.0f} s)\n{table(results)}\n")
        sys.stdout.flush()
        missed = missed or any(result.verdict == "missed" for result in results)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
