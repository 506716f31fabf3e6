"""What an import would do, in words: the same for the table and for screen readers."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.services.characters import Character
from desktop.services.transfer.transfer import PreviewRow, RowState
from desktop.ui.kit.numbers import grouped
from shared.catalog import Catalog
from shared.tracking import DropNote

STATES = (RowState.NEW, RowState.SAME, RowState.DIFFERENT, RowState.WRONG)
LOOKS = {
    RowState.NEW: ("success", "plus"),
    RowState.SAME: ("text-muted", "check"),
    RowState.DIFFERENT: ("info", "edit"),
    RowState.WRONG: ("error", "warning"),
}
"""Theme role and icon of each state."""
_NAMED = 3


def state_name(state: RowState) -> str:
    """A state as chips and badges call it."""
    translate = QCoreApplication.translate
    return {
        RowState.NEW: translate("transfer", "New"),
        RowState.SAME: translate("transfer", "Already there"),
        RowState.DIFFERENT: translate("transfer", "Different"),
        RowState.WRONG: translate("transfer", "Wrong"),
    }[state]


def runs_text(count: int) -> str:
    """So many runs."""
    translate = QCoreApplication.translate
    return (
        translate("transfer", "1 run")
        if count == 1
        else translate("transfer", "{0} runs").format(grouped(count))
    )


def day_text(row: PreviewRow) -> str:
    """The run's UTC date, ISO, or what the file says instead of one."""
    return row.said[2] if row.record is None else row.record.draft.day.isoformat()


def character_text(row: PreviewRow) -> str:
    """Whose run it is, or what the file says."""
    return row.said[0] if row.owner is None else row.owner.name


def boss_text(row: PreviewRow, catalog: Catalog) -> str:
    """The boss with its difficulty, or what the file says."""
    return row.said[1] if row.record is None else catalog.boss_name(row.record.draft.entry_id)


def drops_text(row: PreviewRow, catalog: Catalog) -> str:
    """The drops, or what is known of them."""
    translate = QCoreApplication.translate
    if row.record is None:
        return ""
    draft = row.record.draft
    if not draft.cleared:
        return translate("transfer", "not cleared")
    if draft.drops:
        return ", ".join(
            catalog.item_name(drop.item) + (f" ×{grouped(drop.quantity)}" if drop.quantity > 1 else "")
            for drop in draft.drops
        )
    known = draft.drop_note is DropNote.NOTHING
    return translate("transfer", "nothing dropped") if known else translate("transfer", "drops not noted")


def remark(row: PreviewRow) -> str:
    """Why a row is wrong, or where it differs; "" for the others."""
    translate = QCoreApplication.translate
    if row.state is not RowState.DIFFERENT:
        return row.problem
    names = {
        "character": translate("transfer", "character"),
        "boss": translate("transfer", "difficulty"),
        "date": translate("transfer", "date"),
        "party_size": translate("transfer", "party"),
        "drop_note": translate("transfer", "drops"),
        "drops": translate("transfer", "drops"),
        "note": translate("transfer", "note"),
        "crystal_mesos": translate("transfer", "crystal"),
    }
    return translate("transfer", "Yours has another {0}").format(
        joined(list(dict.fromkeys(names[name] for name in row.differs)))
    )


def spoken(row: PreviewRow, catalog: Catalog) -> str:
    """A whole row, for a screen reader that lands on it and for the line below the table."""
    translate = QCoreApplication.translate
    parts = [translate("transfer", "Row {0}").format(grouped(row.number)), state_name(row.state)]
    parts += [day_text(row), character_text(row), boss_text(row, catalog), drops_text(row, catalog)]
    said = ", ".join(part for part in parts if part)
    return f"{said}. {remark(row)}" if remark(row) else f"{said}."


def new_characters(made: Sequence[Character], catalog: Catalog) -> str:
    """Whom the import adds; "" when nobody."""
    translate = QCoreApplication.translate
    if not made:
        return ""
    names = []
    for character in made[:_NAMED]:
        world = catalog.worlds.get(character.world)
        names.append(f"{character.name} ({character.world if world is None else world.name})")
    if len(made) > _NAMED:
        names.append(translate("transfer", "{0} more").format(len(made) - _NAMED))
    one, many = (
        translate("transfer", "Adds the character {0}."),
        translate("transfer", "Adds the characters {0}."),
    )
    return (one if len(made) == 1 else many).format(joined(names))


def joined(words: Sequence[str]) -> str:
    """A list as a sentence holds it: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    translate = QCoreApplication.translate
    return translate("transfer", "{0} and {1}").format(", ".join(words[:-1]), words[-1])


def suggested_name(today: date, ending: str) -> str:
    """The name an export is offered under; today is a UTC date."""
    return f"maplehub-runs-{today.isoformat()}.{ending}"
