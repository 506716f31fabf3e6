"""Secrets in the keyring of the system; in memory, until the program ends, where there is none that works."""

import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

SERVICE = "MapleHub"
MOST_BYTES = 2560
"""What Windows keeps of one secret (CRED_MAX_CREDENTIAL_BLOB_SIZE), in UTF-16."""
PATIENCE = 30.0
"""Seconds a keyring may take: it may be asking the player for a password."""

_Found = TypeVar("_Found")


class Secrets:
    """Secrets by name. Blocks while the keyring does, so not for the window's thread; for any other.

    A keyring that fails once, or does not answer for `patience` seconds, is not asked again. Nothing here raises but
    ValueError for a secret that no keyring must be given.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._lasting = True
        self._known: dict[str, str] = {}

    @property
    def lasting(self) -> bool:
        """Whether secrets are still there when the program is started again, as far as is known."""
        return self._lasting

    def get(self, name: str) -> str | None:
        """A secret; None when there is none, or none that can be had."""

        def read() -> str | None:
            import keyring

            return keyring.get_password(SERVICE, name)

        with self._lock:
            found = self._ask(read, None)
            if not self._lasting:
                return self._known.get(name)
            self._remember(name, found)
            return found

    def set(self, name: str, value: str) -> None:
        """Keep a secret in place of the one before."""
        if len(value.encode("utf-16-le")) > MOST_BYTES:
            raise ValueError(f"a secret of more than {MOST_BYTES} bytes does not fit into every keyring")

        def write() -> bool:
            import keyring

            keyring.set_password(SERVICE, name, value)
            return keyring.get_password(SERVICE, name) == value

        with self._lock:
            self._known[name] = value
            if not self._ask(write, False) and self._lasting:
                self._give_up("forgets")

    def delete(self, name: str) -> None:
        """Forget a secret, if there is one."""

        def remove() -> None:
            import keyring

            # Keyrings do not agree on what deleting nothing is.
            if keyring.get_password(SERVICE, name) is not None:
                keyring.delete_password(SERVICE, name)

        with self._lock:
            self._known.pop(name, None)
            self._ask(remove, None)

    def _remember(self, name: str, value: str | None) -> None:
        """What the keyring gave is not lost to this session when it stops working."""
        if value is None:
            self._known.pop(name, None)
        else:
            self._known[name] = value

    def _ask(self, question: Callable[[], _Found], otherwise: _Found) -> _Found:
        """The keyring's answer, from a thread of its own: one that hangs cannot be ended, only left alone."""
        if not self._lasting:
            return otherwise
        answer: list[_Found] = []
        failure = "hangs"

        def work() -> None:
            nonlocal failure
            try:
                answer.append(question())
            except Exception as error:  # noqa: BLE001 - what keyrings raise is beyond counting
                failure = type(error).__name__

        thread = threading.Thread(target=work, name="keyring", daemon=True)
        thread.start()
        thread.join(self._patience)
        if answer:
            return answer[0]
        self._give_up(failure)
        return otherwise

    def _give_up(self, why: str) -> None:
        self._lasting = False
        # Not before: the program's start makes one of these, and the module takes longer than all of that.
        import structlog

        structlog.get_logger("maplehub.secrets").warning("no_keyring", reason=why)


@cache
def system_secrets() -> Secrets:
    """The program's one keeper of secrets: what only memory holds outlives a change of data."""
    return Secrets()
