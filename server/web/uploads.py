"""A file or a text from a form of ours, as browsers send it (RFC 7578)."""

import re

from shared.errors import InvalidInput

_MOST_PARTS = 10
_BOUNDARY = re.compile(r'(?:^|;)\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
# Browsers write a quote within a name as %22. Some headers make the standard library's parser fall over.
_NAME = re.compile(rb'^content-disposition: *form-data; *name="([^"\r\n]*)"', re.IGNORECASE | re.MULTILINE)


def sent(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a form by name; of two with the same the first. Raises InvalidInput for what is no such form."""
    boundary = _boundary(content_type)
    if boundary is None:
        raise InvalidInput("", "The form was not sent as multipart/form-data.")
    # The first line of a form is a boundary too, and a boundary is a line's beginning.
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(parts) < 3 or not parts[-1].startswith(b"--"):
        raise InvalidInput("", "The form did not arrive whole.")
    found: dict[str, bytes] = {}
    for part in parts[1:-1][:_MOST_PARTS]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if blank and name is not None:
            found.setdefault(name[1].decode(errors="replace"), content)
    return found


def _boundary(content_type: str) -> bytes | None:
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "multipart/form-data":
        return None
    found = _BOUNDARY.search(rest)
    text = (found[1] or found[2]) if found else ""
    return text.encode() if text and text.isascii() else None
