"""What the player chose, in one JSON file that is never half written and never lost for one bad value."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from desktop.services.appearance import MAX_TEXT_SCALE, MIN_TEXT_SCALE, Appearance, ReducedMotion, Theme
from desktop.services.places import write_atomically
from desktop.services.reminders import QuietHours, ReminderRules
from shared.errors import MapleHubError
from shared.resets import Reset

VERSION = 1
SPRITES_URL = "https://maplestory.io/api/GMS/268"
"""The newest complete data set of maplestory.io (see the item seeds, read 2026-11-21)."""

_DAY = 24 * 60
_LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)")


class PreferencesError(MapleHubError):
    """The preferences file cannot be written."""


def _address(url: str) -> str:
    """TLS always; a computer may talk to itself without."""
    url = url.strip().rstrip("/")
    if url and not re.match(r"https://[^/\s]+", url) and not _LOOPBACK.match(url):
        raise ValueError("an address begins with https://")
    return url


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _each_once(leads: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(leads), reverse=True))


Address = Annotated[str, AfterValidator(_address)]
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
_DailyLead = Annotated[int, Field(ge=1, lt=_DAY)]
_WeeklyLead = Annotated[int, Field(ge=1, lt=7 * _DAY)]
_MonthlyLead = Annotated[int, Field(ge=1, lt=28 * _DAY)]


class _Section(BaseModel):
    """Immutable; keys of other versions are carried along and written back."""

    model_config = ConfigDict(frozen=True, extra="allow")


class AppearancePreferences(_Section):
    """`accent`: the worn accent as the database had it last, so that the first frame has it too."""

    theme: Theme = Theme.SYSTEM
    reduced_motion: ReducedMotion = ReducedMotion.SYSTEM
    text_scale: int = Field(default=MIN_TEXT_SCALE, ge=MIN_TEXT_SCALE, le=MAX_TEXT_SCALE)
    accent: str = Field(default="", max_length=64)

    def look(self) -> Appearance:
        return Appearance(self.theme, self.reduced_motion, self.text_scale, self.accent)


class RailPreferences(_Section):
    hidden: tuple[str, ...] = ()


class QuietHoursPreferences(_Section):
    """Local times of day; the span may cross midnight."""

    start: time = time(22)
    end: time = time(8)


class ReminderPreferences(_Section):
    """Lead times in minutes before the reset, longest first; weekly ones also serve Monday and Wednesday.

    events: tell when an event begins; events_ahead: and the day before.
    """

    enabled: bool = True
    events: bool = True
    events_ahead: bool = True
    daily: Annotated[tuple[_DailyLead, ...], AfterValidator(_each_once)] = (60,)
    weekly: Annotated[tuple[_WeeklyLead, ...], AfterValidator(_each_once)] = (_DAY, 120)
    monthly: Annotated[tuple[_MonthlyLead, ...], AfterValidator(_each_once)] = (3 * _DAY, _DAY)
    snoozed_until: Instant | None = None
    quiet_hours: QuietHoursPreferences | None = None

    def rules(self) -> ReminderRules:
        weekly = (Reset.WEEKLY, Reset.WEEKLY_MONDAY, Reset.WEEKLY_WEDNESDAY)
        quiet = self.quiet_hours
        return ReminderRules(
            leads={Reset.DAILY: self.daily, Reset.MONTHLY: self.monthly} | dict.fromkeys(weekly, self.weekly),
            enabled=self.enabled,
            snoozed_until=self.snoozed_until,
            quiet=None if quiet is None else QuietHours(quiet.start, quiet.end),
        )


class TrayPreferences(_Section):
    """`told_about_tray`: the player has been told, once, that the window hides in the tray."""

    minimise_to_tray: bool = True
    close_to_tray: bool = False
    told_about_tray: bool = False


class PicturePreferences(_Section):
    enabled: bool = True
    cache_limit_mb: int = Field(default=64, ge=1, le=4096)
    base_url: Address = SPRITES_URL


class BackupPreferences(_Section):
    """`keep`: how many backups stay."""

    daily: bool = True
    keep: int = Field(default=14, ge=1, le=365)


class Preferences(_Section):
    """Everything the player chose. Change it with `model_copy(update=…)` and write it with `save`."""

    version: int = Field(default=VERSION, ge=1)
    appearance: AppearancePreferences = AppearancePreferences()
    rail: RailPreferences = RailPreferences()
    reminders: ReminderPreferences = ReminderPreferences()
    tray: TrayPreferences = TrayPreferences()
    autostart: bool = False
    pictures: PicturePreferences = PicturePreferences()
    backups: BackupPreferences = BackupPreferences()
    server: Address = ""
    hotkeys: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The preferences read, and a sentence for each thing that could not be used."""

    preferences: Preferences
    notes: tuple[str, ...] = ()


def load(path: Path) -> Loaded:
    """The preferences in a file; defaults without a note when there is none. Never raises.

    What is bad falls back to its default, alone; the file as it was is then kept beside as
    `preferences.broken.json`.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Preferences())
    except OSError as error:
        return Loaded(
            Preferences(), (f"The preferences cannot be read ({error.strerror}); defaults are used.",)
        )
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        where = _keep_aside(path, raw)
        return Loaded(Preferences(), (f"The preferences are damaged; defaults are used. {where}",))
    upgrade(content)
    preferences, dropped = _salvage(content)
    if not dropped:
        return Loaded(preferences)
    where = _keep_aside(path, raw)
    notes = [f"The preference {key} cannot be used; it is back to its default." for key in dropped]
    return Loaded(preferences, (*notes, where))


def save(path: Path, preferences: Preferences) -> None:
    """Write the file anew, whole or not at all. PreferencesError when the disk or the rights forbid it."""
    try:
        write_atomically(path, preferences.model_dump_json(indent=2).encode() + b"\n")
    except OSError as error:
        raise PreferencesError(
            f"The preferences could not be saved ({error.strerror}).",
            "Free some space or check the rights of the data folder.",
        ) from error


def upgrade(content: dict[str, Any]) -> None:
    """Bring an older file's content to VERSION, step by step, in place. A newer one is left as it is."""
    found = content.get("version", 1)
    version = found if type(found) is int and found >= 1 else 1
    for step in _STEPS[version - 1 :]:
        step(content)
    if version < VERSION:
        content["version"] = VERSION


_STEPS: tuple[Callable[[dict[str, Any]], None], ...] = ()
"""Step n brings version n to n + 1, in place; there is always one fewer than VERSION."""


def _salvage(content: dict[str, Any]) -> tuple[Preferences, list[str]]:
    """Preferences from all that validates, and the dotted keys of what was dropped."""
    dropped: list[str] = []
    while True:
        try:
            return Preferences.model_validate(content), dropped
        except ValidationError as error:
            # Later items of a list first, so that the earlier ones' indexes stay true.
            for fault in reversed(error.errors(include_url=False)):
                key = _drop(content, fault["loc"])
                if key is None:
                    return Preferences(), [*dropped, "file"]
                dropped.append(key)


def _drop(content: Any, location: tuple[int | str, ...]) -> str | None:
    """Remove the innermost existing thing a validation error points to; its dotted key, or None."""
    found: list[tuple[Any, int | str]] = []
    here = content
    for step in location:
        inside = isinstance(here, dict) and step in here
        inside = inside or (isinstance(here, list) and isinstance(step, int) and step < len(here))
        if not inside:
            break  # the rest names the kind of value that was tried, not a place in the file
        found.append((here, step))
        here = here[step]
    if not found:
        return None
    holder, last = found[-1]
    del holder[last]
    return ".".join(str(step) for _, step in found)


def _keep_aside(path: Path, raw: bytes) -> str:
    """Keep the file as it was; a sentence saying where."""
    aside = path.with_name(f"{path.stem}.broken{path.suffix}")
    try:
        write_atomically(aside, raw)
    except OSError:
        return "The old file could not be kept."
    return f"The old file is kept as {aside.name}."
