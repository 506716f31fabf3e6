"""Contests, draws and leaderboards as HTML, from what the API tells of the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from server.web import pages
from shared.api import progress as boards
from shared.api.clans import DrawCounts
from shared.api.contests import ContestInfo, ContestRule
from shared.clans.contest import EntryRule
from shared.clans.metrics import KILLS, TOTALS, Family, family
from shared.clans.words import metric_words, rule_words
from shared.errors import MapleHubError
from shared.fairness.proof import NotAProofError, Proof
from shared.fairness.verify import Check, Outcome, Verdict

PAGE_ROWS = 50
TIMEFRAMES = {"7d": "Last 7 days", "30d": "Last 30 days", "mtd": "This month so far"}
SORTS: Mapping[boards.SortBy, str] = {
    "name": "Member",
    "gained": "Gained",
    "value": "In all",
    "freshness": "Last seen",
}
_FAMILIES = {
    Family.XP: "XP by skill",
    Family.LEVEL: "Levels by skill",
    Family.KC: "Boss kills",
    Family.CLUES: "Clues",
    Family.SCORE: "Others",
}
STEPS = {
    "V1": "The commitment",
    "V2": "The rules",
    "V3": "The entries",
    "V4": "The beacon",
    "V5": "The seed",
    "V6": "The draw",
    "V7": "The opened entries",
    "V8": "The places",
    "V9": "The clan’s log",
    "V10": "The order of events",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A drawn ticket that stands somewhere. leaf: its place in the tree."""

    leaf: int
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the clan's log about the contest. head: 64 digits."""

    i: int
    at: datetime
    event: Mapping[str, Any]
    head: str


@dataclass(frozen=True, slots=True)
class ContestPage:
    """What a contest's page tells. public: whether the clan has a page. winners, alternates: as they were drawn, of a
    void one as they would have been. late: the secret was told after the beacon's round."""

    told: ContestInfo
    public: bool
    winners: Sequence[Named]
    alternates: Sequence[Named]
    steps: Sequence[Step]
    counts: DrawCounts
    late: bool


@dataclass(frozen=True, slots=True)
class ClanPage:
    """What a clan's page tells. metrics: those of which anything is known. offset: of the page in the board."""

    clan_id: str
    board: boards.Board
    metrics: Sequence[str]
    contests: Sequence[ContestInfo]
    counts: DrawCounts
    sort: boards.SortBy
    descending: bool
    offset: int
    choice: pages.Choice


@dataclass(frozen=True, slots=True)
class Checked:
    """A proof that was checked. digest: SHA-256 of the file; published: that of the proof this server has published of
    this contest, None where it has none."""

    proof: Proof
    verdict: Verdict
    digest: str
    published: str | None


def contest(page: ContestPage) -> bytes:
    """A contest."""
    told = page.told
    heirs = {place.leaf: place.place for place in told.places}
    return _page(
        "contest.html",
        title=told.title,
        page=page,
        told=told,
        rules=[rule_words(_rule(rule)) for rule in told.rules],
        state=_state(told),
        next=_next(told),
        heirs=heirs,
        steps=[(step, _step(step.event)) for step in page.steps],
    )


def clan(page: ClanPage) -> bytes:
    """A clan's leaderboard and its contests."""
    return _page(
        "clan.html",
        title=page.board.clan,
        page=page,
        board=page.board,
        timeframes=TIMEFRAMES,
        groups=_groups(page),
        sorts=[(key, name, _turned(page, key)) for key, name in SORTS.items()],
        before=_paged(page, page.offset - PAGE_ROWS) if page.offset else None,
        after=_paged(page, page.offset + PAGE_ROWS) if page.offset + PAGE_ROWS < page.board.total else None,
        states={each.id: _state(each) for each in page.contests},
    )


def verify_form(wrong: MapleHubError | None = None) -> bytes:
    """Where a proof is handed in. wrong: what is the matter with the one that was."""
    nothing = not isinstance(wrong, NotAProofError)
    return _page("verify.html", title="Verify a draw", wrong=wrong, nothing=nothing)


def verdict(checked: Checked) -> bytes:
    """What a proof proves, step by step."""
    found = checked.verdict
    by_index = {row.index: row.entry.subject for row in checked.proof.draws}
    steps = [(check, True) for check in found.passed] + ([(found.failed, False)] if found.failed else [])
    return _page(
        "verdict.html",
        title=_TITLES[found.outcome],
        checked=checked,
        proof=checked.proof,
        verdict=found,
        tone=_TONES[found.outcome],
        meaning=_MEANINGS[found.outcome],
        steps=_all_steps(steps),
        winners=[by_index.get(index, "") for index in checked.proof.winners],
        alternates=[by_index.get(index, "") for index in checked.proof.alternates],
    )


_TITLES = {
    Outcome.VALID: "Valid",
    Outcome.LATE: "Valid, but late",
    Outcome.UNCHECKED: "Valid, but the beacon is not checked",
    Outcome.TRUSTED: "Valid, if the operator is trusted",
    Outcome.INVALID: "Not valid",
}
_TONES = {
    Outcome.VALID: "good",
    Outcome.LATE: "warn",
    Outcome.UNCHECKED: "warn",
    Outcome.TRUSTED: "warn",
    Outcome.INVALID: "bad",
}
_MEANINGS = {
    Outcome.VALID: "Nobody chose the winners, whoever runs the server included: the secret and the rules were fixed"
    " before anybody entered, the entries before the beacon was known.",
    Outcome.LATE: "The draw is what the entries, the secret and the beacon give. But the entries were locked or the"
    " secret was told only when the beacon's round could be known already.",
    Outcome.UNCHECKED: "The draw is what the entries, the secret and the beacon give. But this server cannot check the"
    " beacon's signature: check the file on another computer too.",
    Outcome.TRUSTED: "The draw is what the entries and the secret give. But no public beacon took part: whoever ran the"
    " server could have tried secrets until a winner pleased them.",
    Outcome.INVALID: "This file does not prove the draw. It was changed, or something was not done as it should.",
}


def _all_steps(reached: Sequence[tuple[Check, bool]]) -> list[tuple[str, str, str, bool | None]]:
    """All ten: name, title, what was found, and whether it holds; None for those that were not reached."""
    by_name = {check.name: (check.says, holds) for check, holds in reached}
    rows = []
    for name, title in STEPS.items():
        says, holds = by_name.get(name, ("not looked at", None))
        rows.append((name, title, says, holds))
    return rows


def _rule(rule: ContestRule) -> EntryRule:
    return EntryRule(rule.kind, rule.least, rule.metrics)


def _state(told: ContestInfo) -> str:
    """Where a contest stands, in a word or two."""
    return {
        "draft": "Draft",
        "upcoming": "Not begun",
        "running": "Running",
        "locking": "Over",
        "waiting_for_round": "Locked",
        "ready": "Ready to be drawn",
        "awaiting_beacon": "Waiting for the beacon",
        "no_entries": "Over, without entries",
        "drawn": "Drawn",
        "void": "Void",
    }[told.phase]


def _next(told: ContestInfo) -> str:
    """What happens next, a sentence; "" where nothing does."""
    said = ""
    match told.phase:
        case "upcoming":
            said = f"It begins on {instant(told.start_time)}."
        case "running":
            said = f"Whoever satisfies a rule before {instant(told.end_time)} has an entry."
        case "locking":
            said = f"Nobody can enter any more. {told.note}"
        case "waiting_for_round" if told.round_at is not None:
            said = (
                f"The entries and the secret are public. Round {told.round} of the beacon, which nobody can foresee,"
                f" comes on {instant(told.round_at)}; then the clan’s leader can draw."
            )
        case "ready":
            said = "Everything that decides is public. The clan’s leader can press Draw."
        case "awaiting_beacon":
            said = f"The draw was asked for. {told.note} The same round is asked for until it is told."
        case "no_entries":
            said = "Nobody satisfied a rule, so there is nothing to draw."
        case "drawn" if told.drawn_at is not None:
            entries = f"{told.entries:,} {plural(told.entries, 'entry')}"
            said = f"From {entries}, on {instant(told.drawn_at)}."
    return said


_SAID = {
    "contest_started": "Rules and prize published",
    "commit": "Committed to a secret nobody else knows",
    "standings": "Standings frozen",
    "reveal": "Secret told",
    "draw_asked": "The leader pressed Draw",
    "drawn": "Drawn, and the proof published",
    "would_have_drawn": "The result it would have had published",
}


def _step(event: Mapping[str, Any]) -> str:
    """A line of the log in words."""
    kind = str(event["kind"])
    match kind:
        case "lock":
            return f"{event['n']:,} {plural(event['n'], 'entry')} locked"
        case "void":
            return f"Voided: {event['reason']}"
        case "passed":
            whom = "to the next alternate" if event.get("to") is not None else "to nobody: none is left"
            return f"Prize {event['place']} passed on {whom}: {event['reason']}"
        case "amended":
            return f"Correction: {event['note']}"
    return _SAID.get(kind, kind.replace("_", " ").capitalize())


def _groups(page: ClanPage) -> list[tuple[str, list[tuple[str, str]]]]:
    """The metrics to choose from, by family, each with its name; the totals first."""
    known = {*page.metrics, page.board.metric}
    if any(name.startswith("kc.") for name in known):
        known.add(KILLS)
    totals = [(name, metric_words(name)) for name in TOTALS if name in known]
    others = sorted(known - set(TOTALS), key=lambda name: (list(Family).index(family(name)), name))
    groups = [("Totals", totals)] if totals else []
    for kind, names in groupby(others, key=family):
        groups.append((_FAMILIES[kind], [(name, metric_words(name)) for name in names]))
    return groups


def _turned(page: ClanPage, key: boards.SortBy) -> str:
    """The address of the board sorted by a column; by the one it is sorted by, the other way round."""
    down = not page.descending if key == page.sort else key != "name"
    return _address(page, key, down, 0)


def _paged(page: ClanPage, offset: int) -> str:
    return _address(page, page.sort, page.descending, max(0, offset))


def _address(page: ClanPage, key: boards.SortBy, down: bool, offset: int) -> str:
    more: dict[str, str] = {}
    if key != "gained":
        more["sort"] = key
    if down == (key == "name"):
        more["order"] = "down" if down else "up"
    if offset:
        more["offset"] = str(offset)
    return f"/clans/{page.clan_id}{pages.ask(page.choice, **more)}"


def instant(at: datetime) -> str:
    """An instant as a page shows it."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def ago(span: timedelta) -> str:
    """How long ago, roughly."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"


def plural(number: int, one: str) -> str:
    """A word for so many."""
    if number == 1:
        return one
    return f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"


def _page(template: str, **content: object) -> bytes:
    return pages.page(template, instant=instant, ago=ago, plural=plural, metric_words=metric_words, **content)
