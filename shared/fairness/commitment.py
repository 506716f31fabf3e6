"""What is fixed before anybody enters: the server's secret, told as a hash, and the rules of the draw."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shared.fairness.beacon import CHAIN, round_at
from shared.fairness.encoding import canonical, digest, instant_text

PROTOCOL = "maplehub-draw/v1"
SECRET_BYTES = 32
DELAY = timedelta(seconds=300)
LEAST_DELAY = timedelta(seconds=60)
_ORDER, _WEIGHTS = "leaf-hash", "one-leaf-per-ticket"


class BeaconKind(StrEnum):
    """Where the chance comes from that nobody can foresee. `none`: from nowhere, the operator has to be trusted."""

    DRAND = "drand"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rules:
    """A draw's rules, published with the commitment.

    contest_id: lower-case UUID. end_time: aware UTC, a whole second; entries from then on are refused. winners and
    alternates: how many are drawn at most. delay: from the end to the beacon's round. ValueError for rules that
    cannot be.
    """

    contest_id: str
    end_time: datetime
    winners: int
    alternates: int = 0
    delay: timedelta = DELAY
    beacon: BeaconKind = BeaconKind.DRAND

    def __post_init__(self) -> None:
        if self.winners < 1 or self.alternates < 0:
            raise ValueError("a draw has at least one winner and no fewer than no alternates")
        if self.delay % timedelta(seconds=1) or self.delay < LEAST_DELAY:
            raise ValueError("the beacon's round comes a minute or more after the end")

    @property
    def round(self) -> int:
        """The beacon's round that decides."""
        return round_at(self.end_time + self.delay)

    def plain(self) -> dict[str, Any]:
        """As they are published."""
        return {
            "alternates": self.alternates,
            "beacon": {
                "chain": CHAIN,
                "delay_s": self.delay // timedelta(seconds=1),
                "kind": str(self.beacon),
                "round": self.round,
            },
            "contest_id": self.contest_id,
            "end_time": instant_text(self.end_time),
            "order": _ORDER,
            "v": PROTOCOL,
            "weights": _WEIGHTS,
            "winners": self.winners,
        }

    def hash(self) -> bytes:
        """What stands for them in the seed: 32 bytes."""
        return digest(canonical(self.plain()))


def commit(secret: bytes, contest_id: str, end_time: datetime) -> bytes:
    """The commitment to a secret of 32 bytes for one contest: 32 bytes, published before the first entry."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a draw's secret is 32 bytes")
    return digest(secret, contest_id.encode(), instant_text(end_time).encode())
