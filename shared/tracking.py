"""The words of tracking: what a run's drop note can say, how worlds differ, how a run came to be entered."""

from enum import StrEnum


class DropNote(StrEnum):
    """What is known about a run's drops. `unrecorded` is never read as `nothing`."""

    UNRECORDED = "unrecorded"
    NOTHING = "nothing"
    LIST = "list"


class WorldType(StrEnum):
    """Heroic worlds pay more for crystals and forbid trade."""

    INTERACTIVE = "interactive"
    HEROIC = "heroic"


class EntryMethod(StrEnum):
    """How a run was entered; kept because honest statistics need to know it."""

    TICK = "tick"
    DIALOG = "dialog"
    IMPORT = "import"
    API = "api"
    DEMO = "demo"


MAX_CHARACTERS = 60
MAX_NOTE_LENGTH = 500
MAX_NAME_LENGTH = 40
MAX_QUANTITY = 9_999
EARLIEST_RUN = "2005-05-11"
