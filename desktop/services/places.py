"""Where things lie on this computer, and how a file is replaced without ever being half written."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

APP = "MapleHub"


@dataclass(frozen=True, slots=True)
class Places:
    """The four folders of the app. Nothing is created until `make` is called.

    data: what must never be lost (the database, the preferences).
    cache: what can be fetched again (pictures, community figures).
    logs: the rotating log and crash reports.
    backups: copies of the database.
    """

    data: Path
    cache: Path
    logs: Path
    backups: Path

    @property
    def database(self) -> Path:
        return self.data / "maplehub.sqlite3"

    @property
    def preferences(self) -> Path:
        return self.data / "preferences.json"

    @property
    def sprites(self) -> Path:
        return self.cache / "sprites"

    def make(self) -> None:
        """Create the folders, readable by this user only. OSError when the disk or the rights forbid it."""
        for folder in (self.data, self.cache, self.logs, self.backups):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def places(data_dir: Path | None = None) -> Places:
    """The platform's folders for the app, or all four below `data_dir` (an absolute path is made of it)."""
    if data_dir is not None:
        root = data_dir.expanduser().absolute()
        return Places(root, root / "cache", root / "logs", root / "backups")
    import platformdirs

    folders = platformdirs.PlatformDirs(APP, appauthor=False)
    data = folders.user_data_path
    return Places(data, folders.user_cache_path, folders.user_log_path, data / "backups")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by new content: after a crash or a full disk the old or the new one is there, whole.

    A link is followed, so what it points to is replaced and the link stays. OSError when it cannot be done;
    the old file is then untouched.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can; Windows does so on its own."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems cannot; the file's content is safe already
    finally:
        os.close(handle)
