"""What coins can buy and boxes can hold: cosmetics that show in the app, and materials that are counted."""

from dataclasses import dataclass
from enum import StrEnum


class Rarity(StrEnum):
    """How rare a thing is, commonest first; the values name theme roles (`rarity-…`)."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"

    @property
    def rank(self) -> int:
        """0 for common up to 4 for legendary."""
        return RARITIES.index(self)

    @property
    def is_rare(self) -> bool:
        """Rare or better: what the pity count waits for."""
        return self.rank >= RARITIES.index(Rarity.RARE)


RARITIES = tuple(Rarity)


class CosmeticKind(StrEnum):
    """Where a cosmetic shows. One of each kind can be worn at a time."""

    ACCENT = "accent"
    FRAME = "frame"
    TITLE = "title"
    TRAY = "tray"


@dataclass(frozen=True, slots=True)
class Cosmetic:
    """Something to wear in the app. look: the accent, frame or icon it is drawn by; a title's words are its name."""

    slug: str
    name: str
    kind: CosmeticKind
    rarity: Rarity
    description: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Something counted, that better things cost. icon: a name in the icon set."""

    slug: str
    name: str
    rarity: Rarity
    description: str
    icon: str = "material"
