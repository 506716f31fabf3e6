"""Putting a theme on the application, and following the system's choice at run time."""

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from desktop.ui.theme.fonts import app_font
from desktop.ui.theme.icons import rebind_icons
from desktop.ui.theme.stylesheet import style_sheet
from desktop.ui.theme.tokens import THEME_NAMES, Theme, load_theme

SYSTEM: Final = "system"
_state: dict[str, Theme] = {}
_loaded: dict[tuple[str, str], Theme] = {}


def theme_named(name: str, accent: str = "") -> Theme:
    """The theme from its file in an accent, read once per process. Raises ThemeError."""
    if (name, accent) not in _loaded:
        _loaded[name, accent] = load_theme(name, accent=accent)
    return _loaded[name, accent]


def current_theme() -> Theme:
    """The theme in force; the dark one before any was applied."""
    return _state.get("current") or theme_named("dark")


def resolve_theme_name(preference: str) -> str:
    """The theme file a preference means: "system", or an unknown name, asks the desktop."""
    if preference in THEME_NAMES:
        return preference
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "high-contrast"
    return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"


def palette_of(theme: Theme) -> QPalette:
    """The QPalette that makes plain Qt widgets wear the theme."""
    role = QPalette.ColorRole
    palette = QPalette()
    pairs = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "surface",
        role.AlternateBase: "window",
        role.Text: "text",
        role.Button: "raised",
        role.ButtonText: "text",
        role.BrightText: "accent-text",
        role.ToolTipBase: "raised",
        role.ToolTipText: "text",
        role.PlaceholderText: "text-muted",
        role.Highlight: "selected",
        role.HighlightedText: "text",
        role.Accent: "accent",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.Light: "hover",
        role.Midlight: "raised",
        role.Mid: "border",
        role.Dark: "border-strong",
        role.Shadow: "sunken",
    }
    for target, name in pairs.items():
        palette.setColor(target, theme.color(name))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, theme.color("text-disabled"))
    return palette


def apply_theme(app: QApplication, theme: Theme | str) -> Theme:
    """Dress the application: style, font, palette, style sheet, bound icons. Does nothing when already on.

    Existing widgets are polished again and repaint; custom-painted ones read `current_theme()` then.
    """
    theme = theme_named(theme) if isinstance(theme, str) else theme
    first = "current" not in _state or app.property("maplehub_theme") is None
    if not first and _state["current"] is theme and app.property("maplehub_theme") == theme.key:
        return theme
    _state["current"] = theme
    if first:
        app.setStyle("Fusion")
        app.setFont(app_font())
    palette = palette_of(theme)
    app.setPalette(palette)
    app.setStyleSheet(style_sheet(theme))
    QToolTip.setPalette(palette)
    app.setProperty("maplehub_theme", theme.key)
    rebind_icons()
    return theme


class ThemeFollower(QObject):
    """Keeps the application in the preferred theme; with "system" it changes when the desktop does."""

    changed = Signal(object)
    """The Theme now in force."""

    def __init__(self, app: QApplication, preference: str = SYSTEM, accent: str = "") -> None:
        super().__init__(app)
        self._app = app
        self._preference = SYSTEM
        self._accent = accent
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self.set_preference(preference)

    @property
    def preference(self) -> str:
        """What was asked for: "system" or a theme's name."""
        return self._preference

    def set_preference(self, preference: str) -> None:
        """Wear this theme from now on; the window frames of the desktop follow where it allows that."""
        self._preference = preference
        hints = self._app.styleHints()
        if preference == SYSTEM:
            hints.unsetColorScheme()
        else:
            dark = theme_named(resolve_theme_name(preference)).dark
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        self._wear()

    def set_accent(self, accent: str) -> None:
        """Wear an accent from now on; "" for the theme's own."""
        if accent != self._accent:
            self._accent = accent
            self._wear()

    def _system_changed(self, _value: object) -> None:
        if self._preference == SYSTEM:
            self._wear()

    def _wear(self) -> None:
        before = _state.get("current")
        theme = apply_theme(self._app, theme_named(resolve_theme_name(self._preference), self._accent))
        if theme is not before:
            self.changed.emit(theme)


def readable_on(background: QColor) -> QColor:
    """The theme's lightest or darkest text colour, whichever reads better on an opaque background."""
    theme = current_theme()
    options = (theme.color("text"), theme.color("window"), theme.color("accent-text"))
    return max(options, key=lambda option: contrast(option, background))


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(color: QColor) -> float:
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
