"""The two file formats: rows out, rows in, without a word about what they mean."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from io import StringIO
from pathlib import Path

from desktop.services.places import write_atomically
from desktop.services.transfer.records import COLUMNS, REQUIRED
from shared.errors import MapleHubError

FORMAT = "maplehub-runs"
FORMAT_VERSION = 1
MAX_BYTES = 512 * 1024 * 1024


class FileFormat(StrEnum):
    """What a file is written as; the ending says it."""

    CSV = "csv"
    JSON = "json"


class TransferError(MapleHubError):
    """The file as a whole cannot be read or written."""


def format_of(path: Path) -> FileFormat:
    """The format by the file's ending. Raises TransferError for another one."""
    ending = path.suffix.lower().lstrip(".")
    if ending not in set(FileFormat):
        raise TransferError(f"{path.name} is neither a CSV nor a JSON file.", "Choose a file ending in .csv or .json.")
    return FileFormat(ending)


def write_rows(path: Path, rows: Iterable[Mapping[str, object]], exported_at: str) -> None:
    """Write the file whole or not at all. Raises TransferError."""
    if format_of(path) is FileFormat.CSV:
        text = StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
        content = "\ufeff" + text.getvalue()
    else:
        document = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "exported_at": exported_at,
            "runs": list(rows),
        }
        content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    try:
        write_atomically(path, content.encode())
    except OSError as error:
        raise TransferError(
            f"{path.name} could not be written: {error.strerror or error}.", "Choose another place."
        ) from error


def read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The file's rows with the number a person finds them by: the line in CSV, the place in JSON, from 1.

    Raises TransferError when the file is no such file at all.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TransferError(f"{path.name} is larger than 512 MiB.", "Split it.")
        content = path.read_bytes()
    except OSError as error:
        raise TransferError(f"{path.name} could not be read: {error.strerror or error}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TransferError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8 and try again.") from None
    if format_of(path) is FileFormat.CSV:
        yield from _csv_rows(path, text)
    else:
        yield from _json_rows(path, text)


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise TransferError(
                f"{path.name} has no column {' and no column '.join(missing)}.",
                f"The first line names the columns; needed are {', '.join(REQUIRED)}.",
            )
        reader.fieldnames = names
        for row in reader:
            row.pop(None, None)  # type: ignore[call-overload]
            yield reader.line_num, {name: value for name, value in row.items() if value is not None}
    except csv.Error as error:
        raise TransferError(f"{path.name} is no proper CSV at line {reader.line_num}: {error}.") from error


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TransferError(f"{path.name} is no proper JSON: {error}.") from error
    if isinstance(document, dict):
        if document.get("format", FORMAT) != FORMAT:
            raise TransferError(f"{path.name} holds something else than runs.")
        version = document.get("version", FORMAT_VERSION)
        if not isinstance(version, int) or version > FORMAT_VERSION:
            raise TransferError(f"{path.name} was written by a newer MapleHub.", "Update MapleHub to read it.")
    runs = document.get("runs") if isinstance(document, dict) else document
    if not isinstance(runs, list):
        raise TransferError(f"{path.name} holds no list of runs.")
    for number, row in enumerate(runs, 1):
        yield number, row if isinstance(row, dict) else {}
