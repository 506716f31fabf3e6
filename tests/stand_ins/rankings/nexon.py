"""MapleStory's ranking: finds by a name cut to twelve letters, in either the heroic or the other worlds."""

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.stand_ins.rankings.site import Site

HEROIC = frozenset({45, 46, 70})


@dataclass(slots=True)
class Character:
    """A row of the ranking."""

    name: str
    id: int = 123456
    world: int = 45
    level: int = 250
    exp: int = 0
    job: str = "Phantom"
    image: str = "https://msavatar1.nexon.net/Character/ABCDEF.png"
    legion: int = 0
    raid_power: int = 0

    def shown(self) -> dict[str, Any]:
        """As the ranking shows it."""
        return {
            "characterID": self.id,
            "characterName": self.name,
            "exp": self.exp,
            "gap": 0,
            "jobDetail": 0,
            "jobID": 24,
            "jobName": self.job,
            "level": self.level,
            "rank": 284670,
            "startRank": 0,
            "worldID": self.world,
            "characterImgURL": self.image,
            "isSearchTarget": True,
            "legionLevel": self.legion,
            "raidPower": self.raid_power,
            "tierID": 0,
            "score": 0,
        }


@dataclass(slots=True)
class Nexon(Site):
    """The ranking of all regions. withheld: it counts rows and shows none."""

    characters: list[Character] = field(default_factory=list)
    withheld: bool = False

    path = "/api/maplestory/no-auth/ranking/v2/{region}"
    parameter = "character_name"

    def answer(self, request: Request, name: str) -> Response:
        """Everybody whose name this is, as far as it looks at names."""
        wanted = name[:12].casefold()
        heroic = request.query_params.get("reboot_index") == "1"
        found = [
            character.shown()
            for character in self.characters
            if character.name.casefold() == wanted and (character.world in HEROIC) is heroic
        ]
        return JSONResponse({"totalCount": len(found), "ranks": [] if self.withheld else found})
