"""What is said of clans in several places: figures, metrics, roles, states, ages."""

import re
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate

from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.words import countdown, local_time
from shared.api.clans import ClanInfo
from shared.api.contests import ContestInfo, ContestRule, Phase
from shared.api.webhooks import HookEvent
from shared.catalog import Catalog
from shared.clans.contest import RuleKind
from shared.clans.metrics import (
    CLUES,
    KILLS,
    LEVELS,
    MAX_VALUE,
    XP,
    Family,
    Game,
    SourceKind,
    family,
    of_game,
)
from shared.clans.roles import Role
from shared.clans.timeframes import Timeframe

NOTHING = "–"
_UNITS = ((10**15, "q"), (10**12, "t"), (10**9, "b"), (10**6, "m"), (10**3, "k"))
_FACTORS = {letter: factor for factor, letter in _UNITS}
_COUNT = re.compile(r"(\d+)(?:[.](\d+))?([kmbtq]?)")
_LONGEST = 30
_SPELT_OUT = 10**6
"""Smaller figures are not shortened."""
_LATELY = timedelta(days=2)
_THIS_YEAR = timedelta(days=300)
_translate = QCoreApplication.translate


def short(amount: int) -> str:
    """A short reading, from a million on four significant digits at most, rounded down: 61.2q, 904.1b, 12,660."""
    size = abs(amount)
    for unit, letter in _UNITS:
        if size >= max(unit, _SPELT_OUT):
            whole, rest = divmod(size, unit)
            decimals = max(0, 4 - len(str(whole)))
            fraction = f"{rest * 10**decimals // unit:0{decimals}d}".rstrip("0") if decimals else ""
            return f"{'-' if amount < 0 else ''}{whole}{'.' + fraction if fraction else ''}{letter}"
    return grouped(amount)


def gain_text(amount: int | None) -> str:
    """ "+904.1b"; a dash where nothing is known."""
    if amount is None:
        return NOTHING
    return f"+{short(amount)}" if amount >= 0 else short(amount)


def full(amount: int | None) -> str:
    """Every digit, for tooltips; "" where nothing is known."""
    return "" if amount is None else grouped(amount)


def parse_count(text: str) -> int | None:
    """A whole number from "3", "2.5b", "1,200,000"; None for what is none, or more than can be asked for."""
    cleaned = re.sub(r"[\s,'’_\u00a0\u202f]", "", text.strip().lower())
    found = _COUNT.fullmatch(cleaned) if len(cleaned) <= _LONGEST else None
    if found is None:
        return None
    whole, fraction, letter = found[1], found[2] or "", found[3]
    scaled, rest = divmod(int(whole + fraction) * _FACTORS.get(letter, 1), 10 ** len(fraction))
    return scaled if not rest and 1 <= scaled <= MAX_VALUE else None


def game_name(game: Game) -> str:
    """As players call it."""
    return {Game.MAPLESTORY: "MapleStory", Game.OSRS: "Old School RuneScape"}[game]


def games_of(clan: ClanInfo) -> list[Game]:
    """The games whose accounts a clan can follow, its own first."""
    others = [game for game in Game if game is not clan.game]
    return [clan.game, *(game for game in others if set(of_game(game)) & set(clan.sources))]


def source_name(source: SourceKind) -> str:
    """Where a member's figures come from."""
    return {
        SourceKind.COMPANION: _translate("clans", "MapleHub"),
        SourceKind.NEXON: _translate("clans", "Nexon ranking"),
        SourceKind.OSRS: _translate("clans", "Hiscores"),
    }[source]


def source_help(source: SourceKind) -> str:
    """What a source tells."""
    return {
        SourceKind.COMPANION: _translate(
            "clans", "Synced by the member’s own MapleHub: levels and boss kills."
        ),
        SourceKind.NEXON: _translate("clans", "Nexon’s public ranking: level and experience, once a day."),
        SourceKind.OSRS: _translate("clans", "Old School’s public hiscores: skills, bosses, clues."),
    }[source]


def role_name(role: Role) -> str:
    """A role."""
    return {
        Role.LEADER: _translate("clans", "Leader"),
        Role.OFFICER: _translate("clans", "Officer"),
        Role.MEMBER: _translate("clans", "Member"),
    }[role]


def timeframe_name(timeframe: Timeframe) -> str:
    """A span."""
    return {
        Timeframe.WEEK: _translate("clans", "7 days"),
        Timeframe.MONTH: _translate("clans", "30 days"),
        Timeframe.MONTH_TO_DATE: _translate("clans", "This month"),
    }[timeframe]


def cadence_name(hours: int) -> str:
    """How often a clan is looked at."""
    return {
        12: _translate("clans", "every 12 hours"),
        24: _translate("clans", "every day"),
        48: _translate("clans", "every other day"),
        168: _translate("clans", "every week"),
    }.get(hours, _translate("clans", "every {0} hours").format(hours))


def family_name(kind: Family) -> str:
    """A kind of metric."""
    return {
        Family.XP: _translate("clans", "XP"),
        Family.LEVEL: _translate("clans", "Levels"),
        Family.KC: _translate("clans", "Boss kills"),
        Family.CLUES: _translate("clans", "Clues"),
        Family.SCORE: _translate("clans", "Scores"),
    }[kind]


def metric_name(metric: str, catalog: Catalog) -> str:
    """A metric as it stands in a list of its kind: "Hard Lucid", "Fishing", "All bosses"."""
    total = {
        XP: _translate("clans", "Total XP"),
        LEVELS: _translate("clans", "Total level"),
        KILLS: _translate("clans", "All bosses"),
        CLUES: _translate("clans", "All clues"),
    }.get(metric)
    if total is not None:
        return total
    name = metric.partition(".")[2]
    boss = catalog.bosses.get(name)
    return boss.display_name if boss is not None else name.replace("-", " ").capitalize()


def metric_title(metric: str, catalog: Catalog) -> str:
    """A metric where its kind is not said beside it: "Fishing XP", "Hard Lucid kills"."""
    name = metric_name(metric, catalog)
    if metric in {XP, LEVELS}:
        return name
    kind = family(metric)
    if metric == KILLS:
        return family_name(kind)
    return {
        Family.XP: _translate("clans", "{0} XP"),
        Family.LEVEL: _translate("clans", "{0} level"),
        Family.KC: _translate("clans", "{0} kills"),
        Family.CLUES: "{0}" if metric == CLUES else _translate("clans", "{0} clues"),
        Family.SCORE: "{0}",
    }[kind].format(name)


def rule_kind_name(kind: RuleKind) -> str:
    """What a rule counts."""
    return {
        RuleKind.SKILL_XP: _translate("clans", "XP in skills"),
        RuleKind.LEVELS: _translate("clans", "Levels"),
        RuleKind.BOSS_KILLS: _translate("clans", "Boss kills"),
        RuleKind.CLUES: _translate("clans", "Clues"),
        RuleKind.TOTAL_XP: _translate("clans", "Total XP"),
    }[kind]


def chosen_text(rule: ContestRule, catalog: Catalog, most: int = 3) -> str:
    """What was chosen for a rule: "Hard Lucid or Hard Will", "Hard Lucid, Hard Will or 2 more"; "" for no choice."""
    names = [metric_name(metric, catalog) for metric in rule.metrics]
    if len(names) > most:
        return _translate("clans", "{0} or {1} more").format(", ".join(names[:most]), len(names) - most)
    if len(names) < 2:
        return "".join(names)
    return _translate("clans", "{0} or {1}").format(", ".join(names[:-1]), names[-1])


def rule_text(rule: ContestRule, catalog: Catalog) -> str:
    """A rule in words: "3 kills of Hard Lucid or Hard Will"."""
    one = rule.least == 1
    words = {
        RuleKind.LEVELS: (_translate("clans", "{0} level gained"), _translate("clans", "{0} levels gained")),
        RuleKind.TOTAL_XP: (_translate("clans", "{0} XP gained"),) * 2,
        RuleKind.SKILL_XP: (_translate("clans", "{0} XP gained in {1}"),) * 2,
        RuleKind.BOSS_KILLS: (
            _translate("clans", "{0} kill of {1}"),
            _translate("clans", "{0} kills of {1}"),
        ),
        RuleKind.CLUES: (_translate("clans", "{0} clue: {1}"), _translate("clans", "{0} clues: {1}")),
    }[rule.kind]
    return words[0 if one else 1].format(short(rule.least), chosen_text(rule, catalog))


def phase_look(phase: Phase) -> tuple[str, str, str]:
    """A contest's state: words, theme role, icon."""
    return {
        "draft": (_translate("clans", "Draft"), "text-muted", "edit"),
        "upcoming": (_translate("clans", "Upcoming"), "info", "calendar"),
        "running": (_translate("clans", "Running"), "success", "play"),
        "locking": (_translate("clans", "Locking"), "warning", "lock"),
        "waiting_for_round": (_translate("clans", "Waiting for the round"), "warning", "clock"),
        "ready": (_translate("clans", "Ready to draw"), "accent", "star"),
        "awaiting_beacon": (_translate("clans", "Waiting for the beacon"), "warning", "clock"),
        "no_entries": (_translate("clans", "No entries"), "text-muted", "minus"),
        "drawn": (_translate("clans", "Drawn"), "success", "trophy"),
        "void": (_translate("clans", "Void"), "error", "close"),
    }[phase]


def event_name(event: HookEvent) -> str:
    """What a webhook can be told of."""
    return {
        HookEvent.SNAPSHOT: _translate("clans", "Snapshot complete"),
        HookEvent.CONTEST_CREATED: _translate("clans", "Contest begins"),
        HookEvent.CONTEST_ENDING: _translate("clans", "Contest ends soon"),
        HookEvent.CONTEST_DRAWN: _translate("clans", "Contest drawn"),
        HookEvent.HIGHLIGHTS: _translate("clans", "Leaderboard highlights"),
    }[event]


def age_text(now: datetime, at: datetime) -> str:
    """How long ago, coarsely: "just now", "5 min ago", "3 h ago", "4 days ago"."""
    minutes = int((now - at) / timedelta(minutes=1))
    if minutes < 2:
        return _translate("clans", "just now")
    if minutes < 120:
        return _translate("clans", "{0} min ago").format(minutes)
    if minutes < 48 * 60:
        return _translate("clans", "{0} h ago").format(minutes // 60)
    return _translate("clans", "{0} days ago").format(minutes // (24 * 60))


def day_text(at: datetime) -> str:
    """The day on the player's own calendar: "3 Nov 2026"."""
    here = at.astimezone()
    return number_locale().toString(QDate(here.year, here.month, here.day), "d MMM yyyy")


def at_text(now: datetime, at: datetime) -> str:
    """An instant on the player's own clock, with its year where it is long ago."""
    return local_time(now, at) if abs(now - at) < _THIS_YEAR else day_text(at)


def counted(number: int, one: str, several: str) -> str:
    """ "1 member", "26 members": the words that fit the number; {0} stands for it."""
    return (one if number == 1 else several).format(grouped(number))


def when_text(contest: ContestInfo, now: datetime) -> str:
    """When a contest begins or ends, or ended."""
    if contest.phase in {"draft", "upcoming"} and contest.start_time > now:
        return _translate("clans", "begins {0}").format(countdown(now, contest.start_time))
    if contest.end_time > now:
        return _translate("clans", "ends {0}").format(countdown(now, contest.end_time))
    lately = now - contest.end_time < _LATELY
    said = local_time(now, contest.end_time) if lately else day_text(contest.end_time)
    return _translate("clans", "ended {0}").format(said)
