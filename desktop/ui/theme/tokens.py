"""The words of the look: colour roles read from a theme file, and the sizes everything is built on."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QColor

from shared.errors import MapleHubError

RESOURCES: Final = Path(__file__).resolve().parents[3] / "resources"

SPACE: Final = (4, 8, 12, 16, 24, 32)
"""Gaps and margins in pixels, by step: XS, S, M, L, XL, XXL."""
SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL, SPACE_XXL = SPACE

RADIUS_S: Final = 6
"""Corner radius of controls, pixels."""
RADIUS_M: Final = 8
"""Corner radius of cards, menus and dialogs, pixels."""

TYPE: Final = (12, 14, 16, 20, 28)
"""Text sizes in pixels: caption, body, heading, title, display."""
TYPE_CAPTION, TYPE_BODY, TYPE_HEADING, TYPE_TITLE, TYPE_DISPLAY = TYPE

MOTION_FAST: Final = 100
MOTION_NORMAL: Final = 150
MOTION_SLOW: Final = 250
"""Durations in milliseconds."""

TARGET: Final = 24
"""The smallest side of anything to be clicked, pixels."""
CONTROL: Final = 32
"""The height of a button or an input, pixels."""

THEME_NAMES: Final = ("dark", "light", "high-contrast")
PLAIN: Final = "high-contrast"
"""The theme that no accent changes."""

DIFFICULTIES: Final = ("easy", "normal", "hard", "chaos", "extreme", "hell")
RARITIES: Final = ("common", "uncommon", "rare", "epic", "legendary")
STATUSES: Final = ("success", "warning", "error", "info")
SURFACES: Final = ("sunken", "rail", "window", "surface", "raised", "hover", "selected")

ROLES: Final = (
    *SURFACES,
    *("border", "border-strong", "text", "text-muted", "text-disabled"),
    *("input", "accent", "accent-hover", "accent-text", "accent-soft", "focus"),
    *STATUSES,
    *(f"{status}-soft" for status in STATUSES),
    *(f"rarity-{rarity}" for rarity in RARITIES),
    *(f"difficulty-{difficulty}" for difficulty in DIFFICULTIES),
    *(f"chart-{number}" for number in range(1, 7)),
)
"""Every role a theme file must name, and no other."""

ACCENT_ROLES: Final = ("accent", "accent-hover", "accent-text", "accent-soft", "focus", "selected")
"""The roles a worn accent changes."""
ACCENTS_FILE: Final = "accents.toml"

CHART_SERIES: Final = 6


class ThemeError(MapleHubError):
    """A theme file cannot be used. `file` is its name, `role` the role at fault or ""."""

    def __init__(self, file: str, role: str, problem: str) -> None:
        at = f" at {role}" if role else ""
        super().__init__(
            f"The theme file {file} cannot be used{at}: {problem}.",
            "Choose another theme.",
        )
        self.file = file
        self.role = role


@dataclass(frozen=True)
class Theme:
    """A set of colours by role. `name` is the file's stem, `dark` says which way its lightness runs.

    accent: the worn accent, "" for the theme's own.
    """

    name: str
    label: str
    dark: bool
    roles: dict[str, QColor]
    accent: str = ""

    @property
    def key(self) -> str:
        """What tells this look from every other, for caches."""
        return f"{self.name}/{self.accent}"

    def color(self, role: str, opacity: float = 1.0) -> QColor:
        """A fresh colour for a role, alpha multiplied by opacity (0 to 1). KeyError for an unknown role."""
        color = QColor(self.roles[role])
        if opacity < 1.0:
            color.setAlphaF(color.alphaF() * opacity)
        return color

    def chart(self, index: int) -> QColor:
        """The colour of the chart series with this index, counting from 0; repeats after six."""
        return self.color(f"chart-{index % CHART_SERIES + 1}")

    def css(self, role: str) -> str:
        """The role as a style sheet colour."""
        color = self.roles[role]
        if color.alpha() == 255:
            return color.name()
        return f"rgba({color.red()},{color.green()},{color.blue()},{color.alpha()})"


def over(top: QColor, below: QColor) -> QColor:
    """The opaque colour seen when `top` lies over an opaque `below`."""
    alpha = top.alphaF()
    return QColor.fromRgbF(
        *(
            min(1.0, t * alpha + b * (1 - alpha))
            for t, b in zip(top.getRgbF()[:3], below.getRgbF()[:3], strict=True)  # type: ignore[index]
        )
    )


def load_theme(name: str, folder: Path | None = None, *, accent: str = "") -> Theme:
    """The theme `name` from its TOML file, in an accent. Raises ThemeError, naming file and role.

    High contrast keeps its own colours, and so does every theme for an accent nobody knows.
    """
    home = folder or RESOURCES / "themes"
    path = home / f"{name}.toml"
    content = _read(path)
    values = content.get("roles")
    if not isinstance(values, dict):
        raise ThemeError(path.name, "roles", "the table is missing")
    if content.get("scheme") not in {"dark", "light"}:
        raise ThemeError(path.name, "scheme", "it must be dark or light")
    for role in values:
        if role not in ROLES:
            raise ThemeError(path.name, role, "no such role is known")
    roles = {role: _resolve(path.name, role, values, ()) for role in ROLES}
    made = Theme(name, str(content.get("label", name)), content["scheme"] == "dark", roles)
    if not accent or name == PLAIN:
        return made
    changed = load_accents(home).get(accent, {}).get(content["scheme"])
    if changed is None:
        return made
    values = {**values, **changed}
    worn = {role: _resolve(ACCENTS_FILE, role, values, ()) for role in ACCENT_ROLES}
    return replace(made, roles={**roles, **worn}, accent=accent)


def load_accents(folder: Path | None = None) -> dict[str, dict[str, dict[str, str]]]:
    """Every accent's roles by accent and scheme ("dark", "light"). Raises ThemeError for a role it may not change."""
    path = (folder or RESOURCES / "themes") / ACCENTS_FILE
    content = _read(path)
    for accent, schemes in content.items():
        if not isinstance(schemes, dict) or set(schemes) != {"dark", "light"}:
            raise ThemeError(path.name, accent, "it needs a table for dark and one for light")
        for scheme, roles in schemes.items():
            for role in roles:
                if role not in ACCENT_ROLES:
                    raise ThemeError(path.name, f"{accent}.{scheme}.{role}", "an accent does not change this")
    return content


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ThemeError(path.name, "", "it cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(path.name, "", f"it is not valid TOML ({error})") from error


def _resolve(file: str, role: str, values: dict[str, object], seen: tuple[str, ...]) -> QColor:
    if role in seen:
        raise ThemeError(file, seen[0], "it refers to itself")
    value = values.get(role)
    if value is None:
        raise ThemeError(file, role, f"it is needed by {seen[-1]} but missing" if seen else "it is missing")
    if not isinstance(value, str):
        raise ThemeError(file, role, "its value must be a text")
    if value.startswith("#"):
        if len(value) != 7 or not QColor.isValidColorName(value):
            raise ThemeError(file, role, f"“{value}” is not a colour of the form #rrggbb")
        return QColor(value)
    other, _, alpha = value.partition(":")
    color = QColor(_resolve(file, other, values, (*seen, role)))
    if alpha:
        try:
            opacity = float(alpha)
        except ValueError:
            opacity = -1.0
        if not 0.0 <= opacity <= 1.0:
            raise ThemeError(file, role, f"“{alpha}” is not an opacity from 0 to 1")
        color.setAlphaF(opacity)
    return color
