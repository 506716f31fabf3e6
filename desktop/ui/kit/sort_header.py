"""Column titles of a table that sort it, by mouse and by keyboard."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import SPACE_S, SPACE_XS, TYPE_CAPTION

_ARROW = 12


class SortHeader(QHeaderView):
    """Column titles that sort: by click, or with Left, Right and Space once the keyboard is on them.

    sort_asked: the column to sort by, a second time the other way round. at: the column the keyboard is on.
    """

    sort_asked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.at = 0
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setStretchLastSection(True)
        self.setMinimumSectionSize(48)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Sort by column"))
        self.sectionClicked.connect(self.sort_asked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._move(1 if key == Qt.Key.Key_Right else -1)
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.sort_asked.emit(self.at)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme = current_theme()
        sorted_by = section == self.sortIndicatorSection()
        model = self.model()
        text = str(model.headerData(section, Qt.Orientation.Horizontal))
        aligned = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(Qt.AlignmentFlag(aligned) & Qt.AlignmentFlag.AlignRight)
        painter.save()
        painter.fillRect(rect, theme.color("surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.color("border"))
        color = theme.color("text" if sorted_by else "text-muted")
        painter.setPen(color)
        painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
        area = rect.adjusted(SPACE_S, 0, -SPACE_S, -1)
        if sorted_by:
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            wide = min(painter.fontMetrics().horizontalAdvance(text), area.width() - _ARROW - SPACE_XS)
            left = area.right() + 1 - wide - SPACE_XS - _ARROW if right else area.left() + wide + SPACE_XS
            box = QRectF(left, area.center().y() - _ARROW / 2, _ARROW, _ARROW)
            draw_icon(painter, box, "chevron-down" if down else "chevron-up", color)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), text)
        if self.hasFocus() and section == self.at:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _move(self, step: int) -> None:
        at = self.at + step
        while 0 <= at < self.count() and self.isSectionHidden(at):
            at += step
        if 0 <= at < self.count():
            self.at = at
            model = self.model()
            self.setAccessibleDescription(str(model.headerData(at, Qt.Orientation.Horizontal)))
            self.viewport().update()
