"""`maplehub-server` as processes of its own: they start, serve, stop when told to, and say what is wrong."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from server import schema
from server.health.routes import Health

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 45.0


class Process:
    """A server process and what it writes to standard error."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", *arguments],
            cwd=environment.pop("CWD"),
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def expect(self, event: str) -> dict[str, object]:
        """The first line of the log with this event."""
        until = time.monotonic() + PATIENCE
        with self._more:
            while True:
                for line in self.lines:
                    if line.startswith("{") and json.loads(line)["event"] == event:
                        found: dict[str, object] = json.loads(line)
                        return found
                alive = self._reader.is_alive()
                assert alive and time.monotonic() < until, f"“{event}” was not said: {''.join(self.lines)}"  # noqa: PT018
                self._more.wait(0.2)

    def end(self, how: int = signal.SIGTERM) -> tuple[int, float]:
        """Tell it to stop; its exit status and the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        return status, time.monotonic() - started

    def finish(self) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of one that ends by itself."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        return status, self.process.stdout.read(), "".join(self.lines)

    def close(self) -> None:
        """End it if it still runs, and let go of its pipes."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._more:
                self.lines.append(line)
                self._more.notify_all()


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `maplehub-server …` in an empty folder; what still runs is ended after the test."""
    started: list[Process] = []
    (tmp_path / "cwd").mkdir()

    def begin(*arguments: object, **environment: str) -> Process:
        given = {"CWD": str(tmp_path / "cwd"), **environment}
        started.append(Process([str(argument) for argument in arguments], given))
        return started[-1]

    yield begin
    for process in started:
        process.close()


def test_it_starts_from_nothing_serves_and_stops_when_told_to(start: Start, tmp_path: Path) -> None:
    process = start("--port", "0", "--data-dir", tmp_path / "data")
    address = str(process.expect("serving")["address"])
    with httpx.Client(base_url=address, timeout=10) as client:
        health = Health.model_validate(client.get("/healthz").json())
        assert (health.database, health.migration) == ("sqlite", schema.head())
        assert client.get("/api/auth/me").status_code == 401
        assert "server" not in client.get("/livez").headers
        # With a connection still open.
        status, seconds = process.end()
    assert status == 0
    assert seconds < 8
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"server.sqlite3", "secret"}


def test_it_serves_postgresql_by_its_address_alone(start: Start, tmp_path: Path, address: str) -> None:
    process = start("--port", "0", "--data-dir", tmp_path / "data", DATABASE_URL=address)
    where = str(process.expect("serving")["address"])
    health = httpx.get(f"{where}/healthz", timeout=10).json()
    assert health["database"] == ("sqlite" if address.startswith("sqlite") else "postgresql")
    assert process.end(signal.SIGINT)[0] == 0


def test_a_request_that_hangs_holds_up_the_end_for_seconds_only(start: Start, tmp_path: Path) -> None:
    process = start("--port", "0", "--data-dir", tmp_path, MAPLEHUB_GRACEFUL_TIMEOUT="1")
    address = str(process.expect("serving")["address"])
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as hanging:
        hanging.sendall(b"POST /api/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert httpx.get(f"{address}/livez", timeout=10).status_code == 200
        status, seconds = process.end()
    assert status == 0
    assert seconds < 6


def test_a_wrong_setting_is_a_sentence_and_not_a_traceback(start: Start, tmp_path: Path) -> None:
    wrong = (
        ({"MAPLEHUB_ENVIRONMENT": "production"}, "MAPLEHUB_PUBLIC_URL is needed"),
        ({"MAPLEHUB_PROT": "1"}, "Did you mean MAPLEHUB_PORT?"),
        ({"DATABASE_URL": "postgresql+psycopg://u:hunter2@127.0.0.1:1/x"}, "cannot be used"),
        ({"REDIS_URL": "pigeon://coop"}, "REDIS_URL cannot be used"),
    )
    started = [
        (start("--port", "0", "--data-dir", tmp_path / str(number), **environment), said)
        for number, (environment, said) in enumerate(wrong)
    ]
    for process, said in started:
        status, _, error = process.finish()
        assert status == 2
        assert said in error
        assert "Traceback" not in error
        assert "hunter2" not in error


def test_a_port_in_use_and_a_folder_that_is_none_are_said(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, error = start("--port", port, "--data-dir", tmp_path / "data").finish()
    assert status == 2
    assert f"127.0.0.1:{port} cannot be listened on" in error
    (tmp_path / "file").write_text("")
    status, _, error = start("--port", "0", "--data-dir", tmp_path / "file" / "data").finish()
    assert status == 2
    assert "cannot be used" in error


def test_migrating_and_jobs_are_commands_of_their_own(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert start("migrate", "--data-dir", data).finish()[:2] == (0, "The database is at head.\n")
    assert start("--data-dir", data, "migrate").finish()[:2] == (0, "Nothing to do.\n")
    process = start("jobs", "--data-dir", data)
    assert process.expect("job_done")["job"] == "accounts.sweep"
    status, seconds = process.end()
    assert status == 0
    assert seconds < 8


def test_without_migrating_an_old_database_is_not_ready(start: Start, tmp_path: Path) -> None:
    process = start("--port", "0", "--data-dir", tmp_path, MAPLEHUB_MIGRATE="false", MAPLEHUB_JOBS="false")
    address = str(process.expect("serving")["address"])
    assert httpx.get(f"{address}/readyz", timeout=10).status_code == 503
    assert httpx.get(f"{address}/livez", timeout=10).status_code == 200
