"""Widgets are tested in the theme people see."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the dark theme; the motion setting is put back afterwards."""
    from desktop.ui.kit.motion import set_reduced_motion
    from desktop.ui.theme.apply import apply_theme

    apply_theme(qapp, "dark")
    yield qapp
    set_reduced_motion(None)
    apply_theme(qapp, "dark")
