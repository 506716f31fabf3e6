"""Signing in through Discord over real HTTP: a browser, a desktop, and everything that can go wrong between."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.server.accounts.conftest import ARIA, BELL, Browser, Loopback, Site
from tests.server.conftest import Clock
from tests.server.player import APPLICATION, bearer
from tests.stand_ins.discord import Discord, Fault

TOKEN, ME = "/oauth2/token", "/users/@me"


async def _to_discord(browser: Browser, **query: str) -> httpx.Response:
    page = await browser.get("/api/auth/discord", params=query)
    assert page.status_code == 200
    assert "wants to access your account" in page.text
    return page


async def test_a_browser_signs_in_and_out(browser: Browser, discord: Discord) -> None:
    page = await browser.press(await _to_discord(browser), "authorize")
    assert (page.status_code, page.url.path) == (200, "/api/auth/signed-in")
    assert "You are signed in" in page.text
    me = (await browser.get("/api/auth/me")).json()
    assert me.pop("id")
    assert me == {"discord_id": ARIA.id, "discord_username": "aria", "discord_avatar": ARIA.avatar}
    (place,) = (await browser.get("/api/auth/sessions")).json()["items"]
    assert (place["client"], place["current"]) == ("web", True)
    answer = await browser.post("/api/auth/logout", headers=browser.csrf())
    assert answer.status_code == 204
    assert not browser.cookies
    assert (await browser.get("/api/auth/me")).status_code == 401


async def test_a_second_time_nothing_is_asked_and_the_player_is_the_same(
    browser: Browser, discord: Discord
) -> None:
    await browser.press(await _to_discord(browser), "authorize")
    first = (await browser.get("/api/auth/me")).json()
    browser.cookies.clear()
    page = await browser.get("/api/auth/discord", params={"next": "/healthz?a=b"})
    assert (page.url.path, page.url.query) == ("/healthz", b"a=b")
    assert (await browser.get("/api/auth/me")).json() == first
    browser.cookies.clear()
    discord.player = BELL
    await browser.press(await _to_discord(browser), "authorize")
    assert (await browser.get("/api/auth/me")).json()["id"] != first["id"]


async def test_a_desktop_signs_in_through_the_browser(browser: Browser, desktop: Loopback) -> None:
    page = await browser.press(await _to_discord(browser, **desktop.query()), "authorize")
    assert page.text == "Done"
    came = await desktop.came()
    assert came["state"] == desktop.state
    assert "mh_session" not in browser.cookies
    answer = await browser.post("/api/auth/token", json=desktop.grant(came["code"]))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["refresh_expires_in"]) == (
        "Bearer",
        3600,
        7_776_000,
    )
    headers = bearer(tokens["access_token"])
    assert (await browser.get("/api/auth/me", headers=headers)).json()["discord_username"] == "aria"
    (place,) = (await browser.get("/api/auth/sessions", headers=headers)).json()["items"]
    assert (place["id"], place["device"]) == (tokens["session_id"], "Aria's laptop")


async def test_what_goes_to_discord_says_no_more_than_it_must(browser: Browser, desktop: Loopback) -> None:
    for query, prompt in (({}, "none"), (desktop.query(), "consent")):
        answer = await browser.get("/api/auth/discord", params=query, follow_redirects=False)
        assert answer.status_code == 303
        sent = {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }
        assert sent.pop("state") != desktop.state
        assert sent.pop("code_challenge") != desktop.query()["code_challenge"]
        assert sent.pop("redirect_uri").endswith("/api/auth/discord/callback")
        assert sent == {
            "response_type": "code",
            "client_id": APPLICATION.id,
            "scope": "identify guilds",
            "code_challenge_method": "S256",
            "prompt": prompt,
        }
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Max-Age=600" in cookie
        assert desktop.state not in cookie


async def test_saying_no_signs_nobody_in(browser: Browser, desktop: Loopback) -> None:
    page = await browser.press(await _to_discord(browser), "cancel")
    assert page.status_code == 400
    assert "You did not let MapleHub see who you are" in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "Try again" in page.text
    assert (await browser.get("/api/auth/me")).status_code == 401
    await browser.press(await _to_discord(browser, **desktop.query()), "cancel")
    came = await desktop.came()
    assert (came["error"], came["state"]) == ("access_denied", desktop.state)
    assert "code" not in came


async def _callback(browser: Browser) -> str:
    """The address Discord sends the browser back to, not yet opened."""
    page = await _to_discord(browser)
    browser.follow_redirects = False
    answer = await browser.press(page, "authorize")
    browser.follow_redirects = True
    return str(answer.headers["location"])


async def test_a_sign_in_ends_only_in_the_browser_that_began_it(browser: Browser, site: Site) -> None:
    where = await _callback(browser)
    async with Browser(base_url=site.url) as other:
        page = await other.get(where)
        assert page.status_code == 400
        assert "not begun in this browser" in page.text
        await other.get("/api/auth/discord")
        assert (await other.get(where)).status_code == 400
        assert "mh_session" not in other.cookies
    assert (await browser.get(where)).url.path == "/api/auth/signed-in"


async def test_state_is_checked_and_a_callback_works_once(browser: Browser, discord: Discord) -> None:
    where = await _callback(browser)
    for wrong in (where.replace("state=", "state=x"), where[: where.index("state=")], where + "x"):
        assert (await browser.get(wrong)).status_code == 400
    assert discord.requests == []
    assert (await browser.get(where)).url.path == "/api/auth/signed-in"
    browser.cookies.delete("mh_session")
    assert (await browser.get(where)).status_code == 400
    assert len(discord.requests) == 2


async def test_a_sign_in_begun_too_long_ago_is_refused(browser: Browser, clock: Clock) -> None:
    where = await _callback(browser)
    clock.forward(seconds=601)
    assert (await browser.get(where)).status_code == 400


async def test_a_sealed_cookie_cannot_be_made_or_changed(browser: Browser) -> None:
    where = await _callback(browser)
    (name,) = [name for name in browser.cookies if name.startswith("mh_login_")]
    value = browser.cookies[name]
    browser.cookies.clear()
    changed = value[:-10] + ("A" if value[-10] != "A" else "B") + value[-9:]
    browser.cookies.set(name, changed, domain="127.0.0.1")
    assert (await browser.get(where)).status_code == 400


async def test_a_code_of_somebody_elses_sign_in_is_refused_by_pkce(
    browser: Browser, site: Site, discord: Discord
) -> None:
    """A code that was caught on its way is put into another sign-in: Discord sees the wrong verifier."""
    caught = parse_qs(urlsplit(await _callback(browser)).query)["code"][0]
    async with Browser(base_url=site.url, follow_redirects=True) as other:
        discord.granted.clear()
        own = await _callback(other)
        code = parse_qs(urlsplit(own).query)["code"][0]
        page = await other.get(own.replace(code, caught))
        assert page.status_code == 400
        assert "Discord refused" in page.text
        assert "mh_session" not in other.cookies


@pytest.mark.parametrize(
    "next_page", ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a b", "evil"]
)
async def test_a_sign_in_leads_nowhere_else(browser: Browser, next_page: str) -> None:
    answer = await browser.get("/api/auth/discord", params={"next": next_page})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://localhost:5000/callback"},
        {"redirect_uri": "http://127.0.0.1/callback"},
        {"redirect_uri": "http://127.0.0.1:5000/other"},
        {"redirect_uri": "https://127.0.0.1:5000/callback"},
        {"redirect_uri": "http://127.0.0.1:5000@evil.test/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.test:80/callback"},
        {"redirect_uri": "http://127.0.0.1:5000/callback?x=1"},
        {"state": "short"},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
        {"client": "toaster"},
        {"extra": "1"},
    ],
)
async def test_a_desktop_that_begins_wrongly_is_told(
    browser: Browser, desktop: Loopback, changed: dict[str, str]
) -> None:
    answer = await browser.get("/api/auth/discord", params=desktop.query(**changed))
    assert answer.status_code == 422


async def test_a_desktop_must_bring_everything(browser: Browser, desktop: Loopback) -> None:
    for missing in ("redirect_uri", "state", "code_challenge", "code_challenge_method"):
        query = desktop.query()
        del query[missing]
        assert (await browser.get("/api/auth/discord", params=query)).status_code == 422


@pytest.mark.parametrize(
    ("path", "fault", "status", "said"),
    [
        (TOKEN, Fault(status=500), 502, "did not answer as it should"),
        (TOKEN, Fault(malformed=True), 502, "cannot be understood"),
        (TOKEN, Fault(seconds=3), 502, "cannot be reached"),
        (TOKEN, Fault(status=401, body={"error": "invalid_client"}), 502, "credentials"),
        (TOKEN, Fault(retry_after=40.2), 503, "too much to do"),
        (TOKEN, Fault(retry_after=40, wall=True), 503, "too much to do"),
        (ME, Fault(status=500, times=2), 502, "did not answer as it should"),
        (ME, Fault(malformed=True), 502, "cannot be understood"),
        (ME, Fault(status=401), 400, "Discord refused"),
        (ME, Fault(status=404), 502, "did not answer as it should"),
    ],
)
async def test_troubles_of_discord_are_told_and_nobody_is_signed_in(
    browser: Browser, discord: Discord, path: str, fault: Fault, status: int, said: str
) -> None:
    where = await _callback(browser)
    discord.faults[path] = replace(fault)
    page = await browser.get(where)
    assert page.status_code == status
    assert said in page.text
    assert page.headers["content-type"].startswith("text/html")
    assert (status == 503) == ("retry-after" in page.headers)
    assert "mh_session" not in browser.cookies


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (TOKEN, Fault(retry_after=0.05)),
        (ME, Fault(retry_after=0.05)),
        (ME, Fault(status=502)),
        (ME, Fault(seconds=1.5)),
    ],
)
async def test_short_troubles_of_discord_are_not_noticed(
    browser: Browser, discord: Discord, path: str, fault: Fault
) -> None:
    where = await _callback(browser)
    discord.faults[path] = replace(fault)
    assert (await browser.get(where)).url.path == "/api/auth/signed-in"


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Fault(status=500), "server_error"), (Fault(retry_after=60), "temporarily_unavailable")],
)
async def test_a_waiting_desktop_is_told_of_troubles(
    browser: Browser, desktop: Loopback, discord: Discord, fault: Fault, said: str
) -> None:
    page = await _to_discord(browser, **desktop.query())
    discord.faults[TOKEN] = replace(fault)
    await browser.press(page, "authorize")
    came = await desktop.came()
    assert (came["error"], came["state"]) == (said, desktop.state)


async def test_no_code_token_or_verifier_reaches_the_log(
    browser: Browser, desktop: Loopback, logged: list[object]
) -> None:
    await browser.press(await _to_discord(browser, **desktop.query()), "authorize")
    code = (await desktop.came())["code"]
    tokens = (await browser.post("/api/auth/token", json=desktop.grant(code))).json()
    await browser.get("/api/auth/me", headers=bearer(tokens["access_token"]))
    written = repr(logged)
    assert "/api/auth/discord/callback" in written
    for secret in (code, tokens["access_token"], tokens["refresh_token"], desktop.verifier, desktop.state):
        assert secret not in written
