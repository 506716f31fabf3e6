"""The log: whole JSON lines, rotated, without secrets."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from desktop.system.log import KEPT, LOG_NAME, start_logging, stop_logging


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    level = logging.getLogger().level
    handler = start_logging(tmp_path / "logs")
    yield tmp_path / "logs"
    stop_logging(handler)
    logging.getLogger().setLevel(level)


def lines(logs: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (logs / LOG_NAME).read_text("utf-8").splitlines()]


def test_both_kinds_of_records_are_json_lines(logs: Path) -> None:
    structlog.get_logger("diary").info("run saved", boss="lotus", mesos=2**40)
    logging.getLogger("backups").warning("kept %d", 3, extra={"folder": "x"})
    logging.getLogger("backups").debug("not this")
    ours, theirs = lines(logs)
    assert ours.items() >= {"event": "run saved", "boss": "lotus", "mesos": 2**40, "level": "info"}.items()
    assert theirs.items() >= {"event": "kept 3", "folder": "x", "level": "warning"}.items()
    assert theirs["logger"] == "backups"
    assert str(ours["timestamp"]).endswith("Z")


def test_an_exception_is_one_line_with_its_trace(logs: Path) -> None:
    try:
        int("two\nlines password=hunter22")
    except ValueError:
        logging.getLogger("x").exception("failed")
    (line,) = lines(logs)
    assert "Traceback" in str(line["exception"])
    assert "hunter22" not in str(line)


def test_secrets_and_the_home_folder_stay_out(logs: Path) -> None:
    structlog.get_logger().info("login", token="hunter22", headers={"Authorization": "Bearer hunter22"})
    logging.getLogger("x").info("asked https://h/?api_key=hunter22 for %s", Path.home() / "diary")
    text = (logs / LOG_NAME).read_text("utf-8")
    assert "hunter22" not in text
    assert f"{Path.home()}/" not in text


def test_what_cannot_be_json_is_written_all_the_same(logs: Path) -> None:
    structlog.get_logger().info("odd", value=object(), where=Path("a"))
    assert lines(logs)[0]["where"] == "a"


def test_it_rotates(logs: Path) -> None:
    log = logging.getLogger("x")
    for _ in range(70):
        log.info("y" * 100_000)
    files = sorted(path.name for path in logs.iterdir())
    assert files == [LOG_NAME, *(f"{LOG_NAME}.{number}" for number in range(1, KEPT + 1))]
    assert all(path.stat().st_size <= 1024 * 1024 + 100_500 for path in logs.iterdir())


def test_stopping_lets_go(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    level = logging.getLogger().level
    stop_logging(start_logging(tmp_path))
    logging.getLogger().setLevel(level)
    assert logging.getLogger().handlers == before
