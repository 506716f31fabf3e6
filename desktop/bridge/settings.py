"""The preferences as the windows see them: read from memory, written behind."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background
from desktop.services.preferences import Preferences, save


class SettingsStore(QObject):
    """changed: the name of the section that changed. failed: the error of a write that did not succeed."""

    changed = Signal(str)
    failed = Signal(object)

    def __init__(
        self, preferences: Preferences, path: Path, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._path = path
        self._background = background

    @property
    def value(self) -> Preferences:
        """The preferences now."""
        return self._preferences

    def update(self, section: str, **fields: Any) -> None:
        """Change fields of a section, or the section's own value when it is a plain one (`value=…`).

        Checked like the file is: plain text becomes its enum. ValueError for what the preferences cannot hold.
        """
        stored = self._preferences.model_dump()
        stored[section] = fields["value"] if set(fields) == {"value"} else {**stored[section], **fields}
        preferences = Preferences.model_validate(stored)
        if preferences == self._preferences:
            return
        self._preferences = preferences
        path = self._path
        self._background.database(lambda: save(path, preferences), None, self._failed, owner=self)
        self.changed.emit(section)

    def _failed(self, error: Exception) -> None:
        self.failed.emit(error)
