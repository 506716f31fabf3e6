"""Changing what a leader can change of a clan."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from desktop.ui.clans.dialogs import ChangeDialog
from desktop.ui.clans.words import cadence_name
from desktop.ui.context import Context
from desktop.ui.kit.forms import FormField
from shared.api.clans import CADENCES, MAX_CLAN_NAME, ClanChange, ClanInfo

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient


class ClanDialog(ChangeDialog):
    """Name, cadence, and who may read the leaderboard."""

    def __init__(self, context: Context, clan: ClanInfo, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches={"clan", "snapshots"})
        self.setWindowTitle(self.tr("Change the clan"))
        self.confirm.setText(self.tr("Save"))
        self.confirm.setAccessibleName(self.tr("Save"))
        self._clan = clan
        self.name = QLineEdit(clan.name)
        self.name.setMaxLength(MAX_CLAN_NAME)
        self.cadence = QComboBox()
        for hours in CADENCES:
            self.cadence.addItem(cadence_name(hours).capitalize(), hours)
        self.cadence.setCurrentIndex(max(0, self.cadence.findData(clan.cadence_hours)))
        self.public = QCheckBox(self.tr("Anybody with the link may read the leaderboard"))
        self.public.setChecked(clan.public)
        self.fields = {
            "name": FormField(self.tr("Name"), self.name),
            "cadence_hours": FormField(
                self.tr("Snapshots"),
                self.cadence,
                self.tr("How often the members’ figures are read. Nexon’s ranking changes once a day."),
            ),
        }
        for part in (*self.fields.values(), self.public):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.resize(460, 300)
        self.name.setFocus()
        self.name.selectAll()

    def change(self) -> "Callable[[ClansClient], Any] | None":
        name = self.name.text().strip()
        if not name:
            self.complain(self.fields["name"], self.tr("Give it a name."))
            return None
        clan = self._clan.id
        told = ClanChange(name=name, public=self.public.isChecked(), cadence_hours=self.cadence.currentData())
        return lambda client: client.change_clan(clan, told)
