"""How sync stands, in words and a picture."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.ui.kit.numbers import grouped
from desktop.ui.words import local_time

_translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class SyncWords:
    """short: for the top bar. full: a whole sentence. icon: a picture's name. role: a theme role for it."""

    short: str
    full: str
    icon: str
    role: str


def sync_words(state: SyncState, now: datetime) -> SyncWords:
    """What to say about sync."""
    if state.account is None:
        return SyncWords(
            _translate("sync", "This computer only"),
            _translate("sync", "Everything is kept on this computer. Nothing is sent anywhere."),
            "offline",
            "text-muted",
        )
    if state.message:
        return _trouble(state)
    if not state.signed_in:
        return SyncWords(
            _translate("sync", "Signed out"),
            _join(_translate("sync", "You are signed out."), waiting_words(state.waiting)),
            "offline",
            "warning" if state.waiting else "text-muted",
        )
    if state.kind is SyncKind.SYNCING:
        words = _translate("sync", "Syncing…")
        return SyncWords(words, _join(words, waiting_words(state.waiting)), "sync", "accent")
    if state.waiting:
        return SyncWords(
            _translate("sync", "{0} to send").format(grouped(state.waiting)),
            waiting_words(state.waiting),
            "sync",
            "text-muted",
        )
    return SyncWords(_translate("sync", "Synced"), last_words(state, now), "cloud", "success")


def waiting_words(waiting: int) -> str:
    """ "3 changes wait to be sent."; "" for none."""
    if not waiting:
        return ""
    if waiting == 1:
        return _translate("sync", "1 change waits to be sent.")
    return _translate("sync", "{0} changes wait to be sent.").format(grouped(waiting))


def last_words(state: SyncState, now: datetime) -> str:
    """When the last round ended."""
    if state.last is None:
        return _translate("sync", "Not synced yet since the start.")
    if now - state.last < timedelta(minutes=1):
        return _translate("sync", "Everything is synced.")
    return _translate("sync", "Everything was synced {0}.").format(local_time(now, state.last))


def host_of(address: str) -> str:
    """A server's address as people say it."""
    return urlsplit(address).netloc or address


def clock_words(clock_off: int) -> str:
    """How wrong this computer's clock is; "" when it is not."""
    if not clock_off:
        return ""
    minutes = max(1, round(abs(clock_off) / 60))
    if minutes < 120:
        amount = (
            _translate("sync", "1 minute")
            if minutes == 1
            else _translate("sync", "{0} minutes").format(minutes)
        )
    elif minutes < 48 * 60:
        amount = _translate("sync", "{0} hours").format(round(minutes / 60))
    else:
        amount = _translate("sync", "{0} days").format(round(minutes / 60 / 24))
    words = (
        _translate("sync", "This computer’s clock is {0} slow.")
        if clock_off > 0
        else _translate("sync", "This computer’s clock is {0} fast.")
    )
    return _join(words.format(amount), _translate("sync", "Set it right: resets are counted by it."))


def _trouble(state: SyncState) -> SyncWords:
    full = _join(state.message, state.action, waiting_words(state.waiting))
    if state.kind is not SyncKind.OFFLINE:
        return SyncWords(_translate("sync", "Needs attention"), full, "warning", "warning")
    if not state.waiting:
        return SyncWords(_translate("sync", "Offline"), full, "offline", "text-muted")
    short = _translate("sync", "Offline, {0} to send").format(grouped(state.waiting))
    return SyncWords(short, full, "offline", "warning")


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
