"""Writing a contest down, and changing a draft."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QLineEdit, QWidget

from desktop.bridge.clans import ClanReader, Told
from desktop.ui.clans.dialogs import ChangeDialog
from desktop.ui.clans.questions import metrics
from desktop.ui.clans.rule_rows import RuleRows
from desktop.ui.clans.words import games_of
from desktop.ui.context import Context
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import number_locale
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_M
from shared.api.clans import ClanInfo
from shared.api.contests import MAX_PRIZE, MAX_TITLE, MAX_WINNERS, ContestForm, ContestInfo
from shared.clans.metrics import Game

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_USUAL = timedelta(days=7)
_MINUTE = 60


class ContestDialog(ChangeDialog):
    """contest: the draft to be changed, None for a new one."""

    def __init__(
        self, context: Context, clan: ClanInfo, contest: ContestInfo | None, parent: QWidget
    ) -> None:
        super().__init__(context, "", "", parent, touches={"contests", "clan"}, scrolls=True)
        new = contest is None
        self.setWindowTitle(self.tr("New contest") if new else self.tr("Edit the draft"))
        self.confirm.setText(self.tr("Keep as a draft") if new else self.tr("Save"))
        self.confirm.setAccessibleName(self.confirm.text())
        self._clan, self._contest = clan, contest
        self._build_words(contest)
        self.rules = RuleRows(context, games_of(clan), contest.rules if contest is not None else ())
        self.column.addWidget(label(self.tr("Who satisfies a rule has an entry; several stack"), "strong"))
        self.column.addWidget(self.rules)
        self._build_times(contest)
        self._build_draw(contest)
        self.column.addStretch(1)
        self._known: dict[Game, list[str]] = {}
        self._readers = [ClanReader(context.clans, self) for _ in Game]
        for reader, game in zip(self._readers, games_of(clan), strict=False):
            reader.ask(metrics(clan.id, game), partial(self._on_metrics, game))
        self._explain()
        self.resize(720, 560)
        self.title.setFocus()

    # Building

    def _build_words(self, contest: ContestInfo | None) -> None:
        self.title = QLineEdit(contest.title if contest is not None else "")
        self.title.setMaxLength(MAX_TITLE)
        self.prize = QLineEdit(contest.prize if contest is not None else "")
        self.prize.setMaxLength(MAX_PRIZE)
        self.prize.setPlaceholderText(self.tr("e.g. a pair of wings"))
        self.fields["title"] = FormField(self.tr("Title"), self.title)
        self.fields["prize"] = FormField(self.tr("Prize"), self.prize)
        self.column.addLayout(_side_by_side(self.fields["title"], self.fields["prize"]))

    def _build_times(self, contest: ContestInfo | None) -> None:
        now = self.context.ticker.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        begins = contest.start_time if contest is not None else now
        ends = contest.end_time if contest is not None else now + _USUAL
        self.start_at, self.end_at = _when(begins), _when(ends)
        self.start_at.dateTimeChanged.connect(self._explain)
        self.end_at.dateTimeChanged.connect(self._explain)
        self.fields["start_time"] = FormField(self.tr("Begins (your clock)"), self.start_at)
        self.fields["end_time"] = FormField(self.tr("Ends (your clock)"), self.end_at)
        self.column.addLayout(_side_by_side(self.fields["start_time"], self.fields["end_time"]))

    def _build_draw(self, contest: ContestInfo | None) -> None:
        self.winners = spin(1, MAX_WINNERS, contest.winners if contest is not None else 1, "")
        self.alternates = spin(0, MAX_WINNERS, contest.alternates if contest is not None else 2, "")
        self.delay = spin(1, 1440, contest.delay_s // _MINUTE if contest is not None else 5, "")
        self.delay.setSuffix(self.tr(" min"))
        self.delay.valueChanged.connect(self._explain)
        self.fields["winners"] = FormField(self.tr("Winners"), self.winners)
        self.fields["alternates"] = FormField(
            self.tr("Alternates"), self.alternates, self.tr("Who comes next if a prize is not taken.")
        )
        self.fields["delay_s"] = FormField(self.tr("From the end to the beacon’s round"), self.delay)
        self.column.addLayout(
            _side_by_side(self.fields["winners"], self.fields["alternates"], self.fields["delay_s"])
        )
        self.beacon = Segmented(
            self.tr("Beacon"),
            [("drand", self.tr("Public beacon (drand)")), ("none", self.tr("Without a beacon"))],
        )
        if contest is not None:
            self.beacon.set_value(contest.beacon)
        self.beacon.changed.connect(self._explain)
        self.column.addWidget(self.beacon)
        self.explained = label("", "caption", "muted", wrap=True)
        self.column.addWidget(self.explained)

    # What it says

    def _on_metrics(self, game: Game, told: Told) -> None:
        if told.value is not None:
            self._known[game] = told.value.items
            self.rules.set_known(sorted({name for names in self._known.values() for name in names}))

    def _explain(self, _what: object = None) -> None:
        drand = self.beacon.value() == "drand"
        self.fields["delay_s"].setEnabled(drand)
        set_tone(self.explained, "muted" if drand else "warning")
        if not drand:
            self.explained.setText(
                self.tr(
                    "Only for servers without a network: whoever runs the server could try secrets until a winner"
                    " pleases them, and the proof says so."
                )
            )
            return
        words = self.tr(
            "{0} after the end, a public beacon tells a number that nobody can know before; with the secret the"
            " server is committed to, it decides who wins."
        )
        minutes = self.delay.value()
        said = self.tr("1 minute") if minutes == 1 else self.tr("{0} minutes").format(minutes)
        self.explained.setText(words.format(said))

    def change(self) -> "Callable[[ClansClient], Any] | None":
        title = self.title.text().strip()
        if not title:
            self.complain(self.fields["title"], self.tr("Give it a title."))
            return None
        rules = self.rules.read()
        if rules is None:
            return None
        start, end = _instant(self.start_at), _instant(self.end_at)
        if end <= start:
            self.complain(self.fields["end_time"], self.tr("It ends before it begins."))
            return None
        try:
            form = ContestForm.model_validate(
                {
                    "title": title,
                    "prize": self.prize.text().strip(),
                    "rules": rules,
                    "start_time": start,
                    "end_time": end,
                    "winners": self.winners.value(),
                    "alternates": self.alternates.value(),
                    "beacon": self.beacon.value(),
                    "delay_s": self.delay.value() * _MINUTE,
                }
            )
        except ValueError:
            self.foot.set_error(self.tr("Something here has characters in it that cannot be used."))
            return None
        clan = self._clan.id
        if self._contest is None:
            return lambda client: client.make_contest(clan, form)
        contest = self._contest.id
        return lambda client: client.change_contest(clan, contest, form)


def _when(at: datetime) -> QDateTimeEdit:
    made = QDateTimeEdit()
    made.setLocale(number_locale())
    made.setDisplayFormat("ddd d MMM yyyy, HH:mm")
    made.setCalendarPopup(True)
    made.setDateTime(QDateTime.fromSecsSinceEpoch(int(at.timestamp())).toLocalTime())
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def _instant(edit: QDateTimeEdit) -> datetime:
    """A whole second, UTC."""
    return datetime.fromtimestamp(edit.dateTime().toSecsSinceEpoch(), UTC)


def _side_by_side(*fields: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE_M)
    for field in fields:
        row.addWidget(field, 1)
    return row
