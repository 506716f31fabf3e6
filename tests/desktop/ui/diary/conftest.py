"""A diary page over a real database."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.diary.page import DiaryPage
from tests.benchmarks.seed import seed


@pytest.fixture
def fill(services: Services, context: Context) -> Callable[[int], None]:
    """Put so many runs into the diary."""

    def run(count: int) -> None:
        seed(services.database, services.catalog, count)
        context.selection.set_characters(tuple(services.characters.all()))

    return run


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Callable[[], None]) -> Callable[[], DiaryPage]:
    """Build the page, show it and wait until it is filled."""

    def run() -> DiaryPage:
        page = DiaryPage(context)
        qtbot.addWidget(page)
        page.resize(1400, 748)
        page.show()
        settle()
        return page

    return run
