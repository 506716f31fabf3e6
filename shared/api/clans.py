"""Clans on the wire: who belongs to them, whom they follow, and their log. Instants are aware UTC."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from shared.api.auth import NO_CONTROLS
from shared.api.base import EXAMPLE_ID, Asked, Told
from shared.clans.metrics import Game, SourceKind
from shared.clans.roles import Role

MAX_CLAN_NAME = 60
MAX_ACCOUNT_NAME = 40
MAX_MEMBERS = 500
MAX_ADDED = 100
MAX_INVITATIONS = 20
CADENCES = (12, 24, 48, 168)
"""Hours between scheduled snapshots."""

_AT = "2026-03-05T18:00:00Z"
_HASH = "3822e3b27241873288812c1f9a8812d18bfa9a46771e4f292fea10f29970482b"
ClanName = Annotated[str, Field(min_length=1, max_length=MAX_CLAN_NAME, pattern=NO_CONTROLS)]
Cadence = Literal[12, 24, 48, 168]
Region = Literal["na", "eu"]


def example(value: JsonDict, **more: Any) -> ConfigDict:
    """The configuration of a body with an example."""
    return ConfigDict(json_schema_extra={"example": {**value, **more}})


class ClanEntry(Asked):
    """A clan to found. public: whether everybody may read its leaderboard."""

    model_config = example({"name": "Lumen", "game": "maplestory", "public": True})

    name: ClanName
    game: Game = Game.MAPLESTORY
    public: bool = True


class ClanChange(Asked):
    """All that can be changed of a clan, at once."""

    model_config = example({"name": "Lumen", "public": True, "cadence_hours": 24})

    name: ClanName
    public: bool
    cadence_hours: Cadence


class DrawCounts(Told):
    """How a clan's contests went. late: draws whose secret was told after the beacon's round."""

    draws: int
    voids: int
    late: int


_CLAN: JsonDict = {
    "id": EXAMPLE_ID,
    "name": "Lumen",
    "game": "maplestory",
    "public": True,
    "cadence_hours": 24,
    "created_at": _AT,
    "role": "leader",
    "people": 12,
    "members": 58,
    "next_snapshot_at": "2026-03-06T17:41:00Z",
    "sources": ["companion", "nexon"],
    "contests": {"draws": 3, "voids": 0, "late": 0},
}


class ClanInfo(Told):
    """A clan as one of its people sees it. people: players with a role; members: followed accounts. sources: where
    members of this game can come from."""

    model_config = example(_CLAN)

    id: str
    name: str
    game: Game
    public: bool
    cadence_hours: int
    created_at: datetime
    role: Role
    people: int
    members: int
    next_snapshot_at: datetime
    sources: tuple[SourceKind, ...]
    contests: DrawCounts


class ClanList(Told):
    """The caller's clans, by name."""

    items: list[ClanInfo]


class PersonInfo(Told):
    """A player with a role in a clan."""

    model_config = example({"user_id": EXAMPLE_ID, "name": "aria", "role": "leader", "joined_at": _AT})

    user_id: str
    name: str
    role: Role
    joined_at: datetime


class PersonList(Told):
    """Everybody with a role: leaders, officers, members, each by name."""

    items: list[PersonInfo]


class RoleChange(Asked):
    """The role somebody is to have."""

    model_config = example({"role": "officer"})

    role: Role


class InvitationEntry(Asked):
    """A link to make. days: how long it lasts; uses: how many may come by it, null for any number."""

    model_config = example({"role": "member", "days": 7, "uses": 10})

    role: Literal[Role.OFFICER, Role.MEMBER] = Role.MEMBER
    days: Annotated[int, Field(ge=1, le=30)] = 7
    uses: Annotated[int, Field(ge=1, le=500)] | None = None


_INVITATION: JsonDict = {
    "id": EXAMPLE_ID,
    "hint": "B3cQ",
    "role": "member",
    "made_by": "aria",
    "created_at": _AT,
    "expires_at": "2026-03-12T18:00:00Z",
    "uses_left": 10,
}


class InvitationInfo(Told):
    """A link that still lets players in. hint: the code's end. made_by: a player's name, null for one who left."""

    model_config = example(_INVITATION)

    id: str
    hint: str
    role: Role
    made_by: str | None
    created_at: datetime
    expires_at: datetime
    uses_left: int | None


class NewInvitation(InvitationInfo):
    """A link as it is told once. code: what `POST /api/clans/join` takes."""

    model_config = example(_INVITATION, code="mhi_4Yw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3c")

    code: str


class InvitationList(Told):
    """The links that still let players in, the newest first."""

    items: list[InvitationInfo]


class JoinEntry(Asked):
    """An invitation's code."""

    model_config = example({"code": "mhi_4Yw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3c"})

    code: Annotated[str, Field(min_length=1, max_length=80)]


class NamedAccount(Asked):
    """An account by its name. region, heroic: where a MapleStory character is looked for; Old School has neither."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_ACCOUNT_NAME, pattern=NO_CONTROLS)]
    region: Region = "na"
    heroic: bool = True


class MembersEntry(Asked):
    """Accounts to follow, by name, from a game's public rankings; the clan's own game where none is named."""

    model_config = example({"accounts": [{"name": "Aria", "region": "na", "heroic": True}]})

    accounts: Annotated[list[NamedAccount], Field(min_length=1, max_length=MAX_ADDED)]
    game: Game | None = None


class CharactersEntry(Asked):
    """The caller's own characters that the clan may follow, by what their app synced."""

    model_config = example({"character_ids": [EXAMPLE_ID]})

    character_ids: Annotated[list[UUID], Field(min_length=1, max_length=24)]


class MemberChange(Asked):
    """name: the account's new one after it was renamed. user_id: the player it belongs to, null for nobody known."""

    model_config = example({"name": "Aria", "user_id": EXAMPLE_ID})

    name: Annotated[str, Field(min_length=1, max_length=MAX_ACCOUNT_NAME, pattern=NO_CONTROLS)] | None = None
    user_id: UUID | None = None


_MEMBER: JsonDict = {
    "id": EXAMPLE_ID,
    "name": "Aria",
    "source": "nexon",
    "world": "Kronos",
    "job": "Adele",
    "image": "https://msavatar1.nexon.net/Character/abc.png",
    "user_id": None,
    "user_name": None,
    "added_at": _AT,
    "sampled_at": _AT,
    "missing_since": None,
}


class MemberInfo(Told):
    """A followed account. world, job, image: where the source tells them. sampled_at: when it last answered.
    missing_since: when it first did not know the account, null while it does."""

    model_config = example(_MEMBER)

    id: str
    name: str
    source: SourceKind
    world: str | None
    job: str | None
    image: str | None
    user_id: str | None
    user_name: str | None
    added_at: datetime
    sampled_at: datetime | None
    missing_since: datetime | None


class MemberList(Told):
    """The roster by name."""

    items: list[MemberInfo]


class LogLine(Told):
    """A line of the clan's log. head: SHA-256 chained to prev, as in maplehub-log/v1; 64 hexadecimal digits."""

    model_config = example(
        {
            "i": 0,
            "at": _AT,
            "event": {"at": _AT, "kind": "founded", "by": EXAMPLE_ID},
            "prev": _HASH,
            "head": _HASH,
        }
    )

    i: int
    at: datetime
    event: dict[str, Any]
    prev: str
    head: str


class LogPage(Told):
    """The newest lines first. total: how many the log has. names: of the players it names by id."""

    items: list[LogLine]
    total: int
    names: dict[str, str]
