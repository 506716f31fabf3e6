"""Players and roles, invitations, notifications: who may change what, and what is said when it does not go."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit

from desktop.services.demo_clans.cast import LUMEN, ME, WAYFARERS, made_id
from desktop.ui.clans.dialogs import ConfirmDialog
from desktop.ui.clans.people import CodeDialog, InviteDialog, PeoplePart
from desktop.ui.clans.webhooks import WebhookDialog, WebhooksPart
from shared.api.webhooks import HookEvent
from shared.clans.roles import Role
from tests.desktop.clan_server import ClanServer
from tests.desktop.ui.clans.conftest import Desk, texts

OpenDesk = Callable[[], Desk]
URL = "https://discord.com/api/webhooks/80351110224678912/aVerySecretPart"
HOOK = made_id("hook/#announcements")
OLD = made_id("hook/#old-lounge")


def box_of(part: PeoplePart, name: str) -> QComboBox:
    boxes = part.findChildren(QComboBox)
    return next(box for box in boxes if box.accessibleName() == f"Role of {name}" and box.isVisible())


def choose(box: QComboBox, role: Role) -> None:
    box.setCurrentIndex(box.findData(role))
    box.activated.emit(box.currentIndex())


# Players


def test_a_leader_gives_roles(lumen: Desk) -> None:
    part = lumen.part(PeoplePart, "people")
    assert part.players.title_label.text() == "Players (12)"
    assert "aria (you)" in texts(part)
    choose(box_of(part, "edda"), Role.OFFICER)
    lumen.settle()
    assert lumen.hub().clans[LUMEN].people[made_id("person/edda")].role is Role.OFFICER
    assert "edda is officer now" in lumen.context.shell.toasts  # type: ignore[attr-defined]


def test_a_role_that_is_refused_stands_as_it_was(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(PeoplePart, "people")
    path = f"/api/clans/{LUMEN}/people/{ME}"
    server.refuse("PUT", path, 409, "conflict", "A clan needs a leader.")
    choose(box_of(part, "aria"), Role.MEMBER)
    desk.settle()
    assert Role(box_of(part, "aria").currentData()) is Role.LEADER
    assert "A clan needs a leader." in desk.context.shell.toasts  # type: ignore[attr-defined]


def test_an_officer_invites_but_gives_no_roles(lumen: Desk) -> None:
    lumen.page.open_with(clan=WAYFARERS)
    part = lumen.part(PeoplePart, "people")
    assert not [box for box in part.findChildren(QComboBox) if box.isVisible()]
    assert part.invitations.isVisible()
    assert not part.close_clan.isVisible()


def test_somebody_is_removed_after_a_second_look(lumen: Desk) -> None:
    part = lumen.part(PeoplePart, "people")
    person = next(each for each in part._people if each.name == "fenn")
    part._remove(person)
    lumen.dialog(ConfirmDialog).confirm.click()
    lumen.settle()
    assert "fenn" not in [each.name for each in part._people]
    assert lumen.page.clan is not None
    assert lumen.page.clan.people == 11


def test_leaving_leads_to_the_next_clan(lumen: Desk) -> None:
    part = lumen.part(PeoplePart, "people")
    part.leave.click()
    lumen.dialog(ConfirmDialog).confirm.click()
    lumen.settle()
    assert lumen.page.clan is not None
    assert lumen.page.clan.id == WAYFARERS


def test_closing_takes_the_clans_name(lumen: Desk) -> None:
    part = lumen.part(PeoplePart, "people")
    part.close_clan.click()
    dialog = lumen.dialog(ConfirmDialog)
    assert not dialog.confirm.isEnabled()
    dialog.name.setText("lumen")
    assert not dialog.confirm.isEnabled()
    dialog.name.setText("Lumen")
    dialog.confirm.click()
    lumen.settle()
    assert LUMEN not in lumen.hub().clans
    assert lumen.page.clan is not None
    assert lumen.page.clan.id == WAYFARERS


# Invitations


def test_a_code_is_shown_once_and_can_be_revoked(lumen: Desk) -> None:
    part = lumen.part(PeoplePart, "people")
    part.invite.click()
    dialog = lumen.dialog(InviteDialog)
    dialog.role.setCurrentIndex(1)
    dialog.uses.setValue(0)
    dialog.submit()
    lumen.settle()
    code = lumen.dialog(CodeDialog)
    text = code.code.text()
    assert text.startswith("mhi_")
    code.confirm.click()
    assert QGuiApplication.clipboard().text() == text
    lumen.settle()
    assert f"…{text[-4:]}, to come in as officer" in texts(part)
    assert "any number of uses" in texts(part)
    assert text not in texts(part)
    made = next(each for each in lumen.hub().clans[LUMEN].invitations.values() if each.hint == text[-4:])
    part._revoke(made.id)
    lumen.settle()
    assert text[-4:] not in texts(part)


# Notifications


def test_a_webhook_says_how_it_does(lumen: Desk) -> None:
    part = lumen.part(WebhooksPart, "webhooks")
    said = texts(part)
    assert "Arrived" in said
    assert "Discord answered 429: You are being rate limited. · 2 messages wait" in said
    old = part.cards[OLD]
    assert old.badge.text() == "Refused by Discord"
    assert "deleted there" in old.why.accessibleName()
    assert old.toggle.text() == "Switch on"
    assert not old.test.isEnabled()


def test_what_a_channel_is_told_of_is_switched(lumen: Desk) -> None:
    part = lumen.part(WebhooksPart, "webhooks")
    card = part.cards[HOOK]
    card.switches[HookEvent.SNAPSHOT].click()
    lumen.settle()
    hook = lumen.hub().clans[LUMEN].hooks[HOOK]
    assert HookEvent.SNAPSHOT not in hook.events
    assert len(hook.events) == len(HookEvent) - 1
    card.toggle.click()
    lumen.settle()
    assert not lumen.hub().clans[LUMEN].hooks[HOOK].enabled
    assert card.badge.text() == "Off"
    part.cards[OLD].toggle.click()
    lumen.settle()
    assert not part.cards[OLD].why.isVisible()


def test_switches_pressed_one_after_another_all_count(lumen: Desk) -> None:
    part = lumen.part(WebhooksPart, "webhooks")
    card = part.cards[HOOK]
    card.switches[HookEvent.SNAPSHOT].click()
    card.switches[HookEvent.HIGHLIGHTS].click()
    lumen.settle()
    gone = {HookEvent.SNAPSHOT, HookEvent.HIGHLIGHTS}
    assert set(lumen.hub().clans[LUMEN].hooks[HOOK].events) == set(HookEvent) - gone


def test_a_switch_that_is_refused_goes_back(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(WebhooksPart, "webhooks")
    path = f"/api/clans/{LUMEN}/webhooks/{HOOK}"
    server.refuse("PUT", path, 403, "forbidden", "Only a leader may do this.")
    chip = part.cards[HOOK].switches[HookEvent.SNAPSHOT]
    chip.click()
    desk.settle()
    assert chip.isChecked()


def test_an_address_is_entered_once_and_never_shown(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(WebhooksPart, "webhooks")
    part.add.click()
    dialog = desk.dialog(WebhookDialog)
    assert dialog.url.echoMode() is not QLineEdit.EchoMode.Normal
    dialog.submit()
    assert dialog.fields["name"].error()
    dialog.name.setText("#news")
    dialog.url.setText("https://example.com/api/webhooks/1/a")
    dialog.submit()
    assert "begins with" in dialog.fields["url"].error()
    server.refuse("POST", f"/api/clans/{LUMEN}/webhooks", 422, "invalid-input", "Not a webhook.", field="url")
    dialog.url.setText(URL)
    dialog.submit()
    desk.settle()
    assert dialog.fields["url"].error() == "Not a webhook."
    server.answers.clear()
    dialog.submit()
    desk.settle()
    assert "#news" in [card.title_label.text() for card in part.cards.values()]
    assert "aVerySecretPart" not in texts(desk.page)
    assert [each.body["url"] for each in server.asked if each.method == "POST"] == [URL, URL]


@pytest.mark.parametrize(
    ("status", "waiting", "said"), [(204, 0, "arrived"), (None, 1, "on its way"), (500, 0, "not take")]
)
def test_a_test_line_says_what_became_of_it(
    open_desk_on: OpenDesk, server: ClanServer, status: int | None, waiting: int, said: str
) -> None:
    desk = open_desk_on()
    part = desk.part(WebhooksPart, "webhooks")
    hook = server.hub.clans[LUMEN].hooks[HOOK].model_copy(update={"last_status": status, "waiting": waiting})
    server.answer("POST", f"/api/clans/{LUMEN}/webhooks/{HOOK}/test", 200, hook.model_dump_json().encode())
    part.cards[HOOK].test.click()
    desk.settle()
    assert said in desk.context.shell.toasts[-1]  # type: ignore[attr-defined]


def test_a_webhook_is_removed(lumen: Desk) -> None:
    part = lumen.part(WebhooksPart, "webhooks")
    part.cards[HOOK].remove.click()
    lumen.dialog(ConfirmDialog).confirm.click()
    lumen.settle()
    assert HOOK not in part.cards


def test_who_does_not_lead_sees_and_changes_nothing(lumen: Desk) -> None:
    clan = lumen.hub().clans[LUMEN]
    clan.people[ME] = clan.people[ME].model_copy(update={"role": Role.MEMBER})
    lumen.page.again.click()
    lumen.settle()
    part = lumen.part(WebhooksPart, "webhooks")
    card = part.cards[HOOK]
    assert not part.add.isVisible()
    assert not card.test.isVisible()
    assert not card.switches[HookEvent.SNAPSHOT].isEnabled()
    people = lumen.part(PeoplePart, "people")
    assert not people.invitations.isVisible()


def test_without_a_webhook_it_says_what_one_is_for(lumen: Desk) -> None:
    lumen.page.open_with(clan=WAYFARERS)
    part = lumen.part(WebhooksPart, "webhooks")
    assert part.empty.isVisible()
    assert part.empty.action_button is not None
    assert not part.empty.action_button.isVisible()
