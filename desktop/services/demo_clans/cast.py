"""Who plays in the made-up clans."""

from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from shared.clans.metrics import SourceKind


def made_id(name: str) -> str:
    """An id that is the same at every start."""
    return str(uuid5(NAMESPACE_URL, f"https://demo.invalid/{name}"))


ME: Final = made_id("person/aria")
LUMEN: Final = made_id("clan/Lumen")
WAYFARERS: Final = made_id("clan/Wayfarers")
PEOPLE: Final = (
    ("aria", "leader", 0),
    ("bell", "leader", 9),
    ("corvin", "officer", 14),
    ("dara", "officer", 40),
    ("edda", "member", 61),
    ("fenn", "member", 75),
    ("gale", "member", 120),
    ("hollis", "member", 133),
    ("imke", "member", 200),
    ("juno", "member", 260),
    ("kestrel", "member", 301),
    ("lior", "member", 344),
)
"""Name, role, and the days after the founding on which they came."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of the cast. level: today's; days: for how long it has been followed, None for not yet."""

    name: str
    source: SourceKind
    world: str | None
    job: str | None
    level: int
    owner: str | None = None
    days: int | None = 360
    missing_days: int | None = None

    @property
    def id(self) -> str:
        """The member's."""
        return made_id(f"member/{self.name}")


_APP, _NEXON, _OSRS = SourceKind.COMPANION, SourceKind.NEXON, SourceKind.OSRS
LUMEN_CAST: Final = (
    Actor("Maplewhisk", _APP, "Kronos", "Bishop", 289, "aria"),
    Actor("Thornveil", _APP, "Kronos", "Night Lord", 285, "aria"),
    Actor("Cindermoth", _APP, "Kronos", "Hero", 281, "aria"),
    Actor("Bellwether", _APP, "Kronos", "Kain", 287, "bell"),
    Actor("Bluebellow", _NEXON, "Kronos", "Lara", 264, "bell"),
    Actor("Corvidane", _APP, "Kronos", "Lynn", 284, "corvin"),
    Actor("Darksome", _NEXON, "Kronos", "Shade", 279, "dara"),
    Actor("Eddarune", _APP, "Hyperion", "Illium", 276, "edda"),
    Actor("Fennimore", _NEXON, "Kronos", "Adele", 282, "fenn"),
    Actor("Galewarden", _APP, "Kronos", "Bowmaster", 274, "gale"),
    Actor("Hollistar", _NEXON, "Kronos", "Kanna", 271, "hollis"),
    Actor("Imkeburn", _APP, "Kronos", "Blaze Wizard", 277, "imke"),
    Actor("Junebug", _NEXON, "Kronos", "Phantom", 268, "juno"),
    Actor("Kestrelle", _APP, "Kronos", "Wind Archer", 273, "kestrel"),
    Actor("Liorath", _NEXON, "Kronos", "Aran", 266, "lior", 4),
    Actor("Marrowmint", _NEXON, "Kronos", "Ark", 280),
    Actor("Nimbuscat", _NEXON, "Kronos", "Angelic Buster", 275),
    Actor("Oakhollow", _NEXON, "Kronos", "Dark Knight", 262),
    Actor("Pipistrell", _NEXON, "Kronos", "Evan", 278),
    Actor("Quillfeather", _NEXON, "Kronos", "Luminous", 270),
    Actor("Rookhaven", _NEXON, "Kronos", "Shadower", 265, None, 360, 6),
    Actor("Saltmarsh", _NEXON, "Hyperion", "Corsair", 272),
    Actor("Tamsin", _NEXON, "Kronos", "Mercedes", 269, None, 3),
    Actor("Umberlight", _NEXON, "Kronos", "Zero", 267),
    Actor("Vesperine", _NEXON, "Kronos", "Kinesis", 283, None, 2),
    Actor("Wrenfield", _NEXON, "Kronos", None, 260, None, None),
    Actor("Yarrowdelve", _OSRS, None, None, 1620, "corvin", 90),
    Actor("Zinnialoam", _OSRS, None, None, 1180, "dara", 90),
)
_FIRST = ("Iron", "Moss", "Dusk", "Rune", "Salt", "Fern", "Ash", "Tin", "Hex", "Loam")
_LAST = ("wright", "barrow", "fletch", "crook", "mire", "lantern", "delve", "root", "quay", "thresh")
_TITLES = ("", " II", " of Tarn", " Jr", " the Quick")
WAYFARER_CAST: Final = tuple(
    Actor(f"{first}{last}{title}", _OSRS, None, None, 800 + (17 * number) % 1450, None, 360 - number % 300)
    for number, (title, first, last) in enumerate(
        (title, first, last) for title in _TITLES for first in _FIRST for last in _LAST
    )
)
"""Five hundred: as many as a clan can follow."""
