"""A made-up clan, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from desktop.services.demo_clans.cast import ME, made_id
from desktop.services.demo_clans.contests import DemoContest
from desktop.services.demo_clans.figures import Followed
from desktop.services.demo_clans.log import DemoLog
from shared.api.clans import (
    ClanChange,
    ClanEntry,
    ClanInfo,
    DrawCounts,
    InvitationEntry,
    InvitationInfo,
    InvitationList,
    MemberChange,
    MemberInfo,
    MemberList,
    MembersEntry,
    NewInvitation,
    PersonInfo,
    PersonList,
)
from shared.api.contests import ContestInfo
from shared.api.progress import MOST_A_DAY, MemberError, SnapshotInfo, SnapshotStanding
from shared.api.webhooks import HookEvent, WebhookEntry, WebhookInfo
from shared.clans.metrics import RANKINGS, SOURCES, Game, of_game
from shared.clans.roles import Role
from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound
from shared.fairness.encoding import instant_text

_STEP = 7
"""Members a snapshot gets through between two looks at it."""
_HOOK = "https://discord.com/api/webhooks/"


@dataclass(slots=True)
class DemoClan:
    """A clan as the demo keeps it."""

    id: str
    name: str
    game: Game
    public: bool
    created_at: datetime
    log: DemoLog
    cadence_hours: int = 24
    roster: list[Followed] = field(default_factory=list)
    people: dict[str, PersonInfo] = field(default_factory=dict)
    invitations: dict[str, InvitationInfo] = field(default_factory=dict)
    contests: dict[str, DemoContest] = field(default_factory=dict)
    hooks: dict[str, WebhookInfo] = field(default_factory=dict)
    snapshots: list[SnapshotInfo] = field(default_factory=list)
    next_at: datetime | None = None

    @classmethod
    def new(cls, clan_id: str, entry: ClanEntry, now: datetime) -> Self:
        """One that the player has just founded."""
        made = cls(clan_id, entry.name, entry.game, entry.public, now, DemoLog(clan_id))
        made.next_at = now + timedelta(hours=23)
        made.people[ME] = PersonInfo(user_id=ME, name="aria", role=Role.LEADER, joined_at=now)
        made.log.append(now, "founded", by=ME, game=str(entry.game))
        return made

    def info(self) -> ClanInfo:
        """As the player sees it."""
        phases = [each.info.phase for each in self.contests.values()]
        return ClanInfo(
            id=self.id,
            name=self.name,
            game=self.game,
            public=self.public,
            cadence_hours=self.cadence_hours,
            created_at=self.created_at,
            role=self.people[ME].role,
            people=len(self.people),
            members=len(self.roster),
            next_snapshot_at=self.next_at or self.created_at,
            sources=SOURCES[self.game],
            contests=DrawCounts(draws=phases.count("drawn"), voids=phases.count("void"), late=0),
        )

    def change(self, change: ClanChange, now: datetime) -> None:
        """Its name and habits."""
        self._need(Role.LEADER)
        self.name, self.public, self.cadence_hours = change.name, change.public, change.cadence_hours
        self.log.append(now, "changed", by=ME, **change.model_dump())

    def names(self) -> dict[str, str]:
        """Of the people, by id."""
        return {person.user_id: person.name for person in self.people.values()}

    def _need(self, least: Role) -> None:
        if not self.people[ME].role.reaches(least):
            raise MapleHubError(f"Only a {least} may do this.", "Ask one of them.")

    # People

    def people_list(self) -> PersonList:
        """Leaders first."""
        ranks = [Role.LEADER, Role.OFFICER, Role.MEMBER]
        return PersonList(items=sorted(self.people.values(), key=lambda p: (ranks.index(p.role), p.name)))

    def change_role(self, user_id: str, role: Role, now: datetime) -> PersonInfo:
        """Another role."""
        self._need(Role.LEADER)
        if user_id == ME and role is not Role.LEADER and self._leaders() == 1:
            raise Conflict("A clan needs a leader.", "Make somebody else one first.")
        changed = self.people[user_id].model_copy(update={"role": role})
        self.people[user_id] = changed
        self.log.append(now, "role", by=ME, user=user_id, role=str(role))
        return changed

    def _leaders(self) -> int:
        return sum(person.role is Role.LEADER for person in self.people.values())

    def remove_person(self, user_id: str, now: datetime) -> None:
        """They go."""
        if user_id != ME:
            self._need(Role.OFFICER)
        elif self.people[ME].role is Role.LEADER and self._leaders() == 1:
            raise Conflict("A clan needs a leader.", "Make somebody else one first, or close the clan.")
        self.people.pop(user_id, None)
        self.log.append(now, "left", by=ME, user=user_id)

    def invite(self, entry: InvitationEntry, now: datetime) -> NewInvitation:
        """A link."""
        self._need(Role.OFFICER)
        number = len(self.log.lines)
        code = f"mhi_{made_id(f'code/{number}').replace('-', '')}{made_id(f'more/{number}')[:8]}"
        made = InvitationInfo(
            id=made_id(f"invitation/{number}"),
            hint=code[-4:],
            role=entry.role,
            made_by="aria",
            created_at=now,
            expires_at=now + timedelta(days=entry.days),
            uses_left=entry.uses,
        )
        self.invitations[made.id] = made
        self.log.append(now, "invited", by=ME, invitation=made.id, role=str(entry.role))
        return NewInvitation(**made.model_dump(), code=code)

    def revoke(self, invitation_id: str, now: datetime) -> None:
        """A link no more."""
        self._need(Role.OFFICER)
        if self.invitations.pop(invitation_id, None) is None:
            raise NotFound("This invitation is gone already.")
        self.log.append(now, "uninvited", by=ME, invitation=invitation_id)

    def invitation_list(self, now: datetime) -> InvitationList:
        """Those that let somebody in."""
        self._need(Role.OFFICER)
        found = [each for each in self.invitations.values() if each.expires_at > now]
        return InvitationList(items=found[::-1])

    # Members

    def member_list(self) -> MemberList:
        """By name."""
        return MemberList(items=sorted((e.info for e in self.roster), key=lambda info: info.name.casefold()))

    def of_game(self, params: Mapping[str, str]) -> list[Followed]:
        """The members of one game, the clan's own where none is asked for."""
        sources = of_game(Game(params.get("game", self.game)))
        return [each for each in self.roster if each.info.source in sources]

    def member(self, member_id: str) -> Followed:
        """One of them. Raises NotFound."""
        for each in self.roster:
            if each.info.id == member_id:
                return each
        raise NotFound("The clan does not follow this account.")

    def subjects_of(self, user_id: str) -> set[str]:
        """Under what names a player enters."""
        mine = (each.info for each in self.roster if each.info.user_id == user_id)
        return {f"{info.source}:{info.name.lower()}" for info in mine}

    def add_members(self, entry: MembersEntry, now: datetime) -> MemberList:
        """Those of the accounts that are new."""
        self._need(Role.OFFICER)
        known = {each.info.name.casefold() for each in self.roster}
        source = RANKINGS[entry.game or self.game]
        added = []
        for account in entry.accounts:
            if account.name.casefold() in known:
                continue
            info = MemberInfo(
                id=made_id(f"member/{self.id}/{account.name}"),
                name=account.name,
                source=source,
                world=None,
                job=None,
                image=None,
                user_id=None,
                user_name=None,
                added_at=now,
                sampled_at=None,
                missing_since=None,
            )
            self.roster.append(Followed(info, None))
            added.append(info)
        if added:
            self.log.append(now, "members_added", by=ME, members=[each.id for each in added])
        return MemberList(items=added)

    def change_member(self, member_id: str, change: MemberChange, now: datetime) -> MemberInfo:
        """Its name, whose it is."""
        self._need(Role.OFFICER)
        found, asked = self.member(member_id), change.model_fields_set
        new: dict[str, Any] = {}
        if "name" in asked and change.name:
            new["name"] = change.name
        if "user_id" in asked:
            user = str(change.user_id) if change.user_id else None
            new |= {"user_id": user, "user_name": self.names().get(user or "")}
        found.info = found.info.model_copy(update=new)
        self.log.append(now, "member_changed", by=ME, member=member_id, **new)
        return found.info

    def remove_member(self, member_id: str, now: datetime) -> None:
        """Follow it no more."""
        self._need(Role.OFFICER)
        self.roster.remove(self.member(member_id))
        self.log.append(now, "member_removed", by=ME, member=member_id)

    # Snapshots

    def standing(self, now: datetime) -> SnapshotStanding:
        """How it stands with them; what runs goes on."""
        for each in self.snapshots:
            if each.state in {"waiting", "running"}:
                self.go_on(each.id, now)
        today = [each for each in self.snapshots if each.created_at.date() == now.date()]
        refusal = None
        if any(each.state in {"waiting", "running"} for each in self.snapshots):
            refusal = "A snapshot is under way."
        elif len(today) >= MOST_A_DAY:
            refusal = "Today’s two snapshots are used up. The next can be taken tomorrow (UTC)."
        return SnapshotStanding(
            cadence_hours=self.cadence_hours,
            next_at=self.next_at or now,
            used=len(today),
            most=MOST_A_DAY,
            refusal=refusal,
            items=self.snapshots[:20],
        )

    def run_snapshot(self, now: datetime) -> SnapshotInfo:
        """One now."""
        self._need(Role.OFFICER)
        refusal = self.standing(now).refusal
        if refusal:
            raise Conflict(refusal)
        made = made_snapshot(f"{self.id}/{len(self.snapshots)}", now, len(self.roster), kind="manual")
        self.snapshots.insert(0, made)
        return made

    def go_on(self, snapshot_id: str, now: datetime) -> SnapshotInfo:
        """A few members more."""
        place = next((at for at, each in enumerate(self.snapshots) if each.id == snapshot_id), None)
        if place is None:
            raise NotFound("There is no such snapshot.")
        found = self.snapshots[place]
        if found.state in {"waiting", "running"}:
            step = max(_STEP, len(self.roster) // 12)
            errors = [member_error(each) for each in self.roster if member_error(each) is not None]
            reached = min(found.total, found.done + found.failed + step)
            failed = [error for error in errors if error is not None] if reached == found.total else []
            over = reached == found.total
            found = found.model_copy(
                update={
                    "state": "done" if over else "running",
                    "started_at": found.started_at or now,
                    "finished_at": now if over else None,
                    "done": reached - len(failed),
                    "failed": len(failed),
                    "errors": failed,
                }
            )
            self.snapshots[place] = found
        return found

    def cancel_snapshot(self, snapshot_id: str, now: datetime) -> SnapshotInfo:
        """Stop it."""
        self._need(Role.OFFICER)
        place = next(at for at, each in enumerate(self.snapshots) if each.id == snapshot_id)
        stopped = self.snapshots[place].model_copy(update={"state": "cancelled", "finished_at": now})
        self.snapshots[place] = stopped
        return stopped

    # Contests

    def draw(self, found: DemoContest, now: datetime) -> ContestInfo:
        """The leader's button."""
        self._need(Role.LEADER)
        if found.info.phase not in {"ready", "drawn"}:
            raise Conflict("This contest cannot be drawn yet.")
        if found.proof is None:
            found.draw(now, self.log)
            self.log.append(
                now, "drawn", contest_id=found.info.id, by=ME, proof_hash=found.info.proof_hash or ""
            )
        return found.info

    def drop(self, found: DemoContest) -> None:
        """A draft thrown away."""
        if found.info.status != "draft":
            raise Conflict("Only a draft can be thrown away.")
        del self.contests[found.info.id]

    def void(self, found: DemoContest, reason: str, now: datetime) -> ContestInfo:
        """Called off."""
        self._need(Role.LEADER)
        self.log.append(now, "void", contest_id=found.info.id, by=ME, reason=reason)
        return found.show(status="void", phase="void", void_reason=reason, note="")

    def amend(self, found: DemoContest, reason: str, now: datetime) -> ContestInfo:
        """A remark."""
        self._need(Role.LEADER)
        self.log.append(now, "amended", contest_id=found.info.id, by=ME, note=reason)
        remark = {"at": instant_text(now.replace(microsecond=0)), "note": reason}
        return found.show(amendments=[*found.info.amendments, remark])

    # Webhooks

    def add_hook(self, entry: WebhookEntry, now: datetime) -> WebhookInfo:
        """Another one."""
        self._need(Role.LEADER)
        url = entry.url.get_secret_value()
        if not url.startswith(_HOOK):
            raise InvalidInput(
                "url", "This is not the address of a Discord webhook.", f"It begins with {_HOOK}"
            )
        made = made_hook(entry.name, now, events=entry.events, hint=f"…{url[-4:]}")
        self.hooks[made.id] = made
        return made

    def change_hook(self, hook_id: str, **changed: Any) -> WebhookInfo:
        """Change one. Raises NotFound."""
        self._need(Role.LEADER)
        if hook_id not in self.hooks:
            raise NotFound("There is no such webhook.")
        self.hooks[hook_id] = WebhookInfo.model_validate({**self.hooks[hook_id].model_dump(), **changed})
        return self.hooks[hook_id]


def made_snapshot(name: str, at: datetime, total: int, **changed: Any) -> SnapshotInfo:
    """One that waits, but for what is changed."""
    usual: dict[str, Any] = {
        "id": made_id(f"snapshot/{name}"),
        "kind": "scheduled",
        "asked_by": "aria" if changed.get("kind") == "manual" else None,
        "state": "waiting",
        "created_at": at,
        "started_at": None,
        "finished_at": None,
        "total": total,
        "done": 0,
        "failed": 0,
        "errors": [],
    }
    return SnapshotInfo.model_validate({**usual, **changed})


def made_hook(name: str, at: datetime, **changed: Any) -> WebhookInfo:
    """One that nothing was sent to, but for what is changed."""
    usual: dict[str, Any] = {
        "id": made_id(f"hook/{name}"),
        "name": name,
        "hint": "…912/…aB3c",
        "events": tuple(HookEvent),
        "enabled": True,
        "disabled_why": None,
        "created_at": at,
        "waiting": 0,
        "last_at": None,
        "last_status": None,
        "last_response": None,
    }
    return WebhookInfo.model_validate({**usual, **changed})


def member_error(each: Followed) -> MemberError | None:
    """Why a snapshot cannot read a member, None where it can."""
    if each.info.sampled_at is not None and each.info.missing_since is None:
        return None
    said = "The ranking does not know this name."
    return MemberError(member_id=each.info.id, name=each.info.name, error=said)
