"""Pages of contests, clans and proofs in a real browser, with contests in every state."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from server.app import create_app
from server.settings import load
from tests.end_to_end.chromium import chromium, profile
from tests.server.conftest import Clock
from tests.server.contests.stage import END, ROUND_AT, START, Stage
from tests.server.player import Desk
from tests.stand_ins.drand import Relay, build
from tests.stand_ins.serving import serving

CHECKER = Path(__file__).with_name("checker.js").read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def _open(browser: Browser, **look: Any) -> Iterator[Page]:
    with profile(browser, **look) as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        yield page
        assert said == [], "the policy refuses nothing of ours"


@pytest.fixture(scope="module")
def site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str]]]:
    """A server in August 2023 with a clan of many and contests in every state; and where its pages are."""
    folder = tmp_path_factory.mktemp("contests")
    shutil.copy(sqlite_template, folder / "server.sqlite3")
    clock = Clock()
    with serving(build(Relay())) as relay:
        server = load(
            data_dir=folder,
            database_url=f"sqlite+aiosqlite:///{folder / 'server.sqlite3'}",
            jobs=False,
            rate_address="100000/minute",
            rate_user="100000/minute",
            drand_relays=f"{relay},{relay}",
        )

        async def fill() -> dict[str, str]:
            app = create_app(server, now=clock)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=server.origin) as client,
            ):
                return await _fill(Desk(app, client, clock), clock)

        # Playwright's own loop runs in this thread.
        with ThreadPoolExecutor(1) as thread:
            paths = thread.submit(lambda: asyncio.run(fill())).result()
        with serving(create_app(server, now=clock)) as where:
            yield where, paths


async def _fill(desk: Desk, clock: Clock) -> dict[str, str]:
    stage = await Stage.build(desk, clock)
    names = [f"Wanderer {number}" for number in range(55)]
    stage.ids |= await stage.clan.follow(*names)
    for number, name in enumerate(names[:-3]):
        await stage.sample(name, {"xp.total": 1_204_117_338_221_904 + number, "kc.zulrah": number})
    ids = {"drawn": await stage.draft(winners=2), "void": await stage.draft(title="Called off"),
           "ready": await stage.draft(title="A title as long as it may be, with " + "many " * 12)}  # fmt: skip
    later = {"end_time": (END + timedelta(days=9)).isoformat()}
    ids["running"] = await stage.draft(title="Until September", **later)
    await stage.at(START)
    for contest_id in ids.values():
        await stage.clan.leader.ask("POST", stage.path(contest_id, "start"))
    await stage.entries()
    for number, name in enumerate(names[:20]):
        await stage.sample(name, {"xp.total": 1_204_121_338_221_904 + number**5, "kc.zulrah": number + 2})
    await stage.at(END + timedelta(seconds=1))
    await stage.look()
    await stage.snapshot()
    await stage.at(ROUND_AT)
    answer = await stage.clan.leader.ask("POST", stage.path(ids["drawn"], "draw"))
    assert answer.json()["phase"] == "drawn", answer.text
    path = stage.path(ids["drawn"], "places", "2", "pass")
    await stage.clan.leader.ask("POST", path, {"reason": "Already has a pair of them."})
    note = {"reason": "Cyd's hiscore was stuck during the last day."}
    await stage.clan.leader.ask("POST", stage.path(ids["drawn"], "amendments"), note)
    await stage.clan.leader.ask("POST", stage.path(ids["void"], "void"), {"reason": "The prize was sold."})
    await stage.look()
    clan = f"/clans/{stage.clan.id}"
    return {
        **{name: f"/contests/{contest_id}" for name, contest_id in ids.items()},
        "clan": clan,
        "kills": f"{clan}?metric=kc.zulrah&timeframe=30d&sort=name&offset=50",
        "verify": "/verify",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_use_them(
    browser: Browser, site: tuple[str, dict[str, str]], scheme: Any, width: int, tmp_path: Path
) -> None:
    where, paths = site
    proof = tmp_path / "proof.json"
    proof.write_bytes(httpx.get(f"{where}{paths['drawn']}/proof.json").content)
    broken = tmp_path / "broken.json"
    broken.write_text(proof.read_text().replace('"subject":"', '"subject":"x', 1))
    with _open(browser, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        for name, path in paths.items():
            answer = page.goto(where + path)
            assert answer is not None
            assert answer.status == 200, name
            assert page.evaluate(CHECKER) == [], name
        for file, title in ((proof, "Valid"), (broken, "Not valid")):
            page.goto(f"{where}/verify")
            page.get_by_label("Proof file").set_input_files(file)
            page.get_by_role("button", name="Verify").click()
            assert page.get_by_role("heading", level=1).inner_text() == title
            assert page.evaluate(CHECKER) == [], title


def test_they_need_no_javascript(browser: Browser, site: tuple[str, dict[str, str]]) -> None:
    where, paths = site
    with _open(browser, java_script_enabled=False) as page:
        page.goto(where + paths["clan"])
        page.get_by_label("What").select_option("kc.zulrah")
        page.get_by_label("When").select_option("30d")
        page.get_by_role("button", name="Show").click()
        assert page.url.endswith("metric=kc.zulrah&timeframe=30d")
        page.get_by_role("link", name="Member").click()
        assert "sort=name" in page.url
        assert page.get_by_label("What").input_value() == "kc.zulrah"
        page.get_by_role("link", name="Next").click()
        page.get_by_role("link", name="Previous").click()
        page.get_by_role("link", name="August").click()
        page.wait_for_url(f"**{paths['drawn']}")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the proof").click()
        text = Path(download.value.path()).read_text()
        page.get_by_role("main").get_by_role("link", name="Verify a draw").click()
        page.get_by_label("The file’s text").fill(text)
        page.get_by_role("button", name="Verify").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Valid"
        page.get_by_role("link", name="the contest’s page").click()
        page.wait_for_url(f"**{paths['drawn']}")


def test_a_file_can_be_dropped(browser: Browser, site: tuple[str, dict[str, str]]) -> None:
    """A file input takes what is dropped on it by itself; the place that says so is the input."""
    where, _ = site
    with _open(browser) as page:
        page.goto(f"{where}/verify")
        box, drop = (page.locator(each).bounding_box() for each in ("input[type=file]", ".drop"))
        assert box is not None
        assert drop is not None
        assert box["width"] > 0.8 * drop["width"]
        assert box["height"] >= 64
