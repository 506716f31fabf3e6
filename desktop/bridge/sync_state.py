"""What the windows know of sync."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.sync.binding import Binding
    from desktop.sync.store import AskFirst


class SyncKind(StrEnum):
    """How sync stands. OFF: no account, or signed out. ATTENTION: it goes on only after the player did something."""

    OFF = "off"
    IDLE = "idle"
    SYNCING = "syncing"
    OFFLINE = "offline"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class SyncState:
    """account: whose data this is, None before the first sign-in. waiting: edits that are not sent yet.

    last: when the last round ended well, UTC. problems: edits of the last 90 days that did not stand.
    message, action: what is wrong and what to do, "" for nothing. asks: what would be removed if the player agrees.
    clock_off: seconds by which this computer's clock is behind (negative: ahead), 0 while that does no harm.
    """

    kind: SyncKind = SyncKind.OFF
    account: "Binding | None" = None
    waiting: int = 0
    last: datetime | None = None
    problems: int = 0
    message: str = ""
    action: str = ""
    asks: "AskFirst | None" = None
    clock_off: int = 0

    @property
    def signed_in(self) -> bool:
        """Whether this machine speaks for an account."""
        return self.account is not None and self.account.signed_in
