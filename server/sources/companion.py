"""What a player's own app has synced of a character.

`level.total` is the character's level, where it is told; `kc.<boss entry>` the clears logged of every boss entry of the
catalogue, none being a known 0. The experience a player collects in the app (for tasks, runs, days) is the player's and
not the character's, and no MapleStory experience: it is `xp.companion` of their main character alone, so that nobody
counts twice, and never part of `xp.total`.
"""

import json
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.sources.source import Known, NotFoundThere, Sample
from server.sync import reading
from shared.api.clans import MAX_ACCOUNT_NAME
from shared.catalog import Catalog
from shared.characters import MAX_LEVEL
from shared.clans.metrics import LEVELS, MAX_VALUE, Family, SourceKind
from shared.economy.ledger import EXPERIENCE, LedgerError, user_amounts

XP_COMPANION = f"{Family.XP}.companion"


@dataclass(frozen=True, slots=True)
class Companion:
    """The source `companion`. An account's key is its character's id."""

    database: Database
    catalog: Catalog
    kind: SourceKind = field(default=SourceKind.COMPANION)

    async def fetch(self, account: Known) -> Sample:
        """A character's level and kills, and the player's experience. Raises NotFoundThere."""
        assert account.user_id is not None
        async with self.database.reading() as session:
            found = await reading.some(session, account.user_id, "characters", [account.key])
            if account.key not in found:
                raise NotFoundThere("The player deleted this character.")
            values = found[account.key].values
            mine: reading.Where = {"character_id": account.key, "cleared": 1}
            clears = await reading.counts(session, account.user_id, "boss_runs", "entry_id", mine)
            metrics = {f"{Family.KC}.{entry}": clears.get(entry, 0) for entry in self.catalog.bosses}
            level = values["level"]
            if isinstance(level, int) and 1 <= level <= MAX_LEVEL:
                metrics[LEVELS] = level
            if values["is_main"]:
                experience = await _experience(session, account.user_id)
                if 0 <= experience <= MAX_VALUE:
                    metrics[XP_COMPANION] = experience
        world = self.catalog.worlds.get(str(values["world"]))
        job = self.catalog.jobs.get(str(values["job"]))
        details = {"world": world.name if world else "", "job": job.name if job else ""}
        told = {name: text for name, text in details.items() if text}
        return Sample(account.key, str(values["name"])[:MAX_ACCOUNT_NAME], metrics, told)


async def _experience(session: AsyncSession, user_id: str) -> int:
    """What the transactions of a player's ledger left them with, whoever's app booked them."""
    total = 0
    unit = f":{EXPERIENCE}"
    async for legs in reading.texts(session, user_id, "ledger_transactions", "legs", unit):
        total += _experience_in(legs)
    return total


def _experience_in(legs: str) -> int:
    """Synced documents are kept as they came; one that is no transaction counts for nothing."""
    try:
        found = [(key, amount) for key, amount in json.loads(legs) if type(amount) is int]
        return user_amounts(found).get(EXPERIENCE, 0)
    except (LedgerError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return 0
