"""The draw as it is seen: it ends on those the proof names, can be cut short, and anybody can verify it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.demo_clans.cast import LUMEN, made_id
from desktop.ui.clans.checking import STEPS, check_proof
from desktop.ui.clans.contests import ContestsPart
from desktop.ui.clans.dialogs import ReasonDialog
from desktop.ui.clans.draw_card import drawn_names
from desktop.ui.clans.part import Part
from desktop.ui.clans.reel import SHORTEST_MS, WHOLE_MS, Reel
from desktop.ui.clans.spinner import Spinner
from desktop.ui.kit.motion import set_reduced_motion
from desktop.ui.theme.apply import apply_theme
from shared.api.contests import ContestInfo
from shared.fairness.proof import read_proof
from shared.fairness.verify import Outcome
from tests.desktop.clan_server import ClanServer
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.clans.conftest import Desk, texts

SWEEP = made_id("contest/Autumn Sweep")
NAMES = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=40, unique=True)


# The reel


@given(names=NAMES, data=st.data(), seed=st.text(max_size=8))
def test_a_reel_ends_on_every_winner_it_was_given(names: list[str], data: st.DataObject, seed: str) -> None:
    winners = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8, unique=True))
    reel = Reel(names, winners, seed)
    for number, winner in enumerate(winners):
        end = reel.moment((number + 1) * reel.each_ms - 1)
        assert (end.winner, end.held) == (number, True)
        assert reel.strips[number][round(end.at)] == winner
    last = reel.moment(reel.duration)
    assert reel.strips[last.winner][round(last.at)] == winners[-1]
    assert reel.stood(reel.duration) == len(winners)
    assert reel.stood(0.0) == 0
    assert {name for strip in reel.strips for name in strip} <= set(names)


@given(st.integers(1, 50))
def test_many_winners_do_not_take_for_ever(count: int) -> None:
    winners = [f"winner {number}" for number in range(count)]
    assert Reel(winners, winners, "seed").duration <= max(WHOLE_MS, SHORTEST_MS * count)


@given(names=NAMES, seed=st.text(max_size=4), moments=st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_a_reel_only_runs_on(names: list[str], seed: str, moments: list[float]) -> None:
    reel = Reel(names, names[:2], seed)
    seen = [reel.moment(share * reel.duration) for share in sorted(moments)]
    assert [(each.winner, each.at) for each in seen] == sorted((each.winner, each.at) for each in seen)


# The spinner


@pytest.fixture
def spinner(themed: QApplication, qtbot: QtBot) -> Spinner:
    made = Spinner()
    qtbot.addWidget(made)
    made.resize(640, 240)
    made.show()
    return made


def test_it_runs_and_a_key_shows_the_end(spinner: Spinner) -> None:
    set_reduced_motion(reduced=False)
    ended: list[None] = []
    spinner.finished.connect(lambda: ended.append(None))
    for skip in (Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return):
        spinner.play(["a", "b", "c"], ["b", "c"], "seed")
        assert spinner.playing
        assert spinner.is_moving()
        assert not ended
        QTest.keyClick(spinner, skip)
        assert not spinner.is_moving()
        assert spinner.shown() == "c"
        assert spinner.accessibleDescription() == "Prize 1: b. Prize 2: c"
        assert len(ended) == 1
        ended.clear()


def test_a_click_or_going_out_of_sight_shows_the_end_too(spinner: Spinner) -> None:
    set_reduced_motion(reduced=False)
    spinner.play(["a", "b"], ["a"], "seed")
    QTest.mouseClick(spinner, Qt.MouseButton.LeftButton)
    assert not spinner.playing
    spinner.play(["a", "b"], ["b"], "seed")
    spinner.hide()
    assert not spinner.is_moving()
    assert spinner.shown() == "b"


def test_reduced_motion_shows_the_end_at_once(spinner: Spinner) -> None:
    set_reduced_motion(reduced=True)
    ended: list[None] = []
    spinner.finished.connect(lambda: ended.append(None))
    spinner.play(["a", "b"], ["b"], "seed")
    assert len(ended) == 1
    assert spinner.shown() == "b"
    assert not spinner.is_moving()


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
def test_every_moment_can_be_drawn(spinner: Spinner, themed: QApplication, theme: str) -> None:
    apply_theme(themed, theme)
    blank = spinner.grab().toImage()
    names = [f"a rather long name {number}" for number in range(20)]
    for width in (320, 640):
        spinner.resize(width, 240)
        for share in (0.0, 0.2, 0.5, 0.999, 1.0):
            spinner.show_at(names, names[:9], "seed", share * Reel(names, names[:9], "seed").duration)
            assert spinner.grab().toImage() != blank
    spinner.clear()
    assert spinner.shown() == ""


# The draw in the page


def open_contest(desk: Desk, contest_id: str) -> ContestsPart:
    return desk.part(ContestsPart, "contests", contest=contest_id)


def test_a_draw_ends_on_the_winners_of_the_proof(lumen: Desk) -> None:
    set_reduced_motion(reduced=False)
    part = open_contest(lumen, SWEEP)
    card = part.contest.draw
    assert card.button.isEnabled()
    card.button.click()
    lumen.settle()
    assert part.contest.busy
    assert lumen.page.keeps_secret
    assert card.prizes.isHidden()
    proof = lumen.hub().clans[LUMEN].contests[SWEEP].proof
    assert proof is not None
    owners = lumen.hub().clans[LUMEN].contests[SWEEP].owners
    entry_of = {row.index: owners[row.entry.subject] for row in proof.draws}
    winners = [entry_of[index] for index in proof.winners]
    revealed: list[None] = []
    lumen.page.revealed.connect(lambda: revealed.append(None))
    QTest.keyClick(card.spinner, Qt.Key.Key_Escape)
    lumen.settle()
    assert revealed == [None]
    assert not lumen.page.keeps_secret
    assert not part.contest.busy
    assert card.spinner.shown() == winners[-1]
    assert part.contest.shown is not None
    assert drawn_names(part.contest.shown) == winners
    for winner in winners:
        assert winner in texts(card.prizes)
    assert part.contest.badge.text() == "Drawn"
    assert not card.button.isVisible()
    assert card.verify.hasFocus() or card.verify.isVisible()


def test_what_a_draw_came_to_is_not_told_before_it_was_seen(lumen: Desk, clock: Clock) -> None:
    set_reduced_motion(reduced=False)
    part = open_contest(lumen, SWEEP)
    part.contest.draw.button.click()
    lumen.settle()
    clock.now = NOW + timedelta(minutes=1)
    part.contest.look()
    lumen.settle()
    assert part.contest.busy
    assert part.contest.draw.prizes.isHidden()
    assert part.contest.hides(SWEEP)
    part.contest.draw.spinner.skip()
    lumen.settle()
    assert part.contest.draw.prizes.isVisible()
    assert not part.contest.hides(SWEEP)


def test_with_reduced_motion_the_winners_stand_at_once(lumen: Desk) -> None:
    set_reduced_motion(reduced=True)
    part = open_contest(lumen, SWEEP)
    part.contest.draw.button.click()
    lumen.settle()
    assert part.contest.draw.prizes.isVisible()
    assert len(part.contest.draw._rows) == 3


def test_it_can_be_watched_again(lumen: Desk) -> None:
    set_reduced_motion(reduced=True)
    part = open_contest(lumen, SWEEP)
    part.contest.draw.button.click()
    lumen.settle()
    before = part.contest.draw.spinner.shown()
    set_reduced_motion(reduced=False)
    part.contest.draw.again.click()
    assert part.contest.busy
    part.contest.draw.spinner.skip()
    assert part.contest.draw.spinner.shown() == before


def test_a_draw_that_is_refused_says_why(open_desk_on: Callable[[], Desk], server: ClanServer) -> None:
    desk = open_desk_on()
    path = f"/api/clans/{LUMEN}/contests/{SWEEP}/draw"
    told = "A draw needs a clan snapshot from the last 24 hours."
    server.refuse("POST", path, 409, "conflict", told, action="Run a clan snapshot, then draw.")
    part = open_contest(desk, SWEEP)
    part.contest.draw.button.click()
    desk.settle()
    assert part.contest.draw.why.text() == f"{told} Run a clan snapshot, then draw."
    assert part.contest.draw.button.isEnabled()
    assert not part.contest.busy


def test_a_draw_that_waits_for_the_beacon_is_shown_once_it_comes(
    open_desk_on: Callable[[], Desk], server: ClanServer
) -> None:
    set_reduced_motion(reduced=False)
    desk = open_desk_on()
    part = open_contest(desk, SWEEP)
    shown = part.contest.shown
    assert shown is not None
    base = f"/api/clans/{LUMEN}/contests/{SWEEP}"
    waiting = shown.model_copy(update={"phase": "awaiting_beacon", "note": "No relay answers."})
    server.answer("POST", f"{base}/draw", 200, waiting.model_dump_json().encode())
    server.answer("GET", base, 200, waiting.model_dump_json().encode())
    part.contest.draw.button.click()
    desk.settle()
    assert not part.contest.busy
    assert part.contest.draw.words.text() == "No relay answers."
    assert part.contest._soon.isActive()
    server.answers.clear()
    server.hub.answer("POST", f"{base}/draw", {}, b"")
    part.contest._look_at_contest()
    desk.settle()
    assert part.contest.busy
    part.contest.draw.spinner.skip()
    desk.settle()
    assert part.contest.draw.prizes.isVisible()


@pytest.mark.parametrize(
    ("title", "phase", "enabled", "said"),
    [
        ("Frostfall", "upcoming", False, "It ends in"),
        ("March of Lucid", "running", False, "It ends in"),
        ("Last Call", "locking", False, "entries are being locked"),
        ("Dawn Patrol", "waiting_for_round", False, "The beacon’s round is told"),
        ("Moonlit Hunt", "awaiting_beacon", True, "No relay of drand answers"),
        ("Autumn Sweep", "ready", True, "Everything is fixed"),
        ("Quiet Week", "no_entries", None, "nothing to draw"),
        ("Lotus Relay", "void", None, "Called off: The prize was traded away"),
        ("Summer Sprint", "drawn", None, "Drawn."),
        ("Spring Cleaning", "draft", None, "Start the contest first"),
    ],
)
def test_every_state_says_how_its_draw_stands(
    lumen: Desk, title: str, phase: str, enabled: bool | None, said: str
) -> None:
    part = open_contest(lumen, made_id(f"contest/{title}"))
    card, shown = part.contest.draw, part.contest.shown
    assert shown is not None
    assert shown.phase == phase
    assert said in card.words.text()
    assert card.button.isVisible() is (enabled is not None)
    if enabled is not None:
        assert card.button.isEnabled() is enabled
        assert bool(card.why.text()) is not enabled


# Prizes


def test_a_prize_is_passed_on_with_a_reason(lumen: Desk) -> None:
    part = open_contest(lumen, made_id("contest/First Light"))
    shown = part.contest.shown
    assert shown is not None
    first = shown.places[0].name
    part.contest.draw.pass_asked.emit(1)
    dialog = lumen.dialog(ReasonDialog)
    assert not dialog.confirm.isEnabled()
    dialog.reason.setPlainText("ok")
    assert not dialog.confirm.isEnabled()
    dialog.reason.setPlainText("Cannot take it.")
    dialog.confirm.click()
    lumen.settle()
    assert f"{first} did not take it: Cannot take it." in texts(part.contest.draw.prizes)
    assert part.contest.shown is not None
    assert part.contest.shown.places[0].name not in {None, first}
    assert drawn_names(part.contest.shown)[0] == first


# Verification


def verified(desk: Desk, contest_id: str) -> ContestsPart:
    part = open_contest(desk, contest_id)
    part.contest.draw.verify.click()
    desk.settle()
    desk.qtbot.waitUntil(lambda: not part.contest.draw.steps.busy.isVisible())
    return part


def test_the_oldest_draw_is_valid_by_a_real_beacon(lumen: Desk) -> None:
    steps = verified(lumen, made_id("contest/First Light")).contest.draw.steps
    assert steps.verdict.text() == "VALID"
    assert "Nobody could choose the winner" in steps.meaning.text()
    assert [row.name for row in steps.rows] == [f"V{number}" for number in range(1, STEPS + 1)]
    assert all(row.isVisible() and row.text() != "not reached" for row in steps.rows)
    assert "drand signed round 1000" in steps.rows[3].text()


def test_a_draw_without_a_beacon_says_whom_to_trust(lumen: Desk) -> None:
    steps = verified(lumen, made_id("contest/Summer Sprint")).contest.draw.steps
    assert steps.verdict.text() == "VALID (operator-trusted)"
    assert "has to be trusted" in steps.meaning.text()


def test_a_changed_proof_is_refused_at_its_step(open_desk_on: Callable[[], Desk], server: ClanServer) -> None:
    desk = open_desk_on()
    contest_id = made_id("contest/First Light")
    path = f"/api/contests/{contest_id}/proof"
    proof = json.loads(server.hub.answer("GET", path, {}, b"")[1])
    proof["winners"] = proof["winners"][::-1]
    server.answer("GET", path, 200, proof)
    steps = verified(desk, contest_id).contest.draw.steps
    assert steps.verdict.text() == "INVALID at V8: the winners are others"
    assert steps.rows[7].text() == "the winners are others"
    assert steps.rows[8].text() == "not reached"


def test_another_contests_proof_is_not_taken_for_this_one(
    open_desk_on: Callable[[], Desk], server: ClanServer
) -> None:
    desk = open_desk_on()
    other = server.hub.answer("GET", f"/api/contests/{made_id('contest/Summer Sprint')}/proof", {}, b"")[1]
    contest_id = made_id("contest/First Light")
    server.answer("GET", f"/api/contests/{contest_id}/proof", 200, other)
    steps = verified(desk, contest_id).contest.draw.steps
    assert steps.meaning.text() == "The proof is not of the contest that was published here."
    assert steps.verdict.property("tone") == "error"


def test_what_is_no_proof_is_said_to_be_none(lumen: Desk) -> None:
    part = open_contest(lumen, made_id("contest/First Light"))
    shown = part.contest.shown
    assert isinstance(shown, ContestInfo)
    found = check_proof(b"<html></html>", shown)
    assert found.outcome is None
    assert not found.good
    part.contest.draw.steps.show_checked(found)
    assert not any(row.isVisible() for row in part.contest.draw.steps.rows)


def test_the_proof_is_saved_as_the_server_has_it(lumen: Desk, tmp_path: Path) -> None:
    part = open_contest(lumen, made_id("contest/First Light"))
    part.contest.draw.save_to(tmp_path / "proof.json")
    lumen.settle()
    found = check_proof((tmp_path / "proof.json").read_bytes(), part.contest.shown)  # type: ignore[arg-type]
    assert found.outcome is Outcome.VALID
    assert found.good
    assert read_proof((tmp_path / "proof.json").read_bytes()).contest_id == part.contest.shown.id  # type: ignore[union-attr]


def test_a_proof_that_cannot_be_written_says_so(lumen: Desk, tmp_path: Path) -> None:
    part = open_contest(lumen, made_id("contest/First Light"))
    (tmp_path / "file").write_text("here already")
    part.contest.draw.save_to(tmp_path / "file" / "proof.json")
    lumen.settle()
    toasts = lumen.context.shell.toasts  # type: ignore[attr-defined]
    assert "cannot be written" in toasts[-1]


def test_leaving_ends_what_is_played(lumen: Desk) -> None:
    set_reduced_motion(reduced=False)
    part = open_contest(lumen, SWEEP)
    part.contest.draw.button.click()
    lumen.settle()
    lumen.part(Part, "log")
    assert not part.contest.draw.spinner.is_moving()
