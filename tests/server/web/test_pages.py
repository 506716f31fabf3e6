"""The public pages in a real browser: with nothing yet, with three runs, with three million."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from server.app import create_app
from server.database import Database
from server.settings import load
from server.web import drawing, pages
from shared.api.stats import RatePeriod
from tests.end_to_end.chromium import chromium, profile
from tests.server.statistics.filling import BOSS, ITEM, Play, everything, fill
from tests.stand_ins.serving import serving

CHECKER = Path(__file__).with_name("checker.js").read_text()
PATHS = ("/stats", f"/stats/{BOSS}", f"/stats/{BOSS}/{ITEM}", "/stats?world=heroic&party=1&min_sample=1000")
CROWDS: dict[str, list[Play]] = {
    "nothing": [],
    "three runs": [Play(users=3, days=1, runs=1)],
    "three million": [
        *(each for each in everything(users=20, runs=85) if each.boss != BOSS),
        Play(users=20, days=140, runs=85, unrecorded=3),
    ],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def _site(template: Path, folder: Path, plays: list[Play]) -> Iterator[str]:
    """A server with these figures."""
    path = folder / "server.sqlite3"
    shutil.copy(template, path)
    address = f"sqlite+aiosqlite:///{path}"

    async def filled() -> None:
        database = Database(address)
        await fill(database, datetime.now(UTC), *plays)
        await database.close()

    # Playwright's own loop runs in this thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(filled())).result()
    settings = load(data_dir=folder, database_url=address, jobs=False, rate_address="10000/minute")
    with serving(create_app(settings)) as where:
        yield where


@pytest.fixture(scope="module", params=CROWDS)
def site(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with _site(sqlite_template, tmp_path_factory.mktemp("site"), CROWDS[request.param]) as where:
        yield where


@contextmanager
def _page(browser: Browser, **look: Any) -> Iterator[Page]:
    with profile(browser, java_script_enabled=True, **look) as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        yield page
        assert said == [], "the policy refuses nothing of ours"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_everybody_can_use_it(browser: Browser, site: str, scheme: Any, width: int) -> None:
    with _page(browser, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        for path in PATHS:
            answer = page.goto(site + path)
            assert answer is not None
            assert answer.status == 200
            assert page.evaluate(CHECKER) == [], path


def test_the_checker_sees_what_is_wrong(browser: Browser) -> None:
    with _page(browser) as page:
        page.set_content(
            "<main><h2>a</h2><h4>b</h4><a href='#'></a><svg></svg><table><thead><tr><th>x</th></tr></thead>"
            "<tbody><tr><td>y</td><td>z</td></tr></tbody></table><font color='#999'>pale</font></main>"
        )
        found = "; ".join(page.evaluate(CHECKER))
    for wrong in ("language", "title", "header", "first heading", "skips", "no name", "picture", "caption"):
        assert wrong in found
    for wrong in ("scope", "without a head", "other width", "contrast 2.8"):
        assert wrong in found


def test_the_keyboard_goes_everywhere_in_order(browser: Browser, site: str) -> None:
    with _page(browser) as page:
        page.goto(f"{site}/stats/{BOSS}")
        wanted = page.evaluate(
            "() => [...document.querySelectorAll('a[href], button, select')].map((each) => each.outerHTML)"
        )
        for each in wanted:
            page.keyboard.press("Tab")
            assert page.evaluate("() => document.activeElement.outerHTML") == each
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", "where one is can be seen"
        page.goto(f"{site}/stats/{BOSS}")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "content"


def test_it_needs_no_javascript_and_filters_stay(
    browser: Browser, sqlite_template: Path, tmp_path: Path
) -> None:
    with (
        _site(sqlite_template, tmp_path, [Play(users=40, runs=10)]) as where,
        profile(browser, java_script_enabled=False) as context,
    ):
        page = context.new_page()
        page.goto(f"{where}/stats")
        page.get_by_label("World").select_option("heroic")
        page.get_by_role("button", name="Show").click()
        assert "world=heroic" in page.url
        assert page.get_by_label("World").input_value() == "heroic"
        page.get_by_role("link", name="Dreamy Belt").click()
        page.wait_for_url("**/stats/hard-lucid/dreamy-belt?world=heroic")
        assert page.get_by_role("heading", level=1).inner_text() == "Dreamy Belt from Hard Lucid"
        assert " runs by 20 players since " in page.locator("main").inner_text()
        page.get_by_role("link", name="Hard Lucid").click()
        assert page.get_by_label("World").input_value() == "heroic"
        page.goto(f"{where}/stats?min_sample=250")
        assert page.get_by_label("Runs at least").input_value() == "250"


def test_pages_are_kept_and_what_is_not_there_is_a_page(sqlite_template: Path, tmp_path: Path) -> None:
    with _site(sqlite_template, tmp_path, []) as where, httpx.Client(base_url=where) as client:
        for path in PATHS:
            first = client.get(path)
            assert first.headers["content-security-policy"] == pages.POLICY
            assert first.headers["content-type"] == "text/html; charset=utf-8"
            again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        style = client.get(f"/stats/{pages.style()[1]}")
        assert style.headers["content-type"] == "text/css; charset=utf-8"
        assert "immutable" in style.headers["cache-control"]
        for path in ("/stats/nobody", f"/stats/{BOSS}/nothing", f"/stats/{BOSS}?epoch=7"):
            gone = client.get(path)
            assert (gone.status_code, gone.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert client.get(f"/stats/{BOSS}?world=mars").status_code == 422


def test_places_on_the_shared_axis() -> None:
    assert [drawing.place(rate) for rate in (0, 1e-6, 1e-4, 1e-2, 1)] == [0, 0, 0, 100, 200]
    assert drawing.bar(0.01, 0.01, 0.01).width == 2, "a rate that is sure is seen too"
    assert drawing.spark([0.1]) == ""
    assert drawing.spark([0, 0]) == "2.0,22.0 94.0,22.0"
    assert drawing.chart([]) is None
    first, second = (
        RatePeriod(start=f"2026-0{month}-01", runs=10, drops=1, quantity=1, rate=0.1, low=0.01, high=0.4)
        for month in (1, 2)
    )
    found = drawing.chart([first, second])
    assert found is not None
    assert found.marks[0].x < found.marks[1].x
    assert all(mark.top < mark.y < mark.bottom for mark in found.marks)
