"""Secrets in keyrings that work, fail, hang, forget, are locked or are not there."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import keyring
import pytest
import structlog
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from desktop.system.secrets import MOST_BYTES, SERVICE, Secrets
from tests.stand_ins.keyrings import (
    FailingKeyring,
    ForgetfulKeyring,
    HangingKeyring,
    LockedKeyring,
    MemoryKeyring,
)

Given = TypeVar("Given", bound=KeyringBackend)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Given], Given]:
    """Make a keyring the system's."""

    def choose(backend: Given) -> Given:
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
        return backend

    return choose


@pytest.fixture
def hanging(use: Callable[[HangingKeyring], HangingKeyring]) -> Iterator[HangingKeyring]:
    backend = use(HangingKeyring())
    yield backend
    backend.released.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(10)
            assert not thread.is_alive()


def test_what_is_set_is_there_at_the_next_start(use: Callable[[MemoryKeyring], MemoryKeyring]) -> None:
    backend = use(MemoryKeyring())
    secrets = Secrets()
    assert secrets.get("aria") is None
    secrets.set("aria", "one")
    secrets.set("bell", "two")
    secrets.set("aria", "three")
    assert backend.entries == {(SERVICE, "aria"): "three", (SERVICE, "bell"): "two"}
    again = Secrets()
    assert (again.get("aria"), again.get("bell")) == ("three", "two")
    again.delete("aria")
    again.delete("nobody")
    assert (again.get("aria"), secrets.get("aria"), secrets.get("bell")) == (None, None, "two")
    assert secrets.lasting
    assert again.lasting


@pytest.mark.parametrize(
    "kind", [LockedKeyring, FailingKeyring, ForgetfulKeyring, fail.Keyring, null.Keyring]
)
def test_without_a_keyring_that_works_memory_serves_for_the_session(
    use: Callable[[KeyringBackend], KeyringBackend], kind: type[KeyringBackend]
) -> None:
    use(kind())
    secrets = Secrets()
    secrets.set("aria", "one")
    assert not secrets.lasting
    assert secrets.get("aria") == "one"
    secrets.set("aria", "two")
    assert secrets.get("aria") == "two"
    secrets.delete("aria")
    assert secrets.get("aria") is None
    assert Secrets().get("aria") is None


def test_a_keyring_that_stops_working_takes_nothing_along(
    use: Callable[[LockedKeyring], LockedKeyring],
) -> None:
    backend = use(LockedKeyring())
    backend.locked = False
    secrets = Secrets()
    secrets.set("aria", "one")
    backend.entries[SERVICE, "aria"] = "two"
    assert secrets.get("aria") == "two"
    backend.locked = True
    assert secrets.get("aria") == "two"
    assert not secrets.lasting
    # Asked no more: every question may be a window that asks the player for a password.
    backend.locked = False
    secrets.set("aria", "three")
    assert backend.entries == {(SERVICE, "aria"): "two"}
    assert secrets.get("aria") == "three"


def test_a_keyring_that_hangs_holds_nobody_up_twice(hanging: HangingKeyring) -> None:
    secrets = Secrets(patience=0.2)
    started = time.monotonic()
    assert secrets.get("aria") is None
    secrets.set("aria", "one")
    assert secrets.get("aria") == "one"
    assert not secrets.lasting
    assert time.monotonic() - started < 5
    assert hanging.asked == 1


def test_many_threads_see_one_after_the_other(use: Callable[[MemoryKeyring], MemoryKeyring]) -> None:
    use(MemoryKeyring())
    secrets = Secrets()
    seen: list[str | None] = []

    def work(number: int) -> None:
        secrets.set(f"name{number}", f"value{number}")
        seen.append(secrets.get(f"name{number}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(each) for each in seen) == [f"value{number}" for number in range(8)]


def test_what_windows_would_not_take_is_refused_everywhere(
    use: Callable[[MemoryKeyring], MemoryKeyring],
) -> None:
    use(MemoryKeyring())
    secrets = Secrets()
    longest = "x" * (MOST_BYTES // 2)
    secrets.set("aria", longest)
    with pytest.raises(ValueError, match="2560"):
        secrets.set("aria", longest + "x")
    with pytest.raises(ValueError, match="2560"):
        secrets.set("aria", "🍁" * (MOST_BYTES // 4 + 1))
    assert secrets.get("aria") == longest


def test_no_secret_is_written_down(use: Callable[[FailingKeyring], FailingKeyring]) -> None:
    use(FailingKeyring())
    with structlog.testing.capture_logs() as lines:
        Secrets().set("aria", "hunter2")
    assert lines == [{"event": "no_keyring", "reason": "OSError", "log_level": "warning"}]
