import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QAction, QColor, QFont, QFontInfo, QFontMetricsF, QIcon
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.kit.buttons import button
from desktop.ui.theme.apply import ThemeFollower, apply_theme, current_theme, resolve_theme_name
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import bind_icon, icon, icon_names, pixmap
from desktop.ui.theme.tokens import RESOURCES

# Said by the offscreen platform for every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOT = RESOURCES.parent


def test_switching_recolours_palette_widgets_and_icons(themed: QApplication, qtbot: QtBot) -> None:
    made = button("Log run", "primary", "plus")
    qtbot.addWidget(made)
    made.show()
    dark_face, dark_icon = made.grab().toImage(), made.icon().pixmap(16, 16).toImage()
    dark_window = themed.palette().window().color()
    apply_theme(themed, "light")
    assert current_theme().name == "light"
    assert themed.palette().window().color() == current_theme().color("window") != dark_window
    assert made.grab().toImage() != dark_face
    assert made.icon().pixmap(16, 16).toImage() != dark_icon


def test_applying_twice_changes_nothing(themed: QApplication) -> None:
    sheet = themed.styleSheet()
    assert apply_theme(themed, "dark") is current_theme()
    assert themed.styleSheet() == sheet


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_a_theme_name_is_itself(themed: QApplication, name: str) -> None:
    assert resolve_theme_name(name) == name


def test_system_and_unknown_names_resolve(themed: QApplication) -> None:
    assert resolve_theme_name("system") == resolve_theme_name("sepia")
    assert resolve_theme_name("system") in {"dark", "light", "high-contrast"}


def test_follower_changes_theme_and_says_so(themed: QApplication, qtbot: QtBot) -> None:
    follower = ThemeFollower(themed, "dark")
    seen: list[str] = []
    follower.changed.connect(lambda theme: seen.append(theme.name))
    follower.set_preference("light")
    follower.set_preference("light")
    assert seen == ["light"]
    assert follower.preference == "light"
    follower.set_preference("dark")
    follower.deleteLater()


def test_follower_wears_an_accent_over_any_theme(themed: QApplication, qtbot: QtBot) -> None:
    follower = ThemeFollower(themed, "dark", "lagoon")
    seen: list[str] = []
    follower.changed.connect(lambda theme: seen.append(theme.key))
    dark_icon = icon("star", "accent").pixmap(16, 16).toImage()
    follower.set_preference("light")
    follower.set_preference("high-contrast")
    follower.set_preference("dark")
    follower.set_accent("lagoon")
    follower.set_accent("clover")
    assert icon("star", "accent").pixmap(16, 16).toImage() != dark_icon
    follower.set_accent("no-such-accent")
    assert seen == ["light/lagoon", "high-contrast/", "dark/lagoon", "dark/clover", "dark/"]
    follower.deleteLater()


def test_font_has_figures_of_one_width(themed: QApplication) -> None:
    font = tabular(text_font(14))
    assert QFontInfo(font).family() == "Inter"
    metrics = QFontMetricsF(font)
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")
    plain = QFont("Inter")
    plain.setPixelSize(14)
    assert QFontMetricsF(plain).horizontalAdvance("1111") < QFontMetricsF(plain).horizontalAdvance("8888")


def test_styled_labels_keep_tabular_figures(themed: QApplication, qtbot: QtBot) -> None:
    made = QLabel("1")
    made.setProperty("type", "title")
    qtbot.addWidget(made)
    made.ensurePolished()
    assert made.font().pixelSize() == 20
    metrics = QFontMetricsF(made.font())
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_every_icon_draws_and_has_a_disabled_state(themed: QApplication) -> None:
    names = icon_names()
    assert len(names) >= 45
    for name in names:
        image = pixmap(name, 24, QColor("red")).toImage()
        assert any(image.pixelColor(x, y).alpha() > 100 for x in range(24) for y in range(24)), name
    drawn = icon("home")
    assert drawn.pixmap(QSize(20, 20)).toImage() != drawn.pixmap(QSize(20, 20), QIcon.Mode.Disabled).toImage()
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_icons_are_stroked_in_the_current_colour_on_one_grid() -> None:
    for path in (RESOURCES / "icons").glob("*.svg"):
        root = ET.fromstring(path.read_text("utf-8"))
        assert root.get("viewBox") == "0 0 24 24", path.name
        assert root.get("stroke") == "currentColor", path.name
        assert "#" not in path.read_text("utf-8"), path.name


def test_bound_icons_let_go_of_dead_targets(themed: QApplication) -> None:
    import gc

    from desktop.ui.theme import icons

    gc.collect()
    before = len(icons._bound)
    action = QAction("Home")
    bind_icon(action, "home")
    bind_icon(action, "star")
    assert len(icons._bound) == before + 1
    del action
    gc.collect()
    assert len(icons._bound) == before


def sources() -> list[Path]:
    return [path for path in (ROOT / "desktop").rglob("*.py") if path.is_file()]


def test_no_colour_is_written_outside_the_themes() -> None:
    pattern = re.compile(r"""["']#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})["';\s]""")
    found = [path.name for path in sources() if pattern.search(path.read_text("utf-8"))]
    assert found == []
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", (RESOURCES / "themes" / "style.qss").read_text("utf-8"))


def test_only_the_theme_sets_a_style_sheet() -> None:
    home = ROOT / "desktop" / "ui" / "theme"
    found = [
        path.name
        for path in sources()
        if home not in path.parents and "setStyleSheet(" in path.read_text("utf-8")
    ]
    assert found == []


def test_the_look_brings_nothing_heavy_to_the_start() -> None:
    code = (
        "import sys, desktop.ui.theme, desktop.ui.kit.toast, desktop.ui.kit.charts;"
        "print([n for n in ('pydantic', 'sqlalchemy', 'httpx', 'PySide6.QtSvg') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_fonts_carry_their_license() -> None:
    folder = RESOURCES / "fonts"
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000


def test_a_bound_icon_survives_its_deleted_target(themed: QApplication) -> None:
    action = QAction("Home")
    bind_icon(action, "home")
    action.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert apply_theme(themed, "light").name == "light"
