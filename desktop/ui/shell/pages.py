"""How each page is made; imported when it is first opened."""

from collections.abc import Callable, Mapping

from desktop.ui.context import Context
from desktop.ui.page import Page


def _home(context: Context) -> Page:
    from desktop.ui.home.page import HomePage

    return HomePage(context)


def _bosses(context: Context) -> Page:
    from desktop.ui.bosses.page import BossesPage

    return BossesPage(context)


def _diary(context: Context) -> Page:
    from desktop.ui.diary.page import DiaryPage

    return DiaryPage(context)


def _tasks(context: Context) -> Page:
    from desktop.ui.tasks.page import TasksPage

    return TasksPage(context)


def _calculators(context: Context) -> Page:
    from desktop.ui.calculators.page import CalculatorsPage

    return CalculatorsPage(context)


def _community(context: Context) -> Page:
    from desktop.ui.community.page import CommunityPage

    return CommunityPage(context)


def _clans(context: Context) -> Page:
    from desktop.ui.clans.page import ClansPage

    return ClansPage(context)


def _events(context: Context) -> Page:
    from desktop.ui.events.page import EventsPage

    return EventsPage(context)


def _shop(context: Context) -> Page:
    from desktop.ui.shop.page import ShopPage

    return ShopPage(context)


def _lootboxes(context: Context) -> Page:
    from desktop.ui.lootboxes.page import LootboxesPage

    return LootboxesPage(context)


def _coins(context: Context) -> Page:
    from desktop.ui.coins.page import CoinsPage

    return CoinsPage(context)


def _settings(context: Context) -> Page:
    from desktop.ui.settings.page import SettingsPage

    return SettingsPage(context)


PAGES: Mapping[str, Callable[[Context], Page]] = {
    "home": _home,
    "bosses": _bosses,
    "diary": _diary,
    "tasks": _tasks,
    "calculators": _calculators,
    "community": _community,
    "clans": _clans,
    "events": _events,
    "shop": _shop,
    "lootboxes": _lootboxes,
    "coins": _coins,
    "settings": _settings,
}
ALWAYS_SHOWN = frozenset({"home", "settings"})
