"""The two file formats: rows out, rows in, without a word about what they mean.

CSV is as `csv_text` says, and reading takes exactly one guarding apostrophe away again: what was written comes back
unchanged. JSON is one object.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path

from desktop.services.csv_text import csv_content, unguarded
from desktop.services.places import write_atomically
from desktop.services.transfer.records import COLUMNS, REQUIRED
from shared.errors import MapleHubError

FORMAT = "maplehub-runs"
FORMAT_VERSION = 1
MAX_BYTES = 512 * 1024 * 1024
_DELIMITERS = ",;\t"


class FileFormat(StrEnum):
    """What a file is written as; the ending says it."""

    CSV = "csv"
    JSON = "json"


class TransferError(MapleHubError):
    """The file as a whole cannot be read or written."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as it stands in the file. number: its first line in CSV, its place in JSON, from 1.

    cells are empty and problem is a sentence where the row itself is broken.
    """

    number: int
    cells: Mapping[str, object]
    problem: str = ""


def format_of(path: Path) -> FileFormat:
    """The format by the file's ending. Raises TransferError for another one."""
    ending = path.suffix.lower().lstrip(".")
    if ending not in set(FileFormat):
        raise TransferError(
            f"{path.name} is neither a CSV nor a JSON file.", "Choose a file ending in .csv or .json."
        )
    return FileFormat(ending)


def write_rows(path: Path, rows: Iterable[Mapping[str, object]], exported_at: str) -> None:
    """Write the file whole or not at all. Raises TransferError."""
    if format_of(path) is FileFormat.CSV:
        content = csv_content(COLUMNS, ([str(row[name]) for name in COLUMNS] for row in rows))
    else:
        document = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "exported_at": exported_at,
            "runs": list(rows),
        }
        content = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    try:
        write_atomically(path, content)
    except OSError as error:
        raise TransferError(
            f"{path.name} could not be written: {error.strerror or error}.", "Choose another place."
        ) from error


def read_rows(path: Path) -> Iterator[FileRow]:
    """The rows of a file, broken ones among them. Raises TransferError when it is no such file at all."""
    text = _read_text(path)
    if not text.strip():
        raise TransferError(f"{path.name} is empty.", "Export your runs again, or choose another file.")
    if format_of(path) is FileFormat.CSV:
        yield from _csv_rows(path, text)
    else:
        yield from _json_rows(path, text)


def _read_text(path: Path) -> str:
    format_of(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TransferError(f"{path.name} is larger than 512 MiB.", "Split it into smaller files.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise TransferError(
            f"{path.name} could not be read: {error.strerror or error}.", "Check that it is still there."
        ) from error
    except UnicodeDecodeError:
        raise TransferError(
            f"{path.name} is not UTF-8 text.", "In a spreadsheet, save it as “CSV UTF-8” and try again."
        ) from None


class _Lines:
    """The lines of a text, handed to a CSV reader that may be set back after a broken row."""

    def __init__(self, text: str) -> None:
        self._lines = list(StringIO(text, newline=""))
        self.at = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.at >= len(self._lines):
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1]


def _cells(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Line, cells and problem of every row. After a broken row it goes on with the line below that row's first."""
    lines = _Lines(text)
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.at
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield start + 1, [], "The quotation marks of this row are broken. Close each one it opens."
            lines.at = start + 1
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if any(cell.strip() for cell in cells):
            yield start + 1, cells, ""


def _csv_rows(path: Path, text: str) -> Iterator[FileRow]:
    rows = _cells(text)
    _line, head, problem = next(rows, (1, [], ""))
    names = [name.strip().lower() for name in head]
    missing = [name for name in REQUIRED if name not in names]
    if problem or missing:
        raise TransferError(
            f"The first line of {path.name} does not name the columns {', '.join(missing or REQUIRED)}.",
            f"Needed are {', '.join(REQUIRED)}, between commas, semicolons or tabs.",
        )
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise TransferError(
            f"The first line of {path.name} names the column {min(twice)} twice.", "Rename or remove one."
        )
    for line, cells, broken in rows:
        if broken:
            yield FileRow(line, {}, broken)
        elif any(cell for cell in cells[len(names) :]):
            said = f"This row has {len(cells)} cells, but the first line names {len(names)} columns."
            yield FileRow(line, {}, f"{said} Put text that holds a separator in quotation marks.")
        else:
            yield FileRow(line, {name: unguarded(cell) for name, cell in zip(names, cells, strict=False)})


def _json_rows(path: Path, text: str) -> Iterator[FileRow]:
    again = "Export it again, or choose another file."
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise TransferError(f"{path.name} is no proper JSON from line {error.lineno} on.", again) from error
    except (ValueError, RecursionError) as error:
        raise TransferError(f"{path.name} is no JSON this app can read.", again) from error
    if isinstance(document, dict):
        version = document.get("version", FORMAT_VERSION)
        if document.get("format", FORMAT) != FORMAT or not isinstance(version, int):
            raise TransferError(f"{path.name} holds something else than runs.", "Choose a file of runs.")
        if version > FORMAT_VERSION:
            raise TransferError(
                f"{path.name} was written by a newer MapleHub.", "Update MapleHub to read it."
            )
    runs = document.get("runs") if isinstance(document, dict) else document
    if not isinstance(runs, list):
        raise TransferError(f"{path.name} holds no list of runs.", "Choose a file of runs.")
    for number, row in enumerate(runs, 1):
        if isinstance(row, dict):
            yield FileRow(number, row)
        else:
            yield FileRow(number, {}, "This entry is no run, but a single value.")
