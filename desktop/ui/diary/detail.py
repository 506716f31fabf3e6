"""The panel beside the table: one run with its drops, and what they sold for."""

from datetime import date

from PySide6.QtCore import QDate, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDateEdit, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.services.diary import DiaryEntry
from desktop.ui.diary.wording import Standing, amount_text, drop_text, long_day, note_state
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Divider, ScrollArea, elide_label
from desktop.ui.kit.inputs import AmountEdit
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.pictures import Pictures
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from shared.catalog import Catalog
from shared.ids import drop_id
from shared.runs import Drop

WIDTH = 320


class Tile(QWidget):
    """A boss or an item, drawn; its name stands beside it."""

    def __init__(self, pictures: Pictures, kind: str, slug: str, name: str, size: int) -> None:
        super().__init__()
        self._pictures, self._kind, self._slug = pictures, kind, slug
        self.setFixedSize(size, size)
        self.setAccessibleName(name)
        pictures.arrived.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw = self._pictures.draw_boss if self._kind == "boss" else self._pictures.draw_item
        draw(painter, QRectF(self.rect()), self._slug)


class SaleEditor(QWidget):
    """A drop with the mesos it sold for and the day. sold: drop id, mesos or None, day or None."""

    sold = Signal(str, object, object)

    def __init__(self, run_id: str, drop: Drop, catalog: Catalog, pictures: Pictures, today: date) -> None:
        super().__init__()
        self.drop_id = drop_id(run_id, drop.item)
        self._told = (drop.sold_for, drop.sold_on)
        name = catalog.item_name(drop.item)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        column.setSpacing(SPACE_S)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(Tile(pictures, "item", drop.item, name, 28))
        heading = label("", "strong")
        elide_label(heading, drop_text(drop, catalog), WIDTH - 2 * SPACE_L - 28 - SPACE_S - 4)
        head.addWidget(heading, 1)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.amount = AmountEdit(self.tr("{0} sold for, mesos").format(name))
        self.amount.set_amount(drop.sold_for)
        self.amount.setPlaceholderText(self.tr("Sold for, mesos"))
        self.amount.setToolTip(self.tr("Sold for, in mesos; empty while unsold"))
        self.day = QDateEdit()
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.setMaximumDate(QDate(today.year, today.month, today.day))
        self.day.setAccessibleName(self.tr("{0} sold on, UTC").format(name))
        self.day.setToolTip(self.tr("Sold on, UTC"))
        self.day.setFixedWidth(136)
        shown = drop.sold_on or today
        self.day.setDate(QDate(shown.year, shown.month, shown.day))
        self.day.setEnabled(drop.sold_for is not None)
        row.addWidget(self.amount, 1)
        row.addWidget(self.day)
        column.addLayout(row)
        self.amount.amount_changed.connect(self._amount_changed)
        self.amount.editingFinished.connect(self._save)
        self.day.editingFinished.connect(self._save)
        self.day.dateChanged.connect(self._day_changed)

    def is_busy(self) -> bool:
        """Whether somebody is typing here."""
        return self.amount.hasFocus() or self.day.hasFocus()

    def take(self, drop: Drop) -> None:
        """Show what is stored now, unless somebody is in the middle of changing it."""
        stored = (drop.sold_for, drop.sold_on)
        untouched = not self.amount.error() and self._entered() == self._told
        if stored == self._told or not untouched:
            return
        self._told = stored
        self.amount.set_amount(drop.sold_for)
        if drop.sold_on is not None:
            self.day.setDate(QDate(drop.sold_on.year, drop.sold_on.month, drop.sold_on.day))
        self.day.setEnabled(drop.sold_for is not None)

    def _entered(self) -> tuple[int | None, date | None]:
        amount, day = self.amount.amount(), self.day.date()
        return amount, None if amount is None else date(day.year(), day.month(), day.day())

    def _amount_changed(self, amount: int | None) -> None:
        self.day.setEnabled(amount is not None)

    def _day_changed(self, _day: QDate) -> None:
        # A day picked from the calendar; typing is saved when it ends.
        if not self.day.hasFocus():
            self._save()

    def _save(self) -> None:
        if self.amount.error():
            return
        entered = self._entered()
        if entered != self._told:
            self._told = entered
            self.sold.emit(self.drop_id, *entered)


class DetailPanel(QFrame):
    """What is known of the selected run. sold as in SaleEditor; the other signals say what a button asks for."""

    sold = Signal(str, object, object)
    edit_asked = Signal()
    nothing_asked = Signal()
    remove_asked = Signal()
    closed = Signal()

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        super().__init__()
        self._catalog = catalog
        self._pictures = pictures
        self._shown: DiaryEntry | None = None
        self.setProperty("card", "true")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Details of the run"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_M, SPACE_S, SPACE_L)
        outer.setSpacing(SPACE_S)
        head = QHBoxLayout()
        self.heading = label(self.tr("Details"), "heading")
        self.close_button = IconButton("close", self.tr("Close the details"))
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_button)
        outer.addLayout(head)
        self._scroll = ScrollArea(max_width=WIDTH, margin=0)
        self._scroll.content.setContentsMargins(0, 0, SPACE_S, 0)
        self._scroll.body.setSpacing(SPACE_S)
        outer.addWidget(self._scroll, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(0, 0, SPACE_S, 0)
        self._buttons.setSpacing(SPACE_S)
        self.edit = button(self.tr("Edit…"), "plain", "edit", hint="Enter")
        self.nothing = button(self.tr("Nothing dropped"), "plain", hint="N")
        self.remove = button(self.tr("Remove"), "danger", hint="Delete")
        self.edit.clicked.connect(self.edit_asked)
        self.nothing.clicked.connect(self.nothing_asked)
        self.remove.clicked.connect(self.remove_asked)
        self._buttons.addWidget(self.edit)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.remove)
        above = QHBoxLayout()
        above.setContentsMargins(0, 0, SPACE_S, 0)
        above.addWidget(self.nothing)
        outer.addLayout(above)
        outer.addLayout(self._buttons)
        self.show_nothing()

    def editors(self) -> list[SaleEditor]:
        """The drops being shown."""
        return self._content.findChildren(SaleEditor)

    def show_nothing(self) -> None:
        """No run is selected."""
        self._shown = None
        self._say(self.tr("Select a run to see its drops and to note what they sold for."))
        self._set_buttons(edit=False, nothing=False, remove=False)

    def show_many(self, count: str) -> None:
        """Several runs are selected; count as a person reads it."""
        self._shown = None
        self._say(self.tr("{0} runs are selected.").format(count))
        self._set_buttons(edit=False, nothing=True, remove=True)

    def show_entry(self, entry: DiaryEntry, today: date) -> None:
        """Show a run; the same run again keeps what somebody is typing."""
        if entry == self._shown:
            return
        same_run = self._shown is not None and self._shown.run.id == entry.run.id
        self._shown = entry
        if same_run and any(editor.is_busy() for editor in self.editors()):
            stored = {drop_id(entry.run.id, drop.item): drop for drop in entry.run.draft.drops}
            for editor in self.editors():
                if editor.drop_id in stored:
                    editor.take(stored[editor.drop_id])
            return
        content, column = self._fresh()
        draft = entry.run.draft
        boss = self._catalog.bosses.get(draft.entry_id)
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        name = boss.name if boss is not None else draft.entry_id
        head.addWidget(Tile(self._pictures, "boss", draft.entry_id, name, 40))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(name, "strong", wrap=True))
        if boss is not None:
            difficulty = str(boss.difficulty)
            badge = Badge(self.tr(difficulty.capitalize()), difficulty)
            words.addWidget(badge, 0, Qt.AlignmentFlag.AlignLeft)
        head.addLayout(words, 1)
        column.addLayout(head)
        for title, text in self._facts(entry):
            column.addWidget(_fact(title, text))
        if draft.note:
            column.addWidget(label(draft.note, "body", "muted", wrap=True))
        column.addWidget(Divider())
        if draft.drops:
            for drop in draft.drops:
                editor = SaleEditor(entry.run.id, drop, self._catalog, self._pictures, today)
                editor.sold.connect(self.sold)
                column.addWidget(editor)
        else:
            column.addWidget(label(_sentence(note_state(entry)), "body", "muted"))
        self.standing = label("", "caption", "muted", wrap=True)
        self.standing.hide()
        column.addWidget(self.standing)
        column.addStretch(1)
        self._put(content)
        open_clear = draft.cleared and draft.drop_note == "unrecorded"
        self._set_buttons(edit=True, nothing=open_clear, remove=True)

    def show_standing(self, run_id: str, standing: Standing) -> None:
        """Say what the community statistics make of the run, if it is still the one shown."""
        if self._shown is not None and self._shown.run.id == run_id:
            self.standing.setText(standing.text)
            set_tone(self.standing, "warning" if standing.wrong else "muted")
            self.standing.show()

    def _facts(self, entry: DiaryEntry) -> list[tuple[str, str]]:
        draft = entry.run.draft
        facts = [
            (self.tr("Date, UTC"), long_day(draft.day)),
            (self.tr("Character"), entry.character),
            (self.tr("Party"), self.tr("alone") if draft.party_size == 1 else str(draft.party_size)),
        ]
        if draft.cleared:
            facts.append((self.tr("Crystal, mesos"), amount_text(entry.run.crystal_mesos)))
        if len(draft.drops) > 1 and entry.sold_mesos:
            facts.append((self.tr("Sold, mesos"), amount_text(entry.sold_mesos)))
        return facts

    def _set_buttons(self, *, edit: bool, nothing: bool, remove: bool) -> None:
        self.edit.setVisible(edit)
        self.nothing.setVisible(nothing)
        self.remove.setVisible(remove)

    def _say(self, text: str) -> None:
        content, column = self._fresh()
        column.addWidget(label(text, "body", "muted", wrap=True))
        column.addStretch(1)
        self._put(content)

    def _fresh(self) -> tuple[QWidget, QVBoxLayout]:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        return content, column

    def _put(self, content: QWidget) -> None:
        old = getattr(self, "_content", None)
        if isinstance(old, QWidget):
            old.hide()
            self._scroll.body.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        self._content = content
        self._scroll.add(content)


def _fact(title: str, text: str) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label(title, "caption"))
    value = QLabel(text)
    value.setTextFormat(Qt.TextFormat.PlainText)
    value.setAlignment(Qt.AlignmentFlag.AlignRight)
    value.setAccessibleName(f"{title}: {text}")
    row.addWidget(value, 1)
    return made


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
