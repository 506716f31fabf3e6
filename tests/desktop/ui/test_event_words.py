"""Events in words."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.event_look import event_color
from desktop.ui.event_words import day_words, effect_words, in_brief, number, time_words, until_words
from desktop.ui.theme.icons import icon_names
from shared.catalog import Catalog
from shared.economy.events import EventWindow, Modifiers, active

pytestmark = pytest.mark.usefixtures("themed")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def fortune(catalog: Catalog) -> EventWindow:
    """Merchant's Fortune, 19 to 26 November 2026."""
    (window,) = active(catalog.economy.events, at("2026-11-21"))
    return window


def test_effects_in_plain_words(catalog: Catalog) -> None:
    change = Modifiers(
        coins=Fraction(3, 2),
        experience=Fraction(2),
        rare_bonus=Fraction(1, 2),
        materials={
            "celestial-dust": Fraction(2),
            "legendary-ore": Fraction(3, 2),
            "phoenix-feather": Fraction(1),
        },
    )
    assert [effect.text for effect in effect_words(change, catalog.economy.materials)] == [
        "Coins ×1.5",
        "Experience ×2",
        "Rare and better +50 %",
        "Celestial Dust twice as likely",
        "Legendary Ore 1.5 times as likely",
    ]
    assert in_brief(change, catalog.economy.materials) == (
        "Coins ×1.5 · Experience ×2 · Rare +50 % · Celestial Dust ×2 · Legendary Ore ×1.5"
    )


def test_materials_that_change_alike_are_said_together(catalog: Catalog) -> None:
    change = Modifiers(materials=dict.fromkeys(catalog.economy.materials, Fraction(2)))
    assert in_brief(change, catalog.economy.materials) == "Materials ×2"
    one = Modifiers(materials={"celestial-dust": Fraction(2)})
    assert in_brief(one, catalog.economy.materials) == "Celestial Dust ×2"


def test_nothing_is_said_of_what_stays(catalog: Catalog) -> None:
    assert effect_words(Modifiers(), catalog.economy.materials) == []
    assert in_brief(Modifiers(), catalog.economy.materials) == "Nothing changes"


@pytest.mark.parametrize(
    ("value", "words"),
    [(Fraction(2), "2"), (Fraction(3, 2), "1.5"), (Fraction(9, 4), "2.25"), (Fraction(1, 3), "0.33")],
)
def test_factors_have_two_decimals_at_most(value: Fraction, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-17T00:00", "in 2 d 0 h"),
        ("2026-11-18T23:59:59", "in less than a minute"),
        ("2026-11-19T00:00", "7 d 0 h left"),
        ("2026-11-25T21:50", "2 h 10 min left"),
        ("2026-11-25T23:18", "42 min left"),
        ("2026-11-25T23:59:30", "less than a minute left"),
        ("2026-11-26T00:00", "over"),
    ],
)
def test_how_long_it_lasts(fortune: EventWindow, now: str, words: str) -> None:
    assert time_words(fortune, at(now)) == words


def test_which_day_it_is(fortune: EventWindow) -> None:
    assert day_words(fortune, at("2026-11-19T00:00")) == "day 1 of 7"
    assert day_words(fortune, at("2026-11-25T23:59")) == "day 7 of 7"


def test_the_end_is_told_on_the_players_clock(fortune: EventWindow) -> None:
    here = fortune.ends.astimezone()
    told = until_words(fortune, fortune.ends - timedelta(days=4))
    assert told.startswith("until ")
    assert f"{here.day} " in told


def test_every_icon_gives_a_colour(themed: QApplication) -> None:
    for name in icon_names():
        assert event_color(name).isValid()
    assert event_color("coin").name() != event_color("trophy").name()
