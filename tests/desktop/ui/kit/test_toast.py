import pytest
from PySide6.QtCore import QAbstractAnimation, QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.motion import animate, reduced_motion, set_reduced_motion
from desktop.ui.kit.toast import MAX_TOASTS, ToastHost

# Said by the offscreen platform for every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def window_with_host(qtbot: QtBot) -> tuple[QWidget, ToastHost]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    QPushButton("Elsewhere", window).setFocus()  # else the window hands its focus to the toast
    window.show()
    return window, ToastHost(window)


def moving(window: QWidget) -> list[object]:
    timers = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    running = QAbstractAnimation.State.Running
    return [*timers, *(a for a in window.findChildren(QAbstractAnimation) if a.state() == running)]


def test_toast_says_what_happened_and_undoes(themed: QApplication, qtbot: QtBot) -> None:
    _, host = window_with_host(qtbot)
    done: list[str] = []
    toast = host.show_toast("Hard Lotus cleared.", "Undo", lambda: done.append("undone"), "success")
    assert toast.accessibleName() == "Hard Lotus cleared."
    assert toast.action_button is not None
    toast.action_button.click()
    toast.action_button.click()
    assert done == ["undone"]
    assert host.toasts() == []
    assert not host.isVisible()


def test_toasts_stack_at_the_bottom_centre_three_at_most(themed: QApplication, qtbot: QtBot) -> None:
    window, host = window_with_host(qtbot)
    for number in range(MAX_TOASTS + 2):
        host.show_toast(f"Run {number} logged.")
    assert [toast.text for toast in host.toasts()] == ["Run 2 logged.", "Run 3 logged.", "Run 4 logged."]
    QApplication.processEvents()
    assert abs(host.geometry().center().x() - window.rect().center().x()) <= 1
    assert host.geometry().bottom() == window.height() - 24 - 1
    window.resize(1000, 500)
    QApplication.processEvents()
    assert host.geometry().bottom() == 500 - 24 - 1


def test_time_stops_under_the_pointer_and_on_focus(themed: QApplication, qtbot: QtBot) -> None:
    _, host = window_with_host(qtbot)
    toast = host.show_toast("Saved.", "Undo")
    assert toast.is_waiting()
    here = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(here, here, here))
    assert not toast.is_waiting()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast.is_waiting()
    QApplication.sendEvent(toast.close_button, _focus(QEvent.Type.FocusIn))
    assert not toast.is_waiting()
    QApplication.sendEvent(toast.close_button, _focus(QEvent.Type.FocusOut))
    assert toast.is_waiting()


def _focus(kind: QEvent.Type) -> QEvent:
    from PySide6.QtGui import QFocusEvent

    return QFocusEvent(kind)


def test_escape_dismisses(themed: QApplication, qtbot: QtBot) -> None:
    _, host = window_with_host(qtbot)
    toast = host.show_toast("Saved.")
    qtbot.keyClick(toast, Qt.Key.Key_Escape)
    assert host.toasts() == []
    assert not host.dismiss_newest()
    host.show_toast("Saved.")
    assert host.dismiss_newest()


def test_a_toast_leaves_when_its_time_is_over(themed: QApplication, qtbot: QtBot) -> None:
    _, host = window_with_host(qtbot)
    toast = host.show_toast("Saved.", timeout_ms=1)
    if host.toasts():
        qtbot.waitSignal(toast.gone, timeout=5000).wait()
    assert host.toasts() == []


def test_nothing_moves_after_the_window_closed(themed: QApplication, qtbot: QtBot) -> None:
    set_reduced_motion(False)
    window, host = window_with_host(qtbot)
    host.show_toast("One.")
    host.show_toast("Two.", "Undo", timeout_ms=0)
    assert moving(window)
    window.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert host.toasts() == []
    assert moving(window) == []


def test_reduced_motion_sets_the_end_at_once(themed: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    reached: list[bool] = []
    set_reduced_motion(True)
    assert reduced_motion()
    assert animate(widget, "windowOpacity", 0.5, then=lambda: reached.append(True)) is None
    assert reached == [True]
    set_reduced_motion(False)
    animation = animate(widget, "minimumWidth", 40, duration=20)
    assert animation is not None
    qtbot.waitUntil(lambda: widget.minimumWidth() == 40, timeout=5000)
