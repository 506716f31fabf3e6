"""The application font: Inter, with figures of one width."""

from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from desktop.ui.theme.tokens import RESOURCES, TYPE_BODY

FAMILY: Final = "Inter"
_FILES: Final = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
_TABULAR: Final = QFont.Tag("tnum")
_loaded: list[int] = []


def load_fonts() -> bool:
    """Register the bundled font, once per process. False when it cannot be used: the system's font serves."""
    if not _loaded:
        _loaded.extend(QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / file)) for file in _FILES)
    return any(number >= 0 for number in _loaded)


def tabular(font: QFont) -> QFont:
    """A copy of the font whose figures all have one width, so that columns of numbers line up."""
    copy = QFont(font)
    copy.setFeature(_TABULAR, 1)
    return copy


def app_font() -> QFont:
    """The body font. Tabular figures are on everywhere: most text here is numbers in rows."""
    font = QFont(FAMILY) if load_fonts() else QFont()
    font.setPixelSize(TYPE_BODY)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return tabular(font)


def text_font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The application font at a size in pixels, for painted text."""
    font = app_font()
    font.setPixelSize(size)
    font.setWeight(weight)
    return font
