"""The Bosses page: cards for one character, or the matrix of all."""

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from desktop.services.board import Board, Cell, Matrix, Tile
from desktop.services.characters import Character
from desktop.ui.bosses.card_model import CardModel
from desktop.ui.bosses.cards import CardView
from desktop.ui.bosses.matrix import Legend, MatrixModel, MatrixView
from desktop.ui.bosses.presenter import BossesPresenter
from desktop.ui.bosses.summary import Summary
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from shared.catalog import BossEntry
from shared.tracking import DropNote, WorldType


class BossesPage(Page):
    """Clearing, logging and planning bosses."""

    kinds: ClassVar[frozenset[str]] = frozenset({"boss_runs", "boss_run_drops", "boss_plans", "characters"})
    per_character: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Bosses"))
        self.setAccessibleName(self.tr("Bosses"))
        self.presenter = BossesPresenter(
            context.services,
            context.background,
            context.operations,
            context.shell,
            partial(getattr, context, "today"),
            self,
        )
        self._board: Board | None = None
        self.view_switch = Segmented(
            self.tr("View"), [("cards", self.tr("Cards"), "grid"), ("matrix", self.tr("Matrix"), "matrix")]
        )
        self.view_switch.changed.connect(self._switch)
        self.everything = Chip(self.tr("All bosses"))
        self.everything.setToolTip(self.tr("Also show bosses that are not planned"))
        self.everything.toggled.connect(self._show_board)
        self.plan_button = button(self.tr("Edit plan"), "plain", "edit")
        self.plan_button.clicked.connect(self._edit_plan)
        for control in (self.everything, self.plan_button, self.view_switch):
            self.controls.addWidget(control)
        self.summary = Summary()
        self.summary.resolve.clicked.connect(self._resolve)
        self.body.addWidget(self.summary)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self.legend = Legend()
        self.legend.hide()
        self.body.addWidget(self.legend)
        self._build_views(context)

    def refresh(self) -> None:
        character = self.context.selection.current
        if character is None:
            self.stack.setCurrentWidget(self.no_character)
            return
        if self._matrix_shown:
            self.presenter.load_matrix(self._on_matrix, self._on_failed)
        else:
            self.presenter.load_board(character.id, self._on_board, self._on_failed)

    def open_with(self, **arguments: object) -> None:
        view = arguments.get("view")
        if view in {"cards", "matrix"}:
            self.view_switch.set_value(view)
            self._show_view()
            self.invalidate()

    def first_focus(self) -> QWidget:
        return self.matrix if self._matrix_shown else self.cards

    @property
    def _matrix_shown(self) -> bool:
        return self.view_switch.value() == "matrix"

    def _build_views(self, context: Context) -> None:
        self.card_model = CardModel(self)
        self.cards = CardView(context.pictures)
        self.cards.setModel(self.card_model)
        self.cards.follow(context.wardrobe)
        self.cards.toggled.connect(self._toggle)
        self.cards.logged.connect(self._log)
        self.cards.emptied.connect(self._nothing)
        self.cards.asked.connect(self._tile_menu)
        self.cards.party_changed.connect(self._party)
        self.matrix_model = MatrixModel(context.catalog, self)
        self.matrix = MatrixView()
        self.matrix.setModel(self.matrix_model)
        self.matrix.toggled.connect(self._toggle_cell)
        self.matrix.logged.connect(self._log_cell)
        self.matrix.emptied.connect(self._nothing_cell)
        self.matrix.asked.connect(self._cell_menu)
        self.matrix.chosen.connect(self._choose)
        self.loading = LoadingState(self.tr("Loading bosses"))
        self.no_plan = EmptyState(
            "nothing_yet",
            self.tr("No bosses planned yet"),
            self.tr("Choose which bosses this character does each week; a preset makes it one click."),
            self.tr("Choose bosses"),
        )
        self.no_plan.action.connect(self._edit_plan)
        self.no_character = EmptyState(
            "nothing_yet",
            self.tr("No character yet"),
            self.tr("Add your character to track its bosses."),
            self.tr("Add a character"),
        )
        self.no_character.action.connect(context.shell.edit_character)
        self.failed = EmptyState(
            "could_not_load", self.tr("The bosses could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.invalidate)
        for widget in (self.loading, self.cards, self.matrix, self.no_plan, self.no_character, self.failed):
            self.stack.addWidget(widget)

    def _on_board(self, board: Board) -> None:
        self._board = board
        heroic = board.character.world_type is WorldType.HEROIC
        world = self.context.catalog.worlds.get(board.character.world)
        kind = self.tr("heroic") if heroic else self.tr("interactive")
        name = world.name if world is not None else board.character.world
        self.note_label.setText(f"{board.character.name} · {name}, {kind}")
        self.summary.show_board(board)
        self._show_board()

    def _show_board(self) -> None:
        if self._board is None or self._matrix_shown:
            return
        self.card_model.set_board(self._board, everything=self.everything.isChecked())
        action = self.no_plan.action_button
        had_focus = action is not None and action.hasFocus()
        empty = not self.card_model.tiles()
        self.stack.setCurrentWidget(self.no_plan if empty else self.cards)
        self.cards.ensure_current()
        if had_focus and not empty:
            self.cards.setFocus()

    def _on_matrix(self, matrix: Matrix) -> None:
        self.note_label.setText(self.tr("{0} characters").format(len(matrix.characters)))
        current = self.context.selection.current
        self.summary.show_matrix(matrix, current.world if current is not None else "")
        self.matrix_model.set_matrix(matrix)
        self.matrix.fit()
        self.stack.setCurrentWidget(self.matrix if matrix.groups else self.no_plan)
        self.matrix.ensure_current()

    def _on_failed(self, error: Exception) -> None:
        self.failed.set_text(str(error))
        self.stack.setCurrentWidget(self.failed)

    def _switch(self, _value: object) -> None:
        self._show_view()
        self.refresh()
        self.first_focus().setFocus()

    def _show_view(self) -> None:
        self.everything.setVisible(not self._matrix_shown)
        self.legend.setVisible(self._matrix_shown)

    def _character_id(self) -> str:
        return self._board.character.id if self._board is not None else ""

    def _toggle(self, tile: Tile) -> None:
        self.presenter.toggle(self._character_id(), tile.entry.id, cleared=tile.run is not None)

    def _log(self, tile: Tile) -> None:
        self.presenter.log(self._character_id(), tile.entry.id, tile.run.id if tile.run else None)

    def _nothing(self, tile: Tile) -> None:
        run = tile.run
        self.presenter.nothing(
            self._character_id(), tile.entry.id, run.id if run else None, run.draft.drop_note if run else None
        )

    def _party(self, tile: Tile, step: int) -> None:
        size = max(1, min(tile.party_size + step, tile.entry.max_party_size))
        if tile.planned and tile.run is None and size != tile.party_size:
            self.presenter.plan(self._character_id(), tile.entry.id, size)

    def _toggle_cell(self, cell: tuple[Character, BossEntry, Cell]) -> None:
        character, entry, state = cell
        self.presenter.toggle(character.id, entry.id, cleared=state.run is not None)

    def _log_cell(self, cell: tuple[Character, BossEntry, Cell]) -> None:
        character, entry, state = cell
        self.presenter.log(character.id, entry.id, state.run.id if state.run else None)

    def _nothing_cell(self, cell: tuple[Character, BossEntry, Cell]) -> None:
        character, entry, state = cell
        note: DropNote | None = state.run.draft.drop_note if state.run else None
        self.presenter.nothing(character.id, entry.id, state.run.id if state.run else None, note)

    def _choose(self, character: Character) -> None:
        self.context.selection.choose(character.id)
        self.view_switch.set_value("cards")
        self._switch("cards")

    def _resolve(self) -> None:
        self.presenter.nothing_this_week(None if self._matrix_shown else self._character_id())

    def _edit_plan(self) -> None:
        from desktop.ui.bosses.plan_dialog import PlanDialog

        if self.context.selection.current is not None:
            PlanDialog(self.context, self.window(), self.context.selection.current).open()

    def _tile_menu(self, tile: Tile, place: QPoint) -> None:
        run = tile.run
        self._menu(
            self._character_id(), tile.entry, run is not None, tile.party_size, planned=tile.planned
        ).popup(place)

    def _cell_menu(self, cell: tuple[Character, BossEntry, Cell], place: QPoint) -> None:
        character, entry, state = cell
        party = state.plan.party_size if state.plan else 1
        menu = self._menu(character.id, entry, state.run is not None, party, planned=state.plan is not None)
        menu.popup(place)

    def _menu(
        self, character_id: str, entry: BossEntry, cleared: bool, party: int, *, planned: bool
    ) -> QMenu:
        """Everything that can be done with a boss; the keys are named, so that they are learnt."""
        presenter = self.presenter
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        clear = menu.addAction(
            self.tr("Take the clear back\tSpace") if cleared else self.tr("Cleared\tSpace")
        )
        clear.triggered.connect(partial(presenter.toggle, character_id, entry.id, cleared=cleared))
        log = menu.addAction(self.tr("Log with drops…\tL"))
        log.triggered.connect(partial(self._log_from_menu, character_id, entry))
        if not cleared:
            nothing = menu.addAction(self.tr("Cleared, nothing dropped\tN"))
            nothing.triggered.connect(partial(presenter.nothing, character_id, entry.id, None, None))
        menu.addSeparator()
        options = self.context.catalog.groups[entry.clear_group]
        if len(options) > 1:
            self._choices(menu, [(o.display_name, o.id) for o in options], entry.id, character_id, party)
        sizes = menu.addMenu(self.tr("Party size"))
        for size in range(1, entry.max_party_size + 1):
            action = sizes.addAction(str(size))
            action.setCheckable(True)
            action.setChecked(size == party)
            action.triggered.connect(partial(presenter.plan, character_id, entry.id, size))
        if planned:
            drop = menu.addAction(self.tr("Take out of the plan"))
            drop.triggered.connect(partial(presenter.drop_plan, character_id, entry.clear_group))
        else:
            add = menu.addAction(self.tr("Put into the plan"))
            add.triggered.connect(partial(presenter.plan, character_id, entry.id, party))
        return menu

    def _choices(
        self, menu: QMenu, options: list[tuple[str, str]], chosen: str, character_id: str, party: int
    ) -> None:
        choices = menu.addMenu(self.tr("Difficulty"))
        group = QActionGroup(choices)
        for text, entry_id in options:
            action = choices.addAction(text)
            action.setCheckable(True)
            action.setChecked(entry_id == chosen)
            group.addAction(action)
            size = min(party, self.context.catalog.bosses[entry_id].max_party_size)
            action.triggered.connect(partial(self.presenter.plan, character_id, entry_id, size))

    def _log_from_menu(self, character_id: str, entry: BossEntry) -> None:
        self.presenter.log(character_id, entry.id, None)
