"""The account in the settings, and the chip that stands for it: every state has its words and its way on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from desktop.bridge.signing_in import Progress, Stage
from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.storage.database import Database
from desktop.sync.binding import Binding, bind, bound, owner, release, signed_out
from desktop.sync.journal import Problem
from desktop.sync.store import AskFirst
from desktop.ui.kit.buttons import IconButton
from desktop.ui.settings.account.problems import ProblemsDialog, entered, why
from desktop.ui.settings.account.section import AccountSection
from desktop.ui.sync_words import clock_words, sync_words
from shared.catalog import Catalog
from shared.sync.records import Code
from tests.desktop.conftest import NOW
from tests.desktop.ui.window import Desk

ARIA = Binding("https://hub.example", "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria")
OUT = Binding(ARIA.server, ARIA.user_id, "aria", signed_in=False)
AWAY = {"message": "The server cannot be reached.", "action": "What you enter is kept."}


@pytest.mark.parametrize(
    ("state", "short", "part"),
    [
        (SyncState(), "This computer only", "Nothing is sent"),
        (SyncState(account=OUT, waiting=2), "Signed out", "2 changes wait"),
        (SyncState(SyncKind.SYNCING, ARIA), "Syncing…", "Syncing"),
        (SyncState(SyncKind.IDLE, ARIA, last=NOW), "Synced", "Everything is synced."),
        (SyncState(SyncKind.IDLE, ARIA, last=NOW - timedelta(hours=2)), "Synced", "was synced today"),
        (SyncState(SyncKind.IDLE, ARIA), "Synced", "Not synced yet"),
        (SyncState(SyncKind.IDLE, ARIA, waiting=1), "1 to send", "1 change waits"),
        (SyncState(SyncKind.OFFLINE, ARIA, **AWAY), "Offline", "cannot be reached"),
        (SyncState(SyncKind.OFFLINE, ARIA, waiting=1234, **AWAY), "Offline, 1,234 to send", "1,234 changes"),
        (SyncState(SyncKind.ATTENTION, ARIA, **AWAY), "Needs attention", "What you enter is kept."),
    ],
)
def test_every_state_has_its_words(state: SyncState, short: str, part: str) -> None:
    words = sync_words(state, NOW)
    assert words.short == short
    assert part in words.full


@pytest.mark.parametrize(
    ("seconds", "part"),
    [
        (61, "1 minute slow"),
        (-600, "10 minutes fast"),
        (3 * 3600, "3 hours slow"),
        (-5 * 86400, "5 days fast"),
    ],
)
def test_a_wrong_clock_is_told(seconds: int, part: str) -> None:
    assert part in clock_words(seconds)
    assert clock_words(0) == ""


def test_every_reason_has_a_sentence(catalog: Catalog) -> None:
    sentences = {why(reason) for reason in [*Code, "lost"]}
    assert all(sentence.endswith((".", ":")) for sentence in sentences)
    run = {"entry_id": "hard-lucid", "note": "duo", "party_size": 2, "character_id": "x", "deleted": 0}
    assert (
        entered(Problem(NOW, "boss_runs", "a", "unknown_row", run), catalog)
        == "Hard Lucid\nnote: duo\nparty size: 2"
    )
    assert entered(Problem(NOW, "boss_runs", "a", "lost", {"note": "duo"}), catalog) == "duo"
    assert entered(Problem(NOW, "boss_runs", "a", "unknown_row", {"deleted": 1}), catalog) == "(removed)"


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def section(desk: Desk) -> AccountSection:
    desk.controller.go("settings", section="account")
    desk.settle()
    found = desk.app.window.findChild(AccountSection)
    assert isinstance(found, AccountSection)
    return found


def show(desk: Desk, state: SyncState, progress: Progress | None = None) -> None:
    """What a server would bring about."""
    syncing = desk.controller.syncing
    syncing.state = state
    syncing.changed.emit(state)
    if progress is not None:
        syncing.signing_in.progress = progress
        syncing.signing_in.changed.emit(progress)


def test_the_chip_opens_the_account_by_keyboard(desk: Desk) -> None:
    chip = desk.app.window.top_bar.sync_chip
    assert chip.accessibleName() == "Sync: This computer only"
    chip.setFocus()
    desk.press(Qt.Key.Key_Return)
    found = desk.app.window.findChild(AccountSection)
    assert isinstance(found, AccountSection)
    assert found.sign_in.isVisible()
    assert not found.status.isVisible()
    assert not found.online.isVisible()


def test_a_small_window_keeps_the_picture_and_drops_the_word(desk: Desk) -> None:
    chip = desk.app.window.top_bar.sync_chip
    wide = chip.sizeHint().width()
    desk.app.window.resize(960, 640)
    desk.settle()
    assert chip.isVisible()
    assert chip.sizeHint().width() < wide


def test_each_step_of_signing_in_shows_its_own_controls(desk: Desk) -> None:
    card = section(desk).sign_in
    show(desk, SyncState(), Progress(Stage.WAITING))
    assert card.cancel.hasFocus()
    assert not card.copy.isEnabled()
    show(desk, SyncState(), Progress(Stage.WAITING, "https://hub.example/link", opened=False))
    card.copy.click()
    assert QGuiApplication.clipboard().text() == "https://hub.example/link"
    assert "copy the link" in card.waiting.text()
    show(desk, SyncState(), Progress(Stage.FAILED, error="Nobody signed in in time."))
    assert card.field.error() == "Nobody signed in in time."
    assert card.address.hasFocus()
    show(desk, SyncState(account=OUT), Progress(Stage.OTHER, name="bell"))
    assert "bell" in card.open_other.text()
    assert "aria" in card.other.text()
    show(desk, SyncState(SyncKind.IDLE, ARIA), Progress())
    assert not card.isVisible()


def test_an_address_must_be_given_and_be_one(desk: Desk) -> None:
    card = section(desk).sign_in
    card.begin()
    assert "Enter the address" in card.field.error()
    card.address.setText("http://hub.example")
    card.begin()
    assert "https://" in card.field.error()
    assert desk.controller.syncing.signing_in.progress.stage is Stage.NONE


def test_the_demo_cannot_sign_in(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(demo=1)
    card = section(desk).sign_in
    assert not card.button.isEnabled()
    assert "demo" in card.note.text()


def test_trouble_and_the_question_are_shown_and_go_again(desk: Desk) -> None:
    status = section(desk).status
    show(desk, SyncState(SyncKind.OFFLINE, ARIA, waiting=3, clock_off=-7200, problems=1, **AWAY))
    assert status.trouble.isVisible()
    assert status.clock.isVisible()
    assert status.problems_button.text() == "Show 1"
    asks = AskFirst(25, 60)
    show(desk, SyncState(SyncKind.ATTENTION, ARIA, message=asks.message, action=asks.action, asks=asks))
    assert status.question.isVisible()
    assert not status.trouble.isVisible()
    show(desk, SyncState(SyncKind.IDLE, ARIA, last=NOW))
    assert not status.question.isVisible()
    assert not status.trouble.isVisible()
    assert not status.clock.isVisible()
    assert not status.problems_button.isEnabled()


def test_problems_are_read_copied_and_cleared(desk: Desk) -> None:
    database = desk.controller.context.services.database

    def journal() -> None:
        with database.write() as writing:
            writing.tx.connection.exec_driver_sql(
                "INSERT INTO sync_journal (at, mid, kind, row_id, reason, fields) VALUES (?, ?, ?, ?, ?, ?)",
                (NOW.isoformat(), "m", "boss_runs", "a", "lost", '{"note": "sold to Ren"}'),
            )

    desk.read(journal)
    show(desk, SyncState(SyncKind.IDLE, ARIA, problems=1))
    section(desk).status.problems_button.click()
    desk.settle()
    (dialog,) = desk.dialogs()
    assert isinstance(dialog, ProblemsDialog)
    assert [problem.fields for problem in dialog.problems] == [{"note": "sold to Ren"}]
    (copy,) = (each for each in dialog.findChildren(IconButton) if each.isVisible())
    copy.click()
    assert QGuiApplication.clipboard().text() == "sold to Ren"
    dialog.clear.click()
    desk.settle()
    assert dialog.problems == []
    assert not dialog.clear.isEnabled()
    assert desk.controller.syncing.state.problems == 0
    assert [b.text() for b in dialog.findChildren(QPushButton) if b.isDefault()] == ["Close"]


def test_a_database_belongs_to_one_account_until_it_is_released(database: Database) -> None:
    bell = Binding(ARIA.server, "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6b", "bell")
    assert bound(database) is None
    bind(database, ARIA)
    with pytest.raises(ValueError, match="another account"):
        bind(database, bell)
    signed_out(database)
    assert bound(database) == OUT
    assert owner(database.path) == OUT
    assert owner(database.path.with_name("nothing.sqlite3")) is None
    bind(database, ARIA)
    release(database)
    assert bound(database) is None
    bind(database, bell)
    assert bound(database) == bell
    assert ARIA.profile != bell.profile
