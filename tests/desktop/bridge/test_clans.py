"""Clans between the network and the windows: kept answers, accounts that come and go, and the newest question."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from desktop.bridge.clans import Access, ClanReader, Question, Told
from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.services.demo_clans.cast import LUMEN, ME
from desktop.services.demo_clans.hub import DemoHub
from desktop.sync.binding import Binding
from desktop.sync.http import SignedOut, Unreachable
from desktop.sync.session import Session
from desktop.ui.clans.questions import members, my_clans
from desktop.ui.context import Context
from shared.api.clans import ClanChange
from shared.catalog import Catalog
from shared.errors import MapleHubError
from tests.desktop.clan_server import ClanServer, clan_server
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.window import MemorySecrets

Settle = Callable[[], None]


@pytest.fixture(scope="module")
def _running(catalog: Catalog) -> Iterator[ClanServer]:
    with clan_server(catalog, Clock()) as made:
        yield made


@pytest.fixture
def server(_running: ClanServer, catalog: Catalog, clock: Clock) -> ClanServer:
    _running.begin_anew(DemoHub(catalog, clock))
    return _running


@pytest.fixture
def sign_in(context: Context, server: ClanServer) -> Callable[..., None]:
    """Bring sync into the state of somebody who is signed in at the server."""

    def run(user: str = ME, name: str = "aria") -> None:
        secrets = MemorySecrets()
        secrets.set(f"{user} at {server.url}", "refresh")
        context.syncing._session = Session(server.url, user, secrets)
        state = SyncState(SyncKind.IDLE, Binding(server.url, user, name), last=NOW)
        context.syncing.state = state
        context.syncing.changed.emit(state)

    return run


def heard(context: Context, settle: Settle, question: Question[object]) -> list[Told]:
    told: list[Told] = []
    ClanReader(context.clans, context.clans).ask(question, told.append)
    settle()
    return told


def test_nobody_is_asked_without_an_account(context: Context, server: ClanServer, settle: Settle) -> None:
    assert context.clans.access is Access.NO_ACCOUNT
    (_, told) = heard(context, settle, my_clans())
    assert isinstance(told.error, SignedOut)
    assert not server.asked


def test_the_sign_in_speaks_for_the_player(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle
) -> None:
    changed: list[None] = []
    context.clans.changed.connect(lambda: changed.append(None))
    sign_in()
    assert len(changed) == 1
    assert context.clans.access is Access.READY
    assert (context.clans.me, context.clans.address) == (ME, server.url)
    (before, after) = heard(context, settle, my_clans())
    assert before == Told(asking=True)
    assert [clan.name for clan in after.value.items] == ["Lumen", "Wayfarers"]
    assert after.at == NOW
    assert server.asked[0].token == "good"


def test_a_spent_token_is_renewed_once(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    heard(context, settle, my_clans())
    server.token = "better"
    (_, after) = heard(context, settle, my_clans())
    assert after.error is None
    assert server.renewed == 2


def test_what_was_told_is_there_without_a_connection_with_its_age(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle, clock: Clock
) -> None:
    sign_in()
    heard(context, settle, my_clans())
    server.down = True
    clock.now = NOW + timedelta(hours=2)
    (before, after) = heard(context, settle, my_clans())
    assert before.asking
    assert after.value == before.value is not None
    assert after.at == NOW
    assert isinstance(after.error, Unreachable)


def test_only_the_newest_question_is_heard(
    context: Context, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    told: list[object] = []
    reader = ClanReader(context.clans, context.clans)
    reader.ask(my_clans(), lambda each: told.append(each.value))
    reader.ask(members(LUMEN), lambda each: told.append(each.value))
    settle()
    assert len(told) == 3
    assert told[:2] == [None, None]
    assert len(told[2].items) == 28  # type: ignore[attr-defined]
    reader.ask(my_clans(), told.append)
    reader.cancel()
    settle()
    assert len(told) == 4


def test_another_account_sees_nothing_of_the_one_before(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    heard(context, settle, my_clans())
    server.down = True
    sign_in("0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "bell")
    (before, after) = heard(context, settle, my_clans())
    assert before.value is None
    assert after.value is None


def test_an_answer_that_comes_after_the_account_has_gone_is_not_shown(
    context: Context, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    told: list[Told] = []
    ClanReader(context.clans, context.clans).ask(my_clans(), told.append)
    context.syncing.state = SyncState()
    context.syncing.changed.emit(context.syncing.state)
    settle()
    assert [each.value for each in told] == [None] * len(told)


def test_signing_out_leaves_what_is_known_and_asks_no_more(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    heard(context, settle, my_clans())
    account = Binding(server.url, ME, "aria", signed_in=False)
    context.syncing._session = None
    context.syncing.state = SyncState(SyncKind.OFF, account)
    context.syncing.changed.emit(context.syncing.state)
    assert context.clans.access is Access.SIGNED_OUT
    count = len(server.asked)
    heard(context, settle, my_clans())
    assert len(server.asked) == count


def test_a_write_tells_the_screens_what_it_touched(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    touched: list[frozenset[str]] = []
    done: list[object] = []
    refused: list[MapleHubError] = []
    context.clans.touched.connect(touched.append)
    change = ClanChange(name="Lumen II", public=True, cadence_hours=24)

    def write() -> None:
        context.clans.perform(
            lambda client: client.change_clan(LUMEN, change),
            done.append,
            refused.append,
            owner=context.clans,
            touches={"clan"},
        )
        settle()

    write()
    assert [clan.name for clan in done] == ["Lumen II"]  # type: ignore[attr-defined]
    assert touched == [frozenset({"clan"})]
    server.refuse("PUT", f"/api/clans/{LUMEN}", 403, "forbidden", "Only a leader may do this.")
    write()
    assert [error.message for error in refused] == ["Only a leader may do this."]
    assert len(touched) == 1


def test_an_error_nobody_foresaw_is_reported_and_said_plainly(
    context: Context, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    crashed: list[Exception] = []
    context.background.crashed.connect(crashed.append)
    question = Question[object](("broken",), lambda _client: 1 // 0)
    (_, told) = heard(context, settle, question)
    assert str(told.error) == "Something went wrong. Try again."
    assert isinstance(crashed[0], ZeroDivisionError)


def test_a_new_sign_in_of_the_same_account_speaks_with_its_own_tokens(
    context: Context, server: ClanServer, sign_in: Callable[..., None], settle: Settle
) -> None:
    sign_in()
    heard(context, settle, my_clans())
    before = server.renewed
    sign_in()
    heard(context, settle, my_clans())
    assert server.renewed == before + 1


def test_samples_ask_nobody(context: Context, server: ClanServer, settle: Settle) -> None:
    context.clans.set_samples(samples=True)
    assert context.clans.access is Access.READY
    assert (context.clans.me, context.clans.address) == (ME, "")
    (_, told) = heard(context, settle, my_clans())
    assert len(told.value.items) == 2
    assert not server.asked


def test_closing_ends_it(context: Context, sign_in: Callable[..., None], settle: Settle) -> None:
    sign_in()
    heard(context, settle, my_clans())
    context.clans.close()
    (_, told) = heard(context, settle, my_clans())
    assert isinstance(told.error, Unreachable)
