"""Keyrings of tests, by keyring's own plug-in interface: one that works, and those that do not."""

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE = "MAPLEHUB_TEST_KEYRING"


class _StandIn(KeyringBackend):
    priority = -1.0  # type: ignore[assignment]  # never chosen by itself

    def get_password(self, service: str, username: str) -> str | None:
        raise NotImplementedError

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


class MemoryKeyring(_StandIn):
    """It works. entries: what it holds, by service and name."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError(service)


class FileKeyring(MemoryKeyring):
    """It works between processes: in the file the environment names, PYTHON_KEYRING_BACKEND being this class."""

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(service)
        self._write(kept)

    @property
    def _path(self) -> Path:
        return Path(os.environ[FILE])

    def _read(self) -> dict[str, str]:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def _write(self, content: dict[str, str]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(content))
        fresh.replace(self._path)


class LockedKeyring(MemoryKeyring):
    """The player does not unlock it. locked: False lets it work."""

    locked = True

    def get_password(self, service: str, username: str) -> str | None:
        self._unlock()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._unlock()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._unlock()
        super().delete_password(service, username)

    def _unlock(self) -> None:
        if self.locked:
            raise KeyringLocked("the prompt was dismissed")


class FailingKeyring(LockedKeyring):
    """It fails in a way that is not in its documentation."""

    def _unlock(self) -> None:
        if self.locked:
            raise OSError("org.freedesktop.DBus.Error.NoReply")


class ForgetfulKeyring(MemoryKeyring):
    """It takes everything and keeps nothing, as keyring's own null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class HangingKeyring(MemoryKeyring):
    """It never answers, until `released` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.released.wait(30)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.asked += 1
        self.released.wait(30)
        super().set_password(service, username, password)
