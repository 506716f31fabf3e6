"""Metrics and rules in words, where no catalogue is at hand."""

from shared.clans.contest import EntryRule, RuleKind
from shared.clans.metrics import CLUES, KILLS, LEVELS, XP

_WHOLE = {XP: "XP", LEVELS: "Levels", KILLS: "Boss kills", CLUES: "Clues"}
_SMALL = frozenset({"of", "the", "and", "to", "a"})
_AFTER = {"xp": " XP", "level": " level", "kc": " kills", "clues": " clues", "score": ""}


def metric_words(metric: str) -> str:
    """ "kc.hard-lucid" as "Hard Lucid kills"."""
    if metric in _WHOLE:
        return _WHOLE[metric]
    return metric_name(metric) + _AFTER[metric.partition(".")[0]]


def metric_name(metric: str) -> str:
    """ "kc.hard-lucid" as "Hard Lucid"."""
    words = metric.partition(".")[2].split("-")
    return " ".join(
        word if place and word in _SMALL else word.capitalize() for place, word in enumerate(words)
    )


def rule_words(rule: EntryRule) -> str:
    """What a rule asks for, as a phrase: "kill Hard Lucid 3 times or more"."""
    chosen = _listed([metric_name(metric) for metric in rule.metrics])
    least = f"{rule.least:,}"
    match rule.kind:
        case RuleKind.SKILL_XP:
            return f"gain {least} XP or more in {chosen}"
        case RuleKind.LEVELS:
            return f"gain {least} {'level' if rule.least == 1 else 'levels'} or more"
        case RuleKind.BOSS_KILLS:
            return f"kill {chosen} {'once' if rule.least == 1 else f'{least} times'} or more"
        case RuleKind.CLUES:
            many = "clue" if rule.least == 1 else "clues"
            return f"finish {least} {many} or more of {chosen}"
        case RuleKind.TOTAL_XP:
            return f"gain {least} XP or more"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}" if names else ""
