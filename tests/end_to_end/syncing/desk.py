"""The real program in a process of its own, doing what the lines on its standard input say.

`python -m tests.end_to_end.syncing.desk [arguments of the program]`. It says every change of its sync's state, and
answers each line with one of the line's first word.
"""

import sys
import threading

from PySide6.QtCore import QObject, Signal

from desktop import __main__ as program
from desktop.bootstrap import App
from desktop.bridge.sync_state import SyncState
from desktop.services.runs import RunDraft
from desktop.ui.settings.account.section import AccountSection
from tests.end_to_end.driver import Watch, say


class Obey(Watch):
    """A person at the computer who does what they are told."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._ear = _Ear()
        self._ear.heard.connect(self.obey)

    def ready(self) -> None:
        super().ready()
        self.controller.syncing.changed.connect(self._on_state)
        self.controller.syncing.signing_in.changed.connect(lambda progress: say("sign-in", progress.stage))
        self._on_state(self.controller.syncing.state)
        threading.Thread(target=self._ear.listen, daemon=True).start()

    def obey(self, line: str) -> None:
        what, *words = line.split()
        getattr(self, what)(*words)

    def account(self, url: str) -> None:
        self.controller.go("settings", section="account")
        section = self.app.window.findChild(AccountSection)
        assert isinstance(section, AccountSection)
        section.sign_in.address.setText(url)
        section.sign_in.button.click()

    def character(self, name: str) -> None:
        characters = self.services.characters
        self._do("character", lambda: characters.create(name, "kronos", job="bishop", level=280))

    def clear(self, entry: str) -> None:
        runs, found = self.services.runs, self._first()
        self._do("clear", lambda: runs.tick(found, entry))

    def attempts(self, count: str) -> None:
        """So many failed attempts, one write each, as fast as they go."""
        runs, found = self.services.runs, self._first()
        draft = RunDraft(found, "hard-lucid", runs.today(), cleared=False)
        for _ in range(int(count)):
            self.controller.operations.perform(lambda: runs.log(draft), quiet=True)
        self.app.background.database(lambda: None, lambda _: say("attempts"))

    def sync(self) -> None:
        self.controller.syncing.sync_now()
        say("sync")

    def runs(self) -> None:
        database = self.services.database
        query = "SELECT id FROM boss_runs WHERE deleted = 0 ORDER BY id"
        self.app.background.database(
            lambda: [row[0] for row in database.peek(query)], lambda found: say("runs", found)
        )

    @property
    def services(self):  # type: ignore[no-untyped-def]
        return self.controller.context.services

    def _first(self) -> str:
        return self.controller.selection.characters[0].id

    def _do(self, what: str, work) -> None:  # type: ignore[no-untyped-def]
        self.controller.operations.perform(work, lambda _: say(what))

    def _on_state(self, state: SyncState) -> None:
        say("state", state.kind, state.waiting, state.signed_in)


class _Ear(QObject):
    heard = Signal(str)

    def listen(self) -> None:
        for line in sys.stdin:
            self.heard.emit(line.strip())


def main() -> int:
    start = App.start
    kept: list[Obey] = []

    def started(app: App) -> None:
        kept.append(Obey(app))
        start(app)

    App.start = started  # type: ignore[method-assign,assignment]
    return program.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
