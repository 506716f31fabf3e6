"""Starting: the window, the data, and the memory, against a bare Qt window in a process of its own."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.services.demo import build_demo
from desktop.services.opening import SEEDS
from desktop.services.places import places
from desktop.services.registry import build_services
from desktop.storage.database import Database, utc_now
from shared.catalog import load_catalog
from tests.benchmarks.measure import Options, Result, benchmark

_WINDOW = 2.0
_DATA_MS = 700
_MEMORY = 1.6
_ROOT = Path(__file__).resolve().parents[2]


@benchmark("startup")
def startup(options: Options) -> Iterator[Result]:
    """Alternating runs; a demo year of eight characters is the data."""
    folder = options.folder / "data"
    _fill(folder)
    kinds = ("bare", "app", "sqlalchemy")
    compiled = options.folder / "pycache"
    first = _run("app", folder, compiled)
    for kind in kinds:
        _run(kind, folder, compiled)
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for _ in range(options.repeats):
        for kind in kinds:
            runs[kind].append(_run(kind, folder, compiled))
    middle = {
        kind: {key: statistics.median(run[key] for run in found) for key in found[0]}
        for kind, found in runs.items()
    }
    app, bare, alchemy = (middle[kind] for kind in ("app", "bare", "sqlalchemy"))
    yield Result("window painted after", app["window"], "ms", bare["window"], most_ratio=_WINDOW)
    yield Result("data shown after that", app["data"] - app["window"], "ms", most_value=_DATA_MS)
    yield Result("the very first start, until data", first["data"], "ms")
    if alchemy["peak"]:
        yield Result("peak memory", app["peak"] / 1024, "MB", alchemy["peak"] / 1024, most_ratio=_MEMORY)


def _fill(folder: Path) -> None:
    found = places(folder)
    found.make()
    database = Database.open(found.database, found.backups, now=utc_now)
    build_demo(build_services(database, load_catalog(SEEDS), utc_now), 8)
    database.close()


def _run(kind: str, folder: Path, compiled: Path) -> dict[str, float]:
    """Milliseconds since the process was started, and its peak memory in kilobytes.

    compiled: where Python keeps compiled modules, as it does on a person's machine after the first start.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.startup_driver", kind, str(folder)],
        capture_output=True,
        text=True,
        cwd=_ROOT,
        env={**environment, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(compiled)},
        timeout=60,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"the {kind} process failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    peak = found.pop("peak")
    if kind == "app" and "data" not in found:
        raise RuntimeError(f"the app never showed its data:\n{done.stderr[-2000:]}")
    return {**{name: (stamp - start) * 1000 for name, stamp in found.items()}, "peak": peak}
