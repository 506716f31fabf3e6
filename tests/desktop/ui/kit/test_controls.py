import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.chips import Badge, Chip
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.forms import FormField, SettingsRow
from desktop.ui.kit.inputs import AmountEdit, spin
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.placeholders import Placeholder, monogram, placeholder_color
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, ErrorBanner, LoadingState
from desktop.ui.theme.apply import apply_theme
from shared.mesos import MAX_MESOS
from tests.desktop.ui.kit.gallery import gallery

# Said by the offscreen platform for every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def flow_of(qtbot: QtBot, widths: list[int], **options: object) -> tuple[QWidget, FlowLayout]:
    host = QWidget()
    qtbot.addWidget(host)
    layout = FlowLayout(host, 8, **options)  # type: ignore[arg-type]
    for width in widths:
        child = QWidget()
        child.setFixedSize(width, 20) if not options.get("stretch") else child.setMinimumSize(width, 20)
        layout.addWidget(child)
    return host, layout


def test_flow_wraps_and_is_as_high_as_its_rows(themed: QApplication, qtbot: QtBot) -> None:
    _, layout = flow_of(qtbot, [40, 40, 40])
    assert layout.heightForWidth(136) == 20
    assert layout.heightForWidth(135) == 48
    assert layout.heightForWidth(40) == 76
    layout.setGeometry(QRect(0, 0, 100, 48))
    places = [layout.itemAt(index).geometry().topLeft().toTuple() for index in range(3)]  # type: ignore[union-attr]
    assert places == [(0, 0), (48, 0), (0, 28)]


def test_flow_stretches_cards_to_equal_columns(themed: QApplication, qtbot: QtBot) -> None:
    _, layout = flow_of(qtbot, [10] * 5, stretch=True, min_width=100)
    layout.setGeometry(QRect(0, 0, 332, 100))
    rects = [layout.itemAt(index).geometry() for index in range(5)]  # type: ignore[union-attr]
    assert {rect.width() for rect in rects} == {(332 - 16) // 3}
    assert rects[3].topLeft().toTuple() == (0, rects[0].bottom() + 9)


def test_flow_skips_hidden_and_forgets_taken(themed: QApplication, qtbot: QtBot) -> None:
    _, layout = flow_of(qtbot, [40, 40])
    layout.itemAt(0).widget().hide()  # type: ignore[union-attr]
    assert layout.heightForWidth(40) == 20
    assert layout.itemAt(9) is None
    assert layout.takeAt(9) is None
    layout.clear()
    assert layout.count() == 0


@given(widths=st.lists(st.integers(10, 200), max_size=12), room=st.integers(200, 900))
def test_flow_never_overlaps_nor_leaves_its_width(widths: list[int], room: int) -> None:
    app = QApplication.instance() or QApplication([])
    assert app is not None
    host = QWidget()
    layout = FlowLayout(host, 8)
    for width in widths:
        child = QWidget()
        child.setFixedSize(width, 20)
        layout.addWidget(child)
    layout.setGeometry(QRect(0, 0, room, layout.heightForWidth(room)))
    rects = [layout.itemAt(index).geometry() for index in range(layout.count())]  # type: ignore[union-attr]
    assert all(rect.left() >= 0 and rect.right() < room for rect in rects)
    assert not any(a.intersects(b) for index, a in enumerate(rects) for b in rects[:index])
    host.deleteLater()


@pytest.mark.parametrize(
    ("typed", "amount", "shown"),
    [
        ("1.5b", 1_500_000_000, "1,500,000,000"),
        ("3b", 3_000_000_000, "3,000,000,000"),
        ("350 000 000", 350_000_000, "350,000,000"),
        ("12k", 12_000, "12,000"),
        ("0", 0, "0"),
        ("9999999999999", MAX_MESOS, "9,999,999,999,999"),
    ],
)
def test_amounts_are_read_and_grouped(
    themed: QApplication, qtbot: QtBot, typed: str, amount: int, shown: str
) -> None:
    edit = AmountEdit("Sold for")
    qtbot.addWidget(edit)
    seen: list[object] = []
    edit.amount_changed.connect(seen.append)
    qtbot.keyClicks(edit, typed)
    assert edit.amount() == amount
    assert seen[-1] == amount
    assert edit.error() == ""
    edit.editingFinished.emit()
    assert edit.text() == shown


def test_a_wrong_amount_says_why_and_a_right_one_forgives(themed: QApplication, qtbot: QtBot) -> None:
    edit = AmountEdit("Sold for")
    qtbot.addWidget(edit)
    qtbot.keyClicks(edit, "12x")
    assert edit.amount() is None
    assert "12x" in edit.error()
    assert edit.accessibleDescription() == edit.error()
    assert edit.property("invalid") is True
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert (edit.amount(), edit.error(), edit.property("invalid")) == (12, "", False)
    edit.set_amount(None)
    assert (edit.text(), edit.amount()) == ("", None)


def test_setting_an_amount_beyond_32_bits_is_silent(themed: QApplication, qtbot: QtBot) -> None:
    edit = AmountEdit("Sold for")
    qtbot.addWidget(edit)
    with qtbot.assertNotEmitted(edit.amount_changed):
        edit.set_amount(5_000_000_000)
    assert (edit.text(), edit.short_reading()) == ("5,000,000,000", "5b")


def test_chip_answers_space_enter_and_shows_its_count(themed: QApplication, qtbot: QtBot) -> None:
    chip = Chip("Berserked", "1")
    qtbot.addWidget(chip)
    narrow = chip.sizeHint().width()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    assert chip.isChecked()
    qtbot.keyClick(chip, Qt.Key.Key_Return)
    assert not chip.isChecked()
    chip.set_count(2)
    assert chip.accessibleName() == "Berserked ×2"
    assert chip.accessibleDescription() == "Key 1"
    assert chip.sizeHint().width() > narrow


def test_segmented_moves_by_arrow_and_emits_once(themed: QApplication, qtbot: QtBot) -> None:
    row = Segmented("View", [("a", "Cards"), ("b", "Matrix"), ("c", "List")])
    qtbot.addWidget(row)
    row.show()
    seen: list[object] = []
    row.changed.connect(seen.append)
    first, *_, last = row.findChildren(QAbstractButton)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert row.value() == "b"
    qtbot.keyClick(first, Qt.Key.Key_End)
    qtbot.keyClick(last, Qt.Key.Key_Right)
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    qtbot.keyClick(last, Qt.Key.Key_Home)
    assert seen == ["b", "c", "a"]
    row.set_value("c")
    row.set_value("nothing")
    assert (row.value(), len(seen)) == ("c", 3)
    stops = [b for b in row.findChildren(QAbstractButton) if b.focusPolicy() == Qt.FocusPolicy.StrongFocus]
    assert stops == [last]


def test_form_field_carries_its_error_to_the_control(themed: QApplication, qtbot: QtBot) -> None:
    control = QLineEdit()
    field = FormField("&Boss", control, "Any boss")
    qtbot.addWidget(field)
    assert (control.accessibleName(), control.accessibleDescription()) == ("Boss", "Any boss")
    field.set_error("Choose a boss.")
    assert control.accessibleDescription() == "Choose a boss."
    assert control.property("invalid") is True
    field.set_error("")
    assert (field.error(), control.accessibleDescription()) == ("", "Any boss")


def test_settings_row_names_its_control(themed: QApplication, qtbot: QtBot) -> None:
    control = spin(1, 6, 2, "x")
    row = SettingsRow("Party size", "How many share the crystal.", control)
    qtbot.addWidget(row)
    assert control.accessibleName() == "Party size"
    assert control.accessibleDescription() == "How many share the crystal."


def test_states_offer_their_action(themed: QApplication, qtbot: QtBot) -> None:
    state = EmptyState("no_match", "No match", "Try fewer filters.", "Clear filters")
    banner = ErrorBanner("Could not load.", "Try again")
    for widget in (state, banner):
        qtbot.addWidget(widget)
        assert widget.accessibleName()
        assert widget.action_button is not None
        with qtbot.waitSignal(widget.action):
            widget.action_button.click()
    silent = EmptyState("nothing_yet", "Nothing yet", "Log a run.")
    qtbot.addWidget(silent)
    assert silent.action_button is None


def test_loading_moves_only_while_it_is_seen(themed: QApplication, qtbot: QtBot) -> None:
    from desktop.ui.kit.motion import set_reduced_motion

    set_reduced_motion(False)
    loading = LoadingState()
    qtbot.addWidget(loading)
    assert not loading.is_moving()
    loading.show()
    assert loading.is_moving()
    loading.hide()
    assert not loading.is_moving()
    set_reduced_motion(True)
    loading.show()
    assert not loading.is_moving()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Lotus", "Lo"),
        ("Verus Hilla", "VH"),
        ("Source of Suffering", "SS"),
        ("", "?"),
        ("—", "?"),
        ("X", "X"),
    ],
)
def test_monograms(name: str, letters: str) -> None:
    assert monogram(name) == letters


def test_placeholders_keep_their_hue_and_differ_by_name(themed: QApplication, qtbot: QtBot) -> None:
    assert placeholder_color("lotus") == placeholder_color("lotus")
    names = ("lotus", "damien", "lucid", "will", "zakum", "seren")
    assert len({placeholder_color(name).name() for name in names}) >= 5
    tile = Placeholder("Lotus", "boss", 40)
    qtbot.addWidget(tile)
    dark = tile.grab().toImage()
    apply_theme(themed, "light")
    assert tile.grab().toImage() != dark


def test_tone_changes_the_colour(themed: QApplication, qtbot: QtBot) -> None:
    made = label("Late", tone="muted")
    qtbot.addWidget(made)
    before = made.grab().toImage()
    set_tone(made, "error")
    assert made.grab().toImage() != before
    assert made.textFormat() == Qt.TextFormat.PlainText


def test_badge_says_what_it_shows(themed: QApplication, qtbot: QtBot) -> None:
    badge = Badge("Hard", "hard")
    qtbot.addWidget(badge)
    before = badge.grab().toImage()
    badge.set_state("Cleared", "success", "check")
    assert (badge.accessibleName(), badge.text()) == ("Cleared", "Cleared")
    assert badge.grab().toImage() != before


def test_scroll_area_centres_a_column_no_wider_than_allowed(themed: QApplication, qtbot: QtBot) -> None:
    area = ScrollArea(600)
    qtbot.addWidget(area)
    inner = QWidget()
    area.add(inner)
    area.resize(1000, 400)
    area.show()
    QApplication.processEvents()
    assert inner.width() == 600
    left = inner.mapTo(area, inner.rect().topLeft()).x()
    assert abs(left - (1000 - 600) / 2) <= 8


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
def test_everything_that_takes_focus_has_a_name_and_a_size(
    themed: QApplication, qtbot: QtBot, theme: str
) -> None:
    apply_theme(themed, theme)
    window = gallery()
    qtbot.addWidget(window)
    window.resize(1280, 1500)
    window.show()
    QApplication.processEvents()
    internal = ("qt_", "ScrollBar")
    nameless, small = [], []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        if isinstance(widget, QScrollBar | QLabel) or widget.objectName().startswith(internal):
            continue
        if widget.property("gallery_plain") is None and not widget.accessibleName() and not _text(widget):
            nameless.append(type(widget).__name__)
        if min(widget.width(), widget.height()) < 24 and not isinstance(widget.parent(), QAbstractButton):
            small.append((type(widget).__name__, widget.size().toTuple()))
    assert set(nameless) <= {"QSlider", "QTableView", "QTabBar"}  # bare Qt widgets of the gallery itself
    assert small == []
    assert not window.grab().isNull()


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""
