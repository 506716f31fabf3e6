"""What a source is: something that knows an account's metrics now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.clans.metrics import SourceKind
from shared.errors import MapleHubError


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the account that is asked for. key: as in `game_accounts`. name: as it was last spelled.
    user_id: the owner of a companion's character."""

    id: str
    kind: SourceKind
    key: str
    name: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What a source tells. key: the account's for good. name: as the source spells it. metrics: only what is known,
    by names that `shared.clans.metrics.is_metric` knows. details: world, job, image, where it tells them."""

    key: str
    name: str
    metrics: Mapping[str, int]
    details: Mapping[str, str] = field(default_factory=dict)


class NotFoundThere(MapleHubError):  # noqa: N818 - the field's name for it
    """The source answered: it knows no such account."""


class Trouble(MapleHubError):  # noqa: N818
    """The source did not answer as it should. The message is for the clan's page.

    again: whether it may do so later. after: seconds until it is worth asking again, where that is known.
    """

    def __init__(self, message: str, *, again: bool = True, after: float | None = None) -> None:
        super().__init__(message)
        self.again = again
        self.after = after


class Source(Protocol):
    """Where accounts of one kind are looked up."""

    @property
    def kind(self) -> SourceKind:
        """Which accounts it knows."""

    async def fetch(self, account: Known) -> Sample:
        """An account's metrics now. Raises NotFoundThere, Trouble."""


Sources = Mapping[SourceKind, Source]
