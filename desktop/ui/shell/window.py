"""The main window. Its frame is drawn at once; the data moves in when it is there."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.kit.states import LoadingState
from desktop.ui.shell.rail import Rail
from desktop.ui.shell.top_bar import TopBar
from desktop.ui.theme.tokens import SPACE_XL
from desktop.ui.translation import QT_TRANSLATE_NOOP

ENTRIES = (
    ("home", QT_TRANSLATE_NOOP("pages", "Home"), "home"),
    ("bosses", QT_TRANSLATE_NOOP("pages", "Bosses"), "bosses"),
    ("diary", QT_TRANSLATE_NOOP("pages", "Diary"), "diary"),
    ("tasks", QT_TRANSLATE_NOOP("pages", "Tasks"), "tasks"),
    ("calculators", QT_TRANSLATE_NOOP("pages", "Calculators"), "calculators"),
    ("community", QT_TRANSLATE_NOOP("pages", "Community"), "community"),
    ("clans", QT_TRANSLATE_NOOP("pages", "Clans"), "clans"),
    ("events", QT_TRANSLATE_NOOP("pages", "Events"), "calendar"),
    ("shop", QT_TRANSLATE_NOOP("pages", "Shop"), "shop"),
    ("lootboxes", QT_TRANSLATE_NOOP("pages", "Lootboxes"), "lootbox"),
    ("coins", QT_TRANSLATE_NOOP("pages", "Coins"), "coin"),
    ("settings", QT_TRANSLATE_NOOP("pages", "Settings"), "settings"),
)
"""Page id, title, icon; a test holds it against the pages there are. Here, so that the frame needs no page."""

SMALLEST = (960, 640)


def page_keys(page: str) -> str:
    """The shortcut that opens a page: Ctrl and its number for the first nine, Ctrl+comma for the settings."""
    number = [entry[0] for entry in ENTRIES].index(page) + 1
    return "Ctrl+," if page == "settings" else f"Ctrl+{number}" if number <= 9 else ""


class MainWindow(QMainWindow):
    """closing: asked once on close; a handler may set `keep_open`. shown_first: the frame is on the screen."""

    closing = Signal()
    minimised = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("MapleHub")
        self.setMinimumSize(*SMALLEST)
        self.keep_open = False
        self._escape: Callable[[], bool] | None = None
        translate = QCoreApplication.translate
        self.rail = Rail([(page, translate("pages", title), icon) for page, title, icon in ENTRIES])
        self.rail.tell_keys({page: page_keys(page) for page, _, _ in ENTRIES})
        self.top_bar = TopBar()
        self.stack = QStackedWidget()
        self.loading = QWidget()
        column = QVBoxLayout(self.loading)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        column.addWidget(LoadingState(self.tr("Opening your data"), rows=8))
        column.addStretch(1)
        self.stack.addWidget(self.loading)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        right.addWidget(self.stack, 1)
        row.addLayout(right, 1)
        self.setCentralWidget(centre)

    def shortcut(self, keys: str, run: Callable[[], object]) -> QShortcut:
        """Bind a key sequence in the whole window."""
        made = QShortcut(QKeySequence(keys), self)
        made.activated.connect(run)
        return made

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front, adding it when it is new."""
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def on_escape(self, handler: Callable[[], bool]) -> None:
        """Esc that nothing else wanted goes here."""
        self._escape = handler

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._escape is not None and self._escape():
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.isMinimized():
            self.minimised.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_open = False
        self.closing.emit()
        if self.keep_open:
            event.ignore()
        else:
            super().closeEvent(event)
