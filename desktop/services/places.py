"""Where things lie on this computer, and how a file is replaced without ever being half written."""

import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

APP = "MapleHub"
_PROFILE = "profile"
_PROFILE_NAME = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Places:
    """The four folders of the app, and whose data in them. Nothing is created until `make` is called.

    data: what must never be lost (the database, the preferences).
    cache: what can be fetched again (pictures, community figures).
    logs: the rotating log and crash reports.
    backups: copies of the database.
    profile: "" for the data this computer began with; a name of its own for each further account.
    """

    data: Path
    cache: Path
    logs: Path
    backups: Path
    profile: str = ""

    @property
    def database(self) -> Path:
        return self.data / (f"maplehub-{self.profile}.sqlite3" if self.profile else "maplehub.sqlite3")

    @property
    def preferences(self) -> Path:
        return self.data / "preferences.json"

    @property
    def sprites(self) -> Path:
        return self.cache / "sprites"

    @property
    def figures(self) -> Path:
        return self.cache / "figures"

    def of(self, profile: str) -> "Places":
        """The same folders for another account's data; its backups lie apart."""
        first = self.backups.parent if self.profile else self.backups
        return replace(self, profile=profile, backups=first / profile if profile else first)

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


def chosen_profile(places: Places) -> str:
    """Whose data was used last; "" for the first, and for what cannot be read."""
    try:
        found = (places.data / _PROFILE).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return found if _PROFILE_NAME.fullmatch(found) else ""


def choose_profile(places: Places, profile: str) -> None:
    """Use this account's data from the next opening on. OSError when the folder cannot be written."""
    write_atomically(places.data / _PROFILE, profile.encode("ascii"))


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
