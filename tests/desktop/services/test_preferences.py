"""Preferences: one bad value costs that value, never the file."""

import json
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.services import preferences as module
from desktop.services.appearance import Appearance, ReducedMotion, Theme, peek_appearance
from desktop.services.preferences import (
    AppearancePreferences,
    Preferences,
    PreferencesError,
    QuietHoursPreferences,
    ReminderPreferences,
    load,
    save,
)
from shared.resets import Reset

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "preferences.json"


def write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), "utf-8")


def test_without_a_file_there_are_defaults_and_no_complaint(path: Path) -> None:
    loaded = load(path)
    assert loaded.preferences == Preferences()
    assert loaded.notes == ()
    assert not path.exists()


def test_what_is_saved_comes_back(path: Path) -> None:
    chosen = Preferences().model_copy(
        update={
            "appearance": AppearancePreferences(theme=Theme.LIGHT, text_scale=125),
            "reminders": ReminderPreferences(
                daily=(30, 60, 30),
                snoozed_until=datetime(2026, 11, 21, 12, tzinfo=UTC),
                quiet_hours=QuietHoursPreferences(start=time(23, 30), end=time(7)),
            ),
            "hotkeys": {"runs.log": "Ctrl+L"},
            "autostart": True,
        }
    )
    save(path, chosen)
    loaded = load(path)
    assert loaded.preferences == chosen
    assert loaded.notes == ()
    assert loaded.preferences.reminders.daily == (60, 30)


def test_a_bad_value_falls_back_alone_and_the_file_is_kept(path: Path) -> None:
    write(
        path,
        {
            "appearance": {"theme": "pink", "text_scale": 125},
            "reminders": {
                "daily": [60, -5, "soon", 15],
                "weekly": "never",
                "snoozed_until": "2026-11-21T12:00:00",
            },
            "pictures": {"base_url": "http://example.org"},
            "hotkeys": {"runs.log": "Ctrl+L", "runs.next": 5},
            "backups": {"daily": False},
        },
    )
    before = path.read_bytes()
    loaded = load(path)
    found = loaded.preferences
    assert found.appearance == AppearancePreferences(text_scale=125)
    assert found.reminders.daily == (60, 15)
    assert found.reminders.weekly == ReminderPreferences().weekly
    assert found.reminders.snoozed_until is None
    assert found.pictures.base_url.startswith("https://maplestory.io/")
    assert found.hotkeys == {"runs.log": "Ctrl+L"}
    assert found.backups.daily is False
    told = " ".join(loaded.notes)
    for key in (
        "appearance.theme",
        "reminders.daily.1",
        "reminders.daily.2",
        "reminders.weekly",
        "runs.next",
    ):
        assert key in told
    assert path.with_name("preferences.broken.json").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    loaded = load(path)
    assert loaded.preferences == Preferences()
    assert "preferences.broken.json" in loaded.notes[0]
    assert path.with_name("preferences.broken.json").read_bytes() == content


def test_unknown_keys_and_a_newer_version_survive(path: Path) -> None:
    write(path, {"version": 99, "future": {"a": 1}, "tray": {"colour": "red", "close_to_tray": True}})
    loaded = load(path)
    assert loaded.notes == ()
    save(path, loaded.preferences.model_copy(update={"autostart": True}))
    content = json.loads(path.read_text("utf-8"))
    assert content["version"] == 99
    assert content["future"] == {"a": 1}
    assert content["tray"]["colour"] == "red"
    assert content["tray"]["close_to_tray"] is True
    assert content["autostart"] is True


def test_upgrades_run_in_order_from_the_files_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def two(content: dict[str, Any]) -> None:
        content["steps"] = [*content.get("steps", []), 2]

    def three(content: dict[str, Any]) -> None:
        content["steps"] = [*content.get("steps", []), 3]

    monkeypatch.setattr(module, "_STEPS", (two, three))
    monkeypatch.setattr(module, "VERSION", 3)
    for version, steps in ((1, [2, 3]), (2, [3]), (3, None), (4, None), (None, [2, 3]), ("x", [2, 3])):
        content: dict[str, Any] = {} if version is None else {"version": version}
        module.upgrade(content)
        assert content.get("steps") == steps
        assert content["version"] == max(3, version if isinstance(version, int) else 1)


def test_there_is_a_step_for_every_version() -> None:
    assert len(module._STEPS) == module.VERSION - 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_content_is_fatal(path: Path, data: st.DataObject) -> None:
    content = data.draw(
        st.dictionaries(
            st.sampled_from(sorted(Preferences.model_fields)) | st.text(max_size=5),
            json_values
            | st.dictionaries(
                st.sampled_from(["theme", "daily", "quiet_hours", "keep", "text_scale", "base_url"]),
                json_values,
            ),
        )
    )
    write(path, content)
    first = load(path)
    save(path, first.preferences)
    again = load(path)
    assert again.preferences == first.preferences
    assert again.notes == ()
    assert peek_appearance(path) == first.preferences.appearance.look()


def test_a_disk_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PreferencesError, match="could not be saved"):
        save(tmp_path / "file" / "preferences.json", Preferences())
    (tmp_path / "folder.json").mkdir()
    assert "cannot be read" in load(tmp_path / "folder.json").notes[0]


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("https://hub.example.org/", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("", True),
        ("http://hub.example.org", False),
        ("http://localhost.example.org", False),
        ("ftp://x", False),
        ("hub.example.org", False),
    ],
)
def test_addresses_need_tls_but_for_this_computer(path: Path, address: str, fine: bool) -> None:
    write(path, {"server": address})
    loaded = load(path)
    assert (loaded.notes == ()) is fine
    assert loaded.preferences.server == (address.rstrip("/") if fine else "")


def test_rules_for_the_reminders() -> None:
    rules = ReminderPreferences(daily=(45,), weekly=(600,), quiet_hours=QuietHoursPreferences()).rules()
    assert rules.leads[Reset.DAILY] == (45,)
    assert (
        rules.leads[Reset.WEEKLY]
        == rules.leads[Reset.WEEKLY_MONDAY]
        == rules.leads[Reset.WEEKLY_WEDNESDAY]
        == (600,)
    )
    assert rules.quiet is not None
    assert rules.quiet.start == time(22)
    assert Reset.ONCE not in rules.leads


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            '{"appearance": {"theme": "dark", "reduced_motion": "on", "text_scale": 150}}',
            ("dark", "on", 150, ""),
        ),
        (
            '{"appearance": {"theme": "pink", "reduced_motion": 3, "text_scale": true}}',
            ("system", "system", 100, ""),
        ),
        ('{"appearance": {"theme": ["dark"], "text_scale": 151}}', ("system", "system", 100, "")),
        ('{"appearance": []}', ("system", "system", 100, "")),
        ("[]", ("system", "system", 100, "")),
        ('{"appearance": {"accent": "lagoon"}}', ("system", "system", 100, "lagoon")),
        ('{"appearance": {"accent": 3}}', ("system", "system", 100, "")),
        ("nonsense", ("system", "system", 100, "")),
        ('{"appearance": {"text_scale": 110}}', ("system", "system", 110, "")),
    ],
)
def test_peeking_never_fails(path: Path, content: str, expected: tuple[str, str, int, str]) -> None:
    path.write_text(content, "utf-8")
    assert peek_appearance(path) == expected


def test_peeking_needs_no_file_and_no_pydantic(path: Path) -> None:
    assert peek_appearance(path) == Appearance(Theme.SYSTEM, ReducedMotion.SYSTEM, 100)
    code = (
        "import sys; from pathlib import Path; from desktop.services.appearance import peek_appearance;"
        f"peek_appearance(Path({str(path)!r})); sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
