"""The command line, as a process."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the program with these arguments and nothing of a screen but what is given."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in screens}
    return subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        capture_output=True,
        text=True,
        env={**kept, **environment},
        check=False,
        timeout=50,
    )


def test_the_version_is_told() -> None:
    assert run("--version").stdout == f"MapleHub {version('maplehub')}\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_without_a_screen_there_is_a_sentence_and_no_core_dump() -> None:
    done = run()
    assert done.returncode == 2
    assert "needs a screen" in done.stderr


def test_nothing_heavy_is_imported_before_the_first_frame() -> None:
    program = (
        "import sys, desktop.bootstrap, desktop.__main__, desktop.system.single_instance, desktop.system.crash\n"
        "heavy = ('sqlalchemy', 'pydantic', 'alembic', 'httpx', 'structlog', 'PySide6.QtNetwork', 'email')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
