"""The bytes everybody must agree on: hashes, canonical JSON, numbers, instants, hexadecimal digits."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

HASH_BYTES = 32
NO_HASH = bytes(HASH_BYTES)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


def digest(*parts: bytes) -> bytes:
    """SHA-256 of the parts one after another: 32 bytes."""
    return sha256(b"".join(parts)).digest()


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON as UTF-8. ValueError for what it cannot write, such as integers from 2⁵³ on."""
    return rfc8785.dumps(value)


def u64(number: int) -> bytes:
    """8 bytes, the most significant first. OverflowError for what does not fit."""
    return number.to_bytes(8, "big")


def instant_text(instant: datetime) -> str:
    """An aware instant as `YYYY-MM-DDTHH:MM:SSZ`. ValueError for a naive one or parts of a second."""
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError("an instant of a draw is aware and a whole second")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_of(text: str) -> datetime:
    """The instant such a text means. ValueError for any other spelling."""
    if _INSTANT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not an instant like 2026-03-05T18:00:00Z")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def unhex(text: str, length: int | None = HASH_BYTES) -> bytes:
    """Bytes from lower-case hexadecimal digits. length: how many bytes, None for any. ValueError for anything else."""
    if _HEX.fullmatch(text) is None or (length is not None and len(text) != 2 * length):
        raise ValueError("not the lower-case hexadecimal digits that were expected")
    return bytes.fromhex(text)
