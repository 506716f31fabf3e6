"""What delegates of long tables share: one for all columns, and what is drawn again and again kept as a picture, for a
frame holds hundreds of cells."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import Theme

_RING = 2


class LineDelegate(QStyledItemDelegate):
    """roles: the colours it paints with, besides those of every line. kept: how many pictures are kept."""

    def __init__(self, pictures: Pictures, roles: tuple[str, ...], kept: int, parent: QObject) -> None:
        super().__init__(parent)
        self.pictures = pictures
        self.colors: dict[str, QColor] = {}
        self._roles = (*roles, "selected", "border", "focus")
        self._most = kept
        self._theme: Theme | None = None
        self._ratio = 0.0
        self._drawn: dict[tuple[object, ...], QPixmap] = {}
        pictures.arrived.connect(self.forget_pictures)

    def forget_pictures(self) -> None:
        """Draw everything anew: a picture came in."""
        self._drawn.clear()

    def restyle(self) -> None:
        """Take over what depends on the theme or the screen: one of them is another than at the last cell."""

    def begin(self, painter: QPainter, option: QStyleOptionViewItem) -> QRect:
        """Paint what is below every cell. Returns where the cell is."""
        self._follow(painter)
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self.colors["selected"])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self.colors["border"])
        return rect

    def end(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Paint a ring round the cell the keyboard is on."""
        if not option.state & QStyle.StateFlag.State_HasFocus:
            return
        rect: QRect = option.rect
        color = self.colors["focus"]
        for edge in (
            QRect(rect.left(), rect.top(), rect.width(), _RING),
            QRect(rect.left(), rect.bottom() - 1, rect.width(), _RING),
            QRect(rect.left(), rect.top(), _RING, rect.height()),
            QRect(rect.right() - 1, rect.top(), _RING, rect.height()),
        ):
            painter.fillRect(edge, color)

    def item(self, slug: str, side: int) -> QPixmap:
        """An item's tile."""
        box = QRectF(0, 0, side, side)
        return self.kept(
            ("item", slug),
            QSize(side, side),
            lambda painter: self.pictures.draw_item(painter, box, slug),
        )

    def boss(self, entry_id: str, side: int) -> QPixmap:
        """A boss's tile."""
        box = QRectF(0, 0, side, side)
        return self.kept(
            ("boss", entry_id),
            QSize(side, side),
            lambda painter: self.pictures.draw_boss(painter, box, entry_id),
        )

    def icon(self, name: str, role: str, side: int) -> QPixmap:
        """An icon in a colour."""
        color, box = self.colors[role], QRectF(0, 0, side, side)
        return self.kept(
            ("icon", name, role), QSize(side, side), lambda painter: draw_icon(painter, box, name, color)
        )

    def badge(self, difficulty: str) -> QPixmap:
        """A difficulty's badge."""
        text = self.tr(difficulty.capitalize())
        size = badge_size(text)
        box = QRectF(0, 0, size.width(), size.height())
        return self.kept(
            ("badge", difficulty), size, lambda painter: draw_badge(painter, box, text, difficulty)
        )

    def kept(self, key: tuple[object, ...], size: QSize, draw: Callable[[QPainter], None]) -> QPixmap:
        """A picture of this size, drawn once."""
        found = self._drawn.get(key)
        if found is None:
            found = QPixmap(size * self._ratio)
            found.setDevicePixelRatio(self._ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            draw(painter)
            painter.end()
            if len(self._drawn) >= self._most:
                self._drawn.pop(next(iter(self._drawn)))
            self._drawn[key] = found
        return found

    def _follow(self, painter: QPainter) -> None:
        theme, ratio = current_theme(), painter.device().devicePixelRatioF()
        if theme is self._theme and ratio == self._ratio:
            return
        self._theme, self._ratio = theme, ratio
        self._drawn.clear()
        self.colors = {role: theme.color(role) for role in self._roles}
        self.restyle()
