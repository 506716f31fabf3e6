"""Pictures of items: from the cache when they are there, a drawn tile until then and instead."""

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap

from desktop.bridge.background import Background
from desktop.services.sprites import SpriteCache, SpriteKey, SpriteKind
from desktop.ui.kit.placeholders import draw_placeholder
from shared.catalog import Catalog

_KEPT = 512


class Pictures(QObject):
    """Draws item and boss tiles. arrived: a picture came in and what shows it should repaint."""

    arrived = Signal()

    def __init__(
        self,
        background: Background,
        catalog: Catalog,
        cache: SpriteCache | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._catalog = catalog
        self._cache = cache
        self._loaded: dict[SpriteKey, QPixmap] = {}
        self._asked: set[SpriteKey] = set()

    def set_cache(self, cache: SpriteCache | None) -> None:
        """Use this cache from now on; None draws tiles only."""
        self._cache = cache
        self._asked.clear()
        self.arrived.emit()

    def draw_item(self, painter: QPainter, rect: QRectF, slug: str) -> None:
        """Draw an item's picture, or its tile."""
        item = self._catalog.items.get(slug)
        picture = (
            None
            if item is None or item.item_id is None
            else self._picture(SpriteKey(SpriteKind.ITEM, item.item_id))
        )
        if picture is None:
            kind = item.category if item is not None else "box"
            draw_placeholder(painter, rect, item.name if item is not None else slug, kind, slug)
        else:
            _draw_centred(painter, rect, picture)

    def draw_boss(self, painter: QPainter, rect: QRectF, entry_id: str) -> None:
        """Draw a boss's tile; no public source serves boss pictures by the numbers we know."""
        entry = self._catalog.bosses.get(entry_id)
        name = entry.short_name if entry is not None else entry_id
        draw_placeholder(painter, rect, name, "boss", entry.boss_slug if entry is not None else entry_id)

    def _picture(self, key: SpriteKey) -> QPixmap | None:
        found = self._loaded.get(key)
        if found is not None or self._cache is None:
            return found
        if key not in self._asked:
            self._asked.add(key)
            cache = self._cache
            self._background.pool(lambda: (key, cache.fetch(key)), self._came, self._failed, owner=self)
        return None

    def _came(self, answer: tuple[SpriteKey, object]) -> None:
        key, path = answer
        if path is None:
            return
        picture = QPixmap(str(path))
        if not picture.isNull():
            if len(self._loaded) >= _KEPT:
                self._loaded.pop(next(iter(self._loaded)))
                self._asked &= set(self._loaded)
            self._loaded[key] = picture
            self.arrived.emit()

    def _failed(self, _error: Exception) -> None:
        """A tile stays; pictures are never worth a message."""


def _draw_centred(painter: QPainter, rect: QRectF, picture: QPixmap) -> None:
    size = picture.size().scaled(
        QSize(int(rect.width()), int(rect.height())), Qt.AspectRatioMode.KeepAspectRatio
    )
    size = size if size.width() < picture.width() * 2 else picture.size()
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(rect.center())
    painter.drawPixmap(target, picture, QRectF(picture.rect()))
