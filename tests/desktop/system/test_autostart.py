"""Autostart on the three platforms, each on real files."""

import plistlib
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from desktop.system.autostart import (
    LABEL,
    NAME,
    Autostart,
    DesktopFileAutostart,
    LaunchAgentAutostart,
    RunKeyAutostart,
    desktop_quoted,
    system_autostart,
)

COMMAND = ["/opt/Maple Hub/maplehub", "--hidden"]


@pytest.fixture(params=["linux", "darwin", "win32"])
def autostart(request: pytest.FixtureRequest, tmp_path: Path) -> Autostart:
    if request.param == "linux":
        return DesktopFileAutostart(tmp_path / "autostart")
    if request.param == "darwin":
        return LaunchAgentAutostart(tmp_path / "LaunchAgents")
    return RunKeyAutostart(QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat))


def test_on_and_off_and_on_again(autostart: Autostart) -> None:
    assert not autostart.enabled()
    autostart.disable()
    autostart.enable(COMMAND)
    autostart.enable(COMMAND)
    assert autostart.enabled()
    autostart.disable()
    assert not autostart.enabled()
    autostart.enable(COMMAND)
    assert autostart.enabled()


def test_the_desktop_file(tmp_path: Path) -> None:
    DesktopFileAutostart(tmp_path).enable(COMMAND)
    content = (tmp_path / "maplehub.desktop").read_text("utf-8")
    assert content.startswith("[Desktop Entry]\nType=Application\n")
    assert 'Exec="/opt/Maple Hub/maplehub" --hidden\n' in content


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "Hidden = True"])
def test_an_entry_the_desktop_switched_off_is_off(tmp_path: Path, line: str) -> None:
    autostart = DesktopFileAutostart(tmp_path)
    autostart.enable(COMMAND)
    file = tmp_path / "maplehub.desktop"
    file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")
    assert not autostart.enabled()
    autostart.enable(COMMAND)
    assert autostart.enabled()


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
def test_any_argument_survives_the_exec_line(argument: str) -> None:
    line = desktop_quoted(argument)
    # Undone as the specification says: the string's escapes, the quoting, the percent signs.
    text = line.replace("\\\\", "\\")
    if text.startswith('"'):
        text = re.sub(r'\\(["`$\\])', r"\1", text[1:-1])
    assert text.replace("%%", "%") == argument


def test_the_launch_agent(tmp_path: Path) -> None:
    LaunchAgentAutostart(tmp_path).enable(COMMAND)
    content = plistlib.loads((tmp_path / f"{LABEL}.plist").read_bytes())
    assert content["ProgramArguments"] == COMMAND
    assert content["RunAtLoad"] is True
    (tmp_path / f"{LABEL}.plist").write_bytes(b"nonsense")
    assert not LaunchAgentAutostart(tmp_path).enabled()


def test_the_run_key(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "run.ini"), QSettings.Format.IniFormat)
    RunKeyAutostart(settings).enable(COMMAND)
    assert settings.value(NAME) == subprocess.list2cmdline(COMMAND) == '"/opt/Maple Hub/maplehub" --hidden'


def test_a_registry_that_refuses_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    settings = QSettings(str(tmp_path / "file" / "run.ini"), QSettings.Format.IniFormat)
    with pytest.raises(OSError, match="refused"):
        RunKeyAutostart(settings).enable(COMMAND)


def test_each_platform_has_its_own() -> None:
    assert isinstance(system_autostart("linux"), DesktopFileAutostart)
    assert isinstance(system_autostart("freebsd14"), DesktopFileAutostart)
    assert isinstance(system_autostart("darwin"), LaunchAgentAutostart)
