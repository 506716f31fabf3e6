"""A draw over very many tickets and its verification, against hashing the same leaves in plain Python.

A million: `bench draw --rows 1000000`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Options, Result, benchmark

_GOAL = 3.0


@benchmark("draw")
def draw(options: Options) -> Iterator[Result]:
    """Each in a process of its own, whose memory is told."""
    path = options.folder / "proof.json"
    made = _apart("draw", path, options.rows)
    checked = _apart("verify", path, options.rows)
    name = f"{options.rows:,} tickets"
    yield Result(f"draw of {name}, the file written", made["ms"], "ms", made["plain"], most_ratio=_GOAL)
    yield Result("memory at most, with the entries", made["peak"], "MB")
    yield Result("check of the proof", checked["ms"], "ms", made["plain"], most_ratio=_GOAL)
    yield Result("memory at most", checked["peak"], "MB")
    yield Result("size of the proof", path.stat().st_size / 1e6, "MB")


def _apart(step: str, path: Path, count: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.draw", step, str(path), str(count)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _main(step: str, path: str, count: str) -> None:
    import os

    from tests.benchmarks.hosting import peak_megabytes
    from tests.benchmarks.measure import milliseconds

    told: dict[str, Any] = {}
    if step == "draw":
        from tests.shared.fairness.contest import Contest, plain_entries

        contest = Contest(plain_entries(int(count)), winners=100, alternates=50)
        entries = [json.dumps(entry.plain(), sort_keys=True).encode() for entry in contest.entries]
        told["plain"] = milliseconds(lambda: [sha256(b"\x00" + entry).digest() for entry in entries])
        assert len(contest.by_leaf) == int(count)
        log = contest.log()
        contest.__dict__["log"] = lambda: log
        told["ms"] = milliseconds(lambda: Path(path).write_bytes(contest.proof().text()))
    else:
        from shared.fairness.proof import read_proof
        from shared.fairness.verify import verify

        verdicts = []
        told["ms"] = milliseconds(lambda: verdicts.append(verify(read_proof(Path(path).read_bytes()))))
        assert verdicts[0].line == "VALID", verdicts[0].line
    told["peak"] = peak_megabytes(os.getpid())
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _main(*sys.argv[1:])
