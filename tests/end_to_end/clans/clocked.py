"""`maplehub-server` in a process of its own whose clock stands where a file says. Run by the tests beside.

The file holds seconds to add to the wall clock. The beacon's rounds that are known for good are of August 2023.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from server import __main__ as program

FILE = "TEST_CLOCK"


def now() -> datetime:
    """The wall clock, moved."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ[FILE]).read_text()))


if __name__ == "__main__":
    program.create_app = partial(program.create_app, now=now)
    sys.exit(program.main())
