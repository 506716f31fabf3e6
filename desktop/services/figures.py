"""Answers of statistics servers, kept on disk so that figures are there at once and without a network."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from desktop.services.places import write_atomically

KEPT = 200
"""Answers that stay; those asked for longest ago go."""
_SUFFIX = ".figures"


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer. tag: what its server calls this state of it. at: when the server last said that it holds, UTC."""

    tag: str
    at: datetime
    body: bytes


class FigureCache:
    """One file an answer. What cannot be read or written is as if it were not there: it can be asked for again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, server: str, question: str) -> Kept | None:
        """What a server last answered to a question."""
        try:
            head, body = self._path(server, question).read_bytes().split(b"\n", 1)
            told = json.loads(head)
            if (told["server"], told["question"]) != (server, question):
                return None
            return Kept(str(told["tag"]), datetime.fromisoformat(told["at"]), body)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, server: str, question: str, kept: Kept) -> None:
        """Keep an answer in place of the one before."""
        told = {"server": server, "question": question, "tag": kept.tag, "at": kept.at.isoformat()}
        with suppress(OSError):
            write_atomically(self._path(server, question), json.dumps(told).encode() + b"\n" + kept.body)
            self._prune()

    def confirm(self, server: str, question: str, kept: Kept, at: datetime) -> Kept:
        """The server says that an answer still holds."""
        confirmed = replace(kept, at=at)
        self.put(server, question, confirmed)
        return confirmed

    def _path(self, server: str, question: str) -> Path:
        name = sha256(f"{server} {question}".encode()).hexdigest()[:24]
        return self._folder / f"{name}{_SUFFIX}"

    def _prune(self) -> None:
        found = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found[KEPT:]:
            path.unlink(missing_ok=True)
