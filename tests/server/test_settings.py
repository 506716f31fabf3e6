"""Settings: what is wrong or missing stops the start with a sentence."""

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings, SettingsError, load, secret_key, variable, weak

STRONG = "q3J-vX8_mZ0tR5wB7nK2pL9sD4fG6hY1cE0aU8iO3"
OPEN: dict[str, Any] = {
    "environment": "production",
    "public_url": "https://hub.test",
    "secret": STRONG,
    "discord_client_id": "1",
    "discord_client_secret": "s",
    "database_url": "postgresql+psycopg://db/maplehub",
}


def test_with_nothing_set_it_serves_on_this_computer_from_a_file(tmp_path: Path) -> None:
    found = load(data_dir=tmp_path)
    assert found.host == "127.0.0.1"
    assert found.address == f"sqlite+aiosqlite:///{tmp_path / 'server.sqlite3'}"
    assert found.development
    assert not found.secure
    assert not found.signs_in


def test_the_data_folder_is_in_the_users_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load().data_dir == tmp_path / "maplehub-server"


def test_a_good_open_server_may_start() -> None:
    found = load(**OPEN)
    assert found.secure
    assert found.origin == "https://hub.test"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"secret": "change-me"}, "MAPLEHUB_SECRET is weak"),
        ({"secret": "a" * 64}, "MAPLEHUB_SECRET is weak"),
        ({"metrics_token": "letmein"}, "MAPLEHUB_METRICS_TOKEN is weak"),
        ({"secret": None}, "MAPLEHUB_SECRET is needed beside DATABASE_URL"),
        ({"public_url": None}, "MAPLEHUB_PUBLIC_URL is needed"),
        ({"public_url": "http://hub.test"}, "begins with https://"),
        ({"public_url": "hub.test"}, "MAPLEHUB_PUBLIC_URL cannot be used"),
        ({"discord_client_id": None, "discord_client_secret": None}, "DISCORD_CLIENT_ID"),
        ({"discord_client_secret": None}, "set together or not at all"),
        ({"discord_client_id": "my app"}, "DISCORD_CLIENT_ID cannot be used"),
        ({"database_url": "mysql://db/maplehub"}, "DATABASE_URL begins with sqlite+aiosqlite"),
        ({"database_url": "postgresql://db/maplehub"}, "postgresql+psycopg"),
        ({"environment": "prod"}, "MAPLEHUB_ENVIRONMENT cannot be used"),
        ({"port": 70000}, "MAPLEHUB_PORT cannot be used"),
        ({"rate_user": "many"}, "MAPLEHUB_RATE_USER cannot be used (write it like 600/minute"),
        ({"body_limit": 1}, "MAPLEHUB_BODY_LIMIT cannot be used"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_its_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{**OPEN, **change})
    assert said in caught.value.message
    assert caught.value.message.endswith(".")
    assert "\n" not in str(caught.value)
    assert STRONG not in str(caught.value)


def test_a_weak_secret_is_forgiven_in_development(tmp_path: Path) -> None:
    assert secret_key(load(data_dir=tmp_path, secret="change-me")) == b"change-me"


def test_a_mistyped_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEHUB_PUBLC_URL", "https://hub.test")
    with pytest.raises(
        SettingsError, match=r"MAPLEHUB_PUBLC_URL is not a setting.*Did you mean MAPLEHUB_PUBLIC_URL"
    ):
        load()


def test_variables_and_the_file_env_are_read_and_arguments_win(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("MAPLEHUB_PORT=1001\nMAPLEHUB_LOG_LEVEL=debug\nUNRELATED=1\nREDIS_URL=\n")
    monkeypatch.setenv("MAPLEHUB_PORT", "1002")
    found = load()
    assert (found.port, found.log_level, found.redis_url) == (1002, "debug", None)
    assert load(port=1003).port == 1003
    Path(".env").write_text("MAPLEHUB_POTR=1\n")
    with pytest.raises(SettingsError, match="Did you mean MAPLEHUB_PORT"):
        load()


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = secret_key(load(data_dir=tmp_path / "data"))
    assert secret_key(load(data_dir=tmp_path / "data")) == first
    assert secret_key(load(data_dir=tmp_path / "other")) != first
    assert not weak(first.decode())
    mode = stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode)
    assert mode == 0o600 or os.name == "nt"


def test_a_damaged_secret_or_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("half")
    with pytest.raises(SettingsError, match="is not whole"):
        secret_key(load(data_dir=tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be used"):
        secret_key(load(data_dir=tmp_path / "file"))


def test_no_secret_is_shown_by_printing_settings() -> None:
    shown = repr(load(**OPEN, redis_url="redis://user:hunter2@cache/0"))
    assert STRONG not in shown
    assert "hunter2" not in shown


def test_every_variable_is_explained_in_the_example_and_nothing_else() -> None:
    text = (Path(__file__).parents[2] / ".env.example").read_text()
    explained = re.findall(r"^#?\s?([A-Z][A-Z_]+)=", text, re.MULTILINE)
    assert sorted(explained) == sorted(variable(field) for field in Settings.model_fields)
    for block in text.strip().split("\n\n"):
        assert block.startswith("#"), block
