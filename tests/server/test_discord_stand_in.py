"""Discord's stand-in keeps to Discord's documentation, so that what passes against it passes against Discord."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.server.conftest import ORIGIN
from tests.server.player import APPLICATION
from tests.stand_ins.discord import Discord, Fault, Guild, Player

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REDIRECT = f"{ORIGIN}/api/auth/discord/callback"
QUERY = {
    "response_type": "code",
    "client_id": APPLICATION.id,
    "scope": "identify guilds",
    "state": "15773059ghq9183habn",
    "redirect_uri": REDIRECT,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@dataclass(slots=True)
class Visitor:
    """Someone at the stand-in's door."""

    discord: Discord
    client: httpx.Client

    def press(self, button: str, **changed: str) -> httpx.Response:
        """Open the page and press a button."""
        page = self.client.get("/oauth2/authorize", params={**QUERY, **changed})
        if page.status_code != 200:
            return page
        return self.client.post("/oauth2/authorize", params={**QUERY, **changed}, data={"decision": button})

    def code(self, **changed: str) -> str:
        """A fresh code."""
        return httpx.URL(self.press("authorize", **changed).headers["location"]).params["code"]

    def exchange(self, code: str, secret: str = APPLICATION.secret, **changed: str) -> httpx.Response:
        """The token request."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        return self.client.post(
            "/api/v10/oauth2/token", data={**form, **changed}, auth=(APPLICATION.id, secret)
        )

    def get(self, path: str, token: str) -> httpx.Response:
        """An API request."""
        return self.client.get(f"/api/v10{path}", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def visitor(discord: Discord, _discord_site: tuple[Discord, str]) -> Iterator[Visitor]:
    discord.player = Player("80351110224678912", "nelly", None, (Guild("197038439483310086", "Testers"),))
    with httpx.Client(base_url=_discord_site[1]) as client:
        yield Visitor(discord, client)


def test_yes_leads_to_tokens_and_they_to_the_player_and_their_guilds(visitor: Visitor) -> None:
    back = visitor.press("authorize")
    assert back.status_code == 302
    assert back.headers["location"].startswith(REDIRECT)
    assert back.headers["location"].endswith("state=15773059ghq9183habn")
    tokens = visitor.exchange(visitor.code()).json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == (
        "Bearer",
        604800,
        "identify guilds",
    )
    me = visitor.get("/users/@me", tokens["access_token"])
    assert (me.json()["id"], me.json()["username"]) == ("80351110224678912", "nelly")
    assert me.headers["x-ratelimit-limit"] == "50"
    assert int(me.headers["x-ratelimit-remaining"]) < 50
    assert visitor.get("/users/@me/guilds", tokens["access_token"]).json()[0]["name"] == "Testers"
    again = visitor.client.post(
        "/api/v10/oauth2/token",
        data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
        auth=(APPLICATION.id, APPLICATION.secret),
    )
    assert again.status_code == 200


def test_no_leads_back_with_an_error(visitor: Visitor) -> None:
    query = httpx.URL(visitor.press("cancel").headers["location"]).params
    assert (query["error"], query["state"]) == ("access_denied", "15773059ghq9183habn")


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "1"}, {"redirect_uri": "https://evil.test"}, {"scope": "admin"}, {"response_type": "x"}],
)
def test_a_wrong_question_is_never_asked(visitor: Visitor, changed: dict[str, str]) -> None:
    answer = visitor.press("authorize", **changed)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_code_works_once_for_its_client_its_redirect_and_its_verifier(visitor: Visitor) -> None:
    for changed in (
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"redirect_uri": f"{ORIGIN}/x"},
        {"code": "y"},
    ):
        answer = visitor.exchange(**{"code": visitor.code(), **changed})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    code = visitor.code()
    assert visitor.exchange(code, secret="wrong").json() == {"error": "invalid_client"}
    assert visitor.exchange(code).status_code == 200
    assert visitor.exchange(code).json()["error"] == "invalid_grant"
    assert visitor.exchange(visitor.code(), grant_type="x").json()["error"] == "unsupported_grant_type"


def test_tokens_are_checked_for_owner_and_scope(visitor: Visitor) -> None:
    refused = visitor.get("/users/@me", "nonsense")
    assert (refused.status_code, refused.json()) == (401, {"message": "401: Unauthorized", "code": 0})
    narrow = visitor.exchange(visitor.code(scope="identify")).json()["access_token"]
    assert visitor.get("/users/@me", narrow).status_code == 200
    assert visitor.get("/users/@me/guilds", narrow).status_code == 403


def test_too_many_requests_are_told_as_discord_tells_them(visitor: Visitor) -> None:
    token = visitor.exchange(visitor.code()).json()["access_token"]
    visitor.discord.limit, visitor.discord.window = 2, 30.0
    answers = [visitor.get("/users/@me", token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    body: dict[str, Any] = answers[2].json()
    assert body["message"] == "You are being rate limited."
    assert 0 < body["retry_after"] <= 30
    assert body["global"] is False
    assert int(answers[2].headers["retry-after"]) > 0


def test_faults_come_as_often_as_asked_for(visitor: Visitor) -> None:
    visitor.discord.faults["/users/@me"] = Fault(status=500, times=2)
    statuses = [visitor.get("/users/@me", "x").status_code for _ in range(3)]
    assert statuses == [500, 500, 401]
    visitor.discord.faults["/users/@me"] = Fault(malformed=True)
    with pytest.raises(ValueError, match="Unterminated"):
        visitor.get("/users/@me", "x").json()
    visitor.discord.faults["/users/@me"] = Fault(retry_after=2.5, wall=True)
    wall = visitor.get("/users/@me", "x")
    assert (wall.status_code, wall.headers["content-type"][:9]) == (429, "text/html")
