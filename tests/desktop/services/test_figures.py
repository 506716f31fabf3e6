"""Answers kept on disk: there at once, of their own server only, and never in the way."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.services.figures import KEPT, FigureCache
from desktop.services.figures import Kept as Answer
from tests.desktop.conftest import NOW

HERE, THERE = "https://hub.example", "https://other.example"
ANSWER = Answer('"1-2-3"', NOW, b'{"items": []}\nwith a line of its own')


@pytest.fixture
def cache(tmp_path: Path) -> FigureCache:
    return FigureCache(tmp_path / "figures")


def test_an_answer_is_that_of_its_server_and_its_question(cache: FigureCache) -> None:
    assert cache.get(HERE, "drop-rates") is None
    cache.put(HERE, "drop-rates", ANSWER)
    assert cache.get(HERE, "drop-rates") == ANSWER
    assert cache.get(THERE, "drop-rates") is None
    assert cache.get(HERE, "boss-clears") is None


def test_an_answer_that_holds_becomes_younger(cache: FigureCache) -> None:
    cache.put(HERE, "drop-rates", ANSWER)
    later = NOW + timedelta(hours=3)
    assert cache.confirm(HERE, "drop-rates", ANSWER, later).at == later
    assert cache.get(HERE, "drop-rates") == Answer(ANSWER.tag, later, ANSWER.body)


@pytest.mark.parametrize("content", [b"", b"{}", b"{}\n", b"[1]\n{}", b"no json\n{}", b'{"server": 1}\n{}'])
def test_a_damaged_file_is_as_if_it_were_not_there(
    cache: FigureCache, tmp_path: Path, content: bytes
) -> None:
    cache.put(HERE, "drop-rates", ANSWER)
    (file,) = (tmp_path / "figures").iterdir()
    file.write_bytes(content)
    assert cache.get(HERE, "drop-rates") is None
    cache.put(HERE, "drop-rates", ANSWER)
    assert cache.get(HERE, "drop-rates") == ANSWER


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("a file where a folder should be")
    cache = FigureCache(tmp_path / "figures")
    cache.put(HERE, "drop-rates", ANSWER)
    assert cache.get(HERE, "drop-rates") is None


def test_what_was_asked_for_longest_ago_goes(cache: FigureCache, tmp_path: Path) -> None:
    cache.put(HERE, "first", ANSWER)
    (first,) = (tmp_path / "figures").iterdir()
    os.utime(first, (1, 1))
    for number in range(KEPT):
        cache.put(HERE, f"question {number}", ANSWER)
    assert len(list((tmp_path / "figures").iterdir())) == KEPT
    assert cache.get(HERE, "first") is None
    assert cache.get(HERE, f"question {KEPT - 1}") == ANSWER
