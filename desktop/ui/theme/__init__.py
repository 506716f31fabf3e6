"""The look: colours, sizes, font, icons and the one style sheet."""

from desktop.ui.theme.apply import ThemeFollower, apply_theme, current_theme, resolve_theme_name
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import bind_icon, draw_icon, icon, pixmap
from desktop.ui.theme.tokens import Theme, ThemeError, load_theme

__all__ = [
    "Theme",
    "ThemeError",
    "ThemeFollower",
    "apply_theme",
    "bind_icon",
    "current_theme",
    "draw_icon",
    "icon",
    "load_theme",
    "pixmap",
    "resolve_theme_name",
    "tabular",
    "text_font",
]
