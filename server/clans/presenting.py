"""Clans as they are told."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from server.clans.log import Line
from server.clans.roster import Member
from server.clans.service import Person, Standing
from server.clans.tables import ClanInvitation
from server.progress import accounts
from shared.api import clans as wire
from shared.clans.metrics import SOURCES, Game, SourceKind
from shared.clans.roles import Role

MISSING = timedelta(days=3)


def clan(standing: Standing, counts: tuple[int, int], draws: wire.DrawCounts) -> wire.ClanInfo:
    """counts: players and members."""
    found = standing.clan
    return wire.ClanInfo(
        id=found.id,
        name=found.name,
        game=Game(found.game),
        public=found.public,
        cadence_hours=found.cadence_hours,
        created_at=found.created_at,
        role=standing.role,
        people=counts[0],
        members=counts[1],
        next_snapshot_at=found.next_snapshot_at,
        sources=SOURCES[Game(found.game)],
        contests=draws,
    )


def person(found: Person) -> wire.PersonInfo:
    """A player of the clan."""
    return wire.PersonInfo(user_id=found.user_id, name=found.name, role=found.role, joined_at=found.joined_at)


def invitation(found: ClanInvitation, names: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a link. names: of players, by id."""
    return {
        "id": found.id,
        "hint": found.hint,
        "role": Role(found.role),
        "made_by": names.get(found.made_by or ""),
        "created_at": found.created_at,
        "expires_at": found.expires_at,
        "uses_left": found.uses_left,
    }


def member(found: Member, now: datetime) -> wire.MemberInfo:
    """An account on the roster. Rankings lose somebody for a day now and then: who is missing is said after three."""
    account = found.account
    told, missing = accounts.details(account), account.missing_since
    return wire.MemberInfo(
        id=found.id,
        name=account.name,
        source=SourceKind(account.source),
        world=told.get("world"),
        job=told.get("job"),
        image=told.get("image"),
        user_id=found.user_id,
        user_name=found.user_name,
        added_at=found.added_at,
        sampled_at=account.sampled_at,
        missing_since=missing if missing is not None and now - missing >= MISSING else None,
    )


def members(found: Iterable[Member], now: datetime) -> wire.MemberList:
    """Some of the roster."""
    return wire.MemberList(items=[member(each, now) for each in found])


def line(found: Line) -> wire.LogLine:
    """A line of the log."""
    return wire.LogLine(
        i=found.i, at=found.at, event=dict(found.event), prev=found.prev.hex(), head=found.head.hex()
    )
