"""Rules in force, and holding back single players."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.lines import put
from server.statistics import rollups
from server.statistics.tables import stat_quarantine, stat_rules
from server.sync import following
from shared.errors import Conflict, NotFound
from shared.statistics.rules import Rule, Versions, check_rule


class VersionsShape(BaseModel):
    """A range of client versions in a rule's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first: str | None = None
    last: str | None = None


class RuleShape(BaseModel):
    """A rule's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    reason: str
    client_range: VersionsShape | None = None
    client_versions: tuple[str, ...] | None = None
    catalog_versions: tuple[str, ...] | None = None
    entry_methods: tuple[str, ...] | None = None
    entries: tuple[str, ...] | None = None
    first_day: date | None = None
    last_day: date | None = None

    @classmethod
    def of(cls, rule: Rule) -> "RuleShape":
        """How a rule is kept."""
        return cls.model_validate(asdict(rule))

    def rule(self) -> Rule:
        """The rule it says. Raises InvalidInput."""
        ends = (
            None if self.client_range is None else Versions(self.client_range.first, self.client_range.last)
        )
        return check_rule(Rule(**{**dict(self), "client_range": ends}))


async def rules_in_force(session: AsyncSession) -> tuple[Rule, ...]:
    """The rules, by id."""
    found = await session.execute(select(stat_rules.c.content).order_by(stat_rules.c.id))
    return tuple(RuleShape.model_validate_json(content).rule() for content in found.scalars())


async def apply(session: AsyncSession, rule: Rule, now: datetime) -> int:
    """Put a rule in force. Returns how many users are judged anew for it. Raises Conflict for an id that is taken."""
    await rollups.hold(session)
    if any(there.id == rule.id for there in await rules_in_force(session)):
        raise Conflict(f"There is a rule {rule.id} already.", "Withdraw it first, or choose another id.")
    content = RuleShape.of(rule).model_dump_json(exclude_none=True)
    await session.execute(insert(stat_rules).values(id=rule.id, content=content, applied_at=now))
    return await _judge_anew(session, rule)


async def withdraw(session: AsyncSession, rule_id: str) -> int:
    """Take a rule back: what it removed counts again. Returns how many users are judged anew. Raises NotFound."""
    await rollups.hold(session)
    rule = next((there for there in await rules_in_force(session) if there.id == rule_id), None)
    if rule is None:
        raise NotFound(
            f"There is no rule {rule_id}.", "The command “statistics rules list” tells which there are."
        )
    await session.execute(delete(stat_rules).where(stat_rules.c.id == rule_id))
    return await _judge_anew(session, rule)


async def users_meant(session: AsyncSession, rule: Rule) -> list[str]:
    """Everybody with a run that a rule may mean."""
    where: dict[str, Collection[str]] = {}
    if rule.client_range is not None or rule.client_versions is not None:
        there = await following.values_of(session, "boss_runs", "client_version")
        where["client_version"] = [
            version
            for version in there
            if (rule.client_range is None or version in rule.client_range)
            and (rule.client_versions is None or version in rule.client_versions)
        ]
    told = {
        "catalog_version": rule.catalog_versions,
        "entry_method": rule.entry_methods,
        "entry_id": rule.entries,
    }
    where |= {field: wanted for field, wanted in told.items() if wanted is not None}
    return await following.users_with(session, "boss_runs", where)


async def quarantine(session: AsyncSession, user_id: str, why: str, now: datetime) -> None:
    """Count nothing of a user until they are released. why: a sentence for them. Raises NotFound for no user."""
    await rollups.hold(session)
    await accounts.user(session, user_id)
    await put(session, stat_quarantine, [{"user_id": user_id, "why": why, "at": now}])
    await following.start_over(session, [user_id])


async def release(session: AsyncSession, user_id: str) -> None:
    """Count a user again. Raises NotFound for one who is not held back."""
    await rollups.hold(session)
    gone = delete(stat_quarantine).where(stat_quarantine.c.user_id == user_id)
    if (await session.execute(gone.returning(stat_quarantine.c.user_id))).first() is None:
        raise NotFound("This user is not held back.")
    await following.start_over(session, [user_id])


async def _judge_anew(session: AsyncSession, rule: Rule) -> int:
    users = await users_meant(session, rule)
    await following.start_over(session, users)
    return len(users)
