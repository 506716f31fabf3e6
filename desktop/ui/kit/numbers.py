"""Figures as the person's locale writes them."""

from PySide6.QtCore import QLocale


def number_locale() -> QLocale:
    """The locale for figures. The C locale groups no digits, so English stands in for it."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale


def grouped(value: int) -> str:
    """A whole number of any 64-bit size with its digits grouped."""
    return number_locale().toString(value)
