"""Who may do what with a clan's channels, and that no address comes out again."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from server.clans import service as clans
from server.webhooks import service
from shared.api.webhooks import MAX_WEBHOOKS
from shared.clans.roles import Role
from tests.server.player import Desk
from tests.server.rest import Player, join, slug
from tests.server.webhooks.conftest import Channels
from tests.stand_ins.discord import Discord, Fault

NOBODY = "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"


@pytest.fixture
async def aria(channels: Channels, desk: Desk) -> Player:
    """The clan's leader."""
    return await join(desk, "aria")


async def _in(channels: Channels, desk: Desk, name: str, role: Role) -> Player:
    player = await join(desk, name)
    async with channels.database.writing() as session:
        await clans.join(session, channels.clan, player.signed.user_id, role, NOBODY, channels.now())
    return player


def _entry(discord: Discord, **given: Any) -> dict[str, Any]:
    return {"name": "#news", "url": discord.make_hook(), **given}


async def test_a_channel_is_added_changed_tested_and_removed(
    channels: Channels, aria: Player, discord: Discord
) -> None:
    path = f"/clans/{channels.clan}/webhooks"
    made = await aria.post(
        path, **_entry(discord, events=["contest_drawn", "snapshot_complete", "contest_drawn"])
    )
    assert made["events"] == ["snapshot_complete", "contest_drawn"]
    assert (made["enabled"], made["waiting"], made["last_at"], made["disabled_why"]) == (True, 0, None, None)
    assert (await aria.get(path))["items"] == [made]
    tested = await aria.ask("POST", f"{path}/{made['id']}/test")
    assert (tested.status_code, tested.json()["waiting"]) == (200, 1)
    again = await aria.ask("POST", f"{path}/{made['id']}/test")
    assert slug(again) == (429, "rate-limited")
    assert again.headers["retry-after"] == "10"
    await channels.send()
    assert channels.heard == ["Lumen: this is a test"]
    assert (await aria.get(path))["items"][0]["last_status"] == 200
    channels.now.forward(seconds=10)
    assert (await aria.ask("POST", f"{path}/{made['id']}/test")).status_code == 200
    change = {"name": "#draws", "events": [], "enabled": False}
    changed = (await aria.ask("PUT", f"{path}/{made['id']}", change)).json()
    assert (changed["name"], changed["events"], changed["enabled"]) == ("#draws", [], False)
    assert changed["waiting"] == 0, "what waits is dropped"
    channels.now.forward(seconds=10)
    assert slug(await aria.ask("POST", f"{path}/{made['id']}/test")) == (409, "conflict")
    assert (await aria.ask("DELETE", f"{path}/{made['id']}")).status_code == 204
    assert (await aria.get(path))["items"] == []
    for method, body, end in (("PUT", change, ""), ("DELETE", None, ""), ("POST", None, "/test")):
        assert slug(await aria.ask(method, f"{path}/{made['id']}{end}", body)) == (404, "not-found")


async def test_leaders_manage_and_everybody_of_the_clan_sees(
    channels: Channels, aria: Player, desk: Desk, discord: Discord
) -> None:
    path = f"/clans/{channels.clan}/webhooks"
    made = await aria.post(path, **_entry(discord))
    change = {"name": "#x", "events": [], "enabled": True}
    asked = (
        ("POST", path, _entry(discord)),
        ("PUT", f"{path}/{made['id']}", change),
        ("DELETE", f"{path}/{made['id']}", None),
        ("POST", f"{path}/{made['id']}/test", None),
    )
    for name, role in (("bell", Role.MEMBER), ("cleo", Role.OFFICER)):
        player = await _in(channels, desk, name, role)
        assert (await player.get(path))["items"] == [made]
        for method, where, body in asked:
            assert slug(await player.ask(method, where, body)) == (403, "forbidden"), (role, method)
    stranger = await join(desk, "dora")
    for method, where, body in (*asked, ("GET", path, None)):
        assert slug(await stranger.ask(method, where, body)) == (404, "not-found")
        nobody = await desk.client.request(method, f"/api{where}", json=body)
        assert slug(nobody) == (401, "unauthenticated")
    async with channels.database.writing() as session:
        other = await clans.found(session, stranger.signed.user_id, _clan(), channels.now())
    for method, end, body in (("PUT", "", change), ("DELETE", "", None), ("POST", "/test", None)):
        elsewhere = f"/clans/{other.clan.id}/webhooks/{made['id']}{end}"
        assert slug(await stranger.ask(method, elsewhere, body)) == (404, "not-found"), "of another clan"


def _clan() -> Any:
    from shared.api.clans import ClanEntry

    return ClanEntry(name="Umbra")


async def test_a_clan_has_so_many_and_each_once(channels: Channels, aria: Player, discord: Discord) -> None:
    path = f"/clans/{channels.clan}/webhooks"
    first = _entry(discord)
    await aria.post(path, **first)
    assert slug(await aria.ask("POST", path, {**first, "name": "#again"})) == (409, "conflict")
    for number in range(MAX_WEBHOOKS - 1):
        await aria.post(path, **_entry(discord, name=f"#{number}"))
    assert slug(await aria.ask("POST", path, _entry(discord))) == (409, "conflict")
    assert len((await aria.get(path))["items"]) == MAX_WEBHOOKS


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/api/webhooks/223704706495545344/TOKEN",
        "https://discord.com:8080/api/webhooks/223704706495545344/TOKEN",
        "http://discord.com/api/webhooks/223704706495545344/TOKEN",
        "https://discord.com/api/webhooks/223704706495545344/TOKEN?wait=true",
        "http://127.0.0.1/",
        "TOKEN" * 70,
    ],
)
async def test_another_address_is_refused_without_repeating_it(
    channels: Channels, aria: Player, url: str, logged: list[Any]
) -> None:
    token = "Zk7pQ2wE9rT4yU1iO6aS8dF3gH5jK0lX2cV7bN4Zk7pQ2wE9rT4yU1iO6"
    answer = await aria.ask(
        "POST", f"/clans/{channels.clan}/webhooks", {"name": "#x", "url": url.replace("TOKEN", token)}
    )
    assert slug(answer) == (422, "invalid-input")
    assert token not in answer.text
    assert token not in json.dumps(logged, default=str)


async def test_no_address_comes_out_again(
    channels: Channels, aria: Player, discord: Discord, app: FastAPI, logged: list[Any], caplog: Any
) -> None:
    """Through everything that can be done with one, well and badly, in answers, logs, exports and the database."""
    caplog.set_level("DEBUG", logger="maplehub")
    path = f"/clans/{channels.clan}/webhooks"
    answers: list[str] = []

    async def ask(method: str, where: str, body: Any = None) -> Any:
        answer = await aria.ask(method, where, body)
        answers.append(f"{answer.headers} {answer.text}")
        return answer.json() if answer.content else None

    entry = _entry(discord)
    made = await ask("POST", path, entry)
    await ask("POST", path, entry)
    await ask("POST", path, {**entry, "name": ""})
    await ask("POST", path, {**entry, "url": entry["url"] + "/"})
    await ask("POST", path, {**entry, "more": 1})
    token = entry["url"].rsplit("/", 1)[1]
    hook = next(iter(discord.hooks))
    faults = (
        None, Fault(status=500, html=f"no {token}"), Fault(retry_after=1), Fault(location=f"http://127.0.0.1:1/{token}"),
        Fault(status=400, body={"message": f"bad {token}", "code": 1, "errors": {token: [token]}}),
        Fault(seconds=1.5), Fault(malformed=True), Fault(status=404, body={"message": token, "code": 10015}),
    )  # fmt: skip
    for number, fault in enumerate(faults):
        discord.faults = {f"/webhooks/{hook}": fault} if fault else {}
        await channels.tell(f"news {number}")
        await channels.send()
        channels.now.forward(minutes=15)
        await ask("GET", path)
    discord.hooks[hook] = "another"
    await ask("PUT", f"{path}/{made['id']}", {"name": "#x", "events": [], "enabled": True})
    await ask("POST", f"{path}/{made['id']}/test")
    await channels.send()
    await ask("GET", path)
    await ask("GET", "/auth/me/export")
    await ask("GET", f"/clans/{channels.clan}/log")
    stored = []
    async with channels.database.reading() as session:
        for table in ("webhooks", "webhook_deliveries", "clan_log", "clans"):
            stored += [str(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).all()]
        shown = [repr(hook) for hook in await service.listing(session, channels.clan)]
    assert len(answers) > 15
    assert "webhook_told" in json.dumps(logged, default=str)
    everything = [*answers, *stored, *shown, json.dumps(logged, default=str), caplog.text]
    assert [each for each in everything if token in each or entry["url"] in each] == []
    await ask("DELETE", f"{path}/{made['id']}")
