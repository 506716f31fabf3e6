"""The Old School hiscores: one table of players, rows by name, −1 for whoever is not ranked."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.stand_ins.rankings.site import Site

_SEEDS = json.loads((Path(__file__).resolve().parents[3] / "seeds" / "osrs.json").read_text("utf-8"))
SKILLS = [row["name"] for row in _SEEDS["skills"]]
# In the hiscores' order: seven activities, the clues, the other activities, the bosses.
_OTHERS = [row["name"] for row in _SEEDS["activities"]]
CLUES = [row["name"] for row in _SEEDS["clues"]]
BOSSES = [row["name"] for row in _SEEDS["bosses"]]
ACTIVITIES = [*_OTHERS[:7], *CLUES, *_OTHERS[7:], *BOSSES]


@dataclass(slots=True)
class Player:
    """A player. skills: name to (level, experience); scores: name to score; what is not named is unranked."""

    name: str
    skills: dict[str, tuple[int, int]] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Hiscores(Site):
    """The hiscores. skills, activities: their rows, for tests to add to and take from. named: whether an answer says
    whose it is."""

    players: list[Player] = field(default_factory=list)
    skills: list[str] = field(default_factory=lambda: list(SKILLS))
    activities: list[str] = field(default_factory=lambda: list(ACTIVITIES))
    named: bool = True

    path = "/m=hiscore_oldschool/index_lite.json"
    parameter = "player"

    def answer(self, request: Request, name: str) -> Response:
        """The player's rows; 404 for nobody."""
        for player in self.players:
            if _folded(player.name) == _folded(name):
                return JSONResponse(self.shown(player))
        return HTMLResponse("<h1>404 - Page not found</h1>", 404)

    def shown(self, player: Player) -> dict[str, Any]:
        """As the hiscores show a player."""
        skills = []
        for number, name in enumerate(self.skills):
            level, xp = player.skills.get(name, (1, 0))
            rank = 417625 if name in player.skills else -1
            skills.append({"id": number, "name": name, "rank": rank, "level": level, "xp": xp})
        activities = [
            {
                "id": number,
                "name": name,
                "rank": 1099 if name in player.scores else -1,
                "score": player.scores.get(name, -1),
            }
            for number, name in enumerate(self.activities)
        ]
        said = {"skills": skills, "activities": activities}
        return {"name": player.name, **said} if self.named else said


def _folded(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").casefold()
