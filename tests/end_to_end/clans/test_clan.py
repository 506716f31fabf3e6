"""From a clan's founding to a proof in a stranger's browser, with real processes, on PostgreSQL."""

import hashlib
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.sync.binding import Binding
from desktop.sync.session import Session
from desktop.ui.clans.contests import ContestsPart
from desktop.ui.clans.page import ClansPage
from desktop.ui.context import Context
from shared.fairness.proof import Proof, read_proof
from tests.desktop.conftest import Clock
from tests.desktop.ui.window import MemorySecrets
from tests.end_to_end.chromium import chromium, profile
from tests.end_to_end.clans.world import BEGIN, EACH, END, RANKED, ROUND_AT, START, World
from tests.end_to_end.conftest import ROOT

SIXTY = 60
RULES = [
    {"kind": "boss_kills", "least": 1, "metrics": ["kc.hard-lucid"]},
    {"kind": "levels", "least": 1},
    {"kind": "clues", "least": 3, "metrics": ["clues.hard"]},
]


@pytest.mark.timeout(300)
def test_a_clan_of_sixty_from_its_founding_to_a_proof(
    lumen: World, context: Context, qtbot: QtBot, clock: Clock, tmp_path: Path
) -> None:
    lumen.turn_to(BEGIN)
    lumen.on()
    lumen.found()
    assert lumen.of_clan("GET")["members"] == SIXTY
    hook = lumen.discord.make_hook()
    lumen.of_clan("POST", "/webhooks", {"name": "#news", "url": hook})

    lumen.of_clan("POST", "/snapshots")
    first = lumen.snapshot_after(BEGIN, SIXTY)
    assert (first["done"], first["errors"]) == (SIXTY, [])

    contest = _start_contest(lumen)
    lumen.turn_to(START + timedelta(days=2))
    lumen.play()
    # Of the days the clock was turned over, no snapshot is made up for; one is due, and is the second.
    second = lumen.snapshot_after(START + timedelta(days=2), SIXTY)
    assert second["failed"] == 0
    told = lumen.of_clan("GET", f"/contests/{contest}")
    aria_once, heroes, runners_twice = 1, RANKED // 2, RANKED // 2 * 2
    assert told["entries"] == aria_once + heroes + runners_twice

    # The server is down at the end, and for a minute: what was due then is done once.
    lumen.turn_to(END - timedelta(hours=1))
    fresh = lumen.snapshot_after(END - timedelta(hours=2), SIXTY)
    assert fresh["state"] == "done"
    lumen.kill()
    lumen.turn_to(END + timedelta(minutes=1))
    lumen.on()
    lumen.wait(lambda: _phase(lumen, contest) == "waiting_for_round", "the contest did not end")

    lumen.turn_to(ROUND_AT + timedelta(seconds=1))
    clock.now = lumen.now()
    winner = _draw_on_the_desktop(lumen, contest, context, qtbot)

    content = httpx.get(f"{lumen.url}/contests/{contest}/proof.json").content
    proof = read_proof(content)
    told = lumen.of_clan("GET", f"/contests/{contest}")
    assert [place["name"] for place in told["places"]] == [winner]
    assert hashlib.sha256(content).hexdigest() == told["proof_hash"]
    assert _subject(proof, proof.winners[0]) == told["places"][0]["subject"]
    _channel_was_told(lumen, winner, told["proof_hash"])
    kinds = [line["event"]["kind"] for line in lumen.of_clan("GET", "/log", limit=200)["items"]]
    assert [kinds.count(kind) for kind in ("lock", "reveal", "drawn")] == [1, 1, 1]

    file = tmp_path / "proof.json"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "verify", str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "VALID"), done.stderr
    _seen_in_a_browser(lumen, contest, winner, file)
    assert hook not in "".join(lumen.program.errors if lumen.program else [])


def _start_contest(lumen: World) -> str:
    form = {
        "title": "August Sweep", "prize": "A pair of wings", "rules": RULES, "winners": 1, "alternates": 2,
        "start_time": START.isoformat(), "end_time": END.isoformat(),
    }  # fmt: skip
    made: str = lumen.of_clan("POST", "/contests", form)["id"]
    lumen.of_clan("POST", f"/contests/{made}/start")
    return made


def _phase(lumen: World, contest: str) -> Any:
    return lumen.of_clan("GET", f"/contests/{contest}")["phase"]


def _draw_on_the_desktop(lumen: World, contest: str, context: Context, qtbot: QtBot) -> str:
    """The leader presses Draw, and the wheel stops at the one it names. Returns the name."""
    from desktop.ui.kit.motion import set_reduced_motion

    set_reduced_motion(False)
    signed = lumen.signed["aria"]
    secrets = MemorySecrets()
    secrets.set(f"{signed.user_id} at {lumen.url}", signed.tokens.refresh_token)
    context.syncing._session = Session(lumen.url, signed.user_id, secrets)
    bound = Binding(lumen.url, signed.user_id, "aria")
    context.syncing.state = SyncState(SyncKind.IDLE, bound, last=lumen.now())
    context.syncing.changed.emit(context.syncing.state)
    page = ClansPage(context)
    qtbot.addWidget(page)
    page.resize(1092, 748)
    page.show()

    def settle() -> None:
        for _ in range(3):
            qtbot.waitUntil(lambda: context.background.idle, timeout=30_000)
            QApplication.processEvents()

    settle()
    page.open_with(part="contests", contest=contest)
    settle()
    part = page.part
    assert isinstance(part, ContestsPart)
    draw = part.contest.draw
    qtbot.waitUntil(lambda: draw.button.isVisible() and draw.button.isEnabled(), timeout=30_000)
    draw.button.click()
    qtbot.waitUntil(lambda: draw.spinner.playing, timeout=30_000)
    qtbot.waitUntil(lambda: not draw.spinner.playing, timeout=30_000)
    winner: str = draw.spinner.shown()
    settle()
    page.hide()
    return winner


def _subject(proof: Proof, index: int) -> str:
    return next(row.entry.subject for row in proof.draws if row.index == index)


def _channel_was_told(lumen: World, winner: str, proof_hash: str) -> None:
    lumen.wait(
        lambda: any("drawn" in message.title for message in lumen.discord.messages), "Discord was not told"
    )
    titles = [message.title for message in lumen.discord.messages]
    assert sum(title.endswith(": drawn") for title in titles) == 1
    assert titles.count("August Sweep") == 1
    assert sum("snapshot complete" in title for title in titles) >= 2
    drawn = next(message for message in lumen.discord.messages if message.title.endswith(": drawn"))
    assert proof_hash in str(drawn)
    assert winner in str(drawn)
    assert EACH * 4 + 2 * RANKED == SIXTY


def _seen_in_a_browser(lumen: World, contest: str, winner: str, file: Path) -> None:
    with chromium() as browser, profile(browser) as stranger:
        page = stranger.new_page()
        page.goto(f"{lumen.url}/contests/{contest}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("August Sweep")
        expect(page.locator("main")).to_contain_text(winner)
        page.goto(f"{lumen.url}/verify")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Verify").click()
        expect(page.locator("main")).to_contain_text("VALID")
        expect(page.locator("main")).not_to_contain_text("INVALID")
        page.goto(f"{lumen.url}/clans/{lumen.clan}?timeframe=7d")
        expect(page.locator("main")).to_contain_text("Hero0")
