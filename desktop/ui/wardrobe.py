"""What the player wears, as every window sees it."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background, Latest
from desktop.bridge.operations import Operations
from desktop.services.registry import Services
from desktop.storage.changes import Changes
from shared.economy.things import Cosmetic, CosmeticKind

_KINDS = frozenset({"settings", "purchases", "lootbox_rolls"})


class Wardrobe(QObject):
    """Follows the database by itself once `refresh` was called. changed: something else is worn now."""

    changed = Signal()

    def __init__(
        self,
        services: Services,
        background: Background,
        operations: Operations,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._reads = Latest(background, self)
        self._worn: Mapping[CosmeticKind, Cosmetic] | None = None
        operations.changed.connect(self._on_changes)

    def worn(self, kind: CosmeticKind) -> Cosmetic | None:
        """What is worn of a kind."""
        return self._worn.get(kind) if self._worn is not None else None

    def look(self, kind: CosmeticKind) -> str:
        """The look of what is worn of a kind, "" for nothing."""
        worn = self.worn(kind)
        return "" if worn is None else worn.look

    @property
    def title(self) -> Cosmetic | None:
        """The title the player goes by."""
        return self.worn(CosmeticKind.TITLE)

    def refresh(self) -> None:
        """Read what is worn. The first answer is always told, for what was remembered may be out of date."""
        self._reads.database(self._services.wearing.worn, self._on_worn, self._on_failed)

    def _on_changes(self, changes: Changes) -> None:
        if changes.kinds & _KINDS:
            self.refresh()

    def _on_worn(self, worn: Mapping[CosmeticKind, Cosmetic]) -> None:
        if worn != self._worn:
            self._worn = worn
            self.changed.emit()

    def _on_failed(self, _error: Exception) -> None:
        """The look stays as it is; what the player does next says what is wrong."""
