from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from desktop.ui.theme.apply import contrast
from desktop.ui.theme.stylesheet import style_sheet
from desktop.ui.theme.tokens import (
    ACCENT_ROLES,
    ACCENTS_FILE,
    DIFFICULTIES,
    PLAIN,
    RARITIES,
    RESOURCES,
    STATUSES,
    THEME_NAMES,
    Theme,
    ThemeError,
    load_accents,
    load_theme,
    over,
)

LAYERS = ("window", "rail", "surface", "raised", "sunken", "hover", "selected", "input")
CARD_LAYERS = ("window", "surface")


LOOKS = [
    (name, accent) for name in THEME_NAMES for accent in ("", *(() if name == PLAIN else load_accents()))
]


@pytest.fixture(params=LOOKS, ids="/".join)
def theme(request: pytest.FixtureRequest) -> Theme:
    name, accent = request.param
    return load_theme(name, accent=accent)


def ratio(theme: Theme, ink: str, *ground: str, opacity: float = 1.0) -> float:
    """Contrast of a role over grounds listed from the lowest, blended."""
    below = theme.color(ground[0])
    for layer in ground[1:]:
        below = over(theme.color(layer), below)
    if opacity < 1.0:
        below = over(theme.color(ink, opacity), below)
    return contrast(over(theme.color(ink), below), below)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("ink", ["text", "text-muted"])
def test_text_reads_on_every_layer(theme: Theme, ink: str, layer: str) -> None:
    assert ratio(theme, ink, layer) >= 4.5


@pytest.mark.parametrize("layer", ["window", "surface", "raised"])
@pytest.mark.parametrize("ink", ["accent", *STATUSES])
def test_coloured_text_reads(theme: Theme, ink: str, layer: str) -> None:
    assert ratio(theme, ink, layer) >= 4.5


@pytest.mark.parametrize("layer", CARD_LAYERS)
@pytest.mark.parametrize("status", STATUSES)
def test_banner_text_reads_on_its_tint(theme: Theme, status: str, layer: str) -> None:
    assert ratio(theme, "text", layer, f"{status}-soft") >= 4.5
    assert ratio(theme, status, layer, f"{status}-soft") >= 4.5


@pytest.mark.parametrize("layer", ["window", "surface", "raised"])
@pytest.mark.parametrize(
    "role", [*(f"difficulty-{name}" for name in DIFFICULTIES), *(f"rarity-{name}" for name in RARITIES)]
)
def test_badges_read_on_their_own_tint(theme: Theme, role: str, layer: str) -> None:
    assert ratio(theme, role, layer, opacity=0.08) >= 4.5


@pytest.mark.parametrize("ground", ["accent", "accent-hover"])
def test_text_on_accent_reads(theme: Theme, ground: str) -> None:
    assert ratio(theme, "accent-text", ground) >= 4.5


def test_chip_count_reads_on_a_chosen_chip(theme: Theme) -> None:
    assert ratio(theme, "accent", "selected") >= 4.5


@pytest.mark.parametrize("layer", LAYERS)
def test_focus_ring_is_seen_on_every_layer(theme: Theme, layer: str) -> None:
    assert ratio(theme, "focus", layer) >= 3


def test_focus_ring_of_a_primary_button_is_seen_on_its_fill(theme: Theme) -> None:
    # The focus colour is too near the accent, so this ring is double: text outside, accent-text inside.
    assert ratio(theme, "text", "surface") >= 3
    assert ratio(theme, "accent-text", "accent") >= 3
    assert ratio(theme, "accent-text", "text") >= 3


@pytest.mark.parametrize("layer", ["window", "surface", "raised", "input"])
def test_edges_of_inputs_are_seen(theme: Theme, layer: str) -> None:
    assert ratio(theme, "border-strong", layer) >= 3


@pytest.mark.parametrize("number", range(1, 7))
def test_chart_series_are_seen(theme: Theme, number: int) -> None:
    assert ratio(theme, f"chart-{number}", "surface") >= 3


def test_chart_series_differ(theme: Theme) -> None:
    assert len({theme.chart(index).name() for index in range(6)}) == 6
    assert theme.chart(6) == theme.chart(0)


def test_style_sheet_leaves_no_placeholder(theme: Theme) -> None:
    sheet = style_sheet(theme)
    assert "@" not in sheet
    assert "$" not in sheet
    assert len(sheet) < 20_000


def test_pictures_of_the_style_sheet_exist(theme: Theme) -> None:
    import re

    paths = re.findall(r'url\("([^"]+)"\)', style_sheet(theme))
    assert paths
    assert all(Path(path).is_file() for path in paths)


def write(folder: Path, old: str, new: str) -> Path:
    text = (RESOURCES / "themes" / "dark.toml").read_text("utf-8")
    assert old in text
    (folder / "broken.toml").write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "role", "words"),
    [
        ('focus = "#ffc48a"', "", "focus", "missing"),
        ('focus = "#ffc48a"', 'focus = "#ffc48"', "focus", "#rrggbb"),
        ('focus = "#ffc48a"', 'focus = "#gggggg"', "focus", "#rrggbb"),
        ('focus = "#ffc48a"', "focus = 3", "focus", "text"),
        ('focus = "#ffc48a"', 'focus = "focus"', "focus", "itself"),
        ('"accent:0.16"', '"accent:1.6"', "accent-soft", "opacity"),
        ('"accent:0.16"', '"accent:half"', "accent-soft", "opacity"),
        ('"accent:0.16"', '"acent:0.16"', "acent", "accent-soft"),
        ('scheme = "dark"', 'scheme = "dim"', "scheme", "dark or light"),
        ('info = "', 'inffo = "#000000"\ninfo = "', "inffo", "known"),
        ("[roles]", "[role]", "roles", "table"),
        ("[roles]", "[roles", "", "TOML"),
    ],
)
def test_broken_theme_names_file_and_role(tmp_path: Path, old: str, new: str, role: str, words: str) -> None:
    with pytest.raises(ThemeError, match=r"broken\.toml") as caught:
        load_theme("broken", write(tmp_path, old, new))
    assert caught.value.role == role
    assert words in caught.value.message


def test_an_accent_changes_its_own_roles_and_no_other() -> None:
    for name in ("dark", "light"):
        plain = load_theme(name)
        for accent in load_accents():
            worn = load_theme(name, accent=accent)
            assert (worn.name, worn.accent) == (name, accent)
            changed = {role for role in plain.roles if worn.color(role) != plain.color(role)}
            assert changed == set(ACCENT_ROLES)
            assert worn.color("accent-soft").alphaF() == plain.color("accent-soft").alphaF()


def test_accents_differ_from_each_other_and_from_the_themes_own() -> None:
    for name in ("dark", "light"):
        worn = [load_theme(name, accent=accent).color("accent").name() for accent in ("", *load_accents())]
        assert len(set(worn)) == len(worn)


@pytest.mark.parametrize(("name", "accent"), [(PLAIN, "lagoon"), ("dark", "no-such-accent")])
def test_high_contrast_and_unknown_accents_keep_the_themes_own(name: str, accent: str) -> None:
    assert load_theme(name, accent=accent) == load_theme(name)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("[lagoon.light]", "[lagoon.dim]", "lagoon"),
        ('focus = "#9be8e2"', 'text = "#9be8e2"', "lagoon.dark.text"),
        ('focus = "#9be8e2"', 'focus = "mint"', "mint"),
    ],
)
def test_a_broken_accent_names_its_place(tmp_path: Path, old: str, new: str, where: str) -> None:
    text = (RESOURCES / "themes" / ACCENTS_FILE).read_text("utf-8")
    assert old in text
    (tmp_path / ACCENTS_FILE).write_text(text.replace(old, new, 1), "utf-8")
    (tmp_path / "dark.toml").write_text((RESOURCES / "themes" / "dark.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(ThemeError, match=r"accents\.toml") as caught:
        load_theme("dark", tmp_path, accent="lagoon")
    assert caught.value.role == where


def test_every_accent_of_the_catalogue_has_its_colours_and_the_other_way_round() -> None:
    from desktop.services.opening import SEEDS
    from shared.catalog import load_catalog
    from shared.economy.things import CosmeticKind

    cosmetics = load_catalog(SEEDS).economy.cosmetics.values()
    looks = {cosmetic.look for cosmetic in cosmetics if cosmetic.kind is CosmeticKind.ACCENT}
    assert looks == set(load_accents())


def test_missing_theme_file(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match="cannot be read"):
        load_theme("none", tmp_path)


def test_values_refer_and_carry_opacity() -> None:
    theme = load_theme("dark")
    assert theme.color("chart-1") == theme.color("accent")
    assert theme.color("accent-soft").alphaF() == pytest.approx(0.16, abs=0.01)
    assert theme.color("accent-soft", 0.5).alphaF() == pytest.approx(0.08, abs=0.01)
    changed = theme.color("text")
    changed.setRed(0)
    assert theme.color("text") != changed


def test_contrast_of_black_and_white() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
