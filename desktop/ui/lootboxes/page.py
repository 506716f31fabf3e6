"""The Lootboxes page: open boxes with the odds in sight, and look back at what came out."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.economy.loot_book import LootStatistics
from desktop.services.economy.loot_seeds import Verdict
from desktop.services.economy.lootboxes import BoxState, Opening
from desktop.ui.context import Context
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.lootboxes.fairness import FairnessView
from desktop.ui.lootboxes.history import HistoryView
from desktop.ui.lootboxes.luck import LuckView
from desktop.ui.lootboxes.opening import OpenView
from desktop.ui.lootboxes.presenter import HistoryPage, LootboxesPresenter, Seeds
from desktop.ui.page import Page
from desktop.ui.theme.tokens import SPACE_M, SPACE_XL
from shared.errors import MapleHubError


class LootboxesPage(Page):
    """Arguments of open_with: box (a slug), view (open, history, luck or fairness)."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {"lootbox_rolls", "lootbox_seeds", "ledger_transactions", "purchases"}
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Lootboxes"))
        self.setAccessibleName(self.tr("Lootboxes"))
        self.presenter = LootboxesPresenter(context.services, context.background, context.operations, self)
        economy = context.catalog.economy
        self.view_switch = Segmented(
            self.tr("View"),
            [
                ("open", self.tr("Open")),
                ("history", self.tr("History")),
                ("luck", self.tr("Luck")),
                ("fairness", self.tr("Fairness")),
            ],
        )
        self.view_switch.changed.connect(self._switch)
        self.controls.addWidget(self.view_switch)
        self.opening = OpenView(economy)
        self.opening.asked.connect(self._open)
        self.opening.chosen.connect(self._chosen)
        self.opening.shown.connect(self._shown)
        self.opening.shown.connect(self.revealed)
        self.history = HistoryView(economy)
        self.history.asked.connect(self.refresh)
        self.history.more.connect(self._read_on)
        self.history.open_asked.connect(self._go_open)
        self.luck = LuckView(economy)
        self.luck.asked.connect(self.refresh)
        self.luck.open_asked.connect(self._go_open)
        self.fairness = FairnessView()
        self.fairness.seed_set.connect(self._set_seed)
        self.fairness.rotate_asked.connect(self._rotate)
        self.fairness.verify_asked.connect(self._verify)
        self.fairness.export_asked.connect(self.ask_export)
        self._views: dict[str, QWidget] = {
            "open": self.opening,
            "history": self.history,
            "luck": self.luck,
            "fairness": self.fairness,
        }
        self._read: set[str] = set()
        self._build_states()
        context.ticker.ticked.connect(self._tick)

    def refresh(self) -> None:
        if self.opening.busy:
            # What an opening changed is told once it has been seen.
            self._stale = True
            return
        self.presenter.load(self.opening.box.slug, self._on_state, self._on_failed)
        if self.view == "history":
            self.presenter.history(
                self.history.slug, self.history.rarities, None, self._on_history, self._on_failed
            )
        elif self.view == "luck":
            self.presenter.statistics(self.luck.slug, self._on_statistics, self._on_failed)
        elif self.view == "fairness":
            self.presenter.seeds(self._on_seeds, self._on_failed)

    def open_with(self, **arguments: object) -> None:
        if isinstance(arguments.get("box"), str):
            self.opening.choose(str(arguments["box"]))
        if arguments.get("view") in self._views:
            self.view_switch.set_value(arguments["view"])
            self._switch()

    def first_focus(self) -> QWidget:
        shown = self.stack.currentWidget()
        if shown is self.failed and self.failed.action_button is not None:
            return self.failed.action_button
        if self.view == "open":
            one = self.opening.one
            return one if one.isEnabled() else self.opening.odds
        if self.view == "history":
            return self.history.first_focus()
        return self.luck.first_focus() if self.view == "luck" else self.fairness.first_focus()

    @property
    def keeps_secret(self) -> bool:
        return self.opening.busy

    @property
    def view(self) -> str:
        """What is shown: open, history, luck or fairness."""
        return str(self.view_switch.value())

    def ask_export(self, epoch: str) -> None:
        """Ask where to write a proof."""
        name = f"maplehub-proof-{self.context.today.isoformat()}.json"
        dialog = QFileDialog(self, self.tr("Export the proof"), name, self.tr("JSON (*.json)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(partial(self._chosen_file, epoch))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_to(self, epoch: str, path: Path) -> None:
        """Write the proof of an epoch."""
        self.presenter.export(epoch, path, self._exported, self._refused)

    # Building

    def _build_states(self) -> None:
        self.loading = QWidget()
        column = QVBoxLayout(self.loading)
        column.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL, SPACE_XL)
        column.addWidget(LoadingState(self.tr("Loading"), rows=6))
        column.addStretch(1)
        self.failed = EmptyState(
            "could_not_load", self.tr("The boxes could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.invalidate)
        self.stack = QStackedWidget()
        for widget in (self.loading, *self._views.values(), self.failed):
            self.stack.addWidget(widget)
        self.body.addWidget(self.stack, 1)

    # What was read

    def _on_state(self, state: BoxState) -> None:
        if self.opening.busy:
            return
        self.opening.show_state(state)
        self._arrived("open")

    def _on_history(self, page: HistoryPage) -> None:
        self.history.show_page(page)
        self._arrived("history")

    def _on_statistics(self, found: LootStatistics) -> None:
        self.luck.show_statistics(found)
        self._arrived("luck")

    def _on_seeds(self, seeds: Seeds) -> None:
        self.fairness.show_seeds(seeds)
        self._arrived("fairness")

    def _on_failed(self, error: Exception) -> None:
        self.failed.set_text(str(error) if isinstance(error, MapleHubError) else "")
        self._show(self.failed)
        if not isinstance(error, MapleHubError):
            self.context.background.crashed.emit(error)

    def _arrived(self, view: str) -> None:
        """Show a view once there is something in it."""
        self._read.add(view)
        if view == self.view:
            self._show(self._views[view])

    def _show(self, widget: QWidget) -> None:
        """Show one part; the keyboard goes along when it was in the one before, or waited for this one."""
        before = self.stack.currentWidget()
        focused = self._focused()
        waiting = focused is None or not focused.isVisible()
        had_focus = waiting or (focused is not None and before is not None and before.isAncestorOf(focused))
        self.stack.setCurrentWidget(widget)
        if had_focus and widget is not before and self.isVisible():
            self.first_focus().setFocus()

    def _focused(self) -> QWidget | None:
        return self.window().focusWidget()

    # What is done

    def _switch(self, _view: object = None) -> None:
        self.opening.stage.skip()
        self._show(self._views[self.view] if self.view in self._read else self.loading)
        self.invalidate()

    def _go_open(self) -> None:
        self.view_switch.set_value("open")
        self._switch()
        self.first_focus().setFocus()

    def _chosen(self, _slug: str) -> None:
        self.refresh()

    def _open(self, count: int) -> None:
        self.opening.wait()
        self.presenter.open(self.opening.box.slug, count, self._opened, self._not_opened)

    def _opened(self, opening: Opening) -> None:
        self.opening.show_opening(opening)

    def _not_opened(self, error: MapleHubError) -> None:
        self.opening.show_refusal(str(error))

    def _shown(self) -> None:
        self.invalidate()

    def _read_on(self, before: int) -> None:
        self.presenter.history(
            self.history.slug, self.history.rarities, before, self._on_history, self._on_failed
        )

    def _set_seed(self, text: str) -> None:
        self.presenter.set_client_seed(text, self._seed_set, self.fairness.show_error)

    def _seed_set(self, _changes: object) -> None:
        self.context.shell.toast(self.tr("Your seed counts from the next roll on"), tone="success")
        self.refresh()

    def _rotate(self) -> None:
        self.presenter.rotate(self._rotated, self.fairness.show_error)

    def _rotated(self, _epoch: str) -> None:
        self.context.shell.toast(self.tr("The secret is told; a new seed has begun"), tone="success")

    def _verify(self, epoch: str) -> None:
        self.presenter.verify(epoch, self._verified, self._on_failed)

    def _verified(self, verdict: Verdict) -> None:
        self.fairness.show_verdict(verdict)

    def _chosen_file(self, epoch: str, file: str) -> None:
        self.export_to(epoch, Path(file))

    def _exported(self, path: Path) -> None:
        self.context.shell.toast(
            self.tr("Exported the proof to {0}").format(path.name),
            self.tr("Open folder"),
            partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(path.parent))),
            "success",
        )

    def _refused(self, error: Exception) -> None:
        if isinstance(error, MapleHubError):
            self.context.shell.toast(str(error), tone="error")
        elif isinstance(error, OSError):
            text = self.tr("The file could not be written: {0}.").format(error.strerror or error)
            self.context.shell.toast(text, tone="error")
        else:
            self.context.background.crashed.emit(error)

    def _tick(self, _now: object) -> None:
        """An event may have begun or ended: the odds shown are those of the next opening."""
        if self.isVisible() and self.view == "open" and not self.opening.busy:
            self.presenter.load(self.opening.box.slug, self._on_state, self._on_failed)
