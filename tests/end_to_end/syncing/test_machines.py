"""Two computers of one player: signed in by the browser, edited offline, together again."""

from collections.abc import Callable
from datetime import timedelta

from desktop.bridge.signing_in import Stage
from desktop.bridge.sync_state import SyncKind
from tests.desktop.conftest import Clock
from tests.end_to_end.syncing.conftest import ARIA, BELL, Hub, Machine

Start = Callable[[str], Machine]


def add_character(desk: Machine, name: str) -> None:
    characters = desk.controller.context.services.characters
    desk.controller.operations.perform(lambda: characters.create(name, "kronos", job="bishop", level=280))
    desk.settle()


def clear(desk: Machine, name: str, entry: str) -> None:
    services = desk.controller.context.services
    (found,) = (c for c in desk.controller.selection.characters if c.name == name)
    desk.controller.operations.perform(lambda: services.runs.tick(found.id, entry))
    desk.settle()


def clears(desk: Machine) -> set[str]:
    query = "SELECT entry_id FROM boss_runs WHERE deleted = 0"
    found = desk.read(lambda: desk.controller.context.services.database.peek(query))
    return {row[0] for row in found}  # type: ignore[attr-defined]


def test_two_computers_that_were_offline_show_the_union(hub: Hub, machine: Start, clock: Clock) -> None:
    one, two = machine("one"), machine("two")
    assert one.state.kind is SyncKind.OFF
    add_character(one, "Aria")
    one.sign_in(hub.url)
    one.wait(one._synced)
    two.sign_in(hub.url)
    two.wait(lambda: two.names() == ["Aria"])
    assert one.state.account is not None
    assert (one.state.account.name, one.state.account.server) == ("aria", hub.url)
    hub.off()
    clear(one, "Aria", "hard-lucid")
    clear(two, "Aria", "hard-damien")
    add_character(two, "Bell")
    for desk in (one, two):
        desk.controller.syncing.sync_now()
        desk.wait(lambda desk=desk: desk.state.kind is SyncKind.OFFLINE)
        assert desk.state.waiting > 0
        assert "to send" in desk.app.window.top_bar.sync_chip.text()
    clock.now += timedelta(minutes=1)
    hub.on()
    for desk in (one, two, one):
        desk.sync()
    for desk in (one, two):
        assert clears(desk) == {"hard-lucid", "hard-damien"}
        assert desk.names() == ["Aria", "Bell"]
        assert desk.app.window.top_bar.sync_chip.text() == "Synced"


def test_what_is_entered_reaches_the_other_by_itself(hub: Hub, machine: Start) -> None:
    one, two = machine("one"), machine("two")
    one.sign_in(hub.url)
    two.sign_in(hub.url)
    one.wait(one._synced)
    two.wait(two._synced)
    add_character(one, "Aria")
    # Two seconds until it is sent, and the other is told at once.
    two.wait(lambda: two.names() == ["Aria"])
    assert two.app.window.top_bar.undo_button.isEnabled() is False


def test_a_sign_in_outlives_a_restart_and_a_sign_out_keeps_the_data(hub: Hub, machine: Start) -> None:
    desk = machine("one")
    add_character(desk, "Aria")
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    desk.close()
    desk = machine("one")
    desk.wait(lambda: desk.state.signed_in and desk._synced())
    desk.controller.syncing.sign_out()
    desk.settle()
    assert not desk.state.signed_in
    assert desk.app.window.top_bar.sync_chip.text() == "Signed out"
    add_character(desk, "Bell")
    assert desk.names() == ["Aria", "Bell"]
    desk.close()
    desk = machine("one")
    assert not desk.state.signed_in
    assert desk.state.waiting > 0
    desk.sign_in(hub.url)
    desk.wait(desk._synced)


def test_a_session_that_was_ended_elsewhere_asks_to_sign_in_again(hub: Hub, machine: Start) -> None:
    one, two = machine("one"), machine("two")
    one.sign_in(hub.url)
    two.sign_in(hub.url)
    two.wait(two._synced)
    done: list[object] = []
    one.controller.syncing.ask_account(
        lambda client: client.revoke_others(), done.append, done.append, owner=one.controller
    )
    one.wait(lambda: done == [None])
    add_character(two, "Aria")
    two.controller.syncing.sync_now()
    two.wait(lambda: two.state.kind is SyncKind.ATTENTION)
    assert not two.state.signed_in
    assert "sign in again" in f"{two.state.message} {two.state.action}".lower()
    assert two.state.waiting > 0
    two.sign_in(hub.url)
    two.wait(two._synced)
    one.sync()
    assert one.names() == ["Aria"]


def test_another_account_has_data_of_its_own(hub: Hub, machine: Start) -> None:
    desk = machine("one")
    add_character(desk, "Aria")
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    desk.controller.syncing.sign_out()
    desk.settle()
    hub.discord.player = BELL
    section = desk.open_account()
    section.sign_in.begin()
    desk.wait(lambda: desk.controller.syncing.signing_in.progress.stage is Stage.OTHER)
    before = desk.app.controller
    section.sign_in.open_other.click()
    desk.wait(lambda: desk.app.controller not in {None, before})
    desk.wait(lambda: desk.state.signed_in and desk._synced())
    assert desk.state.account is not None
    assert desk.state.account.name == "bell"
    assert desk.names() == []
    desk.close()
    desk = machine("one")
    desk.wait(lambda: desk.state.signed_in)
    assert desk.state.account is not None
    assert desk.state.account.name == "bell"
    # And back to the first, whose data waited here.
    hub.discord.player = ARIA
    desk.controller.syncing.sign_out()
    desk.settle()
    section = desk.open_account()
    section.sign_in.begin()
    desk.wait(lambda: desk.controller.syncing.signing_in.progress.stage is Stage.OTHER)
    before = desk.app.controller
    section.sign_in.open_other.click()
    desk.wait(lambda: desk.app.controller not in {None, before})
    desk.wait(lambda: desk.state.signed_in and desk._synced())
    assert desk.names() == ["Aria"]


def test_another_account_may_take_the_data_along(hub: Hub, machine: Start) -> None:
    desk, other = machine("one"), machine("two")
    add_character(desk, "Aria")
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    desk.controller.syncing.sign_out()
    desk.settle()
    hub.discord.player = BELL
    section = desk.open_account()
    section.sign_in.begin()
    desk.wait(lambda: desk.controller.syncing.signing_in.progress.stage is Stage.OTHER)
    section.sign_in.take_along.click()
    desk.wait(lambda: desk.state.signed_in and desk._synced())
    assert desk.names() == ["Aria"]
    other.sign_in(hub.url)
    other.wait(lambda: other.names() == ["Aria"])
    assert other.state.account is not None
    assert other.state.account.name == "bell"


def test_much_that_was_removed_elsewhere_is_asked_about_first(hub: Hub, machine: Start) -> None:
    one, two = machine("one"), machine("two")
    services = one.controller.context.services

    def many() -> object:
        changes = None
        for n in range(30):
            changes, _ = services.characters.create(f"Hero{n:02}", "kronos")
        return changes

    one.controller.operations.perform(many)
    one.settle()
    one.sign_in(hub.url)
    one.wait(one._synced)
    two.sign_in(hub.url)
    two.wait(lambda: len(two.names()) == 30)

    def fewer() -> object:
        changes = None
        for character in services.characters.all()[:25]:
            changes = services.characters.remove(character.id)
        return changes

    one.controller.operations.perform(fewer)
    one.sync()
    two.controller.syncing.sync_now()
    two.wait(lambda: two.state.asks is not None)
    assert two.state.asks is not None
    assert two.state.asks.rows == 25
    assert len(two.names()) == 30
    backups = list(two.app.options.places.backups.glob("*-sync*.db"))
    assert len(backups) == 2
    section = two.open_account()
    assert section.status.question.isVisible()
    section.status.keep.click()
    two.settle()
    two.sync()
    one.sync()
    assert len(two.names()) == 30
    assert len(one.names()) == 30
    one.controller.operations.perform(fewer)
    one.sync()
    two.controller.syncing.sync_now()
    two.wait(lambda: two.state.asks is not None)
    section.status.let_go.click()
    two.wait(lambda: len(two.names()) == 5)


def test_a_deleted_account_leaves_the_data_here(hub: Hub, machine: Start) -> None:
    desk = machine("one")
    add_character(desk, "Aria")
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    section = desk.open_account()
    section.online.delete.click()
    (dialog,) = desk.dialogs()
    desk.settle()
    assert desk.focus() is dialog.name, desk.focus()  # type: ignore[attr-defined]
    assert not dialog.delete.isEnabled()  # type: ignore[attr-defined]
    desk.type("aria")
    assert dialog.delete.isEnabled(), dialog.name.text()  # type: ignore[attr-defined]
    dialog.delete.click()  # type: ignore[attr-defined]
    desk.settle()
    desk.wait(lambda: desk.state.account is None)
    assert desk.names() == ["Aria"]
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    other = machine("two")
    other.sign_in(hub.url)
    other.wait(lambda: other.names() == ["Aria"])


def test_a_sign_in_is_cancelled_and_an_address_that_is_none_is_said(hub: Hub, machine: Start) -> None:
    desk = machine("one")
    card = desk.open_account().sign_in
    card.address.setText("http://somewhere.example")
    card.begin()
    assert "https://" in card.field.error()
    hub.off()
    card.address.setText(hub.url)
    card.begin()
    desk.wait(lambda: card.field.error() != "")
    assert "No server answers" in card.field.error()
    card.begin()
    desk.controller.syncing.signing_in.cancel()
    desk.settle()
    assert desk.controller.syncing.signing_in.progress.stage is Stage.NONE
    assert card.field.error() == ""


def test_what_was_damaged_here_is_mended_when_asked(hub: Hub, machine: Start) -> None:
    desk = machine("one")
    add_character(desk, "Aria")
    desk.sign_in(hub.url)
    desk.wait(desk._synced)
    database = desk.controller.context.services.database

    def damage() -> None:
        with database.write() as writing:
            writing.tx.connection.exec_driver_sql("UPDATE characters SET name = 'Broken', position = 7")

    desk.read(damage)
    section = desk.open_account()
    section.status.compare.click()
    assert not section.status.compare.isEnabled()
    desk.wait(section.status.compare.isEnabled)
    assert desk.names() == ["Aria"]
    assert "1 entry differed" in desk.controller.toasts.toasts()[-1].text
    section.status.compare.click()
    desk.wait(section.status.compare.isEnabled)
    assert "hold the same" in desk.controller.toasts.toasts()[-1].text
