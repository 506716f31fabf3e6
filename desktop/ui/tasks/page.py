"""The Tasks page: what is to do before each reset."""

from datetime import datetime
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.tasks import TaskState
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from desktop.ui.tasks.dialogs import AddTasksDialog, EditTaskDialog
from desktop.ui.tasks.model import Heading, TaskRow, arrange, moved, neighbour
from desktop.ui.tasks.presenter import TaskList, TasksPresenter
from desktop.ui.tasks.view import TaskView
from desktop.ui.theme.tokens import SPACE_M, SPACE_XL
from shared.errors import MapleHubError
from shared.resets import Reset


class TasksPage(Page):
    """Ticking, adding and changing tasks."""

    kinds: ClassVar[frozenset[str]] = frozenset({"user_tasks", "task_completions", "characters"})
    per_character: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Tasks"))
        self.setAccessibleName(self.tr("Tasks"))
        self.presenter = TasksPresenter(context.services, context.background, context.operations, self)
        self._states: tuple[TaskState, ...] = ()
        self._loaded = False
        self.hide_done = Chip(self.tr("Hide done"))
        self.hide_done.toggled.connect(self._hide)
        self.scope = Segmented(
            self.tr("Whose tasks"), [("one", self.tr("This character")), ("all", self.tr("Everyone"))]
        )
        self.scope.changed.connect(self._rescope)
        self.add_button = button(self.tr("Add tasks"), "primary", "plus")
        self.add_button.clicked.connect(self.add_tasks)
        for control in (self.hide_done, self.scope, self.add_button):
            self.controls.addWidget(control)
        self.view = TaskView()
        self.view.toggled.connect(self._toggle)
        self.view.stepped.connect(self._step)
        self.view.moved.connect(self._move)
        self.view.finished.connect(self._finish)
        self.view.edited.connect(self._edit)
        self.view.removed.connect(self._remove)
        self.view.asked.connect(self._ask)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self._build_states(context)
        context.ticker.ticked.connect(self._tick)
        context.operations.refused.connect(self._refused)

    def refresh(self) -> None:
        current = self.context.selection.current
        one = current.id if current is not None and not self.everyone else None
        self.presenter.load(one, self._on_list, self._on_failed)

    def open_with(self, **arguments: object) -> None:
        if arguments.get("scope") in {"one", "all"}:
            self.scope.set_value(arguments["scope"])
            self.invalidate()

    def first_focus(self) -> QWidget:
        shown = self.stack.currentWidget()
        if isinstance(shown, EmptyState) and shown.action_button is not None:
            return shown.action_button
        return self.view

    @property
    def everyone(self) -> bool:
        """Whether everyone's tasks are shown, not only the chosen character's."""
        return self.scope.value() == "all"

    def add_tasks(self) -> None:
        """Open the dialog that adds tasks."""
        if self.context.selection.current is None:
            self.context.shell.edit_character()
        else:
            AddTasksDialog(self.context, self.window()).open()

    def _build_states(self, context: Context) -> None:
        self.loading = QWidget()
        column = QVBoxLayout(self.loading)
        column.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL, SPACE_XL)
        column.addWidget(LoadingState(self.tr("Loading tasks"), rows=6))
        column.addStretch(1)
        self.no_tasks = EmptyState(
            "nothing_yet",
            self.tr("No tasks yet"),
            self.tr("Add dailies and weeklies, or write your own."),
            self.tr("Add tasks"),
        )
        self.no_tasks.action.connect(self.add_tasks)
        self.no_character = EmptyState(
            "nothing_yet",
            self.tr("No character yet"),
            self.tr("Add your character to give it tasks."),
            self.tr("Add a character"),
        )
        self.no_character.action.connect(context.shell.edit_character)
        self.all_done = EmptyState(
            "nothing_yet",
            self.tr("Everything is done"),
            self.tr("Done tasks are hidden; they come back with their reset."),
            self.tr("Show done tasks"),
        )
        self.all_done.action.connect(self.hide_done.click)
        self.failed = EmptyState(
            "could_not_load", self.tr("The tasks could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.invalidate)
        for widget in (self.loading, self.view, self.no_tasks, self.no_character, self.all_done, self.failed):
            self.stack.addWidget(widget)

    def _on_list(self, found: TaskList) -> None:
        self._states = found.states
        if not self._loaded:
            self._loaded = True
            self.hide_done.blockSignals(True)
            self.hide_done.setChecked(found.hide_done)
            self.hide_done.blockSignals(False)
        self._show()

    def _show(self) -> None:
        """Show the tasks as they are known, and go on where the keyboard was."""
        characters = self.context.selection.characters
        now = self.context.ticker.now()
        items = arrange(
            self._states,
            characters,
            self.context.catalog,
            now,
            everyone=self.everyone,
            hide_done=self.hide_done.isChecked(),
        )
        daily = [state for state in self._states if state.task.reset is Reset.DAILY]
        done = sum(state.done for state in daily)
        self.note_label.setText(self.tr("{0} of {1} daily done").format(done, len(daily)) if daily else "")
        self.view.painter.now = now
        self.view.set_items(items)
        self.hide_done.setVisible(bool(self._states))
        self.scope.setVisible(len(characters) > 1)
        self.add_button.setVisible(bool(self._states))
        if not self._states:
            self._switch(self.no_tasks if characters else self.no_character)
        elif any(isinstance(item, TaskRow) for item in items):
            self._switch(self.view)
        else:
            self._switch(self.all_done)

    def _switch(self, shown: QWidget) -> None:
        """Show one of the states; the keyboard goes along when it was in the one before."""
        before = self.stack.currentWidget()
        focused = self.window().focusWidget()
        had_focus = before is not None and (before is focused or before.isAncestorOf(focused))
        self.stack.setCurrentWidget(shown)
        if had_focus and shown is not before:
            self.first_focus().setFocus()

    def _on_failed(self, error: Exception) -> None:
        self.failed.setAccessibleDescription(str(error) if isinstance(error, MapleHubError) else "")
        self._switch(self.failed)

    def _refused(self, _error: object) -> None:
        # What was shown ahead of the answer may not have come true.
        self.invalidate()

    def _tick(self, now: object) -> None:
        if isinstance(now, datetime):
            self.view.painter.now = now
            self.view.viewport().update()

    def _hide(self, hidden: bool) -> None:
        self.presenter.keep_hide_done(hidden)
        self._show()

    def _rescope(self, _value: object) -> None:
        self.refresh()

    def _put(self, row: TaskRow, count: int) -> None:
        """Show the new count at once: the next key may come before the answer."""
        changed = self.presenter.set_count(row.state, count)
        self._states = tuple(changed if s.task.id == changed.task.id else s for s in self._states)
        self._show()

    def _toggle(self, row: TaskRow) -> None:
        self._put(row, 0 if row.state.done else row.state.task.max_count)

    def _step(self, row: TaskRow, step: int) -> None:
        self._put(row, row.state.count + step)

    def _move(self, row: TaskRow, step: int) -> None:
        """Show the new order at once, as with a count."""
        task = row.state.task
        beside = neighbour(self.view.tasks.items(), task.id, step)
        if beside is None:
            return
        self._states = moved(self._states, task.id, beside)
        self._show()
        self.view.select_task(task.id)
        self.presenter.reorder(
            [
                state.task.id
                for state in self._states
                if (state.task.reset, state.task.owner) == (task.reset, task.owner)
            ]
        )

    def _finish(self, heading: Heading) -> None:
        self.presenter.finish(heading.open_tasks)

    def _edit(self, row: TaskRow) -> None:
        EditTaskDialog(self.context, self.window(), row.state.task).open()

    def _remove(self, row: TaskRow) -> None:
        self.presenter.remove(row.state.task.id)

    def _ask(self, row: TaskRow, place: QPoint) -> None:
        self.menu_of(row).popup(place)

    def menu_of(self, row: TaskRow) -> QMenu:
        """Everything that can be done with a task; the keys are named, so that they are learnt."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        words = self.tr("Open again\tSpace") if row.state.done else self.tr("Done\tSpace")
        menu.addAction(words).triggered.connect(partial(self._toggle, row))
        if row.state.task.max_count > 1:
            menu.addAction(self.tr("Once more\t+")).triggered.connect(partial(self._step, row, 1))
            menu.addAction(self.tr("Once less\t-")).triggered.connect(partial(self._step, row, -1))
        menu.addSeparator()
        self._add_moves(menu, row)
        menu.addSeparator()
        if row.state.task.template is None:
            menu.addAction(self.tr("Edit…\tEnter")).triggered.connect(partial(self._edit, row))
        menu.addAction(self.tr("Remove\tDel")).triggered.connect(partial(self._remove, row))
        return menu

    def _add_moves(self, menu: QMenu, row: TaskRow) -> None:
        """Both ways, or neither where there is nothing to put in order."""
        beside = {step: neighbour(self.view.tasks.items(), row.key, step) for step in (-1, 1)}
        if any(beside.values()):
            for words, step in (
                (self.tr("Move earlier\tAlt+Up"), -1),
                (self.tr("Move later\tAlt+Down"), 1),
            ):
                action = menu.addAction(words)
                action.setEnabled(beside[step] is not None)
                action.triggered.connect(partial(self._move, row, step))
