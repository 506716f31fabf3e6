"""What Discord's form for messages does not take, in its shape of errors.

Source: https://discord.com/developers/docs/resources/message#embed-object-embed-limits and …/reference#error-messages.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_LIMITS = {"title": 256, "description": 4096}
_FIELD = {"name": 256, "value": 1024}
_MOST_EMBEDS, _MOST_FIELDS, _MOST_LETTERS = 10, 25, 6000
_CONTENT, _FOOTER, _NAME = 2000, 2048, 80


def form_errors(body: Mapping[str, Any]) -> dict[str, Any]:
    """The errors by place; nothing where all is well."""
    found: dict[str, Any] = {}
    _length(found, body, "content", _CONTENT)
    _length(found, body, "username", _NAME)
    name = str(body.get("username", "")).lower()
    if "discord" in name or "clyde" in name:
        found["username"] = _error("USERNAME_INVALID_CONTAINS", f'Username cannot contain "{name}"')
    embeds = body.get("embeds") or []
    if len(embeds) > _MOST_EMBEDS:
        found["embeds"] = _error("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_MOST_EMBEDS} in length.")
        return found
    wrong = {str(place): errors for place, each in enumerate(embeds) if (errors := _embed(each))}
    if sum(_letters(each) for each in embeds) > _MOST_LETTERS:
        wrong["_errors"] = _error("MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")[
            "_errors"
        ]
    if wrong:
        found["embeds"] = wrong
    parse = body.get("allowed_mentions", {}).get("parse", [])
    if not set(parse) <= {"roles", "users", "everyone"}:
        found["allowed_mentions"] = {"parse": _error("BASE_TYPE_CHOICES", "Value must be one of a few.")}
    return found


def _embed(embed: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, most in _LIMITS.items():
        _length(found, embed, name, most)
    if not embed.get("title") and not embed.get("description") and not embed.get("fields"):
        found["description"] = _error("BASE_TYPE_REQUIRED", "This field is required")
    footer: dict[str, Any] = {}
    _length(footer, embed.get("footer", {}), "text", _FOOTER)
    if footer:
        found["footer"] = footer
    if urlsplit(embed.get("url") or "https://").scheme not in {"http", "https"}:
        found["url"] = _error("URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")
    if not 0 <= embed.get("color", 0) <= 0xFFFFFF:
        found["color"] = _error("NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
    fields = embed.get("fields", [])
    if len(fields) > _MOST_FIELDS:
        found["fields"] = _error("BASE_TYPE_MAX_LENGTH", f"Must be {_MOST_FIELDS} or fewer in length.")
        return found
    wrong: dict[str, Any] = {}
    for place, field in enumerate(fields):
        errors: dict[str, Any] = {}
        for name, most in _FIELD.items():
            if not str(field.get(name, "")).strip():
                errors[name] = _error("BASE_TYPE_REQUIRED", "This field is required")
            _length(errors, field, name, most)
        if errors:
            wrong[str(place)] = errors
    return {**found, "fields": wrong} if wrong else found


def _letters(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text")]
    texts += [text for field in embed.get("fields", []) for text in (field["name"], field["value"])]
    return sum(_units(text) for text in texts if text)


def _length(found: dict[str, Any], given: Mapping[str, Any], name: str, most: int) -> None:
    text = given.get(name)
    if text is not None and _units(text) > most:
        found[name] = _error("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _error(code: str, message: str) -> dict[str, Any]:
    return {"_errors": [{"code": code, "message": message}]}
