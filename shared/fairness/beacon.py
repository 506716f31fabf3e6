"""The public beacon nobody can foresee: drand's quicknet. The chain is pinned here and never read from a file.

Source: https://docs.drand.love/developer/http-api, chain info of quicknet.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shared.fairness.encoding import HASH_BYTES, digest, u64, unhex

try:
    from drand_verify import verify_quicknet
except ImportError:
    # A compiled package, which not every computer can have.
    verify_quicknet = None

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
ROUND_ONE_AT = datetime.fromtimestamp(1692803367, UTC)
PERIOD = timedelta(seconds=3)
SIGNATURE_BYTES = 48
NO_BEACON = bytes(HASH_BYTES + 8 + HASH_BYTES)


class Signed(StrEnum):
    """What is known of a beacon's signature."""

    YES = "yes"
    NO = "no"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Beacon:
    """A round of quicknet. signature: 48 bytes; randomness: 32."""

    round: int
    signature: bytes
    randomness: bytes

    def signed(self) -> Signed:
        """Whether quicknet's key signed this round and the randomness is the signature's hash."""
        if digest(self.signature) != self.randomness or len(self.signature) != SIGNATURE_BYTES:
            return Signed.NO
        if verify_quicknet is None:
            return Signed.UNCHECKED
        try:
            found: str = verify_quicknet(self.round, self.signature.hex())
        except ValueError:
            return Signed.NO
        return Signed.YES if found == self.randomness.hex() else Signed.NO

    def written(self) -> bytes:
        """The 72 bytes that go into a draw's seed."""
        return unhex(CHAIN) + u64(self.round) + self.randomness


def round_at(instant: datetime) -> int:
    """The first round that is told at this instant or later; 1 up to the genesis."""
    if instant <= ROUND_ONE_AT:
        return 1
    return 1 - (ROUND_ONE_AT - instant) // PERIOD


def time_of(number: int) -> datetime:
    """When a round is told."""
    return ROUND_ONE_AT + (number - 1) * PERIOD
