"""How this very program is started again."""

import sys


def program() -> list[str]:
    """The command that starts this program, whether it is frozen or run by an interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "desktop"]


def autostart_command() -> list[str]:
    """What the system runs at sign-in: this program, in the tray."""
    return [*program(), "--background"]
