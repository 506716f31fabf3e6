"""What Discord shows: one embed, within its limits, in which nothing that players wrote is more than text.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits. Lengths are counted in UTF-16
units, the strictest way to read them.
"""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

TITLE, DESCRIPTION, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, TOTAL = 256, 4096, 25, 256, 1024, 2048, 6000
_MARKDOWN = frozenset("\\*_~`|>#[]()<@:-+.")
"""Bold, spoilers, quotes, headings, lists, links, mentions: Discord makes something of each without a backslash."""
_CUT = "…"


class Colour(IntEnum):
    """The line at an embed's side, by what it tells of."""

    NEWS = 0xF39A45
    GOOD = 0x5ECB8B
    SOON = 0xEEC24F


@dataclass(frozen=True, slots=True)
class Field:
    """A part with a heading. value: Discord's markdown."""

    name: str
    value: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Embed:
    """One embed. title: plain; description and the fields' values: Discord's markdown. url: where the title leads."""

    title: str
    description: str = ""
    fields: tuple[Field, ...] = ()
    colour: Colour = Colour.NEWS
    url: str | None = None
    footer: str = ""
    at: datetime | None = None

    def body(self) -> str:
        """The message as Discord's API takes it. Nobody is ever mentioned by it."""
        return json.dumps(
            {"username": "MapleHub", "embeds": [self._plain()], "allowed_mentions": {"parse": []}},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def _plain(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "title": cut(self.title, TITLE).strip() or "MapleHub",
            "description": cut(self.description, DESCRIPTION),
            "color": int(self.colour),
            "url": self.url,
            "footer": {"text": cut(self.footer, FOOTER)} if self.footer else None,
            "timestamp": self.at.isoformat() if self.at else None,
        }
        left = TOTAL - sum(units(str(told[name])) for name in ("title", "description"))
        left -= units(cut(self.footer, FOOTER))
        fields = []
        # Discord refuses a field of which either half is empty, and a message that is too long as a whole.
        for each in [each for each in self.fields if each.name.strip() and each.value.strip()][:FIELDS]:
            name, value = cut(each.name, FIELD_NAME), cut(each.value, FIELD_VALUE)
            left -= units(name) + units(value)
            if left < 0:
                break
            fields.append({"name": name, "value": value, "inline": each.inline})
        return {key: value for key, value in {**told, "fields": fields}.items() if value}


def units(text: str) -> int:
    """How long Discord finds a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """A text at most so long."""
    if units(text) <= most:
        return text
    kept, length = [], units(_CUT)
    for letter in text:
        length += units(letter)
        if length > most:
            break
        kept.append(letter)
    return "".join(kept) + _CUT


def plain(text: str, most: int = 100) -> str:
    """What a player wrote in one line, for titles and headings, which have no markdown."""
    shown = "".join(" " if unicodedata.category(letter)[0] in "ZC" else letter for letter in text)
    return cut(" ".join(shown.split()), most)


def escaped(text: str, most: int = 100) -> str:
    """What a player wrote as text within markdown. most: letters before escaping."""
    return "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in plain(text, most))


def listed(lines: Sequence[str], most: int = FIELD_VALUE) -> str:
    """Whole lines, as many as there is room for; the others are counted."""
    shown: list[str] = []
    length = 0
    for number, line in enumerate(lines):
        left = len(lines) - number - 1
        more = f"and {left + 1:,} more"
        # Room is kept for the line that counts the others, unless this is the last.
        if length + units(line) + (1 + units(more) if left else 0) > most:
            return "\n".join([*shown, more])
        shown.append(line)
        length += units(line) + 1
    return "\n".join(shown)


def sentence(parts: Iterable[str]) -> str:
    """Parts that are there, in one line."""
    return " · ".join(part for part in parts if part)


def when(instant: datetime) -> str:
    """An instant, as Discord shows it to each reader in their own time zone."""
    seconds = int(instant.timestamp())
    return f"<t:{seconds}:F> (<t:{seconds}:R>)"
