"""Inputs for amounts and small numbers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from desktop.ui.kit.labels import set_style_property
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import CONTROL, TYPE_CAPTION
from shared.errors import InvalidInput
from shared.mesos import parse_mesos, short_mesos

_MARGIN = 10


class AmountEdit(QLineEdit):
    """An input for whole mesos, far beyond 32 bits: "1.5m", "2b", "1,200,000", or nothing.

    The short reading ("1.5b") stands at the right end; on leaving, the number is grouped. `name` is what
    screen readers say.
    """

    amount_changed = Signal(object)
    """The amount in mesos or None, whenever it becomes another one; not for set_amount."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._amount: int | None = None
        self._error = ""
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText(self.tr("e.g. 350m or 1.5b"))
        self.setMaxLength(40)
        self.textEdited.connect(self._read)
        self.editingFinished.connect(self._tidy)

    def amount(self) -> int | None:
        """Mesos; None when empty or not an amount (see error)."""
        return self._amount

    def set_amount(self, amount: int | None) -> None:
        """Show an amount, grouped."""
        self._amount = amount
        self._show_error("")
        self.setText("" if amount is None else grouped(amount))
        self._show_reading()

    def error(self) -> str:
        """Why the text is no amount, "" when it is one or empty."""
        return self._error

    def short_reading(self) -> str:
        """The amount as said in the game ("1.5b"), "" when that says nothing new."""
        return short_mesos(self._amount) if self._amount is not None and self._amount >= 1000 else ""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tidy()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        reading = self.short_reading()
        if not reading:
            return
        painter = QPainter(self)
        painter.setFont(self._reading_font())
        painter.setPen(current_theme().color("text-muted" if self.isEnabled() else "text-disabled"))
        area = self.rect().adjusted(_MARGIN, 0, -_MARGIN, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, reading)

    def _read(self, text: str) -> None:
        before = self._amount
        try:
            self._amount = parse_mesos(text)
            self._show_error("")
        except InvalidInput as error:
            self._amount = None
            self._show_error(str(error))
        self._show_reading()
        if self._amount != before:
            self.amount_changed.emit(self._amount)

    def _tidy(self) -> None:
        if self._amount is not None:
            self.setText(grouped(self._amount))

    def _show_error(self, error: str) -> None:
        self._error = error
        self.setAccessibleDescription(error)
        self.setToolTip(error)
        set_style_property(self, "invalid", bool(error))

    def _show_reading(self) -> None:
        reading = self.short_reading()
        width = (
            round(QFontMetricsF(self._reading_font()).horizontalAdvance(reading)) + _MARGIN if reading else 0
        )
        self.setTextMargins(0, 0, width, 0)
        self.update()

    @staticmethod
    def _reading_font() -> QFont:
        return text_font(TYPE_CAPTION, QFont.Weight.Medium)


def spin(minimum: int, maximum: int, value: int, name: str) -> QSpinBox:
    """A spin box for small whole numbers (32 bits); it ignores the wheel when it has no focus."""
    made = _Spin()
    made.setRange(minimum, maximum)
    made.setValue(value)
    made.setAccessibleName(name)
    made.setGroupSeparatorShown(True)
    made.setLocale(number_locale())
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setMinimumHeight(CONTROL)
    return made


class _Spin(QSpinBox):
    def wheelEvent(self, event: object) -> None:
        # Scrolling a page must not change the number that happens to pass under the pointer.
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[arg-type]
        else:
            event.ignore()  # type: ignore[attr-defined]
