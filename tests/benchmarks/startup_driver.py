"""A process that starts the app, or as much of it as is asked for, and says when things were on the screen.

Arguments: what (app, bare, sqlalchemy) and an empty folder. Prints one JSON line: seconds since the epoch of the
first painted window and of the painted data, and the peak memory in kilobytes.
"""

import json
import sys
import time
from pathlib import Path

_stamps: dict[str, float] = {}


def _stamp(name: str) -> None:
    _stamps.setdefault(name, time.time())


def _peak() -> int:
    """Kilobytes. On Linux from the kernel's own count: the resource usage begins with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1])
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _bare(what: str) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
            super().paintEvent(event)  # type: ignore[arg-type]
            _stamp("window")
            QTimer.singleShot(0, application.quit)

    application = QApplication(sys.argv[:1])
    window = Window()
    window.resize(1280, 800)
    window.show()
    application.exec()
    if what == "sqlalchemy":
        import sqlalchemy
        from sqlalchemy import create_engine

        with create_engine("sqlite://").connect() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))
        _stamp("data")


def _app(folder: Path) -> None:
    """The program as a person starts it, from the command line on; only the eyes are added."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop import bootstrap
    from desktop.__main__ import main as start_app

    class Watch(QObject):
        """Sees the first paint of the window, and the first one after the data is there."""

        def __init__(self, app: bootstrap.App) -> None:
            super().__init__(app)
            self._app = app
            self._ready = False
            app.window.installEventFilter(self)
            app.ready.connect(self._on_ready)
            app.failed.connect(QApplication.quit)
            # Never hangs, whatever happens.
            QTimer.singleShot(20_000, QApplication.quit)

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                # After the paint, not before it.
                QTimer.singleShot(0, self, self._painted)
            return False

        def _painted(self) -> None:
            _stamp("window")
            if self._ready:
                _stamp("data")
                QTimer.singleShot(0, QApplication.quit)

        def _on_ready(self) -> None:
            self._ready = True
            page = self._app.window.stack.currentWidget()
            if page is not None:
                page.installEventFilter(self)
                page.update()

    start = bootstrap.App.start

    def watched_start(app: bootstrap.App) -> None:
        Watch(app)
        start(app)

    bootstrap.App.start = watched_start  # type: ignore[method-assign]
    start_app(["--data-dir", str(folder), "--theme", "dark", "--size", "1280x800"])


def main() -> None:
    """Run what the first argument names."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "app":
        _app(folder)
    else:
        _bare(what)
    sys.stdout.write(json.dumps({**_stamps, "peak": _peak()}) + "\n")


if __name__ == "__main__":
    main()
