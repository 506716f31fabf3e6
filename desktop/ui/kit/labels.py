"""Text in the sizes and tones of the theme."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

TextType = Literal["caption", "body", "strong", "heading", "title", "display"]
Tone = Literal["muted", "success", "warning", "error", "accent", "info"]


def label(
    text: str = "",
    type: TextType = "body",  # noqa: A002 - the style sheet's name for it
    tone: Tone | None = None,
    *,
    wrap: bool = False,
) -> QLabel:
    """A label of a text type and, if given, a tone. Plain text: what people typed is never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("type", type)
    if tone is not None:
        made.setProperty("tone", tone)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def number_label(text: str = "", type: TextType = "body", tone: Tone | None = None) -> QLabel:  # noqa: A002
    """A label for a figure: right-aligned, so that digits stand below digits."""
    made = label(text, type, tone)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def set_tone(widget: QWidget, tone: Tone | None) -> None:
    """Change a label's tone at run time."""
    set_style_property(widget, "tone", tone)


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Change a property the style sheet selects on, and let the widget be dressed again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
