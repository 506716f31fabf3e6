"""The community's figures, asked of a real server."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from desktop.services.questions import boss_clears, drop_rates, item_history
from desktop.sync.http import Incompatible, Unreachable
from desktop.sync.statistics import Answer, StatisticsClient
from server.database import Database
from tests.desktop.sync.conftest import Site
from tests.desktop.sync.test_account import Desktop
from tests.server.statistics.crowd import Crowd
from tests.server.statistics.filling import BOSS, ITEM, Play, fill

RATES = drop_rates("all", "all")


@pytest.fixture
def client(site: Site) -> Iterator[StatisticsClient]:
    """Somebody who never signed in."""
    made = StatisticsClient(site.url)
    yield made
    made.close()


def play(site: Site, *plays: Play) -> None:
    """Let players play on the server."""

    async def work() -> None:
        database = Database(site.settings.address)
        await fill(database, site.clock(), *plays)
        await database.close()

    asyncio.run(work())


def ask(client: StatisticsClient, tag: str = "") -> Answer | None:
    return client.ask(RATES.path, RATES.params, tag)


def test_figures_come_once_and_then_only_when_they_are_others(site: Site, client: StatisticsClient) -> None:
    play(site, Play(users=12, days=10, rates={ITEM: 0.25}))
    first = ask(client)
    assert first is not None
    told = RATES.read(first.body)
    assert {rate.total_runs for rate in told.items} == {240}
    assert ask(client, first.tag) is None
    site.clock.forward(days=1)
    second = ask(client, first.tag)
    assert second is not None, "another day, other figures of late"
    assert second.tag != first.tag


def test_a_history_and_clears_are_understood(site: Site, client: StatisticsClient) -> None:
    play(site, Play(users=12, days=10, unrecorded=1))
    for question in (
        item_history(BOSS, ITEM, "heroic", "all"),
        item_history(BOSS, ITEM, "all", "1"),
        boss_clears(),
    ):
        answer = client.ask(question.path, question.params)
        assert answer is not None
        question.read(answer.body)
    clears = client.ask(boss_clears().path, {})
    assert clears is not None
    assert [each.boss_id for each in boss_clears().read(clears.body).items] == [BOSS]


def test_what_a_server_does_not_know_is_said_in_its_words(client: StatisticsClient) -> None:
    with pytest.raises(Incompatible, match="not known to drop"):
        client.ask(item_history(BOSS, "acorn", "all", "all").path, {})


def test_a_server_asked_too_often_says_when_to_come_back(client: StatisticsClient) -> None:
    with pytest.raises(Unreachable) as busy:
        _ = [ask(client) for _ in range(30)]
    assert busy.value.retry_after


def test_nobody_answers_where_nobody_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    client = StatisticsClient(f"http://127.0.0.1:{port}")
    with pytest.raises(Unreachable):
        ask(client)
    client.close()
    with pytest.raises(Unreachable):
        ask(client)


def test_another_kind_of_server_is_none(site: Site) -> None:
    client = StatisticsClient(site.settings.discord_api_url)
    with pytest.raises(Incompatible):
        ask(client)
    client.close()


def test_players_are_told_what_became_of_their_runs(site: Site) -> None:
    laptop = Desktop(site, "laptop")
    assert not laptop.account.standing().shared
    user = laptop.account.me().id

    async def work() -> str:
        database = Database(site.settings.address)
        crowd = Crowd(database, now=site.clock())
        aria = crowd.character()
        example = crowd.run(aria.id, entry_method="demo")
        await crowd.push(user, crowd.sharing("true"), aria, example, crowd.run(aria.id, boss="hard-damien"))
        await crowd.follow()
        await database.close()
        return example.id

    example = asyncio.run(work())
    standing = laptop.account.standing()
    assert standing.shared
    assert [(each.run_id, each.reason) for each in standing.not_counted] == [(example, "demo")]
