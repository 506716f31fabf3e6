"""The game's bosses, for everybody, and only once an hour."""

import httpx
import pytest

from server.catalog import service
from server.settings import Settings
from tests.server.conftest import Configure
from tests.server.rest import slug


@pytest.fixture
def settings(configure: Configure, sqlite_address: str) -> Settings:
    """No database is asked here."""
    return configure(database_url=sqlite_address)


async def test_bosses_are_listed_all_or_by_reset(client: httpx.AsyncClient) -> None:
    everything = (await client.get("/api/bosses")).json()["items"]
    assert [each["id"] for each in everything] == list(service.read().bosses)
    parts = [
        (await client.get("/api/bosses", params={"reset_type": reset})).json()["items"]
        for reset in ("daily", "weekly", "monthly")
    ]
    assert all(parts)
    assert sum(map(len, parts)) == len(everything)
    assert {each["reset_type"] for each in parts[2]} == {"monthly"}
    assert (await client.get("/api/bosses", params={"reset_type": "yearly"})).status_code == 422


async def test_a_boss_tells_what_it_drops(client: httpx.AsyncClient) -> None:
    lucid = (await client.get("/api/bosses/hard-lucid")).json()
    assert (lucid["name"], lucid["reset_type"], lucid["drops_known"]) == ("Hard Lucid", "weekly", True)
    belt = {"item_id": "dreamy-belt", "item_name": "Dreamy Belt", "is_guaranteed": False}
    assert belt in lucid["drops"]
    unlisted = next(iter(service.read().without_table))
    told = (await client.get(f"/api/bosses/{unlisted}")).json()
    assert (told["drops_known"], told["drops"]) == (False, [])
    assert slug(await client.get("/api/bosses/hard-bellona")) == (404, "not-found")


async def test_every_boss_can_be_told(client: httpx.AsyncClient) -> None:
    catalog = service.read()
    assert all(service.boss(catalog, boss_id).id == boss_id for boss_id in catalog.bosses)


@pytest.mark.parametrize("path", ["/api/bosses", "/api/bosses/hard-lucid", "/api/tasks/templates"])
async def test_who_has_the_newest_is_told_so_without_a_body(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=3600"
    for known in (tag, f"W/{tag}", f'"older", {tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.get(path, headers={"If-None-Match": '"older"'})).status_code == 200
