"""One family of errors. Each carries a sentence for a person and, where there is one, what to do about it."""


class MapleHubError(Exception):
    """Something a person can understand and usually mend.

    message: what went wrong, a whole sentence.
    action: what to do about it, a whole sentence, or "" when there is nothing to do.
    """

    def __init__(self, message: str, action: str = "") -> None:
        super().__init__(f"{message} {action}".strip())
        self.message = message
        self.action = action


class InvalidInput(MapleHubError):  # noqa: N818 - the field's name for it, not an exception's
    """A value a person entered cannot be used. `field` names the input it belongs to."""

    def __init__(self, field: str, message: str, action: str = "") -> None:
        super().__init__(message, action)
        self.field = field


class NotFound(MapleHubError):  # noqa: N818
    """The thing asked for does not exist, or no longer does."""


class Conflict(MapleHubError):  # noqa: N818
    """The change contradicts what is stored, for example a second clear in one reset period."""


class CatalogError(MapleHubError):
    """A seed file is missing, unreadable or refers to something that does not exist."""

    def __init__(self, file: str, where: str, problem: str) -> None:
        at = f" at {where}" if where else ""
        super().__init__(
            f"The game data file {file} cannot be used{at}: {problem}.",
            "Reinstall MapleHub, or restore the file. Your own data is untouched.",
        )
        self.file = file
        self.where = where
        self.problem = problem


class StorageError(MapleHubError):
    """The local database cannot be read or written (full disk, read-only folder, damage)."""


class DatabaseTooNewError(StorageError):
    """The database was written by a newer MapleHub than this one."""


class DatabaseCorruptError(StorageError):
    """The database file is damaged."""


class MigrationError(StorageError):
    """The database could not be brought to this version; it was left as it was."""
