"""Joins the window to the data: pages, commands, toasts, undo, tray and reminders."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLineEdit, QPlainTextEdit

from desktop.bridge.background import Background
from desktop.bridge.operations import Operations
from desktop.bridge.settings import SettingsStore
from desktop.bridge.ticker import Ticker
from desktop.services.opening import Opened, daily_backup
from desktop.services.places import Places
from desktop.services.sprites import SpriteCache
from desktop.storage.changes import Changes, Label
from desktop.ui.commands import CommandRegistry
from desktop.ui.context import Context, Selection
from desktop.ui.kit.toast import ToastHost
from desktop.ui.messages import sentence, told
from desktop.ui.mini.commands import MiniHost
from desktop.ui.mini.commands import register as register_mini
from desktop.ui.page import Page
from desktop.ui.pictures import Pictures
from desktop.ui.shell.commands import ShellCommands
from desktop.ui.shell.community import make_clans, make_community
from desktop.ui.shell.dressing import Dressing
from desktop.ui.shell.pages import ALWAYS_SHOWN, PAGES
from desktop.ui.shell.purse import PurseWatch
from desktop.ui.shell.sync_watch import SyncWatch, make_syncing
from desktop.ui.shell.window import MainWindow
from desktop.ui.theme.apply import ThemeFollower
from desktop.ui.transfer.commands import register as register_transfer
from desktop.ui.wardrobe import Wardrobe

if TYPE_CHECKING:
    from desktop.bootstrap import Options
    from desktop.ui.shell.reminding import Reminding


class ShellController(QObject):
    """The window's behaviour; it is the `Shell` that pages see.

    restore_asked: the path of a backup the player wants to go back to.
    """

    restore_asked = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        background: Background,
        opened: Opened,
        options: "Options",
        theme: ThemeFollower,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.window = window
        self.options = options
        self.background = background
        self.theme = theme
        services = opened.services
        self.operations = Operations(background, self)
        self.operations.attach(services.database)
        self.ticker = Ticker(options.now, self)
        self.selection = Selection(self)
        self.selection.set_characters(opened.characters)
        self.selection.choose(opened.chosen)
        self.settings = SettingsStore(opened.preferences, options.places.preferences, background, self)
        self.commands = CommandRegistry(self)
        self.pictures = Pictures(background, services.catalog, None, self)
        self.syncing = make_syncing(opened, background, self.operations, self.ticker, options, self)
        self.community = make_community(self, services)
        self.clans = make_clans(self, services)
        self.wardrobe = Wardrobe(services, background, self.operations, self)
        self.toasts = ToastHost(window)
        self.context = Context(
            services=services,
            catalog=services.catalog,
            background=background,
            operations=self.operations,
            ticker=self.ticker,
            selection=self.selection,
            settings=self.settings,
            syncing=self.syncing,
            community=self.community,
            clans=self.clans,
            pictures=self.pictures,
            commands=self.commands,
            wardrobe=self.wardrobe,
            shell=self,
        )
        self._services = services
        self._pages: dict[str, Page] = {}
        self.shortcuts = ShellCommands(self)
        self.dressing = Dressing(self)
        self._sprites: SpriteCache | None = None
        self._opened_notes = opened.notes
        self.reminding: Reminding | None = None
        self.mini: MiniHost | None = None
        self.page = ""

    def start(self) -> None:
        """Everything is there: wire it, and show the first page."""
        window, bar = self.window, self.window.top_bar
        self.operations.changed.connect(self._on_changes)
        self.operations.told.connect(self._on_told)
        self.operations.refused.connect(self._on_refused)
        self.settings.changed.connect(self._on_setting)
        self.settings.failed.connect(self._on_refused)
        self.selection.changed.connect(self._remember_character)
        window.rail.chosen.connect(self.go)
        bar.attach(self.selection)
        bar.set_ready(True)
        bar.search.connect(self.open_palette)
        bar.undo.connect(self.undo)
        bar.redo.connect(self.redo)
        bar.log_run.connect(self.log_run_for_any)
        bar.new_character.connect(self.edit_character)
        bar.coins.connect(partial(self.go, "coins"))
        bar.account.connect(partial(self.go, "settings", section="account"))
        self.sync_watch = SyncWatch(self.syncing, bar.sync_chip, self.ticker, self)
        self.purse = PurseWatch(self.context, bar.coin_chip, self.front, self)
        window.on_escape(self.toasts.dismiss_newest)
        self.shortcuts.add_commands()
        register_transfer(self.context, window)
        geometry = QSettings(str(self.options.places.data / "window.ini"), QSettings.Format.IniFormat)
        self.mini = register_mini(self.context, window, geometry)
        self.settings_applied()
        self._refresh_undo()
        for note in self._opened_notes:
            self.toast(note, tone="warning")
        if self.selection.characters:
            self.go("home")
        else:
            self._first_start()
        from desktop.ui.shell.reminding import Reminding

        self.reminding = Reminding(self, tray=self.options.tray)
        self.dressing.start()
        self.ticker.start()
        self.ticker.tick()
        self.mini.reopen()
        self.syncing.start()
        QTimer.singleShot(2000, self, self._quiet_work)

    @property
    def in_tray(self) -> bool:
        """Whether the tray shows our icon."""
        return self.reminding is not None and self.reminding.in_tray

    def close(self) -> None:
        """Stop ticking and let go of the pictures; open dialogs go with the window."""
        self.ticker.stop()
        self.syncing.close()
        self.community.close()
        self.clans.close()
        self.toasts.clear()
        if self.mini is not None:
            self.mini.close_all()
        if self.reminding is not None:
            self.reminding.close()
        if self._sprites is not None:
            self._sprites.close()

    def leave_window(self) -> None:
        """Take everything of ours out of the window, so that another controller can move in."""
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.shortcuts.unbind()
        for page in self._pages.values():
            self.window.stack.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self.toasts.deleteLater()
        self.window.rail.chosen.disconnect(self.go)
        bar = self.window.top_bar
        for signal in (
            bar.search,
            bar.undo,
            bar.redo,
            bar.log_run,
            bar.new_character,
            bar.coins,
            bar.account,
        ):
            signal.disconnect()
        self.window.closing.disconnect()
        self.window.minimised.disconnect()

    # What pages ask of the shell

    def go(self, page: str, **arguments: object) -> None:
        """Show a page; arguments reach its `open_with`."""
        if page not in self._pages:
            self._pages[page] = PAGES[page](self.context)
        shown = self._pages[page]
        if arguments:
            shown.open_with(**arguments)
        self.page = page
        self.window.rail.select(page)
        self.window.show_page(shown)
        focus = shown.first_focus()
        if focus is not None:
            focus.setFocus()

    def log_run(
        self, entry_id: str | None = None, character_id: str | None = None, run_id: str | None = None
    ) -> None:
        """Open the log dialog for a boss, or for editing a run."""
        if not self.selection.characters:
            self.edit_character()
            return
        from desktop.ui.log_run.dialog import LogRunDialog

        dialog = LogRunDialog(
            self.context, self.window, entry_id=entry_id, character_id=character_id, run_id=run_id
        )
        dialog.open()

    def log_run_for_any(self) -> None:
        """Open the log dialog where it was left."""
        self.log_run()

    def edit_character(self, character_id: str | None = None) -> None:
        """Open the dialog that makes (None) or changes a character."""
        from desktop.ui.characters.dialog import CharacterDialog

        CharacterDialog(self.context, self.window, character_id or None).open()

    def toast(
        self,
        text: str,
        action_text: str | None = None,
        on_action: Callable[[], object] | None = None,
        tone: str = "info",
    ) -> None:
        """Tell the player something in passing."""
        self.toasts.show_toast(text, action_text, on_action, tone)

    def shown_text(self) -> str:
        """What the tables and lists of the page in front say to a screen reader."""
        lines: list[str] = []
        page = self._pages[self.page]
        for view in page.findChildren(QAbstractItemView):
            model = view.model()
            if view.isVisible() and model is not None:
                columns = model.columnCount() if isinstance(model, QAbstractTableModel) else 1
                for row in range(min(model.rowCount(), 50)):
                    for column in range(columns):
                        index = model.index(row, column)
                        said = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data()
                        lines.append(str(said or ""))
        return "\n".join(lines)

    @property
    def places(self) -> Places:
        """Where the data lies."""
        return self.options.places

    def restore(self, backup: Path) -> None:
        """Go back to a backup and start anew on it; what is there now becomes a backup itself."""
        self.restore_asked.emit(backup)

    def open_palette(self) -> None:
        """Search everything."""
        from desktop.ui.shell.palette import Palette

        palette = Palette(self.commands.all(), self.window)
        palette.finished.connect(self._palette_done)
        palette.open()
        self._palette = palette

    def undo(self) -> None:
        """Take the last change back; inside a text field, the last typing."""
        editor = self._text_editor()
        if editor is not None:
            editor.undo()
        else:
            self.operations.undo()

    def redo(self) -> None:
        """Bring back what was undone; inside a text field, the typing."""
        editor = self._text_editor()
        if editor is not None:
            editor.redo()
        else:
            self.operations.redo()

    def settings_applied(self) -> None:
        """Make everything follow the preferences."""
        preferences = self.settings.value
        hidden = frozenset(preferences.rail.hidden) - ALWAYS_SHOWN
        self.window.rail.set_hidden(hidden)
        self.shortcuts.bind(preferences.hotkeys)
        if self._sprites is not None:
            self._sprites.close()
            self._sprites = None
        if preferences.pictures.enabled and self.options.pictures:
            self._sprites = SpriteCache(
                self.options.places.sprites,
                preferences.pictures.base_url,
                preferences.pictures.cache_limit_mb * 1024 * 1024,
            )
        self.pictures.set_cache(self._sprites)

    def _first_start(self) -> None:
        from desktop.ui.first_start.page import FirstStartPage

        page = FirstStartPage(self.context)
        page.finished.connect(self._first_start_done)
        self.window.show_page(page)
        page.first_focus().setFocus()
        self._first = page

    def _first_start_done(self) -> None:
        self.go("bosses")
        self.window.stack.removeWidget(self._first)
        self._first.deleteLater()

    def _palette_done(self, result: int) -> None:
        chosen = self._palette.chosen
        if result == QDialog.DialogCode.Accepted and chosen is not None:
            # After the dialog is gone, so that focus and a dialog of the command's own are right.
            QTimer.singleShot(0, self, chosen.run)

    def _text_editor(self) -> QLineEdit | QPlainTextEdit | None:
        focused = QApplication.focusWidget()
        if isinstance(focused, QLineEdit) and focused.isUndoAvailable():
            return focused
        if isinstance(focused, QPlainTextEdit) and focused.document().isUndoAvailable():
            return focused
        return None

    # What happens

    def _on_changes(self, changes: Changes) -> None:
        if "characters" in changes.kinds:
            self.background.database(self._services.characters.all, self._on_characters, owner=self)
        self._refresh_undo()

    def _on_characters(self, characters: list) -> None:  # type: ignore[type-arg]
        self.selection.set_characters(tuple(characters))

    def _on_told(self, changes: Changes) -> None:
        if changes.entry is not None:
            self.toast(
                told(changes), self.tr("Undo"), partial(self.operations.undo, changes.entry), "success"
            )
        else:
            self.toast(told(changes))

    def _on_refused(self, error: Exception) -> None:
        self.toast(str(error), tone="error")

    def _on_setting(self, section: str) -> None:
        if section in {"rail", "pictures", "hotkeys"}:
            self.settings_applied()

    def _refresh_undo(self) -> None:
        database = self._services.database
        self.background.database(
            lambda: (database.next_undo(), database.next_redo()), self._on_undo_labels, owner=self
        )

    def _on_undo_labels(self, labels: tuple[Label | None, Label | None]) -> None:
        self.window.top_bar.set_undo(*("" if label is None else sentence(label) for label in labels))

    def _remember_character(self) -> None:
        current = self.selection.current
        if current is not None:
            chosen, remembered = current.id, self._services.remembered
            self.background.database(lambda: remembered.set("character", chosen))

    def _quiet_work(self) -> None:
        places, now = self.options.places, self.options.now()
        preferences = self.settings.value.backups
        if preferences.daily and self.options.demo_characters is None:
            self.background.database(
                lambda: daily_backup(places, now, preferences.keep), None, self._on_refused
            )

    def next_character(self) -> None:
        """Look at the next character."""
        self.selection.step(1)

    def previous_character(self) -> None:
        """Look at the previous character."""
        self.selection.step(-1)

    def nothing_this_week(self) -> None:
        """Nothing dropped in the rest of this week's clears, of anybody."""
        self.operations.perform(self._services.runs.nothing_this_week)

    def front(self) -> Page | None:
        """The page that is shown; None before the first."""
        return self._pages.get(self.page)

    def claim_daily(self) -> None:
        """Take today's coins."""
        self.operations.perform(self._services.wallet.claim_daily)

    def quit(self) -> None:
        """End the program, whatever closing the window means."""
        if self.reminding is not None:
            self.reminding.quit()
