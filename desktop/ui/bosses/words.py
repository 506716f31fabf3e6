"""What the Bosses page says about notes, periods and cards."""

from PySide6.QtCore import QCoreApplication

from desktop.services.board import Tile
from shared.mesos import short_mesos
from shared.resets import Reset
from shared.tracking import DropNote

NOTE_ICONS = {
    DropNote.UNRECORDED: "note-unrecorded",
    DropNote.NOTHING: "note-nothing",
    DropNote.LIST: "note-list",
}


def note_text(note: DropNote) -> str:
    """A drop note in words."""
    translate = QCoreApplication.translate
    return {
        DropNote.UNRECORDED: translate("notes", "drops not noted yet"),
        DropNote.NOTHING: translate("notes", "nothing dropped"),
        DropNote.LIST: translate("notes", "drops noted"),
    }[note]


def reset_title(reset: Reset) -> str:
    """The heading of a reset period's bosses."""
    translate = QCoreApplication.translate
    return {
        Reset.DAILY: translate("resets", "Daily"),
        Reset.WEEKLY: translate("resets", "Weekly"),
        Reset.MONTHLY: translate("resets", "Monthly"),
    }.get(reset, str(reset))


def describe(tile: Tile) -> str:
    """A card in words, for screen readers and tooltips."""
    translate = QCoreApplication.translate
    parts = [tile.entry.display_name]
    if tile.run is None:
        parts.append(translate("bosses", "not cleared"))
    else:
        parts += [translate("bosses", "cleared"), note_text(tile.run.draft.drop_note)]
    if tile.crystal_mesos is not None:
        parts.append(translate("bosses", "crystal {0} mesos").format(short_mesos(tile.crystal_mesos)))
    if tile.party_size > 1:
        parts.append(translate("bosses", "party of {0}").format(tile.party_size))
    if not tile.planned:
        parts.append(translate("bosses", "not planned"))
    return ", ".join(parts)
