"""The looks that must be known before the first frame, read without pydantic and never failing."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

MIN_TEXT_SCALE = 100
MAX_TEXT_SCALE = 150


class Theme(StrEnum):
    """Which theme is drawn; `system` follows the desktop's light or dark setting."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"


class ReducedMotion(StrEnum):
    """Whether animations are left out; `system` follows the desktop's setting."""

    SYSTEM = "system"
    ON = "on"
    OFF = "off"


class Appearance(NamedTuple):
    """theme, reduced motion, the text scale in per cent (100–150), and the worn accent, "" for the theme's own."""

    theme: Theme = Theme.SYSTEM
    reduced_motion: ReducedMotion = ReducedMotion.SYSTEM
    text_scale: int = MIN_TEXT_SCALE
    accent: str = ""


def peek_appearance(path: Path) -> Appearance:
    """The appearance in a preferences file; the defaults for what is missing or unusable. Never raises."""
    if not path.exists():
        return Appearance()
    import json

    try:
        found = json.loads(path.read_text("utf-8"))["appearance"]
        theme, motion, scale, accent = (found.get(key) for key in Appearance._fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Appearance()
    return Appearance(
        Theme(theme) if theme in list(Theme) else Theme.SYSTEM,
        ReducedMotion(motion) if motion in list(ReducedMotion) else ReducedMotion.SYSTEM,
        scale if type(scale) is int and MIN_TEXT_SCALE <= scale <= MAX_TEXT_SCALE else MIN_TEXT_SCALE,
        accent if isinstance(accent, str) else "",
    )
