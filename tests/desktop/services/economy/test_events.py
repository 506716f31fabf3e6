"""The events at the app's clock."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from desktop.services.registry import Services
from shared.economy.events import EventState
from tests.desktop.conftest import NOW, Clock


def test_it_looks_at_the_apps_clock(services: Services, clock: Clock) -> None:
    assert [window.slug for window in services.events.active()] == ["merchants-fortune"]
    assert services.events.modifiers().coins == Fraction(3, 2)
    clock.now = datetime(2026, 11, 26, tzinfo=UTC)
    assert [window.slug for window in services.events.active()] == ["legendary-hunt"]
    assert services.events.modifiers().rare_bonus == Fraction(1, 2)


def test_another_instant_may_be_asked_for(services: Services) -> None:
    later = NOW + timedelta(days=33)
    assert [window.slug for window in services.events.active(later)] == ["winter-lights"]
    assert services.events.modifiers(later).coins == Fraction(3, 2)
    assert services.events.upcoming(later, 1)[0].slug == "festival-of-experience"


def test_the_overview_is_of_one_instant(services: Services) -> None:
    overview = services.events.overview()
    assert overview.now == NOW
    assert overview.active == tuple(services.events.active())
    assert overview.modifiers == services.events.modifiers()
    assert [window.slug for window in overview.upcoming] == [
        "legendary-hunt",
        "festival-of-experience",
        "rare-materials-week",
        "merchants-fortune",
    ]
    assert all(window.state(NOW) is EventState.UPCOMING for window in overview.upcoming)


def test_the_days_of_a_month_include_its_last(services: Services) -> None:
    found = services.events.on_days(date(2026, 12, 3), date(2026, 12, 20))
    assert [window.slug for window in found] == [
        "festival-of-experience",
        "rare-materials-week",
        "merchants-fortune",
        "winter-lights",
    ]
    assert services.events.on_days(date(2026, 12, 20), date(2026, 12, 20))[0].slug == "winter-lights"


def test_seasons_add_to_the_rotation(services: Services) -> None:
    # 12 May 2026 lies in a Merchant's Fortune too.
    found = services.events.overview(datetime(2026, 5, 12, tzinfo=UTC))
    assert [window.slug for window in found.active] == ["merchants-fortune", "anniversary-week"]
    assert found.modifiers.coins == Fraction(9, 4)
    assert found.modifiers.experience == Fraction(3, 2)
