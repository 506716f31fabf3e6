"""The hiscores of Old School RuneScape.

`GET {base}/m=hiscore_oldschool/index_lite.json?player=…` answers {"name", "skills": [{"id", "name", "rank", "level",
"xp"}], "activities": [{"id", "name", "rank", "score"}]}; ids change whenever a row is added, names do not. Whoever is
not ranked in a row has rank −1 there, and −1 or nothing gained: unknown. A player nobody knows is 404, which some of
the servers behind the address also say of players they know; maintenance is a page in HTML.
Sources: recorded answers of 2026 and RuneLite's HiscoreSkill (names), Wise Old Man's jagex.service.ts (404, HTML).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from server.sources.osrs_rows import Rows, folded_names, read_rows
from server.sources.polite import NotThere, Polite
from server.sources.source import Known, NotFoundThere, Sample, Trouble
from shared.api.clans import MAX_ACCOUNT_NAME
from shared.clans.metrics import MAX_VALUE, Family, SourceKind, is_metric, slug

CALLED = "The Old School hiscore table"
TRIES = 5
"""How often 404 must be said until it is believed."""
_PATH = "/m=hiscore_oldschool/index_lite.json"
_KILLS = f"{Family.KC}."


class _Skill(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str
    rank: int
    level: int
    xp: int


class _Activity(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str
    rank: int
    score: int


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str = ""
    skills: list[_Skill]
    activities: list[_Activity]


@dataclass(frozen=True, slots=True)
class Hiscores:
    """The source `osrs`. Accounts are known by their names; who is renamed has to be told."""

    polite: Polite
    rows: Rows = field(default_factory=read_rows)
    kind: SourceKind = SourceKind.OSRS

    async def fetch(self, account: Known) -> Sample:
        """A player's experience, levels, kills, clues and scores. Raises NotFoundThere, Trouble."""
        try:
            answer = _Answer.model_validate(await self._ask(account.name))
        except ValidationError:
            raise Trouble(f"{CALLED} said something that cannot be understood.") from None
        same = folded_names(answer.name) == folded_names(account.name)
        name = answer.name if same and len(answer.name) <= MAX_ACCOUNT_NAME else account.name
        return Sample(account.key, name, self._metrics(answer))

    async def _ask(self, name: str) -> object:
        for tries in range(1, TRIES + 1):
            try:
                found: object = await self.polite.json(_PATH, {"player": name})
            except NotThere:
                if tries < TRIES:
                    await self.polite.pause(tries)
            else:
                return found
        raise NotFoundThere(f"{CALLED} does not know this name.", "If it was renamed, tell its new name.")

    def _metrics(self, answer: _Answer) -> Mapping[str, int]:
        """What is known, by metric. Raises Trouble when rows are missing that were always there."""
        _check(self.rows.expected_skills, (row.name for row in answer.skills))
        _check(self.rows.expected_activities, (row.name for row in answer.activities))
        found: dict[str, int] = {}
        for skill in answer.skills:
            part = self.rows.skills.get(folded_names(skill.name)[0]) or slug(skill.name)
            if _ranked(skill.rank, skill.xp):
                _add(found, f"{Family.XP}.{part}", skill.xp)
                _add(found, f"{Family.LEVEL}.{part}", skill.level)
        among_bosses = False
        for row in answer.activities:
            metric = self.rows.activities.get(folded_names(row.name)[0])
            # Bosses stand together after everything else, so a new row among them is a new boss.
            among_bosses = among_bosses if metric is None else metric.startswith(_KILLS)
            if metric is None:
                metric = f"{Family.KC if among_bosses else Family.SCORE}.{slug(row.name)}"
            if _ranked(row.rank, row.score):
                _add(found, metric, row.score)
        return found


def _ranked(rank: int, value: int) -> bool:
    """Whether a value is known. Of whoever has no rank the hiscores say −1, or a level 1 with nothing gained."""
    return value >= 0 and (rank >= 0 or value > 0)


def _add(found: dict[str, int], metric: str, value: int) -> None:
    if is_metric(metric) and 0 <= value <= MAX_VALUE:
        found.setdefault(metric, value)


def _check(expected: Iterable[tuple[str, ...]], names: Iterable[str]) -> None:
    there = {folded_names(name)[0] for name in names}
    for row in expected:
        if there.isdisjoint(row):
            raise Trouble(f"{CALLED} is not as we know it: the row “{row[0]}” is missing.", again=False)
