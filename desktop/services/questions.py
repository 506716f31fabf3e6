"""What the community's statistics can be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from shared.api.stats import BossClears, DropHistory, DropRates

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Question(Generic[Shape]):
    """Something to ask. shape: what its answer is."""

    path: str
    shape: type[Shape]
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells it from every other question."""
        return f"{self.path}?{urlencode(self.params)}"

    def read(self, body: bytes) -> Shape:
        """An answer's content. Raises ValueError for what is none."""
        return self.shape.model_validate_json(body)


def drop_rates(world: str, party: str) -> Question[DropRates]:
    """Every item of every boss that may be told of, however few runs there are."""
    return Question("drop-rates", DropRates, {"min_sample": "0", "world": world, "party": party})


def item_history(boss_id: str, item_id: str, world: str, party: str) -> Question[DropHistory]:
    """An item of a boss over time."""
    return Question(f"drop-rates/{boss_id}/{item_id}", DropHistory, {"world": world, "party": party})


def boss_clears() -> Question[BossClears]:
    """How often bosses were cleared."""
    return Question("boss-clears", BossClears)
