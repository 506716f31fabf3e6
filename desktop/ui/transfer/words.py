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
    tr = QCoreApplication.translate
    return {
        RowState.NEW: tr("transfer", "New"),
        RowState.SAME: tr("transfer", "Already there"),
        RowState.DIFFERENT: tr("transfer", "Different"),
        RowState.WRONG: tr("transfer", "Wrong"),
    }[state]


def runs_text(count: int) -> str:
    """So many runs."""
    tr = QCoreApplication.translate
    return tr("transfer", "1 run") if count == 1 else tr("transfer", "{0} runs").format(grouped(count))


def day_text(row: PreviewRow) -> str:
    """The run's UTC date, ISO."""
    return "" if row.record is None else row.record.draft.day.isoformat()


def boss_text(row: PreviewRow, catalog: Catalog) -> str:
    """The boss with its difficulty."""
    return "" if row.record is None else catalog.boss_name(row.record.draft.entry_id)


def drops_text(row: PreviewRow, catalog: Catalog) -> str:
    """The drops, or what is known of them."""
    tr = QCoreApplication.translate
    if row.record is None:
        return ""
    draft = row.record.draft
    if not draft.cleared:
        return tr("transfer", "not cleared")
    if draft.drops:
        return ", ".join(
            catalog.item_name(drop.item) + (f" ×{grouped(drop.quantity)}" if drop.quantity > 1 else "")
            for drop in draft.drops
        )
    known = draft.drop_note is DropNote.NOTHING
    return tr("transfer", "nothing dropped") if known else tr("transfer", "drops not noted")


def remark(row: PreviewRow) -> str:
    """Why a row is wrong, or where it differs; "" for the others."""
    tr = QCoreApplication.translate
    if row.state is not RowState.DIFFERENT:
        return row.problem
    names = {
        "character": tr("transfer", "character"),
        "boss": tr("transfer", "difficulty"),
        "date": tr("transfer", "date"),
        "party_size": tr("transfer", "party"),
        "drop_note": tr("transfer", "drops"),
        "drops": tr("transfer", "drops"),
        "note": tr("transfer", "note"),
        "crystal_mesos": tr("transfer", "crystal"),
    }
    return tr("transfer", "Yours has another {0}").format(
        joined(list(dict.fromkeys(names[name] for name in row.differs)))
    )


def spoken(row: PreviewRow, catalog: Catalog) -> str:
    """A whole row, for a screen reader that lands on it and for the line below the table."""
    tr = QCoreApplication.translate
    parts = [tr("transfer", "Row {0}").format(grouped(row.number)), state_name(row.state)]
    if row.owner is not None:
        parts += [day_text(row), row.owner.name, boss_text(row, catalog), drops_text(row, catalog)]
    said = ", ".join(parts)
    return f"{said}. {remark(row)}" if remark(row) else f"{said}."


def new_characters(made: Sequence[Character], catalog: Catalog) -> str:
    """Whom the import adds; "" when nobody."""
    tr = QCoreApplication.translate
    if not made:
        return ""
    names = []
    for character in made[:_NAMED]:
        world = catalog.worlds.get(character.world)
        names.append(f"{character.name} ({character.world if world is None else world.name})")
    if len(made) > _NAMED:
        names.append(tr("transfer", "{0} more").format(len(made) - _NAMED))
    one, many = tr("transfer", "Adds the character {0}."), tr("transfer", "Adds the characters {0}.")
    return (one if len(made) == 1 else many).format(joined(names))


def joined(words: Sequence[str]) -> str:
    """A list as a sentence holds it: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    tr = QCoreApplication.translate
    return tr("transfer", "{0} and {1}").format(", ".join(words[:-1]), words[-1])


def suggested_name(today: date, ending: str) -> str:
    """The name an export is offered under; today is a UTC date."""
    return f"maplehub-runs-{today.isoformat()}.{ending}"
