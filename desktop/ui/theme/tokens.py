"""The words of the look: colour roles read from a theme file, and the sizes everything is built on."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
    """A set of colours by role. `name` is the file's stem, `dark` says which way its lightness runs."""

    name: str
    label: str
    dark: bool
    roles: dict[str, QColor]

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


def load_theme(name: str, folder: Path | None = None) -> Theme:
    """The theme `name` from its TOML file. Raises ThemeError, naming file and role."""
    path = (folder or RESOURCES / "themes") / f"{name}.toml"
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ThemeError(path.name, "", "it cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(path.name, "", f"it is not valid TOML ({error})") from error
    values = content.get("roles")
    if not isinstance(values, dict):
        raise ThemeError(path.name, "roles", "the table is missing")
    if content.get("scheme") not in {"dark", "light"}:
        raise ThemeError(path.name, "scheme", "it must be dark or light")
    for role in values:
        if role not in ROLES:
            raise ThemeError(path.name, role, "no such role is known")
    roles = {role: _resolve(path.name, role, values, ()) for role in ROLES}
    return Theme(name, str(content.get("label", name)), content["scheme"] == "dark", roles)


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
