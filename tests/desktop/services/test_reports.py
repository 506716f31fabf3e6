"""Reports tell what happened and nothing about the player."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.services.reports import compose, exception_report, is_secret, last_lines, redact, redacted

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
HOME = Path("/home/maple")


@pytest.mark.parametrize(
    "text",
    [
        "token=hunter22",
        'access_token: "hunter22"',
        "'api_key': 'hunter22'",
        '{"refresh_token": "hunter22", "a": 1}',
        r"{\"refresh_token\": \"hunter22\"}",
        "Authorization: Bearer hunter22hunter22",
        "authorization=hunter22",
        "Got header Bearer hunter22.hunter22-x",
        "https://maple:hunter22@example.org/path",
        "https://example.org/?client_secret=hunter22&x=1",
        "PASSWORD = hunter22",
        "set-cookie: hunter22; path=/",
        '{"password": "a \\"hunter22\\" b"}',
        '{"token": "hunter22',
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    cleaned = redact(text, HOME)
    assert "hunter22" not in cleaned
    assert "[hidden]" in cleaned


@pytest.mark.parametrize("text", ["3 bosses left", "https://example.org/a:b@c", "bearer of news"])
def test_plain_text_stays_readable(text: str) -> None:
    assert redact(text, HOME).split()[0] == text.split(maxsplit=1)[0]


def test_what_is_beside_a_secret_stays() -> None:
    cleaned = redact('{"refresh_token": "x", "boss": "lotus"}', HOME)
    assert '"boss": "lotus"' in cleaned


def test_the_home_folder_becomes_a_tilde_but_not_its_namesakes() -> None:
    cleaned = redact("in /home/maple/data, /home/maple and /home/maple2/x", HOME)
    assert cleaned == "in ~/data, ~ and /home/maple2/x"
    assert redact("a/b", Path("/")) == "a/b"


def test_structures_are_cleaned_inside() -> None:
    value = {"token": ["a"], "deep": [{"note": "token=abc", "count": 3}], "api-key": 5, "boss": "lotus"}
    assert redacted(value) == {
        "token": "[hidden]",
        "deep": [{"note": "token=[hidden]", "count": 3}],
        "api-key": "[hidden]",
        "boss": "lotus",
    }
    assert is_secret("Access_Token")
    assert not is_secret("boss")


def test_a_report_has_what_a_mender_needs(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number} token=abc" for number in range(500)), "utf-8")
    error = ValueError(f"no such file {Path.home()}/secret-diary, password=hunter22")
    try:
        _fail_with(error)
    except ValueError:
        report = exception_report(ValueError, error, error.__traceback__, at=NOW, log=log)
    assert report.title.startswith("ValueError: no such file ~/secret-diary")
    assert "2026-11-21 12:30:00 UTC" in report.text
    assert "test_a_report_has_what_a_mender_needs" in report.text
    assert "pyside6-essentials 6." in report.text
    assert f"python {sys.version.split()[0]}" in report.text
    assert "line 499" in report.text
    assert "line 400" not in report.text
    assert "hunter22" not in report.text
    assert "abc" not in report.text
    assert f"{Path.home()}/" not in report.text


def _fail_with(error: Exception) -> None:
    raise error


def test_an_exception_without_words_or_log(tmp_path: Path) -> None:
    report = exception_report(KeyError, KeyError(), None, at=NOW, log=tmp_path / "none")
    assert report.title == "KeyError"
    assert "Last log lines" not in report.text
    assert compose("Stopped", "", at=NOW).text.startswith("Stopped\n")


def test_last_lines_of_a_large_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"\xff" * 100_000 + b"\n" + b"\n".join(b"%d" % number for number in range(100)))
    assert last_lines(log, 3) == ["97", "98", "99"]
    assert last_lines(tmp_path, 3) == []
