"""What a calculator's form held last, per owner: read when it opens, written a moment after the last edit.

Only what a person changed is written, onto what is stored at that moment. So neither an answer that comes
late nor a change of character can lose or overwrite an input.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.bridge.background import Latest
from desktop.services.registry import Services
from desktop.storage.changes import Changes
from desktop.ui.context import Context
from shared.errors import MapleHubError

SAVE_AFTER_MS = 1000
"""From the last edit to the save."""

ACCOUNT = "account"
"""The owner of what belongs to no character."""

Values = dict[str, Any]


class Form(Protocol):
    """Inputs as JSON-able values. values() always has the same keys, whatever was set."""

    @property
    def key(self) -> str:
        """The name its inputs are remembered under."""

    def values(self) -> Values:
        """The inputs as they stand, also invalid ones."""

    def set_values(self, values: Values) -> None:
        """Show these. Unusable values become defaults; what already stands there is left alone."""


class Memory(QObject):
    """Joins one form to its remembered inputs.

    restored: stored inputs were put into the form.
    """

    restored = Signal()

    def __init__(self, context: Context, form: Form, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._owner = ""
        self._defaults = form.values()
        self._base = self._defaults
        self._saves = 0
        self._loads = Latest(context.background, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def pending(self) -> bool:
        """Whether a save is still to come."""
        return self._timer.isActive()

    def follow(self, owner: str) -> None:
        """Show this owner's inputs. What was edited for the one before is saved first."""
        if owner != self._owner:
            self.flush()
            self._owner = owner
            self._base = self._defaults
            self._form.set_values(self._defaults)
        self._ask()

    def edited(self) -> None:
        """A person changed an input."""
        self._timer.start()

    def flush(self) -> None:
        """Save now what was edited; nothing when nothing was."""
        self._timer.stop()
        values = self._form.values()
        edits = difference(self._base, values)
        if not edits or not self._owner:
            return
        before, self._base = self._base, values
        self._saves += 1
        self._context.operations.perform(
            partial(_keep, self._context.services, self._form.key, self._owner, edits),
            None,
            partial(self._not_saved, self._owner, before),
            owner=self,
            quiet=True,
        )

    def _ask(self) -> None:
        owner, key, saves = self._owner, self._form.key, self._saves
        remembered = self._context.services.remembered
        self._loads.database(
            lambda: (owner, saves, remembered.inputs(key, owner)), self._loaded, self._not_loaded
        )

    def _loaded(self, answer: tuple[str, int, Values]) -> None:
        owner, saves, stored = answer
        if owner != self._owner:
            return
        if saves != self._saves:
            # Read before a save that was asked for later: it no longer says what is stored.
            self._ask()
            return
        typed = difference(self._base, self._form.values())
        shown = merged(self._defaults, stored)
        self._form.set_values(merged(shown, typed))
        self._base = merged(self._form.values(), picked(shown, typed))
        self.restored.emit()

    def _not_loaded(self, error: Exception) -> None:
        if isinstance(error, MapleHubError):
            self._context.operations.refused.emit(error)
        else:
            self._context.background.crashed.emit(error)

    def _not_saved(self, owner: str, before: Values, error: MapleHubError) -> None:
        if owner == self._owner:
            self._base = before  # the next edit tries again
        self._context.operations.refused.emit(error)


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> Values:
    """The part of `now` that is not so in `before`; mappings are compared inside."""
    found: Values = {}
    for key, value in now.items():
        old = before.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            inner = difference(old, value)
            if inner:
                found[key] = inner
        elif key not in before or old != value:
            found[key] = value
    return found


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Values:
    """`under` with everything `over` says; mappings are merged inside."""
    result = dict(under)
    for key, value in over.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


def picked(values: Mapping[str, Any], shape: Mapping[str, Any]) -> Values:
    """The part of `values` at the places `shape` has."""
    return {
        key: picked(values[key], inner)
        if isinstance(inner, Mapping) and isinstance(values[key], Mapping)
        else values[key]
        for key, inner in shape.items()
        if key in values
    }


def _keep(services: Services, key: str, owner: str, edits: Values) -> Changes:
    stored = services.remembered.inputs(key, owner)
    return services.remembered.keep_inputs(key, owner, merged(stored, edits))
