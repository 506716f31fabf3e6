"""Runs the steps of the self-test, each in a process of its own over one data folder."""

import os
import subprocess
import sys
import tempfile
import time

from desktop.system.launch import program

STEPS = ("make", "find", "undo", "coins", "pages")
_LIMIT = 120


def self_test(step: str | None, data_dir: str | None = None) -> int:
    """Run one step (in a child) or all of them; returns the exit status: 0 when everything held."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if step is not None:
        from desktop.self_test.steps import run_step

        return run_step(step, data_dir or "")
    with tempfile.TemporaryDirectory(prefix="maplehub-self-test-") as folder:
        for name in STEPS:
            started = time.monotonic()
            done = subprocess.run(  # noqa: S603 - this very program
                [*program(), "--self-test", name, "--data-dir", folder],
                timeout=_LIMIT,
                check=False,
                capture_output=True,
                text=True,
            )
            held = done.returncode == 0
            seconds = time.monotonic() - started
            sys.stdout.write(
                f"{'ok  ' if held else 'FAIL'} {name}: {done.stdout.strip()} ({seconds:.1f} s)\n"
            )
            if not held:
                sys.stdout.write(done.stderr)
                return 1
    sys.stdout.write("Self-test passed.\n")
    return 0
