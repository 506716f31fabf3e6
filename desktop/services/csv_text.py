"""CSV as spreadsheets want it: UTF-8 with a byte order mark, commas and CRLF.

A spreadsheet runs a cell that begins with = + - or @ as a formula, so such a text gets an apostrophe in front.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")


def csv_content(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole file. Numbers stay numbers; texts are guarded."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return ("\ufeff" + text.getvalue()).encode()


def guarded(cell: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The text as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
