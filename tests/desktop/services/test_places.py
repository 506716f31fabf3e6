"""Places: one option moves everything, and a file is replaced whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from desktop.services.places import Places, choose_profile, chosen_profile, places, write_atomically


def test_a_data_dir_moves_everything(tmp_path: Path) -> None:
    found = places(tmp_path / "here")
    assert found.data == tmp_path / "here"
    assert all(
        (tmp_path / "here") in (folder, *folder.parents)
        for folder in (found.cache, found.logs, found.backups)
    )
    assert len({found.data, found.cache, found.logs, found.backups}) == 4
    assert found.database.parent == found.preferences.parent == found.data
    assert not found.data.exists()
    found.make()
    found.make()
    assert found.logs.is_dir()
    assert found.backups.is_dir()
    if os.name == "posix":
        assert found.data.stat().st_mode & 0o077 == 0


def test_a_relative_data_dir_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places(Path("here")).data == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert places(Path("~/maple")).data == tmp_path / "home" / "maple"


@pytest.mark.skipif(sys.platform != "linux", reason="the folders are those of the XDG variables")
def test_the_platforms_folders_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    found = places()
    assert found.data == tmp_path / "DATA" / "MapleHub"
    assert found.cache == tmp_path / "CACHE" / "MapleHub"
    assert tmp_path / "STATE" in found.logs.parents
    assert found.backups == found.data / "backups"
    assert isinstance(found, Places)


def test_writing_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_each_further_account_has_its_own_file_and_backups(tmp_path: Path) -> None:
    first = places(tmp_path)
    assert first.of("") == first
    other = first.of("0123456789ab")
    assert other.database != first.database
    assert other.database.parent == first.database.parent
    assert other.backups.parent == first.backups
    assert other.of("") == first
    assert other.of("ba9876543210").backups.parent == first.backups


def test_the_account_that_was_used_last_is_remembered(tmp_path: Path) -> None:
    here = places(tmp_path)
    assert chosen_profile(here) == ""
    choose_profile(here, "0123456789ab")
    assert chosen_profile(here) == "0123456789ab"
    choose_profile(here, "")
    assert chosen_profile(here) == ""


@pytest.mark.parametrize("content", [b"../../etc", b"0123", b"\xff\xfe", b"0123456789ab/x"])
def test_what_is_no_account_is_the_first(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "profile").write_bytes(content)
    assert chosen_profile(places(tmp_path)) == ""
