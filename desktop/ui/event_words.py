"""What the app says of events: their effects, how long they last, when they begin on the player's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from PySide6.QtCore import QCoreApplication

from desktop.services.home import time_left
from desktop.ui.kit.numbers import number_locale
from desktop.ui.words import countdown, local_time
from shared.economy.events import EventState, EventWindow, Modifiers, modifiers
from shared.economy.things import Material

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EffectWords:
    """One effect: an icon's name, the whole words, and a few for a narrow place."""

    icon: str
    text: str
    brief: str


def effect_words(change: Modifiers, materials: Mapping[str, Material]) -> list[EffectWords]:
    """What is changed, in words; nothing for what stays as it is."""
    translate = QCoreApplication.translate
    found: list[EffectWords] = []
    for icon, template, value in (
        ("coin", translate("events", "Coins ×{0}"), change.coins),
        ("enhancement", translate("events", "Experience ×{0}"), change.experience),
    ):
        if value != 1:
            text = template.format(number(value))
            found.append(EffectWords(icon, text, text))
    if change.rare_bonus:
        bonus = number(change.rare_bonus * 100)
        found.append(
            EffectWords(
                "lootbox",
                translate("events", "Rare and better +{0} %").format(bonus),
                translate("events", "Rare +{0} %").format(bonus),
            )
        )
    return found + _materials(change, materials)


def window_effects(window: EventWindow, materials: Mapping[str, Material]) -> list[EffectWords]:
    """What one event changes, in words."""
    return effect_words(modifiers([window]), materials)


def in_brief(change: Modifiers, materials: Mapping[str, Material]) -> str:
    """The effects in a line: "Coins ×1.5 · Materials ×2"; materials that change alike are said together."""
    words = effect_words(Modifiers(change.coins, change.experience, change.rare_bonus), materials)
    parts = [effect.brief for effect in words]
    factors = [factor for factor in change.materials.values() if factor != 1]
    if len(factors) > 1 and len(set(factors)) == 1:
        template = QCoreApplication.translate("events", "Materials ×{0}")
        parts.append(template.format(number(factors[0])))
    else:
        parts += [effect.brief for effect in _materials(change, materials)]
    return " · ".join(parts) or QCoreApplication.translate("events", "Nothing changes")


def time_words(window: EventWindow, now: datetime) -> str:
    """How long it still runs, or until it begins: "4 d 5 h left", "in 2 h 10 min", "over"."""
    state = window.state(now)
    if state is EventState.UPCOMING:
        return countdown(now, window.starts)
    translate = QCoreApplication.translate
    if state is EventState.COMPLETED:
        return translate("events", "over")
    left = time_left(now, window.ends)
    if left.days:
        return translate("events", "{0} d {1} h left").format(left.days, left.hours)
    if left.hours:
        return translate("events", "{0} h {1} min left").format(left.hours, left.minutes)
    if left.minutes:
        return translate("events", "{0} min left").format(left.minutes)
    return translate("events", "less than a minute left")


def until_words(window: EventWindow, now: datetime) -> str:
    """When it ends on the player's clock: "until Thu 26 Nov, 01:00"."""
    return QCoreApplication.translate("events", "until {0}").format(local_time(now, window.ends))


def day_words(window: EventWindow, now: datetime) -> str:
    """Which of its days it is: "day 3 of 7"."""
    days = max(1, -((window.starts - window.ends) // _DAY))
    today = min(days, (now - window.starts) // _DAY + 1)
    return QCoreApplication.translate("events", "day {0} of {1}").format(today, days)


def number(value: Fraction) -> str:
    """A factor with at most two decimals, in the player's locale: "1.5", "2"."""
    if value.denominator == 1:
        return str(number_locale().toString(value.numerator))
    decimals = 1 if (value * 10).denominator == 1 else 2
    return str(number_locale().toString(float(value), "f", decimals))


def _materials(change: Modifiers, materials: Mapping[str, Material]) -> list[EffectWords]:
    translate = QCoreApplication.translate
    found = []
    for slug, factor in change.materials.items():
        if factor == 1:
            continue
        material = materials.get(slug)
        name = material.name if material else slug
        text = (
            translate("events", "{0} twice as likely").format(name)
            if factor == 2
            else translate("events", "{0} {1} times as likely").format(name, number(factor))
        )
        icon = material.icon if material else "material"
        found.append(EffectWords(icon, text, f"{name} ×{number(factor)}"))
    return found
