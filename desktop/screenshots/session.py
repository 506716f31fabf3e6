"""Starts of the app that draw what they show."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog

from desktop.bootstrap import App, Options
from desktop.screenshots.account import account_views
from desktop.screenshots.clans import clans_views
from desktop.screenshots.community import community_views
from desktop.screenshots.opening import opening_views
from desktop.services.places import places
from desktop.ui.kit.states import LoadingState
from desktop.ui.shell.window import ENTRIES

SIZES = ((1280, 800), (1920, 1080))
THEMES = ("dark", "light")
CHARACTERS = (1, 24)
_PATIENCE = 30.0


def leave_out_noise() -> None:
    """Print what Qt says, but for what the offscreen platform says of every window it shows."""

    def say(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
        if "propagateSizeHints" not in text:
            sys.stderr.write(f"{text}\n")

    qInstallMessageHandler(say)


def take_screenshots(folder: Path, theme: str | None, size: tuple[int, int] | None) -> int:
    """Draw everything into the folder; returns the exit status. Themes and sizes: all unless one is named."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    leave_out_noise()
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    sizes = SIZES if size is None else (size,)
    themes = THEMES if theme is None else (theme,)
    with tempfile.TemporaryDirectory(prefix="maplehub-") as data:
        for count in (0, *CHARACTERS):
            _Session(application, Path(data) / str(count), count, folder, themes, sizes).run()
    return 0


class _Session:
    """One start of the app with so many characters; 0 is the first start."""

    def __init__(
        self,
        application: QApplication,
        data: Path,
        count: int,
        folder: Path,
        themes: tuple[str, ...],
        sizes: tuple[tuple[int, int], ...],
    ) -> None:
        self._application = application
        self._count = count
        self._folder = folder
        self._themes = themes
        self._sizes = sizes
        self.app = App(
            application,
            Options(
                places=places(data),
                theme=themes[0],
                size=sizes[0],
                demo_characters=count or None,
                tray=False,
                pictures=False,
            ),
        )

    def run(self) -> None:
        """Draw every view in every theme and size."""
        self.app.start()
        self.wait(lambda: self.app.controller is not None)
        for theme in self._themes:
            self.app.theme.set_preference(theme)
            for width, height in self._sizes:
                self.app.window.resize(width, height)
                for name, show in self._views():
                    show()
                    self.settle()
                    self._save(f"{name}-{self._who()}-{theme}-{width}x{height}.png")
        self.app.close()
        self._application.processEvents()

    def _views(self) -> Iterator[tuple[str, Callable[[], object]]]:
        controller = self.app.controller
        assert controller is not None
        if not self._count:
            yield "first-start", self._application.processEvents
            return
        for page, _title, _icon in ENTRIES:
            yield page, partial(controller.go, page)
        yield "bosses-matrix", partial(controller.go, "bosses", view="matrix")
        yield "bosses-cards", partial(controller.go, "bosses", view="cards")
        yield "diary-charts", partial(controller.go, "diary", view="charts")
        controller.go("diary", view="list")
        for calculator in ("liberation", "income", "luck", "symbols"):
            yield f"calculators-{calculator}", partial(controller.go, "calculators", calculator=calculator)
        yield "shop-inventory", partial(controller.go, "shop", part="inventory")
        controller.go("shop", part="shop")
        for view in ("history", "luck", "fairness", "open"):
            yield f"lootboxes-{view}", partial(controller.go, "lootboxes", view=view)
        if self._count == 1:
            yield from opening_views(controller, self.settle)
            yield from clans_views(controller, self.settle)
            yield from community_views(controller, self.settle)
            yield from account_views(controller, self.settle)
        yield "log-run", partial(controller.log_run, "hard-lucid")
        yield "palette", controller.open_palette

    def _save(self, name: str) -> None:
        picture = self.app.window.grab()
        dialogs = [d for d in self.app.window.findChildren(QDialog) if d.isVisible()]
        if dialogs:
            from PySide6.QtGui import QPainter

            # A screen would show the dialog in the middle of the window; a window alone does not draw it.
            painter = QPainter(picture)
            top = dialogs[-1]
            painter.fillRect(picture.rect(), self._shade())
            place = self.app.window.rect().center() - top.rect().center()
            painter.drawPixmap(place, top.grab())
            painter.end()
            for dialog in dialogs:
                dialog.reject()
            self.settle()
        picture.save(str(self._folder / name))
        sys.stdout.write(f"{self._folder / name}\n")

    def _shade(self) -> object:
        from desktop.ui.theme.apply import current_theme

        return current_theme().color("sunken", 0.6)

    def settle(self) -> None:
        """Wait until nothing is under way, no page is loading and everything is painted."""
        for _ in range(4):
            self.wait(lambda: self.app.background.idle and not self._loading())
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)

    def _loading(self) -> bool:
        return any(state.isVisible() for state in self.app.window.findChildren(LoadingState))

    def wait(self, condition: Callable[[], bool]) -> None:
        """Turn the event loop until the condition holds. TimeoutError when it never does."""
        until = time.monotonic() + _PATIENCE
        while not condition():
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.002)
            if time.monotonic() > until:
                raise TimeoutError("the app did not settle")

    def _who(self) -> str:
        return {0: "new", 1: "one"}.get(self._count, str(self._count))
