"""Tells of a fault, with a report ready to be copied."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.services.reports import Report
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_L, SPACE_S, SPACE_XL


class CrashDialog(QDialog):
    """Everything saved stays saved; the report holds no secrets and no home folder."""

    def __init__(self, report: Report, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something went wrong"))
        self._report = report
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(label(self.tr("MapleHub ran into a fault"), "title"))
        words = self.tr(
            "Everything you saved is safe. Copying this report into a bug report helps to mend it."
        )
        column.addWidget(label(words, "body", "muted", wrap=True))
        text = QPlainTextEdit(report.text)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Report"))
        column.addWidget(text, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        copy = button(self.tr("Copy report"), "plain", "copy")
        copy.clicked.connect(self._copy)
        close = button(self.tr("Go on"), "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(copy)
        row.addWidget(close)
        column.addLayout(row)
        self.resize(720, 520)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._report.text)
