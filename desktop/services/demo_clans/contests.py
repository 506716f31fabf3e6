"""The made-up contests, one in every state. Their draws follow the protocol: their proofs can be verified.

None of them asks a beacon, for a demo asks nobody; only the oldest ended when a round was told that is known here.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from desktop.services.demo_clans.cast import LUMEN, made_id
from desktop.services.demo_clans.figures import Followed
from desktop.services.demo_clans.log import DemoLog
from shared.api.contests import ContestForm, ContestInfo, ContestRule, Place, Receipt, StandingRow, Standings
from shared.clans.contest import EntryRule, Reached, RuleKind
from shared.clans.metrics import SourceKind
from shared.clans.standings import Standing, standings_hash, standings_text
from shared.errors import Conflict
from shared.fairness.beacon import Beacon, time_of
from shared.fairness.commitment import BeaconKind, Rules, commit
from shared.fairness.draw import Entry
from shared.fairness.encoding import instant_text
from shared.fairness.proof import CommitLine, LockLine, Proof, ProofLog, RevealLine, make_proof

_KNOWN_ROUND = Beacon(
    1000,
    bytes.fromhex(
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
    ),
    bytes.fromhex("fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"),
)
_KNOWN_END = datetime(2023, 8, 23, 15, 54, 24, tzinfo=UTC)
FOUNDED = datetime(2023, 6, 1, 18, 0, tzinfo=UTC)
_BOSS = ContestRule(kind=RuleKind.BOSS_KILLS, least=3, metrics=("kc.hard-lucid", "kc.hard-will"))
_XP = ContestRule(kind=RuleKind.TOTAL_XP, least=2_500_000_000_000)
_LEVELS = ContestRule(kind=RuleKind.LEVELS, least=1)


@dataclass(frozen=True, slots=True)
class _Plan:
    title: str
    prize: str
    rules: tuple[ContestRule, ...]
    starts: timedelta
    ends: timedelta
    phase: str
    winners: int = 1
    drand: bool = True
    note: str = ""
    nobody: bool = False


def _days(number: float) -> timedelta:
    return timedelta(days=number)


_PLANS = (
    _Plan("First Light", "Ten Nodestones", (_LEVELS,), _days(-7), _days(0), "drawn", 2),
    _Plan(
        "Summer Sprint", "A damage skin", (_LEVELS, _XP), _days(-160), _days(-146), "drawn", 3, drand=False
    ),
    _Plan(
        "Lotus Relay",
        "A totem set",
        (_BOSS,),
        _days(-90),
        _days(-76),
        "void",
        note="The prize was traded away by mistake.",
    ),
    _Plan("Quiet Week", "A chair", (_LEVELS,), _days(-50), _days(-43), "no_entries", nobody=True),
    _Plan("Autumn Sweep", "A pair of wings", (_BOSS, _XP), _days(-15), _days(-0.2), "ready", 3, drand=False),
    _Plan(
        "Moonlit Hunt",
        "Mystic Frontier coupons",
        (_BOSS,),
        _days(-8),
        timedelta(minutes=-25),
        "awaiting_beacon",
        note="No relay of drand answers. It is asked again in a minute; the round stays the same.",
    ),
    _Plan("Dawn Patrol", "A pet", (_XP,), _days(-7), timedelta(minutes=-2), "waiting_for_round"),
    _Plan("Last Call", "A cash shop gift", (_LEVELS,), _days(-7), timedelta(seconds=-5), "locking"),
    _Plan(
        "March of Lucid", "A pair of dream wings", (_BOSS, _XP, _LEVELS), _days(-4), _days(3), "running", 3
    ),
    _Plan("Frostfall", "An android", (_BOSS, _LEVELS), _days(5), _days(12), "upcoming", 2),
    _Plan("Spring Cleaning", "", (_LEVELS,), _days(20), _days(27), "draft"),
)
_STATUS = {"running": "active", "upcoming": "active", "draft": "draft", "drawn": "drawn", "void": "void"}


@dataclass(slots=True)
class DemoContest:
    """A contest as the demo keeps it."""

    info: ContestInfo
    rows: list[StandingRow] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    proof: Proof | None = None

    @property
    def secret(self) -> bytes:
        """What it is committed to. A demo has nothing to hide."""
        return sha256(f"demo {self.info.id}".encode()).digest()

    @property
    def rules(self) -> Rules:
        """Of the draw."""
        info = self.info
        delay = timedelta(seconds=info.delay_s)
        kind = BeaconKind(info.beacon)
        return Rules(info.id, info.end_time, info.winners, info.alternates, delay, kind)

    def show(self, **changed: Any) -> ContestInfo:
        """Take over changes."""
        self.info = ContestInfo.model_validate({**self.info.model_dump(), **changed})
        return self.info

    def commit(self, at: datetime, log: DemoLog) -> ContestInfo:
        """It begins, for good."""
        if self.info.status != "draft":
            raise Conflict("Only a draft can be started.")
        self.committed(at)
        log.append(at, "commit", **self.commit_event())
        return self.show(status="active", phase="upcoming" if at < self.info.start_time else "running")

    def committed(self, at: datetime) -> None:
        """What is published of it."""
        rules = self.rules
        self.show(
            commitment=commit(self.secret, self.info.id, self.info.end_time).hex(),
            rules_hash=rules.hash().hex(),
            committed_at=at,
            round=rules.round,
            round_at=None if self.info.beacon == "none" else time_of(rules.round),
        )

    def commit_event(self) -> dict[str, Any]:
        """As it stands in the log."""
        info = self.info
        return {
            "commitment": info.commitment,
            "contest_id": info.id,
            "end_time": instant_text(info.end_time),
            "rules_hash": info.rules_hash,
        }

    def enter(self, roster: list[Followed], *, so_far: float = 1.0) -> None:
        """Everybody's results. so_far: the share of the time that is over."""
        for each in roster:
            dice = Random(f"{self.info.id}|{each.info.id}")  # noqa: S311 - samples, not a draw
            amounts = [_amount(rule, each, dice, so_far) for rule in self.info.rules]
            reached = [
                place
                for place, (rule, amount) in enumerate(zip(self.info.rules, amounts, strict=True))
                if amount is not None and amount >= rule.least
            ]
            name = each.info.name
            self.rows.append(StandingRow(member_id=each.info.id, name=name, amounts=amounts, entries=reached))
            subject = f"{each.info.source}:{each.info.name.lower()}"
            self.owners[subject] = each.info.name
            for place in reached:
                entry_id = made_id(f"entry/{self.info.id}/{name}/{place}")
                salt = sha256(entry_id.encode()).digest()[:16].hex()
                self.entries.append(Entry(self.info.id, entry_id, salt, subject, place))
        self.show(entries=len(self.entries))

    def lock(self, at: datetime) -> None:
        """What is published at the end."""
        from shared.fairness.merkle import MerkleTree

        root = MerkleTree(self.leaves()).root.hex()
        self.show(
            locked_at=at,
            root=root,
            standings_hash=standings_hash(self.standings_text()).hex(),
            revealed_at=at + timedelta(seconds=1),
            server_secret=self.secret.hex(),
        )

    def leaves(self) -> list[bytes]:
        """In their order."""
        return sorted(entry.leaf() for entry in self.entries)

    def standings_text(self) -> bytes:
        """What is frozen."""
        rules = [EntryRule(rule.kind, rule.least, rule.metrics) for rule in self.info.rules]
        found = [
            Standing(row.member_id, row.name.lower(), tuple(Reached(amount) for amount in row.amounts))
            for row in self.rows
        ]
        return standings_text(self.info.id, rules, found)

    def standings(self) -> Standings:
        """As they are told."""
        frozen = self.info.locked_at is not None
        return Standings(
            frozen=frozen,
            standings_hash=self.info.standings_hash,
            text=self.standings_text().decode() if frozen else None,
            items=self.rows,
        )

    def draw(self, at: datetime, log: DemoLog, beacon: Beacon | None = None) -> ContestInfo:
        """Draw once; again it is the same."""
        if self.proof is not None:
            return self.info
        by_leaf = {entry.leaf(): entry for entry in self.entries}
        leaves = self.leaves()
        lines = {
            kind: log.line_of(self.info.id, kind).model_dump(include={"i", "prev", "head", "event"})
            for kind in ("commit", "lock", "reveal")
        }
        told = ProofLog(
            commit=CommitLine.model_validate(lines["commit"]),
            lock=LockLine.model_validate(lines["lock"]),
            reveal=RevealLine.model_validate(lines["reveal"]),
        )
        self.proof = make_proof(
            self.rules, self.secret, leaves, lambda index: by_leaf[leaves[index]], beacon, told
        )
        places = [
            self._place(number, index, by_leaf[leaves[index]].subject)
            for number, index in enumerate(self.proof.winners, start=1)
        ]
        proof_hash = sha256(self.proof.text()).hexdigest()
        return self.show(
            status="drawn",
            phase="drawn",
            note="",
            drawn_at=at,
            proof_hash=proof_hash,
            places=[place.model_dump() for place in places],
        )

    def _place(self, number: int, index: int, subject: str) -> Place:
        return Place(place=number, subject=subject, name=self.owners[subject], leaf=index, passed=[])

    def pass_on(self, number: int, reason: str, at: datetime) -> ContestInfo:
        """To the next alternate, or to nobody."""
        assert self.proof is not None
        entry_of = {row.index: row.entry.subject for row in self.proof.draws}
        taken = {place.leaf for place in self.info.places}
        taken |= {each["leaf"] for place in self.info.places for each in place.passed}
        free = [index for index in self.proof.alternates if index not in taken]
        places = []
        for place in self.info.places:
            if place.place != number:
                places.append(place)
                continue
            if place.name is None:
                raise Conflict("Nobody holds this prize any more.")
            gone = {
                "name": place.name,
                "subject": place.subject,
                "leaf": place.leaf,
                "reason": reason,
                "at": instant_text(at),
            }
            passed = [*place.passed, gone]
            subject = entry_of[free[0]] if free else None
            places.append(
                Place(
                    place=number,
                    subject=subject,
                    name=None if subject is None else self.owners[subject],
                    leaf=free[0] if free else None,
                    passed=passed,
                )
            )
        return self.show(places=[place.model_dump() for place in places])

    def receipts(self, mine: set[str]) -> list[Receipt]:
        """The player's own tickets. mine: their subjects."""
        return [
            Receipt(
                rule=entry.ticket,
                entered_at=min(self.info.end_time, self.info.start_time + timedelta(days=1)),
                entry=entry.plain(),
                leaf=entry.leaf().hex(),
                proving=[],
            )
            for entry in self.entries
            if entry.subject in mine
        ]


def _amount(rule: ContestRule, each: Followed, dice: Random, so_far: float) -> int | None:
    chance, share = dice.random(), dice.uniform(0.1, 2.0)
    if each.info.sampled_at is None or chance < 0.06:
        return None
    if rule.kind is RuleKind.BOSS_KILLS and each.info.source is SourceKind.NEXON:
        return None
    return int(rule.least * share * so_far)


def blank(contest_id: str, form: ContestForm, at: datetime) -> DemoContest:
    """A draft."""
    return DemoContest(
        ContestInfo(
            **form.model_dump(),
            id=contest_id,
            clan_id=LUMEN,
            clan_name="Lumen",
            status="draft",
            phase="draft",
            note="",
            created_at=at,
            entries=0,
            round=0,
            round_at=None,
            commitment=None,
            rules_hash=None,
            committed_at=None,
            locked_at=None,
            root=None,
            standings_hash=None,
            revealed_at=None,
            server_secret=None,
            drawn_at=None,
            proof_hash=None,
            places=[],
            void_reason=None,
            amendments=[],
        )
    )


def made_contests(roster: list[Followed], now: datetime, log: DemoLog) -> list[DemoContest]:
    """All of them, the newest first; their lines are put into the log."""
    now = now.replace(microsecond=0)
    made = []
    for number, plan in enumerate(_PLANS):
        at = _KNOWN_END if number == 0 else now
        found = _begun(plan, at, roster, now)
        if plan.phase != "draft":
            log.plan(found.info.committed_at or now, "commit", **found.commit_event())
        if found.info.locked_at is not None and found.info.revealed_at is not None:
            info = found.info
            log.plan(info.locked_at or now, "lock", contest_id=info.id, n=len(found.entries), root=info.root)
            log.plan(info.revealed_at or now, "reveal", contest_id=info.id, server_secret=found.secret.hex())
        made.append((plan, found))
    log.write_planned()
    for number, (plan, found) in enumerate(made):
        if plan.phase == "drawn":
            found.draw(found.info.end_time + timedelta(minutes=6), log, None if number else _KNOWN_ROUND)
    found = made[1][1]
    found.pass_on(2, "They left the game and gave it up.", found.info.end_time + timedelta(days=2))
    return [found for _, found in reversed(made)]


def _begun(plan: _Plan, at: datetime, roster: list[Followed], now: datetime) -> DemoContest:
    form = ContestForm(
        title=plan.title,
        prize=plan.prize,
        rules=list(plan.rules),
        start_time=at + plan.starts,
        end_time=at + plan.ends,
        winners=plan.winners,
        beacon="drand" if plan.drand else "none",
    )
    created = min(form.start_time, now) - timedelta(days=2)
    found = blank(made_id(f"contest/{plan.title}"), form, created)
    if plan.phase == "draft":
        return found
    found.committed(created + timedelta(minutes=5))
    if plan.phase != "upcoming" and not plan.nobody:
        found.enter(roster, so_far=0.7 if plan.phase == "running" else 1.0)
    if plan.phase in {"waiting_for_round", "awaiting_beacon", "ready", "drawn", "void"}:
        found.lock(form.end_time + timedelta(seconds=1))
    found.show(
        status=_STATUS.get(plan.phase, "ended"),
        phase=plan.phase,
        note="" if plan.phase == "void" else plan.note,
        void_reason=plan.note if plan.phase == "void" else None,
        # Made up like the rest of it: nobody signs in to a demo.
        amendments=[_remark(form.end_time)] if plan.title == "Summer Sprint" else [],
    )
    return found


def _remark(end: datetime) -> dict[str, Any]:
    words = "Saltmarsh changed worlds during the contest; the points of both worlds count."
    return {"at": instant_text(end + timedelta(days=1)), "note": words}
