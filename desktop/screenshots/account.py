"""Pictures of the account and of sync in every state, as a server would bring them about."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from desktop.bridge.signing_in import Progress, Stage
from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.sync.binding import Binding
from desktop.sync.journal import Problem
from desktop.sync.store import AskFirst
from desktop.ui.settings.account.problems import ProblemsDialog
from desktop.ui.settings.account.section import AccountSection
from desktop.ui.shell.controller import ShellController
from shared.api.auth import SessionInfo

_NOTHING = Progress()
_SERVER = "https://hub.example"
_ARIA = Binding(_SERVER, "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria")


def account_views(
    controller: ShellController, settle: Callable[[], None]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Signing in, signed in, and what can be wrong."""
    controller.go("settings", section="account")
    settle()
    section = controller.window.findChild(AccountSection)
    assert isinstance(section, AccountSection)
    syncing = controller.syncing
    syncing.possible = True
    now = controller.ticker.now()

    def state(shown: SyncState, progress: Progress = _NOTHING) -> None:
        controller.go("settings", section="account")
        syncing.state = shown
        syncing.signing_in.progress = progress
        syncing.changed.emit(shown)
        syncing.signing_in.changed.emit(progress)
        section.online.show_sessions(_sessions(controller) if shown.signed_in else [])

    nobody = SyncState()
    yield "account-new", partial(state, nobody)
    yield "account-waiting", partial(state, nobody, Progress(Stage.WAITING, "https://hub.example/api"))
    yield (
        "account-no-browser",
        partial(state, nobody, Progress(Stage.WAITING, "https://hub.example", opened=False)),
    )
    failed = (
        "No server answers at https://hub.example. Check the address and your connection, then try again."
    )
    yield "account-failed", partial(state, nobody, Progress(Stage.FAILED, error=failed))
    signed_out = Binding(_SERVER, _ARIA.user_id, "aria", signed_in=False)
    yield "account-signed-out", partial(state, SyncState(account=signed_out, waiting=12))
    yield (
        "account-other",
        partial(state, SyncState(account=signed_out), Progress(Stage.OTHER, name="bell")),
    )
    idle = SyncState(SyncKind.IDLE, _ARIA, last=now - timedelta(minutes=7))
    yield "account-idle", partial(state, idle)
    yield "account-syncing", partial(state, SyncState(SyncKind.SYNCING, _ARIA, waiting=1204, last=idle.last))
    offline = SyncState(
        SyncKind.OFFLINE,
        _ARIA,
        waiting=3,
        last=idle.last,
        problems=2,
        message="The server cannot be reached.",
        action="What you enter is kept and sent later.",
        clock_off=-3 * 3600,
    )
    yield "account-offline", partial(state, offline)
    asks = AskFirst(214, 640)
    yield (
        "account-question",
        partial(
            state,
            SyncState(
                SyncKind.ATTENTION, _ARIA, last=idle.last, message=asks.message, action=asks.action, asks=asks
            ),
        ),
    )

    def problems() -> None:
        state(offline)
        dialog = ProblemsDialog(controller.context, controller.window)
        dialog.open()
        settle()
        dialog.show_problems(_problems(controller))

    yield "account-problems", problems

    def no_problems() -> None:
        state(idle)
        ProblemsDialog(controller.context, controller.window).open()

    yield "account-no-problems", no_problems
    state(nobody)


def _sessions(controller: ShellController) -> list[SessionInfo]:
    now = controller.ticker.now()

    def session(device: str, client: str, hours: int, *, current: bool = False) -> SessionInfo:
        at = now - timedelta(hours=hours)
        return SessionInfo.model_validate(
            {
                "id": device,
                "client": client,
                "device": device,
                "created_at": at - timedelta(days=40),
                "seen_at": at,
                "expires_at": at + timedelta(days=90),
                "current": current,
            }
        )

    return [
        session("desk-pc", "desktop", 0, current=True),
        session("laptop", "desktop", 5),
        session("Firefox", "web", 60),
    ]


def _problems(controller: ShellController) -> list[Problem]:
    now = controller.ticker.now()
    note = {"note": "Belt on the third try, sold to Ren for two billion. Ask him about the ring next week."}
    run = {"entry_id": "hard-lucid", "occurred_on": "2026-03-01", "party_size": 2, "note": "duo with Ren"}
    return [
        Problem(now - timedelta(minutes=20), "boss_runs", "a", "lost", note),
        Problem(now - timedelta(days=2), "characters", "b", "lost", {"name": "Aria the Second"}),
        Problem(now - timedelta(days=9), "boss_runs", "c", "unknown_row", run),
        Problem(
            now - timedelta(days=31),
            "boss_run_drops",
            "d",
            "missing_parent",
            {"item": "dreamy-belt", "quantity": 1},
        ),
    ]
