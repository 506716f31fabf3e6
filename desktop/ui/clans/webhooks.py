"""Where the clan's news go: Discord webhooks, what each is told of, and whether it arrives."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.dialogs import ChangeDialog, ConfirmDialog
from desktop.ui.clans.part import Part, page_area
from desktop.ui.clans.questions import webhooks
from desktop.ui.clans.words import age_text, counted, event_name
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.chips import Badge, Chip
from desktop.ui.kit.containers import Card
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import EmptyState, ErrorBanner
from desktop.ui.theme.tokens import SPACE_M, SPACE_S
from shared.api.clans import ClanInfo
from shared.api.webhooks import MAX_WEBHOOKS, HookEvent, WebhookChange, WebhookEntry, WebhookInfo
from shared.clans.roles import Role
from shared.errors import MapleHubError

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_BEGINS = "https://discord.com/api/webhooks/"
_WELL = 300
_EMPTY = 360
_TOUCHES = frozenset({"webhooks"})


class WebhooksPart(Part):
    """Everybody sees them; leaders change them."""

    subjects: ClassVar[frozenset[str]] = _TOUCHES

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Notifications"))
        self._shown: list[WebhookInfo] = []
        self.cards: dict[str, HookCard] = {}
        area = page_area()
        self.add = button(self.tr("Add a webhook…"), "primary", "plus")
        self.add.clicked.connect(self._add)
        self.note = label("", "body", "muted", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(SPACE_M)
        head.addWidget(self.note, 1)
        head.addWidget(self.add)
        area.body.addLayout(head)
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE_M)
        area.body.addLayout(self._column)
        self.empty = EmptyState(
            "nothing_yet",
            self.tr("No channel is told anything"),
            self.tr("Make a webhook in a Discord channel’s settings and add its address here."),
            self.tr("Add a webhook…"),
        )
        self.empty.setMinimumHeight(_EMPTY)
        self.empty.action.connect(self._add)
        area.add(self.empty)
        area.body.addStretch(1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def look(self) -> None:
        if self.clan is not None:
            self.question(webhooks(self.clan_id), self._on_hooks)

    def forget(self) -> None:
        self._show([])

    def first_focus(self) -> QWidget | None:
        return self.add if self.may(Role.LEADER) else None

    def show_clan(self, clan: ClanInfo) -> None:
        leader = clan.role is Role.LEADER
        self.add.setVisible(leader)
        if self.empty.action_button is not None:
            self.empty.action_button.setVisible(leader)
        self.note.setText(
            self.tr("Each Discord channel is told what is switched on for it.")
            if leader
            else self.tr("Each Discord channel is told what is switched on for it. Leaders change this.")
        )

    def _on_hooks(self, told: Told) -> None:
        if self.take(told):
            self._show(list(told.value.items))

    def _show(self, found: list[WebhookInfo]) -> None:
        gone = set(self.cards) - {hook.id for hook in found}
        for hook_id in gone:
            card = self.cards.pop(hook_id)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        leader = self.may(Role.LEADER)
        for place, hook in enumerate(found):
            if hook.id not in self.cards:
                made = HookCard(self, hook.id)
                self.cards[hook.id] = made
                self._column.insertWidget(place, made)
            self.cards[hook.id].show_hook(hook, leader=leader)
        self._shown = found
        self.empty.setVisible(not found)
        self.add.setEnabled(len(found) < MAX_WEBHOOKS)
        self.add.setToolTip(
            "" if len(found) < MAX_WEBHOOKS else self.tr("A clan has {0} at most.").format(MAX_WEBHOOKS)
        )

    # Changes

    def _add(self) -> None:
        dialog = WebhookDialog(self.context, self.clan_id, self.window())
        dialog.made.connect(
            lambda _: self.say(self.tr("Added. Send it a test line to see whether it arrives."))
        )
        dialog.open()

    def change(self, hook: WebhookInfo, *, events: tuple[HookEvent, ...], enabled: bool) -> None:
        """Tell a channel of other things, or of none."""
        clan, hook_id = self.clan_id, hook.id
        change = WebhookChange(name=hook.name, events=events, enabled=enabled)
        self.write(
            lambda client: client.change_webhook(clan, hook_id, change), touches=_TOUCHES, failed=self._undo
        )

    def _undo(self, error: MapleHubError) -> None:
        self.refused(error)
        self._show(self._shown)

    def test(self, hook_id: str) -> None:
        """Send a line."""
        clan = self.clan_id
        self.write(lambda client: client.test_webhook(clan, hook_id), self._tested, touches=_TOUCHES)

    def _tested(self, hook: WebhookInfo) -> None:
        if hook.last_status is not None and hook.last_status < _WELL:
            self.say(self.tr("The line has arrived in {0}").format(hook.name))
        elif hook.waiting:
            self.context.shell.toast(self.tr("The line is on its way to {0}").format(hook.name))
        else:
            self.context.shell.toast(self.tr("Discord did not take the line"), tone="warning")

    def remove(self, hook: WebhookInfo) -> None:
        """Tell it nothing any more."""
        clan, hook_id = self.clan_id, hook.id
        ConfirmDialog(
            self.context,
            self.tr("Remove {0}").format(hook.name),
            self.tr("Remove"),
            self.tr("{0} is told nothing any more. The address is forgotten.").format(hook.name),
            lambda client: client.remove_webhook(clan, hook_id),
            self.window(),
            touches=_TOUCHES,
        ).open()


class HookCard(Card):
    """One webhook."""

    def __init__(self, part: WebhooksPart, hook_id: str) -> None:
        self.badge = Badge("", "success")
        super().__init__(" ", self.badge)
        self._part, self._id = part, hook_id
        self._hook: WebhookInfo | None = None
        self._hint = label("", "caption", "muted")
        self.add(self._hint)
        self.why = ErrorBanner("", tone="warning")
        self.why.action.connect(self._enable)
        self.add(self.why)
        self.add(label(self.tr("Told of"), "caption", "muted"))
        chips = QWidget()
        flow = FlowLayout(chips, SPACE_S, SPACE_S)
        self.switches = {event: Chip(event_name(event)) for event in HookEvent}
        for chip in self.switches.values():
            chip.toggled.connect(self._switch)
            flow.addWidget(chip)
        self.add(chips)
        self.last = label("", "caption", "muted", wrap=True)
        self.test = button(self.tr("Send a test"), "plain", "bell")
        self.test.clicked.connect(self._test)
        self.toggle = button("", "quiet")
        self.toggle.clicked.connect(self._toggle)
        self.remove = button(self.tr("Remove…"), "quiet", "trash")
        self.remove.clicked.connect(self._remove)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.last, 1)
        for made in (self.toggle, self.remove, self.test):
            row.addWidget(made)
        self.body.addLayout(row)

    def show_hook(self, hook: WebhookInfo, *, leader: bool) -> None:
        """Show how it stands."""
        self._hook = hook
        self.title_label.setText(hook.name)
        self.setAccessibleName(hook.name)
        self._hint.setText(self.tr("Webhook {0}").format(hook.hint))
        for event, chip in self.switches.items():
            chip.blockSignals(True)
            chip.setChecked(event in hook.events)
            chip.blockSignals(False)
            chip.setEnabled(leader)
            chip.setAccessibleDescription(hook.name)
        refused = hook.disabled_why is not None
        self.badge.set_state(*self._state(hook))
        self.why.setVisible(refused)
        self.why.set_message(hook.disabled_why or "")
        self.last.setText(self._last(hook))
        self.toggle.setText(self.tr("Switch off") if hook.enabled else self.tr("Switch on"))
        for made, name in ((self.toggle, self.toggle.text()), (self.test, self.test.text())):
            made.setAccessibleName(f"{name}: {hook.name}")
        self.remove.setAccessibleName(self.tr("Remove {0}").format(hook.name))
        for made in (self.toggle, self.remove, self.test):
            made.setVisible(leader)
        self.test.setEnabled(hook.enabled)

    def _state(self, hook: WebhookInfo) -> tuple[str, str, str]:
        if hook.disabled_why is not None:
            return self.tr("Refused by Discord"), "error", "error"
        if not hook.enabled:
            return self.tr("Off"), "text-muted", "minus"
        if hook.last_status is not None and hook.last_status >= _WELL:
            return self.tr("Trouble"), "warning", "warning"
        return self.tr("On"), "success", "check"

    def _last(self, hook: WebhookInfo) -> str:
        parts = []
        if hook.last_at is None:
            parts.append(self.tr("Nothing was sent yet"))
        else:
            age = age_text(self._part.now, hook.last_at)
            if hook.last_status is None:
                parts.append(self.tr("Tried {0}, no answer").format(age))
            elif hook.last_status < _WELL:
                parts.append(self.tr("Arrived {0} ({1})").format(age, hook.last_status))
            else:
                said = f": {hook.last_response}" if hook.last_response else ""
                parts.append(self.tr("Tried {0}, Discord answered {1}").format(age, hook.last_status) + said)
        if hook.waiting:
            parts.append(counted(hook.waiting, self.tr("1 message waits"), self.tr("{0} messages wait")))
        return " · ".join(parts)

    def _switch(self, _on: object) -> None:
        hook = self._hook
        if hook is not None:
            # As the switches stand, for an answer to the one before may still be on its way.
            events = tuple(event for event, chip in self.switches.items() if chip.isChecked())
            self._part.change(hook, events=events, enabled=hook.enabled)

    def _toggle(self) -> None:
        if self._hook is not None:
            self._part.change(self._hook, events=self._hook.events, enabled=not self._hook.enabled)

    def _enable(self) -> None:
        if self._hook is not None:
            self._part.change(self._hook, events=self._hook.events, enabled=True)

    def _test(self) -> None:
        self._part.test(self._id)

    def _remove(self) -> None:
        if self._hook is not None:
            self._part.remove(self._hook)


class WebhookDialog(ChangeDialog):
    """A name, the address, and what it is told of."""

    def __init__(self, context: Context, clan_id: str, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches=_TOUCHES)
        self.setWindowTitle(self.tr("Add a webhook"))
        self.confirm.setText(self.tr("Add"))
        self.confirm.setAccessibleName(self.tr("Add"))
        self._clan = clan_id
        self.name = QLineEdit()
        self.name.setPlaceholderText("#announcements")
        self.name.setMaxLength(60)
        self.url = QLineEdit()
        self.url.setPlaceholderText(f"{_BEGINS}…")
        self.url.setMaxLength(300)
        self.url.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self.fields = {
            "name": FormField(self.tr("Channel"), self.name),
            "url": FormField(
                self.tr("Address"),
                self.url,
                self.tr(
                    "Discord: Edit Channel › Integrations › Webhooks › Copy Webhook URL. Whoever has it can write"
                    " there, so it is stored encrypted and never shown again."
                ),
            ),
        }
        for field in self.fields.values():
            self.column.addWidget(field)
        self.column.addWidget(label(self.tr("Told of"), "caption", "muted"))
        chips = QWidget()
        flow = FlowLayout(chips, SPACE_S, SPACE_S)
        self.switches = {event: Chip(event_name(event)) for event in HookEvent}
        for chip in self.switches.values():
            chip.setChecked(True)
            flow.addWidget(chip)
        self.column.addWidget(chips)
        self.column.addStretch(1)
        self.resize(520, 400)
        self.name.setFocus()

    def change(self) -> "Callable[[ClansClient], Any] | None":
        name, url = self.name.text().strip(), self.url.text().strip()
        if not name:
            self.complain(self.fields["name"], self.tr("Give it a name."))
            return None
        if not url.startswith(_BEGINS):
            said = self.tr("A Discord webhook’s address begins with {0}").format(_BEGINS)
            self.complain(self.fields["url"], said)
            return None
        events = tuple(event for event, chip in self.switches.items() if chip.isChecked())
        clan, entry = self._clan, WebhookEntry.model_validate({"name": name, "url": url, "events": events})
        return lambda client: client.add_webhook(clan, entry)
