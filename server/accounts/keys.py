"""Tokens: opaque, prefixed, with a checksum. What is stored of one is HMAC-SHA256 of it, which gives nothing away.

`mhs_` access, `mhr_` refresh, `mhw_` web cookie, `mhc_` one-time code, `mhk_` API key, `mhi_` invitation to a clan;
then 43 base-62 digits (256 bits) and 6 of CRC-32: a mistyped or made-up token is known without asking the database,
and one that leaked into a repository can be found by its shape.
"""

import hashlib
import hmac
import json
import secrets
import zlib
from base64 import urlsafe_b64encode
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import MapleHubError

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY, _CHECK = 43, 6


class Kind(StrEnum):
    """What a token is for, by its prefix."""

    ACCESS = "mhs_"
    REFRESH = "mhr_"
    COOKIE = "mhw_"
    CODE = "mhc_"
    API_KEY = "mhk_"
    INVITATION = "mhi_"


def kind_of(token: str) -> Kind | None:
    """What a well-formed token is for; None for anything else."""
    prefix, body, check = token[:4], token[4 : 4 + _BODY], token[4 + _BODY :]
    if prefix not in set(Kind) or not token.isascii() or len(check) != _CHECK or not token[4:].isalnum():
        return None
    return Kind(prefix) if hmac.compare_digest(check, _checksum(prefix + body)) else None


class LostSecretError(MapleHubError):
    """A stored secret was sealed with another key than this server's."""

    def __init__(self) -> None:
        super().__init__(
            "A stored secret cannot be read: the server's key is no longer the one it was sealed with.",
            "Whoever runs the server has to put its old key back.",
        )


class Keys:
    """Every key of the server, derived from the one secret, and what is done with them."""

    def __init__(self, secret: bytes) -> None:
        self._digests = _derive(secret, "token digests")
        self._successors = _derive(secret, "token successors")
        self._forms = _derive(secret, "csrf tokens")
        self._aliases = _derive(secret, "published aliases")
        self._sealing = Fernet(urlsafe_b64encode(_derive(secret, "sealed cookies")))
        self._storing = Fernet(urlsafe_b64encode(_derive(secret, "stored secrets")))

    def new(self, kind: Kind) -> str:
        """A fresh token."""
        return _token(kind, secrets.token_bytes(32))

    def successor(self, refresh: str, kind: Kind) -> str:
        """What a refresh token is exchanged for. Always the same, so that a lost answer can be given again though
        nothing but digests is stored; nobody can compute it without the server's secret."""
        return _token(kind, hmac.digest(self._successors, f"{kind}{refresh}".encode(), "sha256"))

    def digest(self, token: str) -> bytes:
        """What is stored of a token."""
        return hmac.digest(self._digests, token.encode(), "sha256")

    def form_token(self, session_id: str) -> str:
        """The CSRF token of a session."""
        return urlsafe_b64encode(hmac.digest(self._forms, session_id.encode(), "sha256")).decode().rstrip("=")

    def alias(self, user_id: str, where: str) -> str:
        """What a user is called where nobody may know them: another name in every place, the same one in each."""
        return hmac.digest(self._aliases, f"{where}/{user_id}".encode(), "sha256").hex()[:20]

    def seal(self, content: dict[str, Any], now: datetime) -> str:
        """Content only this server can read or make."""
        return self._sealing.encrypt_at_time(json.dumps(content).encode(), int(now.timestamp())).decode()

    def unseal(self, sealed: str, now: datetime, seconds: int) -> dict[str, Any] | None:
        """What was sealed at most so many seconds ago; None for anything else."""
        try:
            found = self._sealing.decrypt_at_time(sealed.encode(), seconds, int(now.timestamp()))
        except InvalidToken:
            return None
        content: dict[str, Any] = json.loads(found)
        return content

    def store_secret(self, secret: bytes | str) -> str:
        """A secret as it may stand in the database: only this server can read it, for as long as it keeps its key."""
        return self._storing.encrypt(secret.encode() if isinstance(secret, str) else secret).decode()

    def stored_secret(self, stored: str) -> bytes:
        """The secret again. Raises LostSecretError for what was sealed with another key, or changed since."""
        try:
            return self._storing.decrypt(stored.encode())
        except InvalidToken:
            raise LostSecretError from None


def challenge_of(verifier: str) -> str:
    """RFC 7636's S256."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, f"maplehub/{purpose}".encode()).derive(secret)


def _token(kind: Kind, content: bytes) -> str:
    start = kind + _base62(int.from_bytes(content), _BODY)
    return start + _checksum(start)


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), _CHECK)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
