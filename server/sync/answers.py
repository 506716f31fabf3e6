"""Answers that may be large: JSON as it is, packed for who can unpack it."""

import gzip

from fastapi import Request
from starlette.responses import Response

_PACKED_FROM = 2048
_LEVEL = 1
"""Rows of one history are so alike that more effort gains little."""


def json_answer(request: Request, content: bytes) -> Response:
    """An answer with this JSON."""
    headers = {"Vary": "Accept-Encoding"}
    if len(content) >= _PACKED_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, _LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="application/json", headers=headers)
