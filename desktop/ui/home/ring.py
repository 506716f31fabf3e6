"""Weekly crystals as a ring."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.tokens import TYPE_CAPTION, TYPE_HEADING, TYPE_TITLE


def draw_ring(painter: QPainter, box: QRectF, used: int, limit: int) -> None:
    """Draw it into a square box, closed and green when the limit is reached."""
    theme = current_theme()
    thick = 9.0 if box.width() > 80 else 6.0
    arc = box.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("hover"), thick))
    painter.drawEllipse(arc)
    share = min(1.0, used / limit) if limit else 0.0
    if share:
        color = theme.color("success" if share >= 1 else "accent")
        painter.setPen(QPen(color, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(arc, 90 * 16, -round(360 * 16 * share))
    painter.setPen(theme.color("text"))
    size = TYPE_TITLE + 4 if box.width() > 80 else TYPE_HEADING
    painter.setFont(tabular(text_font(size, QFont.Weight.DemiBold)))
    middle = box.center()
    height = size + 4.0
    painter.drawText(
        QRectF(box.left(), middle.y() - height + 3, box.width(), height),
        Qt.AlignmentFlag.AlignCenter,
        str(used),
    )
    painter.setPen(theme.color("text-muted"))
    painter.setFont(text_font(TYPE_CAPTION))
    of = QCoreApplication.translate("home", "of {0}").format(limit)
    painter.drawText(
        QRectF(QPointF(box.left(), middle.y() + 1), QSize(int(box.width()), 18)),
        Qt.AlignmentFlag.AlignCenter,
        of,
    )
