"""Motion that can be switched off, by the person or by the system."""

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QEasingCurve, QObject, QPropertyAnimation
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle

from desktop.ui.theme.tokens import MOTION_NORMAL

_override: dict[str, bool | None] = {"reduced": None}
_HEADLESS: Final = {"offscreen", "minimal"}
_GET_CLIENT_AREA_ANIMATION: Final = 0x1042  # SPI_GETCLIENTAREAANIMATION, SystemParametersInfo (Windows SDK)


def set_reduced_motion(reduced: bool | None) -> None:
    """The setting: True or False decides, None leaves it to the system."""
    _override["reduced"] = reduced


def reduced_motion() -> bool:
    """Whether things should change at once instead of moving."""
    chosen = _override["reduced"]
    return _system_reduces_motion() if chosen is None else chosen


def _system_reduces_motion() -> bool:
    app = QApplication.instance()
    if not isinstance(app, QApplication) or QGuiApplication.platformName() in _HEADLESS:
        return True
    if sys.platform == "win32":
        import ctypes

        enabled = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_GET_CLIENT_AREA_ANIMATION, 0, ctypes.byref(enabled), 0)
        return not enabled.value
    if sys.platform == "darwin":
        return False
    return app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


def animate(
    target: QObject,
    name: str,
    end: object,
    *,
    duration: int = MOTION_NORMAL,
    start: object = None,
    then: Callable[[], None] | None = None,
) -> QPropertyAnimation | None:
    """Move a Qt property of the target to `end` in `duration` milliseconds, then call `then`.

    With reduced motion the value is set at once and None is returned. The animation is the target's child and
    deletes itself when it ends; `then` should be a bound method of something that outlives it.
    """
    if reduced_motion() or duration <= 0:
        target.setProperty(name, end)
        if then is not None:
            then()
        return None
    animation = QPropertyAnimation(target, QByteArray(name.encode()), target)
    animation.setDuration(duration)
    animation.setEasingCurve(QEasingCurve.Type.OutCubic)
    if start is not None:
        animation.setStartValue(start)
    animation.setEndValue(end)
    if then is not None:
        animation.finished.connect(then)
    animation.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
    return animation
