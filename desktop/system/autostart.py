"""Starting with the computer, each platform in its own way and without administrator rights.

All three write for the current user only. Errors of the disk pass through as OSError.
"""

import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings, QStandardPaths

from desktop.services.places import write_atomically

NAME = "MapleHub"
LABEL = "org.maplehub.desktop"
RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"


class Autostart(Protocol):
    """Whether the app starts with the computer, and by which command."""

    def enabled(self) -> bool: ...

    def enable(self, command: Sequence[str]) -> None: ...

    def disable(self) -> None: ...


class DesktopFileAutostart:
    """Linux: a desktop file in the autostart folder (Desktop Application Autostart Specification 0.5)."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "maplehub.desktop"

    def enabled(self) -> bool:
        try:
            content = self._file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        lines = {line.replace(" ", "").lower() for line in content.splitlines()}
        # Desktops switch an entry off by one of these keys instead of deleting it.
        return not lines & {"hidden=true", "x-gnome-autostart-enabled=false"}

    def enable(self, command: Sequence[str]) -> None:
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            f"Name={NAME}",
            f"Exec={' '.join(desktop_quoted(part) for part in command)}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        ]
        write_atomically(self._file, ("\n".join(lines) + "\n").encode())

    def disable(self) -> None:
        self._file.unlink(missing_ok=True)


class LaunchAgentAutostart:
    """macOS: a launch agent that runs at login (launchd.plist(5))."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{LABEL}.plist"

    def enabled(self) -> bool:
        try:
            content = plistlib.loads(self._file.read_bytes())
        except (OSError, ValueError, plistlib.InvalidFileException):
            return False
        return isinstance(content, dict) and content.get("RunAtLoad") is True and not content.get("Disabled")

    def enable(self, command: Sequence[str]) -> None:
        content = {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        write_atomically(self._file, plistlib.dumps(content))

    def disable(self) -> None:
        self._file.unlink(missing_ok=True)


class RunKeyAutostart:
    """Windows: a value of the user's Run key; `settings` is that key."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def enabled(self) -> bool:
        self._settings.sync()
        return bool(self._settings.value(NAME))

    def enable(self, command: Sequence[str]) -> None:
        self._settings.setValue(NAME, subprocess.list2cmdline(command))
        self._write()

    def disable(self) -> None:
        self._settings.remove(NAME)
        self._write()

    def _write(self) -> None:
        self._settings.sync()
        if self._settings.status() != QSettings.Status.NoError:
            raise OSError("The registry refused the change.")


def system_autostart(platform: str = sys.platform) -> Autostart:
    """The one of this platform."""
    if platform == "win32":
        return RunKeyAutostart(QSettings(RUN_KEY, QSettings.Format.NativeFormat))
    if platform == "darwin":
        return LaunchAgentAutostart(Path.home() / "Library" / "LaunchAgents")
    config = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return DesktopFileAutostart(Path(config) / "autostart")


def desktop_quoted(part: str) -> str:
    """One argument of an Exec line (Desktop Entry Specification 1.5, "The Exec key").

    Quoting is undone after the general escaping of strings, so a backslash is written four times.
    """
    part = part.replace("%", "%%")
    if part and all(character.isalnum() or character in "-_./:=@+,%" for character in part):
        return part
    for special in '\\"`$':
        part = part.replace(special, "\\" + special)
    return '"' + part.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t") + '"'
