"""Contests on the wire. Hashes are 64 lower-case hexadecimal digits, instants aware UTC."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic.config import JsonDict

from shared.api.auth import NO_CONTROLS
from shared.api.base import EXAMPLE_ID, Asked, Told
from shared.api.clans import example
from shared.clans.contest import MAX_CHOSEN, MAX_RULES, RuleKind
from shared.clans.metrics import MAX_METRIC, MAX_VALUE

MAX_TITLE = 100
MAX_PRIZE = 500
MAX_REASON = 500
MAX_WINNERS = 50
Status = Literal["draft", "active", "ended", "drawn", "void"]
_START, _END = "2026-03-05T18:00:00Z", "2026-03-12T18:00:00Z"
_HASH = "3822e3b27241873288812c1f9a8812d18bfa9a46771e4f292fea10f29970482b"


def _whole_second(instant: datetime) -> datetime:
    if instant.microsecond:
        raise ValueError("take a whole second")
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_whole_second)]
Reason = Annotated[str, Field(min_length=3, max_length=MAX_REASON)]


class ContestRule(Asked):
    """What earns an entry. metrics: the skills, bosses or tiers that are added up; empty for levels and total_xp."""

    kind: RuleKind
    least: Annotated[int, Field(ge=1, le=MAX_VALUE)]
    metrics: Annotated[
        tuple[Annotated[str, Field(max_length=MAX_METRIC)], ...], Field(max_length=MAX_CHOSEN)
    ] = ()


_RULE: JsonDict = {"kind": "boss_kills", "least": 3, "metrics": ["kc.hard-lucid"]}
_ENTRY: JsonDict = {
    "title": "March of Lucid",
    "prize": "A pair of wings",
    "rules": [_RULE],
    "start_time": _START,
    "end_time": _END,
    "winners": 1,
    "alternates": 2,
    "beacon": "drand",
    "delay_s": 300,
}


class ContestForm(Asked):
    """A contest as its leader enters it. delay_s: from the end to the beacon's round, seconds. beacon: "none" only
    where the server reaches no beacon: then its operator has to be trusted."""

    model_config = example(_ENTRY)

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE, pattern=NO_CONTROLS)]
    prize: Annotated[str, Field(max_length=MAX_PRIZE)] = ""
    rules: Annotated[list[ContestRule], Field(min_length=1, max_length=MAX_RULES)]
    start_time: Instant
    end_time: Instant
    winners: Annotated[int, Field(ge=1, le=MAX_WINNERS)] = 1
    alternates: Annotated[int, Field(ge=0, le=MAX_WINNERS)] = 2
    beacon: Literal["drand", "none"] = "drand"
    delay_s: Annotated[int, Field(ge=60, le=86_400)] = 300


class ReasonEntry(Asked):
    """Why, for everybody to read."""

    model_config = example({"reason": "The prize was sold by mistake."})

    reason: Reason


class PassEntry(ReasonEntry):
    """Why a prize goes on. leaf: the ticket of who was seen to hold it, so that two who pass it on at once do not pass
    it on twice; null for whoever holds it."""

    model_config = example({"reason": "Did not answer for a week.", "leaf": 7})

    leaf: Annotated[int, Field(ge=0)] | None = None


class Place(Told):
    """A prize. name: of who holds it, null where nobody is left. leaf: their ticket's place in the tree. passed: those
    who did not take it."""

    place: int
    subject: str | None
    name: str | None
    leaf: int | None
    passed: list[dict[str, Any]]


class StandingRow(Told):
    """How far a member came. amounts: by rule, null where no baseline is known. entries: places of the rules they
    satisfied."""

    member_id: str
    name: str
    amounts: list[int | None]
    entries: list[int]


_CONTEST: JsonDict = {
    "id": EXAMPLE_ID,
    "clan_id": EXAMPLE_ID,
    "clan_name": "Lumen",
    **_ENTRY,
    "status": "drawn",
    "phase": "drawn",
    "note": "",
    "created_at": _START,
    "entries": 41,
    "round": 2_034_551,
    "round_at": "2026-03-12T18:05:00Z",
    "commitment": _HASH,
    "rules_hash": _HASH,
    "committed_at": _START,
    "locked_at": _END,
    "root": _HASH,
    "standings_hash": _HASH,
    "revealed_at": _END,
    "server_secret": _HASH,
    "drawn_at": "2026-03-12T18:06:00Z",
    "proof_hash": _HASH,
    "places": [{"place": 1, "subject": "osrs:zezima", "name": "Zezima", "leaf": 7, "passed": []}],
    "void_reason": None,
    "amendments": [],
}
Phase = Literal[
    "draft",
    "upcoming",
    "running",
    "locking",
    "waiting_for_round",
    "ready",
    "awaiting_beacon",
    "no_entries",
    "drawn",
    "void",
]


class ContestInfo(Told):
    """A contest. phase: finer than status; `ready`: the leader can draw. note: why it waits, a sentence or "".
    server_secret: once it is revealed. entries: tickets so far, of everybody. places: once drawn, in prize order."""

    model_config = example(_CONTEST)

    id: str
    clan_id: str
    clan_name: str
    title: str
    prize: str
    rules: list[ContestRule]
    start_time: datetime
    end_time: datetime
    winners: int
    alternates: int
    beacon: Literal["drand", "none"]
    delay_s: int
    status: Status
    phase: Phase
    note: str
    created_at: datetime
    entries: int
    round: int
    round_at: datetime | None
    commitment: str | None
    rules_hash: str | None
    committed_at: datetime | None
    locked_at: datetime | None
    root: str | None
    standings_hash: str | None
    revealed_at: datetime | None
    server_secret: str | None
    drawn_at: datetime | None
    proof_hash: str | None
    places: list[Place]
    void_reason: str | None
    amendments: list[dict[str, Any]]


class ContestList(Told):
    """A clan's contests, the newest first."""

    items: list[ContestInfo]


class Standings(Told):
    """Everybody's results: so far, or as they were frozen at the end. text: what was hashed, once it is."""

    model_config = example(
        {
            "frozen": False,
            "standings_hash": None,
            "text": None,
            "items": [{"member_id": EXAMPLE_ID, "name": "Aria", "amounts": [4], "entries": [0]}],
        }
    )

    frozen: bool
    standings_hash: str | None
    text: str | None
    items: list[StandingRow]


class Receipt(Told):
    """One of the caller's own tickets. entry: exactly what was hashed; leaf: the hash that is in the tree."""

    rule: int
    entered_at: datetime
    entry: dict[str, Any]
    leaf: str
    proving: list[dict[str, Any]]


class ReceiptList(Told):
    """The caller's tickets, by rule."""

    model_config = example(
        {
            "items": [
                {
                    "rule": 0,
                    "entered_at": _START,
                    "entry": {
                        "contest_id": EXAMPLE_ID,
                        "entry_id": EXAMPLE_ID,
                        "salt": "000102030405060708090a0b0c0d0e0f",
                        "subject": "discord:80351110224678912",
                        "ticket": 0,
                    },
                    "leaf": _HASH,
                    "proving": [
                        {
                            "metric": "kc.hard-lucid",
                            "start": {"at": _START, "value": 12},
                            "end": {"at": _END, "value": 15},
                        }
                    ],
                }
            ]
        }
    )

    items: list[Receipt]
