"""Whole apps and a real server: who says yes is counted, sees it, is told why not, and can take it back anywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from desktop.ui.community.page import CommunityPage
from desktop.ui.diary.page import DiaryPage
from desktop.ui.settings.privacy import PrivacySection
from server.database import Database
from server.statistics import rules, service
from shared.runs import RunDraft
from shared.statistics.rules import Rule
from shared.tracking import DropNote
from tests.desktop.conftest import Clock
from tests.end_to_end.syncing.conftest import Hub, Machine
from tests.end_to_end.syncing.test_machines import add_character
from tests.server.statistics.crowd import Crowd
from tests.server.statistics.filling import BOSS, ITEM, Play, fill

T = TypeVar("T")
Start = Callable[[str], Machine]
On = Callable[[Callable[[Crowd], Awaitable[T]]], T]


@pytest.fixture
def server(address: str, clock: Clock) -> On[object]:
    """Do something on the server's side, after it has taken up everything."""

    def run(work: Callable[[Crowd], Awaitable[T]]) -> T:
        async def do() -> T:
            database = Database(address)
            crowd = Crowd(database, now=clock())
            await crowd.follow()
            done = await work(crowd)
            await crowd.follow()
            await database.close()
            return done

        return asyncio.run(do())

    return run


async def counted(crowd: Crowd) -> int:
    """Runs of Hard Lucid in the totals."""
    async with crowd.database.reading() as session:
        return (await service.boss(session, crowd.catalog, BOSS, today=crowd.today)).runs


def community(desk: Machine) -> CommunityPage:
    desk.controller.go("community")
    page = desk.controller.front()
    assert isinstance(page, CommunityPage)
    return page


def privacy(desk: Machine) -> PrivacySection:
    desk.controller.go("settings", section="privacy")
    desk.settle()
    found = desk.app.window.findChild(PrivacySection)
    assert isinstance(found, PrivacySection)
    return found


def log(desk: Machine) -> None:
    """A clear of Hard Lucid with nothing in it."""
    services, (character,) = desk.controller.context.services, desk.controller.selection.characters
    draft = RunDraft(character.id, BOSS, services.runs.today(), drop_note=DropNote.NOTHING)
    desk.controller.operations.perform(lambda: services.runs.log(draft))
    desk.settle()


def test_a_player_is_asked_once_and_counts_until_they_take_it_back(
    hub: Hub, machine: Start, server: On[int]
) -> None:
    one, two = machine("one"), machine("two")
    add_character(one, "Aria")
    log(one)
    page = community(one)
    assert page.stack.currentWidget() is page.form
    assert not page.consent.isVisible()
    one.sign_in(hub.url)
    one.wait(one._synced)
    one.controller.go("home")
    one.settle()
    page = community(one)
    one.wait(page.consent.isVisible)
    one.sync()
    assert server(counted) == 0, "nothing counts before a yes"
    page.consent.yes.click()
    one.settle()
    assert not page.consent.isVisible()
    one.sync()
    assert server(counted) == 1
    two.sign_in(hub.url)
    two.wait(lambda: two.names() == ["Aria"])
    two.sync()
    assert two.controller.community.sharing is True
    assert not community(two).consent.isVisible(), "asked once, not once a machine"
    box = privacy(two)
    assert "Your runs count" in box.state.text()
    box.share.click()
    two.settle()
    two.sync()
    assert server(counted) == 0, "withdrawn at once"
    one.sync()
    assert one.controller.community.sharing is False
    assert not page.consent.isVisible()


def test_the_page_shows_what_the_server_tells_and_goes_on_without_it(
    hub: Hub, machine: Start, server: On[list[str]], clock: Clock
) -> None:
    server(lambda crowd: fill(crowd.database, crowd.now, Play(users=12, days=10, rates={ITEM: 0.25})))
    desk = machine("one")
    add_character(desk, "Aria")
    log(desk)
    desk.controller.settings.update("server", value=hub.url)
    page = community(desk)
    desk.wait(lambda: bool(page.rates.model.shown) and page.rates.model.shown[0].runs == 1)
    told = [(line.boss_id, line.runs, line.rate and line.rate.total_runs) for line in page.rates.model.shown]
    assert set(told) == {(BOSS, 1, 240)}
    hub.off()
    desk.close()
    desk = machine("one")
    page = community(desk)
    page.again.click()
    desk.wait(page.away.isVisible)
    assert len(page.rates.model.shown) == len(told)
    assert "This is a copy" in page.away.accessibleName()


def test_a_run_that_a_rule_takes_out_says_so_in_the_diary(
    hub: Hub, machine: Start, server: On[object]
) -> None:
    desk = machine("one")
    add_character(desk, "Aria")
    log(desk)
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    desk.controller.community.decide(True)
    desk.settle()
    desk.sync()

    async def take_out(crowd: Crowd) -> None:
        async with crowd.database.writing() as session:
            rule = Rule("lucid", "The drops of this boss were being fixed.", entries=(BOSS,))
            await rules.apply(session, rule, crowd.now)

    server(take_out)
    desk.controller.go("diary")
    page = desk.controller.front()
    assert isinstance(page, DiaryPage)
    page.details_button.setChecked(True)
    desk.settle()
    page.table.setCurrentIndex(page.model.index(0, 0))
    desk.wait(lambda: page.detail.standing.text() == "Not counted: The drops of this boss were being fixed.")
