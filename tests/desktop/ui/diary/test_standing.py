"""Why a run is not counted: said beside it, as this machine and as the server see it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.sync.binding import Binding
from desktop.ui.context import Context
from desktop.ui.diary.page import DiaryPage
from desktop.ui.diary.wording import Standing, standing_of
from shared.api.stats import NotCounted, OwnStanding
from shared.runs import Drop, RunDraft
from shared.statistics.verdicts import SENTENCES, Reason, week_of
from shared.tracking import DropNote
from tests.desktop.conftest import NOW

ARIA = Binding("https://hub.example", "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria", signed_in=False)
BOSS = "hard-lucid"
Open = Callable[[], DiaryPage]


@pytest.fixture
def account(context: Context, settle: Callable[[], None]) -> None:
    """Runs of somebody a server knows, who shares them."""
    context.syncing.state = SyncState(SyncKind.OFF, ARIA)
    context.syncing.changed.emit(context.syncing.state)
    context.community.decide(True)
    settle()


def log(context: Context, character: str, *items: str, cleared: bool = True, noted: bool = True) -> str:
    note = DropNote.LIST if items else DropNote.NOTHING if noted and cleared else DropNote.UNRECORDED
    drops = tuple(Drop(item) for item in items)
    draft = RunDraft(character, BOSS, NOW.date(), cleared=cleared, drop_note=note, drops=drops)
    return context.services.runs.log(draft)[1]


def beside(page: DiaryPage, settle: Callable[[], None]) -> str:
    """What stands beside the first run."""
    page.details_button.setChecked(True)
    page.table.setCurrentIndex(page.model.index(0, 0))
    settle()
    assert page.detail.standing.isVisible()
    return page.detail.standing.text()


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("items", "cleared", "noted", "said"),
    [
        (
            ("absolab-weapon-box",),
            True,
            True,
            "Not counted because it lists an item that this boss is not known to drop.",
        ),
        ((), False, True, "Not counted because the boss was not cleared."),
        ((), True, False, "Counts as a clear; nobody noted its drops."),
        ((), True, True, "Counts in the community’s drop rates."),
    ],
)
def test_a_run_says_whether_it_counts(
    context: Context,
    character: str,
    open_page: Open,
    settle: Callable[[], None],
    items: tuple[str, ...],
    cleared: bool,
    noted: bool,
    said: str,
) -> None:
    log(context, character, *items, cleared=cleared, noted=noted)
    assert beside(open_page(), settle) == said


@pytest.mark.usefixtures("account")
def test_an_edit_and_a_withdrawal_are_followed(
    context: Context, character: str, open_page: Open, settle: Callable[[], None]
) -> None:
    log(context, character, "absolab-weapon-box")
    page = open_page()
    assert beside(page, settle).startswith("Not counted because it lists")
    context.operations.perform(
        lambda: context.services.runs.log(RunDraft(character, BOSS, NOW.date(), drop_note=DropNote.NOTHING))
    )
    settle()
    assert page.detail.standing.text().startswith("Counts in")
    context.community.decide(False)
    settle()
    assert (
        page.detail.standing.text() == "Not counted because you do not share your runs with the statistics."
    )


def test_without_an_account_nothing_is_said(
    context: Context, character: str, open_page: Open, settle: Callable[[], None]
) -> None:
    log(context, character)
    page = open_page()
    page.details_button.setChecked(True)
    page.table.setCurrentIndex(page.model.index(0, 0))
    settle()
    assert not page.detail.standing.isVisible()


def test_what_only_the_server_knows_is_said_too(context: Context, character: str) -> None:
    run = log(context, character)
    other = log(context, character)
    assert run == other, "one clear a week"
    judged = context.services.own_runs.verdicts([run], NOW.date())[run]

    def told(**given: object) -> OwnStanding:
        return OwnStanding.model_validate({"shared": True, "quarantined": None, "not_counted": (), **given})

    rule = NotCounted(
        run_id=run, week=week_of(NOW.date()), reason="rule:lost-drops", sentence="MapleHub 0.9.1 lost drops."
    )
    elsewhere = rule.model_copy(update={"run_id": "another"})
    assert standing_of(judged, told(not_counted=(rule,)), sharing=True) == Standing(
        "Not counted: MapleHub 0.9.1 lost drops.", wrong=True
    )
    assert not standing_of(judged, told(not_counted=(elsewhere,)), sharing=True).wrong
    held = standing_of(judged, told(quarantined="too lucky"), sharing=True)
    assert held == Standing(
        "Not counted because your runs are held back until they have been looked at.", wrong=True
    )
    assert standing_of(judged, None, sharing=True).text.startswith("Counts in")


def test_every_reason_reads_as_one(context: Context, character: str) -> None:
    run = log(context, character)
    judged = context.services.own_runs.verdicts([run], NOW.date() - timedelta(days=2))[run]
    assert judged.reason == Reason.IN_THE_FUTURE
    for reason in Reason:
        told = standing_of(judged.__class__(judged.run, judged.verdict, str(reason)), None, sharing=True)
        assert told.text == f"Not counted because {SENTENCES[reason][0].lower()}{SENTENCES[reason][1:]}"
    QApplication.processEvents()
