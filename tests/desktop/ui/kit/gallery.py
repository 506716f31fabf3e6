"""Every part of the kit on one sheet, for looking at: python -m tests.desktop.ui.kit.gallery FOLDER."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QSlider,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.charts import BarChart, IntervalBar, LineChart, MiniBar, ProgressRing, Series, SparkLine
from desktop.ui.kit.chips import Badge, Chip
from desktop.ui.kit.containers import Card, Divider, ScrollArea, Section
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.forms import FormField, SettingsRow
from desktop.ui.kit.inputs import AmountEdit, spin
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.placeholders import ITEM_KINDS, Placeholder
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, ErrorBanner, LoadingState
from desktop.ui.kit.toast import ToastHost
from desktop.ui.theme.apply import apply_theme
from desktop.ui.theme.tokens import DIFFICULTIES, RARITIES
from shared.mesos import short_mesos

WEEKS = [f"{month} {day}" for month in ("Aug", "Sep", "Oct", "Nov") for day in (5, 12, 19)]
MESOS = [
    *(9_400_000_000, 10_800_000_000, 8_100_000_000, 11_900_000_000, 12_300_000_000, 12_050_000_000),
    *(13_600_000_000, 11_200_000_000, 14_900_000_000, 15_300_000_000, 14_100_000_000, 16_800_000_000),
]


def buttons_card() -> Card:
    """Buttons, chips, badges and the segmented row."""
    card = Card("Lotus", Badge("Hard", "hard"))
    row = QHBoxLayout()
    for text, kind, icon_name in (
        ("Log run", "primary", "plus"),
        ("Edit plan", "plain", "edit"),
        ("Show all", "quiet", None),
        ("Delete", "danger", "trash"),
    ):
        row.addWidget(button(text, kind, icon_name))  # type: ignore[arg-type]
    off = button("Saved", "primary")
    off.setEnabled(False)
    row.addWidget(off)
    row.addWidget(IconButton("undo", "Undo", "Ctrl+Z"))
    row.addWidget(IconButton("more", "More"))
    row.addStretch(1)
    card.body.addLayout(row)
    chips = QWidget()
    flow = FlowLayout(chips)
    for number, name in enumerate(
        ("Berserked", "Black Heart", "Total Control", "Absolab Coin", "Grindstone box")
    ):
        chip = Chip(name, str(number + 1), 2 if number == 1 else 0)
        chip.setChecked(number == 0)
        flow.addWidget(chip)
    card.add(chips)
    badges = QWidget()
    flow = FlowLayout(badges)
    for name in DIFFICULTIES:
        flow.addWidget(Badge(name.capitalize(), name))
    for name in RARITIES:
        flow.addWidget(Badge(name.capitalize(), f"rarity-{name}"))
    flow.addWidget(Badge("Cleared", "success", icon_name="check"))
    flow.addWidget(Badge("3 queued", "warning", icon_name="offline"))
    card.add(badges)
    segmented = Segmented(
        "View", [("grid", "Cards", "grid"), ("matrix", "Matrix", "matrix"), ("list", "List")]
    )
    card.add(segmented)
    return card


def inputs_card() -> Card:
    """Every standard input."""
    card = Card("Log run")
    search = QLineEdit()
    search.setPlaceholderText("Search items")
    amount = AmountEdit("Sold for")
    amount.set_amount(1_250_000_000)
    broken = AmountEdit("Sold for")
    combo = QComboBox()
    combo.addItems(["Aran · Bera", "Kanna · Bera"])
    day = QDateEdit(QDate(2026, 11, 19))
    day.setCalendarPopup(True)
    grid = QWidget()
    flow = FlowLayout(grid, 12, stretch=True, min_width=180)
    wrong = FormField("Sold for", broken)
    broken.setText("12x")
    wrong.set_error("“12x” is not an amount. Write it like 350m.")
    for field in (
        FormField("Character", combo),
        FormField("Date", day, "Week of 19 November"),
        FormField("Party size", spin(1, 6, 2, "Party size")),
        FormField("Item", search),
        FormField("Sold for", amount),
        wrong,
    ):
        flow.addWidget(field)
    card.add(grid)
    row = QHBoxLayout()
    for made, on in ((QCheckBox("Cleared"), True), (QCheckBox("Practice"), False)):
        made.setChecked(on)
        row.addWidget(made)
    for made_radio, on in ((QRadioButton("Heroic"), True), (QRadioButton("Interactive"), False)):
        made_radio.setChecked(on)
        row.addWidget(made_radio)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(40)
    row.addWidget(slider)
    progress = QProgressBar()
    progress.setValue(60)
    row.addWidget(progress)
    card.body.addLayout(row)
    card.add(Divider())
    switch = QCheckBox()
    switch.setChecked(True)
    card.add(SettingsRow("Remind before the weekly reset", "Only for what is still undone.", switch))
    return card


def table_card() -> Card:
    """A table with tabular figures and a tab bar."""
    card = Card("Diary")
    tabs = QTabBar()
    tabs.setExpanding(False)
    tabs.setDrawBase(False)
    for name in ("Runs", "Drops", "Charts"):
        tabs.addTab(name)
    card.add(tabs)
    model = QStandardItemModel(0, 4)
    model.setHorizontalHeaderLabels(["Date", "Boss", "Drops", "Mesos"])
    bosses = ("Lotus", "Damien", "Lucid", "Will", "Verus Hilla")
    for number, boss in enumerate(bosses):
        cells = [
            QStandardItem(text) for text in (f"1{number} Nov", boss, "Nothing special", f"{MESOS[number]:,}")
        ]
        cells[3].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        model.appendRow(cells)
    table = QTableView()
    model.setParent(table)
    table.setModel(model)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setStretchLastSection(True)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.selectRow(1)
    table.setMinimumHeight(200)
    card.add(table)
    return card


def charts_card() -> Card:
    """The two big charts and the small ones."""
    card = Card("Mesos by week", label("Last 12 weeks", "caption"))
    line = LineChart("Mesos by week", short_mesos)  # type: ignore[arg-type]
    line.set_data(WEEKS, [Series("Mesos", MESOS)])
    line._read(8)
    bars = BarChart("Mesos by source", short_mesos, stacked=True)  # type: ignore[arg-type]
    halves = [value // 2 for value in MESOS]
    thirds = [value // 3 for value in MESOS]
    bars.set_data(
        WEEKS,
        [Series("Crystals", halves), Series("Drops", thirds), Series("Tasks", [x // 4 for x in thirds])],
    )
    empty = BarChart("Luck", empty_text="No drops yet this season")
    row = QHBoxLayout()
    row.addWidget(line, 2)
    row.addWidget(bars, 2)
    row.addWidget(empty, 1)
    card.body.addLayout(row, 1)
    small = QHBoxLayout()
    ring, full = ProgressRing("Weekly bosses"), ProgressRing("Daily tasks")
    ring.set_progress(9, 14)
    full.set_progress(6, 6)
    interval = IntervalBar("Berserked rate")
    interval.set_interval(12, 20, 34, 60, 26)
    spark = SparkLine("Mesos")
    spark.set_values(MESOS)
    bar = MiniBar("Mesos")
    bar.set_progress(9_400_000_000, 16_000_000_000, 13_000_000_000)
    for widget in (ring, full, interval, spark, bar):
        small.addWidget(widget)
    figures = QVBoxLayout()
    figures.addWidget(number_label("12,345,678,901", "display"))
    figures.addWidget(number_label("mesos this week", "caption"))
    small.addLayout(figures)
    card.body.addLayout(small)
    return card


def pictures() -> Section:
    """Placeholder tiles in their sizes."""
    section = Section("Pictures", "drawn when there is no sprite")
    tiles = QWidget()
    flow = FlowLayout(tiles)
    bosses = (
        "Lotus",
        "Damien",
        "Lucid",
        "Will",
        "Verus Hilla",
        "Chosen Seren",
        "Kalos the Guardian",
        "Zakum",
        "Kaling",
    )
    for name in bosses:
        flow.addWidget(Placeholder(name, "boss", 56))
    for number, kind in enumerate(ITEM_KINDS * 2):
        flow.addWidget(Placeholder(f"{kind} {number}", kind, 40))
    for kind in ITEM_KINDS:
        flow.addWidget(Placeholder(kind * 2, kind, 24))
    section.add(tiles)
    return section


def gallery() -> QWidget:
    """The sheet."""
    window = QWidget()
    window.setWindowTitle("Gallery")
    outer = QVBoxLayout(window)
    outer.setContentsMargins(0, 0, 0, 0)
    area = ScrollArea(1600)
    outer.addWidget(area)
    banner = ErrorBanner(
        "The server does not answer. Your runs are kept here and sent later.", "Try again", tone="warning"
    )
    area.add(banner)
    for left, right in (
        (buttons_card(), inputs_card()),
        (
            table_card(),
            EmptyState(
                "nothing_yet",
                "No runs yet",
                "Clear a boss on the Bosses page and it appears here.",
                "Log a run",
            ),
        ),
    ):
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(left, 1)
        row.addWidget(right, 1)
        area.body.addLayout(row)
    area.add(charts_card())
    area.add(pictures())
    area.add(LoadingState(rows=2))
    window.toasts = ToastHost(window)  # type: ignore[attr-defined]
    return window


def main() -> None:
    """Write one picture per theme into the folder named on the command line."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    folder = Path(sys.argv[1])
    for theme in ("dark", "light", "high-contrast"):
        apply_theme(app, theme)
        window = gallery()
        window.resize(1280, 1500)
        window.show()
        window.toasts.show_toast("Hard Lotus cleared.", "Undo", tone="success")  # type: ignore[attr-defined]
        app.processEvents()
        combo = window.findChild(QComboBox)
        combo.setFocus()
        app.processEvents()
        window.grab().save(str(folder / f"gallery-{theme}.png"))
        window.close()
        window.deleteLater()
        app.processEvents()


if __name__ == "__main__":
    main()
