"""Backups, import and export, and where everything lies."""

from functools import partial

from PySide6.QtCore import QLocale, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from desktop.services.maintenance import Kept, back_up, kept
from desktop.storage.backups import Backup
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label, number_label
from desktop.ui.settings.section import SettingsSection
from desktop.ui.theme.tokens import SPACE_M, SPACE_XS

_SHOWN = 12


class DataSection(SettingsSection):
    """A backup is one click; going back to one keeps what is there now as another backup."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        value = context.settings.value.backups
        self.daily = QCheckBox()
        self.daily.setChecked(value.daily)
        self.daily.toggled.connect(self._daily)
        self.keep = spin(1, 365, value.keep, self.tr("Backups to keep"))
        self.keep.setFixedWidth(88)
        self.keep.editingFinished.connect(self._keep)
        export = button(self.tr("Export…"), "plain", "download")
        export.clicked.connect(partial(self._run, "export"))
        load = button(self.tr("Import…"), "plain", "upload")
        load.clicked.connect(partial(self._run, "import"))
        self.folder_button = button(self.tr("Open the folder"), "plain", "external")
        self.folder_button.clicked.connect(self._open_folder)
        self.where = context.services.database.path.parent
        self.card(
            self.tr("Your data"),
            self.row(self.tr("Export runs"), self.tr("All runs with their drops, as CSV or JSON."), export),
            self.row(self.tr("Import runs"), self.tr("From CSV or JSON, with a preview and one undo."), load),
            self.row(self.tr("Data folder"), str(self.where), self.folder_button),
        )
        self.card(
            self.tr("Automatic backups"),
            self.row(
                self.tr("Back up every day"),
                self.tr("Before anything risky there is one anyway."),
                self.daily,
            ),
            self.row(self.tr("Backups to keep"), self.tr("Of each kind; the oldest go first."), self.keep),
        )
        self.now = button(self.tr("Back up now"), "primary", "copy")
        self.now.clicked.connect(self._back_up)
        self._list = Card(self.tr("Backups"), self.now)
        self._summary = label("", "caption", "muted")
        self._list.add(self._summary)
        self.column.addWidget(self._list)
        self._rows: list[QWidget] = []

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()  # backups come by themselves too: daily, before an import

    def _load(self) -> None:
        places = self._context.shell.places
        self._context.background.pool(lambda: kept(places), self._show, self._refused, owner=self)

    def _show(self, found: Kept) -> None:
        for row in self._rows:
            self._list.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        locale = QLocale()
        one = len(found.backups) == 1
        text = self.tr("Database {0}, {1} backup {2}") if one else self.tr("Database {0}, {1} backups {2}")
        self._summary.setText(
            text.format(
                locale.formattedDataSize(found.database_size),
                len(found.backups),
                locale.formattedDataSize(found.backups_size),
            )
        )
        self._rows = [self._row(backup) for backup in found.backups[:_SHOWN]]
        for row in self._rows:
            self._list.add(row)

    def _row(self, backup: Backup) -> QWidget:
        reasons = {
            "daily": self.tr("daily"),
            "manual": self.tr("by hand"),
            "migration": self.tr("before an update"),
            "import": self.tr("before an import"),
            "restore": self.tr("before a restore"),
            "sync": self.tr("before syncing"),
        }
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        line.setSpacing(SPACE_M)
        made_at = f"{backup.made_at.astimezone():%Y-%m-%d %H:%M}"
        line.addWidget(label(made_at, "strong"))
        line.addWidget(label(reasons.get(backup.reason, backup.reason), "body", "muted"), 1)
        line.addWidget(number_label(QLocale().formattedDataSize(backup.size), "body", "muted"))
        restore = button(self.tr("Restore"), "quiet", "undo")
        restore.setAccessibleName(self.tr("Restore the backup of {0}").format(made_at))
        restore.clicked.connect(partial(self._restore, backup))
        line.addWidget(restore)
        return row

    def _back_up(self) -> None:
        places, keep = self._context.shell.places, self._context.settings.value.backups.keep
        now = self._context.ticker.now()
        self._context.background.database(
            lambda: back_up(places, now, keep), self._backed_up, self._refused, owner=self
        )

    def _backed_up(self, _path: object) -> None:
        self._context.shell.toast(self.tr("Backup made"), tone="success")
        self._load()

    def _restore(self, backup: Backup) -> None:
        self._context.shell.restore(backup.path)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.where)))

    def _run(self, command: str) -> None:
        self._context.commands.get(command).run()

    def _daily(self, on: bool) -> None:
        self._context.settings.update("backups", daily=on)

    def _keep(self) -> None:
        self._context.settings.update("backups", keep=self.keep.value())

    def _refused(self, error: Exception) -> None:
        self._context.shell.toast(str(error), tone="error")
