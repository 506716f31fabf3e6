"""Levels from experience: the player's own and a lootboxer's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LevelCurve:
    """Level n needs step · (n − 1) · n / 2 experience in all; nothing is above max_level."""

    step: int
    max_level: int

    def needed(self, level: int) -> int:
        """The experience at which a level begins. ValueError below 1 or above the highest."""
        if not 1 <= level <= self.max_level:
            raise ValueError(f"a level is 1 to {self.max_level}")
        return self.step * (level - 1) * level // 2

    def level(self, experience: int) -> int:
        """The level an amount of experience has reached."""
        level = 1
        while level < self.max_level and experience >= self.needed(level + 1):
            level += 1
        return level

    def progress(self, experience: int) -> tuple[int, int]:
        """Experience gained since the level began, and how much the level takes; (0, 0) at the highest."""
        level = self.level(experience)
        if level == self.max_level:
            return 0, 0
        begun = self.needed(level)
        return experience - begun, self.needed(level + 1) - begun
