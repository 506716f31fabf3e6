"""How the app looks."""

from PySide6.QtWidgets import QCheckBox, QComboBox

from desktop.services.appearance import ReducedMotion, Theme
from desktop.ui.context import Context
from desktop.ui.kit.segmented import Segmented
from desktop.ui.settings.section import SettingsSection
from desktop.ui.shell.pages import ALWAYS_SHOWN
from desktop.ui.shell.window import ENTRIES


class AppearanceSection(SettingsSection):
    """Theme, motion, pictures, pages in the rail."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._settings = context.settings
        value = context.settings.value
        self.theme = Segmented(
            self.tr("Theme"),
            [
                (Theme.SYSTEM, self.tr("System")),
                (Theme.DARK, self.tr("Dark"), "moon"),
                (Theme.LIGHT, self.tr("Light"), "sun"),
                (Theme.HIGH_CONTRAST, self.tr("High contrast")),
            ],
        )
        self.theme.set_value(value.appearance.theme)
        self.theme.changed.connect(self._theme)
        self.motion = QComboBox()
        for motion, text in (
            (ReducedMotion.SYSTEM, self.tr("As the system says")),
            (ReducedMotion.ON, self.tr("Reduced")),
            (ReducedMotion.OFF, self.tr("Full")),
        ):
            self.motion.addItem(text, motion)
        self.motion.setCurrentIndex(self.motion.findData(value.appearance.reduced_motion))
        self.motion.activated.connect(self._motion)
        self.card(
            self.tr("Look"),
            self.row(
                self.tr("Theme"),
                self.tr("System follows the light or dark setting of your desktop."),
                self.theme,
            ),
            self.row(self.tr("Motion"), self.tr("Reduced leaves animations out."), self.motion),
        )
        self.pictures = QCheckBox()
        self.pictures.setChecked(value.pictures.enabled)
        self.pictures.toggled.connect(self._pictures)
        self.card(
            self.tr("Pictures"),
            self.row(
                self.tr("Fetch item pictures"),
                self.tr(
                    "From maplestory.io, once each, kept on this computer. Off, drawn tiles stand for them."
                ),
                self.pictures,
            ),
        )
        rows = []
        self.pages: dict[str, QCheckBox] = {}
        for page, title, _icon in ENTRIES:
            if page not in ALWAYS_SHOWN:
                box = QCheckBox()
                box.setChecked(page not in value.rail.hidden)
                box.toggled.connect(self._rail)
                self.pages[page] = box
                rows.append(self.row(title, "", box))
        self.card(self.tr("Pages in the rail"), *rows)

    def _theme(self, theme: object) -> None:
        self._settings.update("appearance", theme=theme)

    def _motion(self, _index: int) -> None:
        # Qt hands an enum of strings back as a bare string.
        self._settings.update("appearance", reduced_motion=ReducedMotion(self.motion.currentData()))

    def _pictures(self, enabled: bool) -> None:
        self._settings.update("pictures", enabled=enabled)

    def _rail(self, _shown: bool) -> None:
        hidden = tuple(page for page, box in self.pages.items() if not box.isChecked())
        self._settings.update("rail", hidden=hidden)
