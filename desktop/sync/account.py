"""A player's account on the server: who they are, where they are signed in, what is stored of them, and leaving."""

from typing import Any, Protocol, Self

import httpx

from desktop.sync.http import Connection, Credentials, SignedOut, problem, trouble, understood
from shared.api.auth import Me, SessionInfo, Sessions
from shared.api.stats import OwnStanding
from shared.errors import InvalidInput, MapleHubError, NotFound


class SignIn(Credentials, Protocol):
    """Credentials that can be given up."""

    def end(self) -> None:
        """Forget them."""


class AccountClient:
    """The account of a sign-in. Every question raises Unreachable, SignedOut or Incompatible.

    transport: what carries the requests; None for the network.
    """

    def __init__(self, address: str, sign_in: SignIn, transport: httpx.BaseTransport | None = None) -> None:
        self._sign_in = sign_in
        self._connection = Connection(address, transport)

    def close(self) -> None:
        """Let go of the server, from any thread. A running request ends in Unreachable."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def me(self) -> Me:
        """Who is signed in."""
        return understood(self._ask("GET", "/auth/me"), Me)

    def standing(self) -> OwnStanding:
        """What the statistics make of the player's runs."""
        return understood(self._ask("GET", "/stats/mine"), OwnStanding)

    def sessions(self) -> list[SessionInfo]:
        """Where the player is signed in, the last seen first."""
        return understood(self._ask("GET", "/auth/sessions"), Sessions).items

    def revoke(self, session_id: str) -> None:
        """End one of these. Raises NotFound when it has ended already."""
        self._ask("DELETE", f"/auth/sessions/{session_id}")

    def revoke_others(self) -> None:
        """End all of these but this computer's."""
        self._ask("DELETE", "/auth/sessions")

    def logout(self) -> bool:
        """Sign this computer out, always; whether the server could be told. If not, it forgets in 90 days."""
        try:
            self._ask("POST", "/auth/logout")
        except SignedOut:
            return True  # it has ended there already
        except MapleHubError:
            return False
        finally:
            self._sign_in.end()
        return True

    def export(self) -> dict[str, Any]:
        """All there is of the player on the server, as JSON."""
        found: dict[str, Any] = self._ask("GET", "/auth/me/export").json()
        return found

    def delete(self, confirm: str) -> None:
        """Delete the account and everything of it on the server, and sign out; what is on this computer stays.

        confirm: the player's Discord user name. Raises InvalidInput when it is not.
        """
        self._ask("DELETE", "/auth/me", params={"confirm": confirm})
        self._sign_in.end()

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        answer = self._connection.ask(method, f"/api{path}", self._sign_in, **sent)
        if not answer.is_success:
            raise _trouble(answer)
        return answer


def _trouble(answer: httpx.Response) -> MapleHubError:
    told = problem(answer)
    detail, action = str(told.get("detail", "")), str(told.get("action", ""))
    if answer.status_code == httpx.codes.NOT_FOUND and detail:
        return NotFound(detail, action)
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY and "field" in told:
        return InvalidInput(str(told["field"]), detail, action)
    return trouble(answer)
