"""MapleStory's official ranking.

`GET {base}/api/maplestory/no-auth/ranking/v2/{na|eu}` with `type=overall&id=legendary&reboot_index=0|1&page_index=1&
character_name=…` answers {"totalCount", "ranks": [{"characterID", "characterName", "exp", "level", "jobName",
"worldID", "characterImgURL", "legionLevel", "raidPower", …}]}. reboot_index 1 is the heroic worlds'.
Nobody found is totalCount 0; a totalCount with no rows is a server that has enough of us, and so is 403. Names are cut
to twelve letters before they are compared, so a longer one answers with somebody else; letter case does not count. exp
begins anew at each level. characterID, legionLevel and raidPower are 0 where this ranking does not tell them. Refreshed
daily.
Sources: answers recorded by public trackers in 2026 (sharpeyes' NexonLookupService, mapledoro's lookup route,
ebenitez1/maplestory-level-stats), nexon.com's own ranking page.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.sources.polite import NotThere, Polite
from server.sources.source import Known, NotFoundThere, Sample, Trouble
from shared.api.clans import MAX_ACCOUNT_NAME
from shared.catalog import Catalog
from shared.clans.metrics import LEVELS, MAX_VALUE, XP, SourceKind
from shared.tracking import WorldType

CALLED = "MapleStory's ranking"
LEGION, RAID_POWER = "score.legion-level", "score.raid-power"
_PATH = "/api/maplestory/no-auth/ranking/v2/"
_IMAGE = re.compile(r"https://msavatar\d+\.nexon\.net/[\x21-\x7e]{1,2000}")
_UNKNOWN = "?"


class _Row(BaseModel):
    model_config = ConfigDict(strict=True)

    id: int = Field(alias="characterID", ge=0)
    name: str = Field(alias="characterName", min_length=1, max_length=MAX_ACCOUNT_NAME)
    world: int = Field(alias="worldID", ge=0, le=10_000)
    level: int = Field(ge=1, le=1000)
    exp: int = Field(ge=0)
    job: str = Field("", alias="jobName", max_length=60)
    image: str | None = Field(None, alias="characterImgURL")
    legion: int | None = Field(None, alias="legionLevel")
    raid_power: int | None = Field(None, alias="raidPower")


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)

    count: int = Field(alias="totalCount", ge=0)
    ranks: list[_Row]


@dataclass(frozen=True)
class Ranking:
    """The source `nexon`."""

    polite: Polite
    catalog: Catalog
    kind: SourceKind = field(default=SourceKind.NEXON)

    async def fetch(self, account: Known) -> Sample:
        """A character's level, experience since level 1 and details. Raises NotFoundThere, Trouble."""
        region, *rest = account.key.split("/", 2)
        unseen = rest[1].startswith(f"{_UNKNOWN}/")
        world = None if unseen else int(rest[0])
        found: list[_Row] = []
        for index in (int(rest[0]),) if unseen else self._indexes(int(rest[0])):
            found += await self._ask(region, index, account.name)
        if not found:
            raise NotFoundThere(f"{CALLED} does not know this name.", "If it was renamed, tell its new name.")
        if world is None:
            # Of several the one that stands highest.
            return self._sample(account, region, found[0])
        for row in found:
            if row.world == world and row.id in {int(rest[1]), 0}:
                return self._sample(account, region, row)
        raise NotFoundThere("This name belongs to another character now.", "Tell the character's new name.")

    async def _ask(self, region: str, index: int, name: str) -> list[_Row]:
        asked = {
            "type": "overall",
            "id": "legendary",
            "reboot_index": str(index),
            "page_index": "1",
            "character_name": name,
        }
        try:
            answer = _Answer.model_validate(await self.polite.json(f"{_PATH}{region}", asked))
        except (ValidationError, NotThere):
            raise Trouble(f"{CALLED} said something that cannot be understood.") from None
        if answer.count and not answer.ranks:
            raise Trouble(f"{CALLED} has too much to do.")
        return [row for row in answer.ranks if row.name.casefold() == name.strip().casefold()]

    def _indexes(self, world: int) -> Sequence[int]:
        """Which of the two rankings has a world: both may, of one nobody knows yet."""
        known = self._worlds.get(world)
        if known is None:
            return 1, 0
        return (int(known[1]),)

    def _sample(self, account: Known, region: str, row: _Row) -> Sample:
        # A ranking that tells no id leaves the name as all there is to know the character by.
        key = f"{region}/{row.world}/{row.id}" if row.id else account.key
        metrics = {LEVELS: row.level}
        total = self._total(row.level, row.exp)
        if total is not None:
            metrics[XP] = total
        more = ((LEGION, row.legion), (RAID_POWER, row.raid_power))
        metrics |= {metric: value for metric, value in more if value is not None and 0 < value <= MAX_VALUE}
        world = self._worlds.get(row.world)
        details = {
            "world": world[0] if world else f"World {row.world}",
            "job": self._jobs.get(row.job.casefold(), row.job),
            "image": row.image if row.image and _IMAGE.fullmatch(row.image) else "",
        }
        return Sample(key, row.name, metrics, {name: text for name, text in details.items() if text})

    def _total(self, level: int, exp: int) -> int | None:
        """Experience since level 1, None of levels nobody has figures for."""
        if level > len(self._before):
            return None
        total = self._before[level - 1] + exp
        return total if total <= MAX_VALUE else None

    @cached_property
    def _before(self) -> Sequence[int]:
        """Experience at which each level begins, level 1 first."""
        return _sums(level.exp_to_next for level in self.catalog.levels)

    @cached_property
    def _worlds(self) -> dict[int, tuple[str, bool]]:
        """Names of worlds by their number, and whether they are heroic."""
        return {
            number: (world.name, world.world_type is WorldType.HEROIC)
            for world in self.catalog.worlds.values()
            for number in world.nexon_world_ids
        }

    @cached_property
    def _jobs(self) -> dict[str, str]:
        return {job.nexon_job_name.casefold(): job.name for job in self.catalog.jobs.values()}


def _sums(steps: Iterable[int]) -> list[int]:
    found = [0]
    for step in steps:
        found.append(found[-1] + step)
    return found
