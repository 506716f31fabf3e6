"""A sign-in on this computer: its refresh token in the system's keyring, its access token in memory.

The next refresh token is in the keyring before the access token that came with it is used, and the server gives a pair
that was lost on its way again: whenever the program is ended, the keyring holds a token that still works.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

from desktop.sync.http import Connection, SignedOut, problem, slug, trouble, understood
from shared.api.auth import RefreshGrant, Tokens

SPARE = timedelta(seconds=60)
"""An access token that ends sooner than this is not used any more."""
_ENDED = "session-ended"


class Secrets(Protocol):
    """Where refresh tokens are kept. lasting: whether they are still there when the program is started again."""

    @property
    def lasting(self) -> bool: ...

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None: ...


def utc_now() -> datetime:
    """This computer's clock."""
    return datetime.now(UTC)


class FixedToken:
    """Credentials that end with their access token: those of a sign-in before it is known whose it is."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def token(self) -> str:
        """The token. Raises SignedOut once ended."""
        if not self._access_token:
            raise SignedOut
        return self._access_token

    def renew(self, spent: str) -> str:  # noqa: ARG002 - there is no other
        """Raises SignedOut."""
        raise SignedOut

    def end(self) -> None:
        """Forget it."""
        self._access_token = ""


class Session:
    """The sign-in of an account on a server. For any thread but the window's: it waits for the keyring and the network.

    transport: what carries the requests; None for the network.
    """

    def __init__(
        self,
        address: str,
        user_id: str,
        secrets: Secrets,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._secrets = secrets
        self._connection = Connection(address, transport)
        self._now = now
        self._lock = threading.Lock()
        # One entry in the keyring for each account on each server.
        self._name = f"{user_id} at {address}"
        self._access = ""
        self._ends = datetime.min.replace(tzinfo=UTC)

    def begin(self, tokens: Tokens) -> None:
        """Take a sign-in over, in place of the one before."""
        with self._lock:
            self._take(tokens)

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in, as far as this computer knows."""
        with self._lock:
            return self._secrets.get(self._name) is not None

    def token(self) -> str:
        """An access token for the next request. Raises SignedOut, Unreachable, Incompatible."""
        with self._lock:
            if self._ends - self._now() < SPARE:
                self._refresh()
            return self._access

    def renew(self, spent: str) -> str:
        """Another one, because the server refused this one. Raises the same."""
        with self._lock:
            # Of many threads that were refused at once, the first renews for all.
            if self._access == spent:
                self._refresh()
            elif not self._access:
                raise SignedOut
            return self._access

    def end(self) -> None:
        """Forget the sign-in on this computer."""
        with self._lock:
            self._forget()

    def close(self) -> None:
        """Let go of the server, from any thread; the sign-in stays. A running request ends in Unreachable."""
        self._connection.close()

    def _refresh(self) -> None:
        refresh_token = self._secrets.get(self._name)
        if refresh_token is None:
            raise self._nothing_kept()
        grant = RefreshGrant(grant_type="refresh_token", refresh_token=refresh_token)
        answer = self._connection.ask("POST", "/api/auth/token", json=grant.model_dump())
        if answer.status_code != httpx.codes.OK:
            told = problem(answer)
            # Said by the server and not by something on the way there.
            if slug(told) == _ENDED:
                self._forget()
                raise SignedOut("This computer was signed out.")
            raise trouble(answer)
        self._take(understood(answer, Tokens))

    def _take(self, tokens: Tokens) -> None:
        self._secrets.set(self._name, tokens.refresh_token)
        self._access = tokens.access_token
        self._ends = self._now() + timedelta(seconds=tokens.expires_in)

    def _nothing_kept(self) -> SignedOut:
        if self._secrets.lasting:
            return SignedOut()
        return SignedOut(
            "The system's keyring does not give the sign-in out.",
            "Unlock it and start MapleHub again, or sign in again in Settings; nothing is lost.",
        )

    def _forget(self) -> None:
        self._access = ""
        self._ends = datetime.min.replace(tzinfo=UTC)
        self._secrets.delete(self._name)
