"""Work off the main thread: order, answers, cancelling, owners, garbage."""

import gc
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.background import Background, Job, Latest
from desktop.bridge.operations import Operations
from desktop.bridge.ticker import Ticker
from desktop.services.registry import Services
from desktop.storage.changes import Changes
from shared.errors import MapleHubError, NotFound
from tests.desktop.conftest import NOW, Clock


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    """The threads of an app."""
    made = Background()
    yield made
    made.close()


def test_the_database_thread_is_one_and_keeps_the_order(background: Background, qtbot: QtBot) -> None:
    seen: list[tuple[int, str]] = []
    for number in range(20):
        background.database(lambda number=number: seen.append((number, threading.current_thread().name)))  # type: ignore[misc]
    qtbot.waitUntil(lambda: background.idle)
    assert [number for number, _ in seen] == list(range(20))
    assert len({name for _, name in seen}) == 1
    assert seen[0][1] != threading.current_thread().name


def test_answers_come_back_on_the_main_thread(background: Background, qtbot: QtBot) -> None:
    found: list[object] = []
    background.pool(lambda: 42, lambda value: found.extend((value, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(found))
    assert found == [42, threading.main_thread()]


def test_an_error_goes_to_who_asked_or_to_the_crash_report(background: Background, qtbot: QtBot) -> None:
    def fail() -> None:
        raise KeyError("x")

    told: list[Exception] = []
    crashed: list[Exception] = []
    background.crashed.connect(crashed.append)
    background.database(fail, None, told.append)
    background.database(fail)
    qtbot.waitUntil(lambda: background.idle)
    assert [type(error) for error in told + crashed] == [KeyError, KeyError]


def test_an_answer_for_a_deleted_owner_is_dropped(background: Background, qtbot: QtBot) -> None:
    found: list[object] = []
    gate = threading.Event()
    owner = QObject()
    background.database(gate.wait, found.append, owner=owner)
    owner.deleteLater()
    qtbot.wait(1)
    del owner
    gate.set()
    qtbot.waitUntil(lambda: background.idle)
    assert found == []


def test_only_the_latest_question_is_answered(background: Background, qtbot: QtBot) -> None:
    found: list[object] = []
    gate = threading.Event()
    background.database(gate.wait)
    latest = Latest(background, background)
    for number in range(5):
        latest.database(lambda number=number: number, found.append)  # type: ignore[misc]
    gate.set()
    qtbot.waitUntil(lambda: background.idle)
    assert found == [4]


def test_long_work_reports_and_can_be_cancelled(background: Background, qtbot: QtBot) -> None:
    shares: list[float] = []
    stopped = threading.Event()
    reported = threading.Event()

    def work(job: Job) -> None:
        while not job.cancelled:
            job.report(0.5)
            reported.set()
        stopped.set()

    finished: list[object] = []
    job = background.database_job(work, finished.append)
    job.on_progress = shares.append
    qtbot.waitUntil(lambda: bool(shares) and reported.is_set())
    job.cancel()
    qtbot.waitUntil(lambda: stopped.is_set() and background.idle)
    assert shares[0] == 0.5
    assert finished == []


def test_widgets_are_never_collected_on_another_thread(background: Background, qtbot: QtBot) -> None:
    class Ring(QWidget):
        threads: ClassVar[list[str]] = []

        def __init__(self) -> None:
            super().__init__()
            self.itself = self

        def __del__(self) -> None:
            self.threads.append(threading.current_thread().name)

    for _ in range(50):
        Ring()
    background.database(lambda: [[object()] for _ in range(200_000)])
    qtbot.waitUntil(lambda: background.idle)
    assert Ring.threads == []
    gc.collect()
    assert set(Ring.threads) == {threading.current_thread().name}


def test_closing_lets_python_collect_again(qtbot: QtBot) -> None:
    made = Background()
    assert not gc.isenabled()
    made.close()
    assert gc.isenabled()


def test_a_write_tells_every_screen_even_when_its_own_is_gone(
    background: Background, services: Services, qtbot: QtBot
) -> None:
    operations = Operations(background)
    heard: list[Changes] = []
    operations.changed.connect(heard.append)
    owner = QObject()
    answers: list[object] = []
    operations.perform(lambda: services.characters.create("Aria", "kronos"), answers.append, owner=owner)
    owner.deleteLater()
    qtbot.wait(1)
    qtbot.waitUntil(lambda: background.idle)
    assert [changes.kinds for changes in heard] == [{"characters"}]


def test_a_refusal_goes_to_the_form_or_becomes_a_toast(
    background: Background, services: Services, qtbot: QtBot
) -> None:
    operations = Operations(background)
    refused: list[MapleHubError] = []
    mine: list[MapleHubError] = []
    operations.refused.connect(refused.append)
    operations.perform(lambda: services.runs.remove(["nothing"]))
    operations.perform(lambda: services.runs.remove(["nothing"]), None, mine.append)
    qtbot.waitUntil(lambda: background.idle)
    assert [type(error) for error in refused + mine] == [NotFound, NotFound]


def test_a_tick_tells_a_new_day_once(qtbot: QtBot) -> None:
    clock = Clock(NOW.replace(hour=23, minute=59, second=50))
    ticker = Ticker(clock)
    days: list[object] = []
    ticker.day_changed.connect(days.append)
    ticker.tick()
    clock.now += timedelta(seconds=20)
    ticker.tick()
    ticker.tick()
    assert days == [clock.now.date()]
