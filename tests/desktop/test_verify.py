"""`maplehub verify`: the verdict in the last line, the exit status to go by, and no need of anybody."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.__main__ import main
from tests.shared.fairness.contest import END, Contest, weighted_entries

ALONE = """
import socket, sys
for gone in ("server", "PySide6", "sqlalchemy", "httpx"):
    sys.modules[gone] = None
def refuse(*_):
    raise OSError("there is no network")
socket.socket.connect = socket.getaddrinfo = refuse
from desktop.__main__ import main
sys.exit(main(["verify", "-"]))
"""


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "proof.json"
    path.write_bytes(Contest(weighted_entries(6, 1, 1), winners=2, alternates=1).proof().text())
    return path


def test_a_proof_is_checked_step_by_step(proof: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(proof)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:10]] == [f"V{number}" for number in range(1, 11)]
    assert lines[10:] == ["Winner 1: acct:a", "Winner 2: acct:b", "VALID"]


def test_neither_server_nor_window_nor_network_is_needed(proof: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=proof.read_bytes(), capture_output=True, check=False
    )
    assert done.stderr == b""
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b"VALID")


def test_a_changed_proof_is_refused_at_its_step(proof: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = proof.read_text()
    proof.write_text(content.replace('"subject":"acct:b"', '"subject":"acct:c"'))
    assert main(["verify", str(proof)]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("INVALID at V7: the entry drawn at step")
    assert "Winner" not in out


def test_a_late_one_is_valid_and_says_so(proof: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proof.write_bytes(Contest(revealed=END.replace(year=2024)).proof().text())
    assert main(["verify", str(proof)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "VALID (late)"


@pytest.mark.parametrize("content", [None, b"", b"a picture", b'{"v": 1}'])
def test_something_else_is_a_sentence(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "something"
    if content is not None:
        path.write_bytes(content)
    assert main(["verify", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert ("cannot be read" if content is None else "not a proof of a draw") in told.err


def test_names_cannot_move_the_cursor(proof: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = [replace(entry, subject="acct:\x1b[2J\nVALID") for entry in weighted_entries(1)]
    proof.write_bytes(Contest(wild, winners=1, alternates=0).proof().text())
    assert main(["verify", str(proof)]) == 0
    assert "Winner 1: acct:?[2J?VALID\n" in capsys.readouterr().out
