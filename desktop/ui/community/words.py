"""The community's figures in words, the same for cells, tooltips and screen readers."""

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from desktop.services.community import DropLine
from desktop.ui.kit.numbers import grouped
from desktop.ui.words import local_time
from shared.api.stats import DropRate
from shared.statistics import words

NOTHING = "–"
_USUAL, _HARDLY_EVER = 0.5, 0.0005
"""Of a wait's probability."""
_translate = QCoreApplication.translate


def rate_text(rate: DropRate | None) -> str:
    """ "1 in 52"; where that would claim too much, "1 in 12–47" or "< 1 in 138"."""
    if rate is None or rate.drop_rate is None or rate.low is None or rate.high is None:
        return NOTHING
    if not rate.total_drops:
        return f"< {words.one_in(rate.high)}"
    return words.odds(rate.drop_rate) if rate.precision is not None else words.span(rate.low, rate.high)


def rate_detail(rate: DropRate | None) -> str:
    """What stands below it: the rate in percent, or how often it was not seen."""
    if rate is None or rate.drop_rate is None:
        return ""
    if not rate.total_drops:
        return _translate("community", "not seen yet")
    return words.percent(rate.drop_rate)


def players_text(players: int) -> str:
    """ "212 players"."""
    if players == 1:
        return _translate("community", "1 player")
    return _translate("community", "{0} players").format(grouped(players))


def confidence_text(rate: DropRate | None) -> str:
    """How many runs a rate rests on, in a word."""
    return {
        "high": _translate("community", "High"),
        "medium": _translate("community", "Medium"),
        "low": _translate("community", "Low"),
    }.get((rate.confidence if rate is not None else None) or "", "")


def precision_text(rate: DropRate | None) -> str:
    """How near the true rate is: the tier and its bound."""
    if rate is None or rate.confidence is None:
        return ""
    return {"A": "A · ±10 %", "B": "B · ±25 %", "C": "C · ±50 %"}.get(
        rate.precision or "", _translate("community", "over ±50 %")
    )


def trend_text(rate: DropRate | None) -> str:
    """Whether it drops otherwise than before, as far as chance is no likely reason."""
    return {
        "up": _translate("community", "more often lately"),
        "down": _translate("community", "less often lately"),
        "stable": _translate("community", "steady"),
    }.get((rate.trend if rate is not None else None) or "", "")


def own_text(line: DropLine) -> str:
    """ "2 in 114"; a dash without a run of one's own."""
    if not line.runs:
        return NOTHING
    return _translate("community", "{0} in {1}").format(grouped(line.hits), grouped(line.runs))


def luck_text(luck: float | None) -> str:
    """The percentile as a sentence; "" for none."""
    if luck is None:
        return ""
    if luck > 99.5:
        return _translate("community", "Luckier than nearly all players with as many runs")
    if luck < 0.5:
        return _translate("community", "Less lucky than nearly all players with as many runs")
    text = _translate("community", "Luckier than {0} % of players with as many runs")
    return text.format(round(luck))


def dry_text(line: DropLine) -> str:
    """How unusual the wait since the last one is; "" for one that is not."""
    if line.streak is None or line.streak > _USUAL:
        return ""
    if line.streak < _HARDLY_EVER:
        text = _translate("community", "None in the last {0}, which hardly ever happens")
        return text.format(grouped(line.dry))
    text = _translate("community", "None in the last {0}, which happens {1} of the time")
    return text.format(grouped(line.dry), words.percent(line.streak))


def bias_text() -> str:
    """What the mark beside a rate means."""
    return _translate(
        "community",
        "Players seem to note lucky runs rather than others. The rate of complete weeks is the better one.",
    )


def describe(line: DropLine) -> str:
    """A whole line, for a screen reader that lands on it."""
    rate = line.rate
    parts = [f"{line.item_name}, {line.boss_name}"]
    if rate is None:
        parts.append(_translate("community", "not enough players yet"))
    else:
        parts += [rate.sentence]
        if rate.confidence is not None:
            parts.append(_translate("community", "confidence: {0}").format(confidence_text(rate)))
        parts.append(trend_text(rate))
        if rate.logging_bias:
            parts.append(bias_text())
    if line.runs:
        parts.append(_translate("community", "mine: {0}").format(own_text(line)))
        parts.append(luck_text(line.luck))
    return ". ".join(part.rstrip(".") for part in parts if part)


def age_text(now: datetime, at: datetime) -> str:
    """How old a copy is, coarsely: "just now", "5 min ago", "3 h ago", "4 days ago"."""
    age = now - at
    minutes = int(age / timedelta(minutes=1))
    if minutes < 2:
        return _translate("community", "just now")
    if minutes < 120:
        return _translate("community", "{0} min ago").format(minutes)
    if minutes < 48 * 60:
        return _translate("community", "{0} h ago").format(minutes // 60)
    return _translate("community", "{0} days ago").format(minutes // (24 * 60))


def figures_of(now: datetime, calculated: datetime) -> str:
    """When the figures were added up."""
    return _translate("community", "figures of {0}").format(local_time(now, calculated))
