"""The stage: every moment can be drawn, its lengths are those of the design, and it never runs on unseen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.kit.motion import set_reduced_motion
from desktop.ui.lootboxes.scene import REVEAL_MS, best_of, duration_ms
from desktop.ui.lootboxes.stage import Stage
from desktop.ui.lootboxes.words import Won, percentage, percentages, prize_name, spoken, thing_of
from desktop.ui.theme.apply import apply_theme
from shared.catalog import Catalog
from shared.economy.lootbox import LootKind
from shared.economy.things import RARITIES, Rarity
from tests.benchmarks.lootbox_frames import measure


def prizes_of(catalog: Catalog, box: str) -> list[Won]:
    """Everything a box may hold; every second cosmetic as a duplicate."""
    economy = catalog.economy
    return [
        Won(
            name=prize_name(prize.kind, prize.thing, prize.amount, economy),
            rarity=prize.rarity,
            kind=prize.kind,
            thing=thing_of(prize.thing, economy),
            amount=prize.amount,
            duplicate=20 if prize.kind is LootKind.COSMETIC and number % 2 else None,
        )
        for number, prize in enumerate(economy.lootboxes[box].prizes)
    ]


@pytest.fixture
def stage(themed: QApplication, qtbot: QtBot) -> Stage:
    made = Stage()
    qtbot.addWidget(made)
    made.resize(560, 420)
    made.show_box("maple-box", "Maple Box")
    made.show()
    return made


def picture(stage: Stage) -> QImage:
    return stage.grab().toImage()


def test_the_lengths_are_exact() -> None:
    assert [duration_ms(rarity) for rarity in RARITIES] == [1500, 1500, 1500, 2000, 2500]


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
def test_every_prize_can_be_drawn_at_every_moment(
    stage: Stage, catalog: Catalog, theme: str, themed: QApplication
) -> None:
    apply_theme(themed, theme)
    closed = picture(stage)
    for box in catalog.economy.lootboxes:
        stage.show_box(box, box)
        for prize in prizes_of(catalog, box):
            stage.show_at([prize], "seed", float(duration_ms(prize.rarity)))
            assert picture(stage) != closed
            assert stage.accessibleDescription() == spoken(prize)
    for rarity in RARITIES:
        won = next(prize for prize in prizes_of(catalog, "maple-box") if prize.rarity is rarity)
        length = duration_ms(rarity)
        burst = length - REVEAL_MS
        moments = [0.4 * burst, 0.9 * burst, burst + 80, burst + 350, length]
        seen = []
        for at in moments:
            stage.show_at([won], "seed", at)
            seen.append(picture(stage))
        assert all(one != other for number, one in enumerate(seen) for other in seen[number + 1 :])


def test_a_moment_is_the_same_every_time(stage: Stage, catalog: Catalog) -> None:
    won = [prizes_of(catalog, "maple-box")[-1]]
    stage.show_at(won, "seed", 2100)
    first = picture(stage)
    stage.show_at(won, "another seed", 2100)
    assert picture(stage) != first, "sparks fly as the roll has them"
    stage.show_at(won, "seed", 2100)
    assert picture(stage) == first


@pytest.mark.parametrize("size", [(300, 220), (340, 330), (560, 420), (1100, 800)])
@pytest.mark.parametrize("count", [1, 2, 10])
def test_prizes_stay_inside_and_apart(
    stage: Stage, catalog: Catalog, size: tuple[int, int], count: int
) -> None:
    stage.resize(*size)
    stage.show_at(prizes_of(catalog, "maple-box")[:count], "seed", 9999)
    picture(stage)
    places = stage._made().card_places()
    assert len(places) == count
    for number, place in enumerate(places):
        assert stage.rect().toRectF().contains(place)
        assert not any(place.intersects(other) for other in places[:number])


def test_ten_play_as_long_as_the_best_of_them(stage: Stage, catalog: Catalog) -> None:
    ten = prizes_of(catalog, "maple-box")[:9] + prizes_of(catalog, "maple-box")[-1:]
    assert best_of(ten) is Rarity.LEGENDARY
    set_reduced_motion(False)
    stage.play(ten, "seed")
    assert stage.is_moving()
    assert stage._animation.duration() == 2500
    stage.skip()
    assert stage.moment() == 2500


def test_reduced_motion_shows_the_result_at_once(stage: Stage, catalog: Catalog, qtbot: QtBot) -> None:
    set_reduced_motion(True)
    with qtbot.waitSignal(stage.finished, timeout=100):
        stage.play(prizes_of(catalog, "maple-box")[-1:], "seed")
    assert not stage.is_playing()
    assert not stage.is_moving()
    assert stage.moment() == 2500


def test_another_box_or_opening_ends_the_one_before(stage: Stage, catalog: Catalog) -> None:
    set_reduced_motion(False)
    won = prizes_of(catalog, "maple-box")
    ended = []
    stage.finished.connect(lambda: ended.append(1))
    stage.play(won[-1:], "one")
    stage.play(won[:1], "two")
    assert len(ended) == 1
    assert stage._animation.duration() == 1500
    stage.show_box("moonlit-chest", "Moonlit Chest")
    assert len(ended) == 2
    assert not stage.is_moving()
    assert stage.moment() is None


def test_a_stage_nobody_sees_does_not_move(stage: Stage, catalog: Catalog) -> None:
    set_reduced_motion(False)
    stage.hide()
    stage.play(prizes_of(catalog, "maple-box")[-1:], "seed")
    assert not stage.is_moving()
    assert stage.moment() == 2500


def test_frames_can_be_measured(themed: QApplication) -> None:
    times = measure([Rarity.COMMON], (300, 220))
    assert len(times) == 91
    assert all(time > 0 for time in times)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30), st.integers(0, 4))
def test_percentages_sum_to_exactly_a_hundred(weights: list[int], decimals: int) -> None:
    from fractions import Fraction

    total = sum(weights)
    shares = [Fraction(weight, total) for weight in weights]
    texts = percentages(shares, decimals)
    whole = [round(float(text.removesuffix(" %").replace(",", "")) * 10**decimals) for text in texts]
    assert sum(whole) == 100 * 10**decimals
    for share, each in zip(shares, whole, strict=True):
        assert abs(share * 100 * 10**decimals - each) < 1


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.00 %"),
        (1.0, "100.00 %"),
        (0.000001, "< 0.01 %"),
        (0.999999, "> 99.99 %"),
        (0.6513, "65.13 %"),
    ],
)
def test_what_is_not_certain_never_reads_as_0_or_100(share: float, text: str) -> None:
    assert percentage(share) == text
