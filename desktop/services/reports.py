"""What a fault report says, and what it must not: no secrets, no home folder."""

import platform
import re
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

LOG_LINES = 60
"""How many of the last log lines a report carries."""

_PACKAGES = ("maplehub", "pyside6-essentials", "sqlalchemy", "pydantic", "httpx")
_HIDDEN = "[hidden]"
_HIDDEN_NAME = r"(?:[\w-]*(?:token|secret|password|passwd|api[_-]?key|cookie|credential)[\w-]*|authorization)"
_SECRETS = (
    # A named value: token=…, "api_key": "…", Authorization: Bearer …
    re.compile(
        rf"""(?P<keep>["']?\b{_HIDDEN_NAME}\\?["']?\s*[:=]\s*)"""
        r"""(?P<hide>\\"(?:(?!\\").)*\\"|"(?:[^"\\]|\\.)*"|'[^']*'"""
        r"""|["']?(?:(?:bearer|basic|bot)\s+)?[^\s,;&}"']+)""",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>\b(?:bearer|basic)\s+)(?P<hide>[\w.~+/=-]{8,})", re.IGNORECASE),
    # Credentials inside an address.
    re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://)(?P<hide>[^/\s:@]+:[^/\s@]+)(?=@)", re.IGNORECASE),
)
_SECRET_KEY = re.compile(_HIDDEN_NAME, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """A fault, ready to be copied. `title` is one line, `text` all of it; both are free of secrets."""

    title: str
    text: str
    at: datetime


def redact(text: str, home: Path | None = None) -> str:
    """The text without secrets, and with the home folder (the user's own when None) written as ~."""
    for pattern in _SECRETS:
        text = pattern.sub(_hide, text)
    folder = str(Path.home() if home is None else home)
    if len(folder) > 1:  # a home of "/" would turn every slash into a tilde
        for written in {folder, folder.replace("\\", "\\\\"), folder.replace("\\", "/")}:
            text = re.sub(re.escape(written) + r"(?![\w.-])", "~", text)
    return text


def is_secret(name: str) -> bool:
    """Whether a value by this name is never written down."""
    return _SECRET_KEY.fullmatch(name) is not None


def redacted(value: Any) -> Any:
    """A structure of dicts, lists and text without secrets; what a secret's name holds is hidden whole."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {
            key: _HIDDEN if isinstance(key, str) and is_secret(key) else redacted(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(inner) for inner in value]
    return value


def exception_report(
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    *,
    at: datetime,
    log: Path | None = None,
) -> Report:
    """The report of an uncaught exception. `at` is an aware instant; `log` the file whose end is quoted."""
    title = "".join(traceback.format_exception_only(kind, error)).strip().splitlines()[0]
    details = "".join(traceback.format_exception(kind, error, trace))
    return compose(title, details, at=at, log=log)


def compose(title: str, details: str, *, at: datetime, log: Path | None = None) -> Report:
    """A report of any fault: what happened, versions and platform, the last log lines."""
    parts = [
        f"{title}\n{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        details.strip(),
        "\n".join(f"{name} {version}" for name, version in versions().items()),
    ]
    if log is not None and (lines := last_lines(log)):
        parts.append("Last log lines:\n" + "\n".join(lines))
    return Report(redact(title), redact("\n\n".join(parts)) + "\n", at)


def versions() -> dict[str, str]:
    """Names and versions of the platform, Python and the packages that matter."""
    found = {"platform": platform.platform(), "python": sys.version.split()[0]}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "unknown"
    return found


def last_lines(path: Path, count: int = LOG_LINES) -> list[str]:
    """The last lines of a text file, read from its end; none when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - count * 400))
            return file.read().decode("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return []


def _hide(match: re.Match[str]) -> str:
    return f"{match['keep']}{_HIDDEN}"
