"""The look of the whole app: theme, motion, the worn accent, and the icon of the tray and the windows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.services.appearance import ReducedMotion
from desktop.ui.kit.motion import set_reduced_motion
from desktop.ui.theme.icons import icon
from shared.economy.things import CosmeticKind

if TYPE_CHECKING:
    from desktop.ui.shell.controller import ShellController

_MARK = "maple"
"""The app's own icon."""


class Dressing(QObject):
    """Makes the app follow the preferences and what is worn."""

    def __init__(self, shell: "ShellController") -> None:
        super().__init__(shell)
        self._shell = shell
        self._theme = shell.settings.value.appearance.theme
        # The window may come from another data set, with its title still in the first line.
        self._hint = shell.window.top_bar.switcher.toolTip().splitlines()[-1]

    def start(self) -> None:
        """Follow from now on."""
        self._shell.settings.changed.connect(self._on_setting)
        self._shell.theme.changed.connect(self._show_icon)
        self._shell.wardrobe.changed.connect(self._on_wardrobe)
        self._shell.wardrobe.refresh()

    def _on_setting(self, section: str) -> None:
        if section != "appearance":
            return
        appearance = self._shell.settings.value.appearance
        motion = appearance.reduced_motion
        set_reduced_motion(None if motion is ReducedMotion.SYSTEM else motion is ReducedMotion.ON)
        if appearance.theme is not self._theme:
            # A theme named on the command line holds until another one is chosen.
            self._theme = appearance.theme
            self._shell.theme.set_preference(str(appearance.theme))

    def _on_wardrobe(self) -> None:
        accent = self._shell.wardrobe.look(CosmeticKind.ACCENT)
        self._shell.theme.set_accent(accent)
        # Remembered, so that the next start has it before the database is open.
        self._shell.settings.update("appearance", accent=accent)
        self._show_icon()
        self._show_title()

    def _show_title(self) -> None:
        """The switcher has no room for a title, so it says it when asked."""
        title, switcher = self._shell.wardrobe.title, self._shell.window.top_bar.switcher
        switcher.setToolTip(self._hint if title is None else f"{title.name}\n{self._hint}")
        switcher.setAccessibleDescription("" if title is None else title.name)

    def _show_icon(self, _theme: object = None) -> None:
        made = icon(self._shell.wardrobe.look(CosmeticKind.TRAY) or _MARK, "accent")
        QApplication.setWindowIcon(made)
        if self._shell.reminding is not None:
            self._shell.reminding.set_icon(made)
