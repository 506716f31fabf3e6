"""A run of the diary in words, the same for the table, its tooltips and screen readers."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from desktop.services.diary import DiaryEntry
from desktop.ui.kit.numbers import grouped
from shared.catalog import Catalog
from shared.runs import Drop
from shared.tracking import DropNote

if TYPE_CHECKING:
    from shared.api.stats import OwnStanding
    from shared.statistics.verdicts import Judged

UNKNOWN = "–"


def day_text(day: date) -> str:
    """A UTC date, ISO: it sorts and reads the same everywhere."""
    return day.isoformat()


def long_day(day: date) -> str:
    """A UTC date with its weekday, in the person's language."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "ddd, d MMM yyyy")


def amount_text(mesos: int | None) -> str:
    """Mesos with grouped digits; a dash where none are known."""
    return UNKNOWN if mesos is None else grouped(mesos)


def drop_text(drop: Drop, catalog: Catalog) -> str:
    """An item with its quantity above one."""
    name = catalog.item_name(drop.item)
    return name if drop.quantity == 1 else f"{name} ×{grouped(drop.quantity)}"


def drops_text(entry: DiaryEntry, catalog: Catalog) -> str:
    """Every drop of a run, or ""."""
    return ", ".join(drop_text(drop, catalog) for drop in entry.run.draft.drops)


def note_state(entry: DiaryEntry) -> str:
    """What is known of the drops when there is no list."""
    translate = QCoreApplication.translate
    draft = entry.run.draft
    if not draft.cleared:
        return translate("diary", "not cleared")
    if draft.drop_note is DropNote.NOTHING:
        return translate("diary", "nothing dropped")
    return translate("diary", "drops not noted")


def cell_text(entry: DiaryEntry, column: str, catalog: Catalog) -> str:
    """The text of a cell; column is a name of model.Column."""
    draft = entry.run.draft
    match column:
        case "DATE":
            return day_text(draft.day)
        case "CHARACTER":
            return entry.character
        case "BOSS":
            return catalog.boss_name(draft.entry_id)
        case "PARTY":
            return str(draft.party_size)
        case "DROPS":
            return drops_text(entry, catalog) or note_state(entry)
        case "CRYSTAL":
            return amount_text(entry.run.crystal_mesos) if draft.cleared else UNKNOWN
        case "SOLD":
            return grouped(entry.sold_mesos) if _any_sold(entry) else ("" if not draft.drops else UNKNOWN)
        case _:
            return draft.note.replace("\n", " ")


def describe(entry: DiaryEntry, catalog: Catalog) -> str:
    """A whole line, for a screen reader that lands on it."""
    translate = QCoreApplication.translate
    parts = [
        long_day(entry.run.draft.day),
        catalog.boss_name(entry.run.draft.entry_id),
        entry.character,
        drops_text(entry, catalog) or note_state(entry),
    ]
    if entry.sold_mesos:
        parts.append(translate("diary", "sold for {0} mesos").format(grouped(entry.sold_mesos)))
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the community statistics make of a run. wrong: something about it keeps it from being counted."""

    text: str
    wrong: bool = False


def standing_of(judged: "Judged", told: "OwnStanding | None", *, sharing: bool) -> Standing:
    """In words. judged: as this machine sees it; told: what the server says of the player's runs, None for nothing."""
    from shared.statistics.verdicts import SENTENCES, Reason, Verdict

    translate, because = QCoreApplication.translate, "Not counted because {0}"
    refused = {each.run_id: each.sentence for each in told.not_counted} if told is not None else {}
    if judged.reason is not None:
        return Standing(
            translate("diary", because).format(_inside(SENTENCES[Reason(judged.reason)])),
            wrong=judged.reason != Reason.NOT_CLEARED,
        )
    if not sharing:
        return Standing(translate("diary", because).format(_inside(SENTENCES[Reason.NOT_SHARED])))
    if told is not None and told.quarantined is not None:
        return Standing(
            translate("diary", because).format(_inside(SENTENCES[Reason.QUARANTINED])), wrong=True
        )
    if judged.run.id in refused:
        # The server knows rules that this program does not.
        return Standing(translate("diary", "Not counted: {0}").format(refused[judged.run.id]), wrong=True)
    if judged.verdict is Verdict.UNRECORDED:
        return Standing(translate("diary", "Counts as a clear; nobody noted its drops."))
    return Standing(translate("diary", "Counts in the community’s drop rates."))


def _inside(sentence: str) -> str:
    """A sentence as the end of another."""
    return sentence[:1].lower() + sentence[1:]


def _any_sold(entry: DiaryEntry) -> bool:
    return any(drop.sold_for is not None for drop in entry.run.draft.drops)
