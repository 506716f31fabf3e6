"""Marking text for the translation catalogue where it is written down before it is used."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """The text itself. Named as the extraction tool looks for it; Qt's own function is untyped."""
    return text
