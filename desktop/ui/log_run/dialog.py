"""The log-run dialog: a clear with one common drop in a handful of keys."""

from datetime import date

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.bridge.background import Latest
from desktop.services.runs import Run
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.toast import announce
from desktop.ui.log_run.drops import DropEditor
from desktop.ui.search import rank
from desktop.ui.theme.tokens import SPACE_L, SPACE_M
from shared.errors import InvalidInput, MapleHubError
from shared.resets import Reset, last_day, period_of_day
from shared.runs import RunDraft
from shared.tracking import MAX_NOTE_LENGTH, DropNote

_remembered: dict[str, str] = {}
"""The boss the dialog was left on; the character is the app's selection."""


class LogRunDialog(QDialog):
    """Enter saves; Ctrl+Enter saves and goes on to the next open boss of the plan."""

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        *,
        entry_id: str | None = None,
        character_id: str | None = None,
        run_id: str | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Log run"))
        self._context = context
        self._run_id = run_id
        self._editing = run_id is not None
        self._saving = False
        self._existing = Latest(context.background, self)
        self._counts = Latest(context.background, self)
        self._build()
        self._fill_choices(character_id)
        if run_id is not None:
            runs = context.services.runs
            context.background.database(lambda: runs.get(run_id), self._show_run, self._refused, owner=self)
        else:
            self._choose_boss(entry_id or _remembered.get("entry") or self._first_boss())
        self.drops.setFocus()

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 520)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_0
        typing = isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit | QSpinBox | QDateEdit)
        if not typing and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if 0 <= digit <= 9 and self.drops.press(digit):
                return
            if event.key() == Qt.Key.Key_Slash:
                self.drops.search.field.setFocus()
                return
        super().keyPressEvent(event)

    def draft(self) -> RunDraft:
        """What the fields say."""
        chosen = self.day.date()
        cleared = self.cleared.isChecked()
        return RunDraft(
            character_id=str(self.character.currentData()),
            entry_id=str(self.boss.currentData()),
            day=date(chosen.year(), chosen.month(), chosen.day()),
            party_size=self.party.value(),
            cleared=cleared,
            drop_note=self.drops.note if cleared else DropNote.UNRECORDED,
            drops=self.drops.drops if cleared else (),
            note=self.note.text(),
        )

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = ScrollArea(max_width=760)
        outer.addWidget(area, 1)
        self._grid(area)
        self.drops = DropEditor(self._context.catalog, self._context.pictures)
        self.drops.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.drops.changed.connect(self._clear_errors)
        self.drops_field = FormField(
            self.tr("What dropped"), self.drops, self.tr("Keys 1–9 add, 0 is nothing special.")
        )
        area.add(self.drops_field)
        self.note = QLineEdit()
        self.note.setMaxLength(MAX_NOTE_LENGTH)
        self.note_field = FormField(self.tr("Note"), self.note)
        area.add(self.note_field)
        area.body.addStretch(1)
        self.foot = self._foot()
        outer.addWidget(self.foot)
        self.resize(720, 640)

    def _grid(self, area: ScrollArea) -> None:
        self.boss = QComboBox()
        self.boss.setEditable(True)
        self.boss.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer, editor = self.boss.completer(), self.boss.lineEdit()
        assert completer is not None
        assert editor is not None
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.boss.currentIndexChanged.connect(self._boss_changed)
        editor.editingFinished.connect(self._boss_typed)
        self.character = QComboBox()
        self.character.currentIndexChanged.connect(self._look_for_clear)
        self.day = QDateEdit()
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setDate(_qdate(self._context.today))
        self.day.setMaximumDate(_qdate(self._context.today))
        self.day.dateChanged.connect(self._look_for_clear)
        self.party = spin(1, 6, 1, self.tr("Party size"))
        self.cleared = QCheckBox(self.tr("Cleared"))
        self.cleared.setChecked(True)
        self.cleared.toggled.connect(self._cleared_toggled)
        self.boss_field = FormField(self.tr("Boss"), self.boss)
        self.character_field = FormField(self.tr("Character"), self.character)
        self.day_field = FormField(self.tr("Date (UTC, the game’s time)"), self.day)
        self.party_field = FormField(self.tr("Party size"), self.party)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_M)
        grid.addWidget(self.boss_field, 0, 0)
        grid.addWidget(self.character_field, 0, 1)
        grid.addWidget(self.day_field, 1, 0)
        last = QHBoxLayout()
        last.setSpacing(SPACE_L)
        last.addWidget(self.party_field)
        last.addWidget(self.cleared, 0, Qt.AlignmentFlag.AlignBottom)
        last.addStretch(1)
        grid.addLayout(last, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        area.body.addLayout(grid)
        self.state = label("", "caption", "muted", wrap=True)
        area.add(self.state)

    def _foot(self) -> DialogFoot:
        cancel = button(self.tr("Cancel"), "quiet")
        cancel.clicked.connect(self.reject)
        self.next_button = button(self.tr("Save and next"), "plain", hint=self.tr("Ctrl+Enter"))
        self.next_button.clicked.connect(self._save_and_next)
        self.save_button = button(self.tr("Save"), "primary", hint=self.tr("Enter"))
        self.save_button.clicked.connect(self._save)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._save_and_next)
        return DialogFoot(cancel, self.next_button, self.save_button)

    def _fill_choices(self, character_id: str | None) -> None:
        self.boss.blockSignals(True)
        for entry in self._context.catalog.bosses.values():
            self.boss.addItem(entry.display_name, entry.id)
        self.boss.setCurrentIndex(-1)
        self.boss.blockSignals(False)
        self.character.blockSignals(True)
        current = self._context.selection.current
        wanted = character_id or (current.id if current is not None else "")
        for character in self._context.selection.characters:
            self.character.addItem(character.name, character.id)
        self.character.setCurrentIndex(max(0, self.character.findData(wanted)))
        self.character.blockSignals(False)

    def _first_boss(self) -> str:
        return next(iter(self._context.catalog.bosses))

    def _choose_boss(self, entry_id: str) -> None:
        index = self.boss.findData(entry_id)
        if index == self.boss.currentIndex():
            self._boss_changed(index)
        else:
            self.boss.setCurrentIndex(index)

    def _boss_typed(self) -> None:
        """Take the best match for what was typed, so that “hluc” or “lucid hard” works."""
        text = self.boss.currentText()
        if text != self.boss.itemText(self.boss.currentIndex()) or self.boss.currentIndex() < 0:
            found = rank(text, list(self._context.catalog.bosses.values()), lambda entry: entry.display_name)
            if found and text.strip():
                self.boss.setCurrentIndex(self.boss.findData(found[0].id))
                self.boss_field.set_error("")
            else:
                self.boss_field.set_error(self.tr("No boss is called that. Choose one from the list."))

    def _boss_changed(self, index: int) -> None:
        entry = self._context.catalog.bosses.get(str(self.boss.itemData(index)))
        if entry is None:
            return
        self.boss_field.set_error("")
        self.party.setMaximum(entry.max_party_size)
        self.drops.set_boss(entry.id, {})
        diary = self._context.services.diary
        self._counts.database(lambda: (entry.id, diary.item_counts(entry.id)), self._on_counts)
        self._look_for_clear()

    def _on_counts(self, answer: tuple[str, dict[str, int]]) -> None:
        entry_id, counts = answer
        if counts and not self.drops.drops:
            nothing = self.drops.nothing.isChecked()
            self.drops.set_boss(entry_id, counts)
            self.drops.nothing.setChecked(nothing)

    def _look_for_clear(self, _value: object = None) -> None:
        """Is this chance used up already? Then saving completes that clear instead of making another."""
        self._clear_errors()
        if self._editing or self.boss.currentIndex() < 0:
            return
        draft = self.draft()
        runs, plans = self._context.services.runs, self._context.services.plans
        group = self._context.catalog.bosses[draft.entry_id].clear_group

        def work() -> tuple[Run | None, int]:
            plan = plans.of(draft.character_id).get(group)
            return runs.find_clear(
                draft.character_id, draft.entry_id, draft.day
            ), plan.party_size if plan else 1

        self._existing.database(work, self._on_existing)

    def _on_existing(self, answer: tuple[Run | None, int]) -> None:
        run, party = answer
        entry = self._context.catalog.bosses[str(self.boss.currentData())]
        period = period_of_day(entry.reset, self.draft().day)
        span = _span(entry.reset, period)
        if run is None:
            self._run_id = None
            self.party.setValue(min(party, entry.max_party_size))
            self.state.setText(self.tr("Counts for {0}.").format(span))
            set_tone(self.state, "muted")
        else:
            self._run_id = run.id
            self.party.setValue(run.draft.party_size)
            if not self.drops.drops and not self.drops.nothing.isChecked():
                self.drops.set_note(run.draft.drop_note, run.draft.drops)
                self.note.setText(run.draft.note)
            text = self.tr("Already cleared in {0}; saving completes that clear.")
            self.state.setText(text.format(span))
            set_tone(self.state, "info")

    def _show_run(self, run: Run) -> None:
        draft = run.draft
        self.setWindowTitle(self.tr("Edit run"))
        self.next_button.hide()
        self.character.setCurrentIndex(self.character.findData(draft.character_id))
        self.day.setDate(_qdate(draft.day))
        self._choose_boss(draft.entry_id)
        self.party.setValue(draft.party_size)
        self.cleared.setChecked(draft.cleared)
        self.drops.set_note(draft.drop_note, draft.drops)
        self.note.setText(draft.note)
        entry = self._context.catalog.bosses.get(draft.entry_id)
        if entry is not None:
            self.state.setText(self.tr("Counts for {0}.").format(_span(entry.reset, run.reset_period)))

    def _cleared_toggled(self, cleared: bool) -> None:
        self.drops_field.setEnabled(cleared)
        self._clear_errors()

    def _save(self) -> None:
        self._store(go_on=False)

    def _save_and_next(self) -> None:
        self._store(go_on=not self._editing)

    def _store(self, *, go_on: bool) -> None:
        if self._saving:
            return
        self._clear_errors()
        if self.boss.currentIndex() < 0:
            self.boss_field.set_error(self.tr("Choose a boss."))
            self.boss.setFocus()
            return
        wrong = self.drops.amount_error()
        if wrong:
            self.drops_field.set_error(wrong)
            return
        draft, runs, run_id = self.draft(), self._context.services.runs, self._run_id
        self._saving = True
        work = (lambda: runs.log(draft)) if run_id is None else (lambda: runs.edit(run_id, draft))
        done = self._saved_go_on if go_on else self._saved
        self._context.operations.perform(work, done, self._refused, owner=self)

    def _saved(self, _result: object) -> None:
        _remembered["entry"] = str(self.boss.currentData())
        self.accept()

    def _saved_go_on(self, _result: object) -> None:
        self._saving = False
        announce(self, self.tr("Saved"))
        draft, boards = self.draft(), self._context.services.boards

        def work() -> str | None:
            tiles = boards.board(draft.character_id).tiles
            after = [t for t in tiles if t.planned and t.run is None]
            order = self._context.catalog.bosses[draft.entry_id].order
            after.sort(key=lambda t: (t.entry.order < order, t.entry.order))
            return after[0].entry.id if after else None

        self._context.background.database(work, self._next_boss, self._refused, owner=self)

    def _next_boss(self, entry_id: str | None) -> None:
        if entry_id is None:
            self.accept()
            return
        self._run_id = None
        self.note.clear()
        self.drops.set_note(DropNote.UNRECORDED, ())
        self._choose_boss(entry_id)
        self.drops.setFocus()

    def _refused(self, error: Exception) -> None:
        self._saving = False
        fields = {
            "entry_id": self.boss_field,
            "day": self.day_field,
            "party_size": self.party_field,
            "drops": self.drops_field,
            "note": self.note_field,
            "sold_for": self.drops_field,
        }
        if isinstance(error, InvalidInput) and error.field in fields:
            fields[error.field].set_error(str(error))
            fields[error.field].control.setFocus()
        else:
            self.foot.set_error(str(error) if isinstance(error, MapleHubError) else repr(error))
        announce(self, str(error), urgent=True)

    def _clear_errors(self) -> None:
        self.foot.set_error("")
        for field in (self.day_field, self.party_field, self.drops_field, self.note_field):
            field.set_error("")


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _span(reset: Reset, period: date) -> str:
    """A period in words."""
    translate = QApplication.translate
    if reset is Reset.DAILY:
        return translate("resets", "the day {0}").format(period.isoformat())
    last = last_day(reset, period)
    if reset is Reset.MONTHLY:
        return translate("resets", "the month {0}").format(f"{period:%Y-%m}")
    return translate("resets", "the week {0} to {1}").format(period.isoformat(), last.isoformat())
