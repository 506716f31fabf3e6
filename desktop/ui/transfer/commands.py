"""Export and import as commands, for the palette, the settings and the diary."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.ui.commands import Command
from desktop.ui.context import Context

if TYPE_CHECKING:
    from desktop.services.diary import DiaryFilter


def register(context: Context, window: QWidget) -> None:
    """Add the commands "export" and "import", whose dialogs belong to the window."""
    translate = QCoreApplication.translate
    group = translate("ShellCommands", "Actions")
    context.commands.add(
        Command(
            "export",
            translate("transfer", "Export runs"),
            partial(export_runs, context, window),
            group,
            icon="download",
            keywords="csv json save spreadsheet",
        )
    )
    context.commands.add(
        Command(
            "import",
            translate("transfer", "Import runs"),
            partial(import_runs, context, window),
            group,
            icon="upload",
            keywords="csv json load spreadsheet",
        )
    )


def export_runs(context: Context, window: QWidget, condition: "DiaryFilter | None" = None) -> None:
    """Open the export; with what the diary shows offered beside everything."""
    from desktop.ui.transfer.export_dialog import ExportDialog

    ExportDialog(context, window, condition).open()


def import_runs(context: Context, window: QWidget) -> None:
    """Open the import."""
    from desktop.ui.transfer.import_dialog import ImportDialog

    ImportDialog(context, window).open()
