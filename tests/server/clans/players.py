"""Players and their clans, by the API."""

from dataclasses import dataclass, field
from typing import Any

from tests.server.player import Desk
from tests.server.rest import Player, join


@dataclass(slots=True)
class Clan:
    """A clan with its leader. people: everybody by name."""

    id: str
    leader: Player
    people: dict[str, Player] = field(default_factory=dict)

    def path(self, *parts: str) -> str:
        """Below the clan's address."""
        return "/".join((f"/clans/{self.id}", *parts))

    async def let_in(self, desk: Desk, name: str, role: str = "member") -> Player:
        """Another player, by an invitation."""
        made = await self.leader.post(self.path("invitations"), role=role)
        player = await join(desk, name)
        answer = await player.ask("POST", "/clans/join", {"code": made["code"]})
        assert answer.status_code == 200, answer.text
        self.people[name] = player
        return player

    async def follow(self, *names: str, **given: Any) -> dict[str, str]:
        """Accounts by name. Returns the members' ids by name."""
        accounts = [{"name": name, **given} for name in names]
        made = await self.leader.post(self.path("members"), accounts=accounts)
        return {each["name"]: each["id"] for each in made["items"]}


async def found(desk: Desk, name: str = "aria", **given: Any) -> Clan:
    """A new clan of this player's."""
    leader = await join(desk, name)
    made = await leader.post("/clans", **{"name": "Lumen", "game": "osrs", **given})
    return Clan(made["id"], leader, {name: leader})
