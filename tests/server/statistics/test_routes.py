"""The public API of community statistics."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from server.settings import Settings
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk
from tests.server.rest import join, slug, statements
from tests.server.statistics.crowd import Crowd
from tests.server.statistics.filling import BOSS, ITEM, Play, fill

RATES = "/api/stats/drop-rates"


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address, rate_statistics_address="10000/minute")


@pytest.fixture(autouse=True)
def _always_newest(app: FastAPI) -> None:
    app.state.published._look_every = 0.0


@pytest.fixture
def crowd(app: FastAPI, clock: Clock) -> Crowd:
    return Crowd(app.state.database)


async def _get(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_with_nothing_yet_there_is_nothing_to_list(client: httpx.AsyncClient) -> None:
    assert (await _get(client, RATES))["items"] == []
    boss = await _get(client, f"{RATES}/{BOSS}")
    assert boss["suppressed"]
    assert boss["total_runs"] is None
    assert {each["drop_rate"] for each in boss["items"]} == {None}
    item = await _get(client, f"{RATES}/{BOSS}/{ITEM}")
    assert (item["months"], item["days"]) == ([], [])
    assert (await _get(client, "/api/stats/boss-clears"))["items"] == []


async def test_real_runs_come_out_as_rates(client: httpx.AsyncClient, crowd: Crowd) -> None:
    for number in range(5):
        user, aria = await crowd.user(), crowd.character()
        runs = [crowd.run(aria.id, day=crowd.today - timedelta(weeks=week)) for week in range(1, 20)]
        await crowd.push(user, aria, *runs, *(crowd.lucky(aria.id) if number < 2 else [crowd.run(aria.id)]))
    await crowd.follow()
    told = await _get(client, RATES)
    rate = next(each for each in told["items"] if each["item_id"] == ITEM)
    assert len(told["items"]) == len(crowd.catalog.drop_tables[BOSS].drops)
    assert {each["total_runs"] for each in told["items"]} == {100}, "the same for every item"
    assert (rate["total_drops"], rate["drop_rate"], rate["players"]) == (2, 0.02, 5)
    assert (rate["confidence"], rate["precision"], rate["trend"]) == ("medium", None, "stable")
    assert (rate["last_7_days_rate"], rate["last_30_days_rate"]) == (0.4, 0.08)
    assert rate["low"] < 0.02 < rate["high"]
    assert rate["cohort"] is None, "nobody has four clears a week"
    assert rate["sentence"].endswith("2 in 100 runs by 5 players since 2025-10-23")
    assert (await _get(client, RATES, min_sample=101))["items"] == []
    assert await _get(client, RATES, boss_id=BOSS) == told
    assert (await _get(client, RATES, world="interactive", min_sample=0))["items"] == []
    (clears,) = (await _get(client, "/api/stats/boss-clears"))["items"]
    assert (clears["boss_id"], clears["clears"], clears["recorded_clears"]) == (BOSS, 100, 100)
    history = await _get(client, f"{RATES}/{BOSS}/{ITEM}")
    assert sum(each["runs"] for each in history["months"] + history["days"]) == 100
    assert history["days"][-1].items() >= {"start": "2026-03-05", "runs": 5, "drops": 2, "rate": 0.4}.items()
    assert history.items() >= (rate | {"cohort": None}).items()


async def test_fewer_than_five_players_are_nobodys_business(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    await fill(app.state.database, clock.now, Play(users=4, runs=1000))
    assert (await _get(client, RATES, min_sample=0))["items"] == []
    assert (await _get(client, "/api/stats/boss-clears"))["items"] == []
    for path in (f"{RATES}/{BOSS}", f"{RATES}/{BOSS}/{ITEM}"):
        assert "1000" not in (await client.get(path)).text
        assert "120000" not in (await client.get(path)).text
    item = await _get(client, f"{RATES}/{BOSS}/{ITEM}")
    hidden = set(item) - {"boss_id", "boss_name", "item_id", "item_name", "world", "party", "epoch"}
    hidden -= {"suppressed", "headline", "sentence", "last_calculated"}
    assert all(not item[name] for name in hidden), "null, or empty"


async def test_filters_name_one_key_of_the_sums(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    await fill(app.state.database, clock.now, Play(users=40, runs=1, days=10))
    everything = await _get(client, f"{RATES}/{BOSS}")
    parts = [
        await _get(client, f"{RATES}/{BOSS}", world=world, party=party)
        for world, party in (("heroic", "1"), ("heroic", "3"), ("interactive", "2"), ("interactive", "4-6"))
    ]
    assert everything["total_runs"] == 400 == sum(part["total_runs"] for part in parts)
    assert {part["world"] for part in parts} == {"heroic", "interactive"}
    epoch = await _get(client, f"{RATES}/{BOSS}", epoch="1")
    assert epoch == everything
    assert epoch["epochs"] == ["1"]


REFUSED = {
    f"{RATES}?world=mars": 422,
    f"{RATES}?party=7": 422,
    f"{RATES}?min_sample=-1": 422,
    f"{RATES}?epoch=1": 422,
    f"{RATES}?boss_id=nobody": 404,
    f"{RATES}/nobody": 404,
    f"{RATES}/{BOSS}?epoch=2": 404,
    f"{RATES}/{BOSS}?epoch=x": 422,
    f"{RATES}/{BOSS}/nothing": 404,
    "/api/stats/dumps/maplehub-runs-2026-01.jsonl.zst": 404,
    "/api/stats/dumps/secret": 422,
}


async def test_what_cannot_be_asked_is_refused(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"If-None-Match": "*"}):
        got = {path: (await client.get(path, headers=headers)).status_code for path in REFUSED}
        assert got == REFUSED


async def test_an_answer_is_kept_until_something_changes(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock, desk: Desk
) -> None:
    await fill(app.state.database, clock.now, Play())
    first = await client.get(RATES)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "public, max-age=60"
    with statements(desk) as seen:
        again = await client.get(RATES)
        unchanged = await client.get(RATES, headers={"If-None-Match": f'"other", W/{tag}'})
    assert len(seen) == 2, "each looks for a newer state and reads nothing else"
    assert (again.content, again.headers["etag"]) == (first.content, tag)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    assert (await client.get(RATES, headers={"If-None-Match": "*"})).status_code == 304
    elsewhere = await client.get(f"{RATES}?min_sample=99", headers={"If-None-Match": tag})
    assert elsewhere.status_code == 200, "another address has another tag"
    await fill(app.state.database, clock.now, Play())
    newer = await client.get(RATES, headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert newer.headers["etag"] != tag
    clock.forward(days=1)
    tomorrow = await client.get(RATES, headers={"If-None-Match": newer.headers["etag"]})
    assert tomorrow.status_code == 200, "the last seven days are others"


async def test_a_state_is_looked_for_once_in_a_while(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk
) -> None:
    app.state.published._look_every = 1000.0
    await client.get(RATES)
    with statements(desk) as seen:
        for _ in range(3):
            assert (await client.get(RATES)).status_code == 200
    assert seen == []


async def test_what_is_made_is_bounded(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.statistics.published._MOST_BYTES", 1000)
    for sample in range(30):
        await client.get(RATES, params={"min_sample": sample})
    edition = app.state.published._edition
    assert edition.size == sum(len(each.body) for each in edition.answers.values()) <= 1000
    assert ("rates", None, 29, "all", "all", None) in edition.answers
    for number in range(30):
        await client.get(f"{RATES}?min_sample=0&x={number}")
    assert len(edition.addresses) <= 4 * len(edition.answers)
    kept = {id(each) for each in edition.answers.values()}
    assert {id(each) for each in edition.addresses.values()} <= kept


async def test_the_short_way_is_counted_and_measured_like_the_long_one(
    app: FastAPI, client: httpx.AsyncClient, logged: list[Any], desk: Desk
) -> None:
    app.state.published._look_every = 1000.0
    path = f"{RATES}/{BOSS}"
    first, second = await client.get(path), await client.get(path)
    assert (second.status_code, second.content) == (200, first.content)
    differ = {"x-request-id", "ratelimit-remaining"}
    assert {name for name in first.headers if first.headers[name] != second.headers.get(name)} == differ
    routes = [line["route"] for line in logged if line["event"] == "request"]
    assert routes == ["/api/stats/drop-rates/{boss}"], "what is kept is not worth a line"
    labels = {"method": "GET", "route": routes[0], "status": "200"}
    registry = app.state.metrics.registry
    assert registry.get_sample_value("maplehub_request_seconds_count", labels) == 2
    left = int(second.headers["ratelimit-remaining"])
    assert left == int(first.headers["ratelimit-remaining"]) - 1
    aria = await join(desk)
    with_token = await client.get(path, headers=aria.signed.headers)
    assert with_token.headers["ratelimit-policy"] == "100;w=60"
    forged = await client.get(path, headers={"Authorization": "Bearer mhk_forged"})
    assert slug(forged) == (401, "unauthenticated")
    assert (await client.head(path)).status_code == 405
    assert (await client.get(path)).headers["ratelimit-remaining"] == str(left - 2)


async def test_a_read_asks_as_many_statements_whatever_there_is(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock, desk: Desk
) -> None:
    counts = set()
    for runs in (1, 1000):
        await fill(app.state.database, clock.now, Play(runs=runs), Play("hard-will", runs=runs))
        with statements(desk) as seen:
            await client.get(f"{RATES}/{BOSS}")
        counts.add(len([each for each in seen if "stat_" in each]))
    assert len(counts) == 1
    assert counts.pop() <= 10


async def test_the_statistics_are_counted_apart_and_a_key_gets_more(
    configure: Configure, clock: Clock, app: FastAPI, client: httpx.AsyncClient, desk: Desk
) -> None:
    app.state.limiter = type(app.state.limiter)(configure(), app.state.metrics, lambda: clock().timestamp())
    first = await client.get(RATES)
    assert first.headers["ratelimit-policy"] == "20;w=60"
    for _ in range(19):
        last = await client.get("/api/stats/dumps")
    assert last.headers["ratelimit-remaining"] == "0"
    refused = await client.get(RATES, headers={"If-None-Match": first.headers["etag"]})
    assert slug(refused) == (429, "rate-limited")
    assert "retry-after" in refused.headers
    assert (await client.get("/api/bosses")).status_code == 200
    aria = await join(desk)
    key = (await aria.post("/auth/keys", name="sheet"))["key"]
    with_key = await client.get(RATES, headers={"Authorization": f"Bearer {key}"})
    assert with_key.headers["ratelimit-policy"] == "100;w=60"
    assert (await aria.ask("GET", "/stats/mine")).headers["ratelimit-policy"] == "600;w=60"


async def test_a_player_sees_why_a_run_is_not_counted(desk: Desk, crowd: Crowd) -> None:
    aria = await join(desk)
    assert await aria.get("/stats/mine") == {"shared": False, "quarantined": None, "not_counted": []}
    await crowd.edit(aria.signed.user_id, crowd.sharing("true"))
    character = crowd.character()
    wrong = crowd.lucky(character.id, item="absolab-ticket")
    await crowd.push(aria.signed.user_id, character, *wrong)
    await crowd.follow()
    (found,) = (await aria.get("/stats/mine"))["not_counted"]
    assert found == {
        "run_id": wrong[0].id,
        "week": "2026-03-05",
        "reason": "not_in_table",
        "sentence": "It lists an item that this boss is not known to drop.",
    }
