"""Work off the main thread, with its result brought back to it."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from desktop.bridge.garbage import MainThreadGarbage

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]
_POOL_THREADS = 2


class Job:
    """One piece of work. The work may look at `cancelled` and call `report`; its owner may call `cancel`."""

    def __init__(self, owner: QObject | None, done: Done | None, failed: Failed | None) -> None:
        self._cancelled = threading.Event()
        self.owner = owner
        self.done = done
        self.failed = failed
        self.on_progress: Callable[[float], None] | None = None
        self.background: Background | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the result is still wanted."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to stop; neither `done` nor `failed` is called any more."""
        self._cancelled.set()

    def report(self, fraction: float) -> None:
        """Tell the owner how far the work is, 0–1. Called from the working thread."""
        if self.background is not None:
            self.background.deliver(self, "progress", fraction)

    @property
    def wanted(self) -> bool:
        """Whether anybody is left to hear the answer."""
        return not self.cancelled and (self.owner is None or shiboken6.isValid(self.owner))


class Background(QObject):
    """One thread for the database, a small pool for everything else. Callbacks run on the main thread.

    crashed: an exception nobody asked to hear about.
    """

    crashed = Signal(object)
    _delivered = Signal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executors: dict[str, ThreadPoolExecutor] = {}
        self._garbage = MainThreadGarbage(self)
        self._pending = 0
        self._closed = False
        self._delivered.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether no work is under way and no result is on its way."""
        return self._pending == 0

    def database(
        self,
        work: Callable[[], object],
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job:
        """Run on the database thread, after what was asked before. Results for a deleted owner are dropped."""
        return self._submit("database", lambda _job: work(), done, failed, owner)

    def database_job(
        self,
        work: Callable[[Job], object],
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job:
        """Like `database`, for long work that reports progress and can be cancelled."""
        return self._submit("database", work, done, failed, owner)

    def pool(
        self,
        work: Callable[[], object],
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job:
        """Run on a pool thread: network and files, never the database."""
        return self._submit("pool", lambda _job: work(), done, failed, owner)

    def on_thread(
        self,
        name: str,
        work: Callable[[], object],
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> Job:
        """Run on the thread of this name, which does one thing after the other and may take its time."""
        return self._submit(name, lambda _job: work(), done, failed, owner)

    def ask_database(self, work: Callable[[], T]) -> T:
        """Run on the database thread and wait for it. Never on the main thread, which must not wait."""
        return self._executor("database").submit(work).result()

    def close(self) -> None:
        """Finish what is under way and stop. Results that arrive later are dropped."""
        self._closed = True
        # Whoever may still ask the database ends before it does.
        for name in sorted(self._executors, key=lambda name: name == "database"):
            # Writes that were asked for are done; pictures that were asked for are not waited for.
            self._executors[name].shutdown(wait=True, cancel_futures=name != "database")
        self._garbage.close()

    def deliver(self, job: Job, kind: str, value: object) -> None:
        """Bring a value of a job to the main thread."""
        if not self._closed:
            self._delivered.emit(job, kind, value)

    def _submit(
        self,
        name: str,
        work: Callable[[Job], object],
        done: Done | None,
        failed: Failed | None,
        owner: QObject | None,
    ) -> Job:
        job = Job(owner, done, failed)
        job.background = self
        if self._closed:
            job.cancel()
            return job
        self._pending += 1
        self._executor(name).submit(self._run, job, work)
        return job

    def _executor(self, name: str) -> "ThreadPoolExecutor":
        if name not in self._executors:
            # Not before the first frame: the module takes a few milliseconds to import.
            from concurrent.futures import ThreadPoolExecutor

            threads = _POOL_THREADS if name == "pool" else 1
            self._executors[name] = ThreadPoolExecutor(threads, thread_name_prefix=name)
        return self._executors[name]

    def _run(self, job: Job, work: Callable[[Job], object]) -> None:
        if job.cancelled:
            self.deliver(job, "cancelled", None)
            return
        try:
            result = work(job)
        except Exception as error:  # noqa: BLE001 - every failure goes to whoever asked, or to the crash report
            self.deliver(job, "failed", error)
        else:
            self.deliver(job, "done", result)

    def _receive(self, job: Job, kind: str, value: Any) -> None:
        if kind == "progress":
            if job.wanted and job.on_progress is not None:
                job.on_progress(value)
            return
        self._pending -= 1
        wanted, done, failed = job.wanted, job.done, job.failed
        # The thread may hold the job a moment longer than we do; what it lets go of last must not be a widget.
        job.owner = job.done = job.failed = job.on_progress = None
        if kind == "cancelled" or not wanted:
            return
        if kind == "done":
            if done is not None:
                done(value)
        elif failed is not None:
            failed(value)
        else:
            self.crashed.emit(value)


class Latest:
    """Asks again and again, hears only the newest answer."""

    def __init__(self, background: Background, owner: QObject) -> None:
        self._background = background
        self._owner = owner
        self._job: Job | None = None

    def database(self, work: Callable[[], object], done: Done, failed: Failed | None = None) -> Job:
        """Ask on the database thread; an earlier question that is not answered yet is forgotten."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._background.database(work, done, failed, owner=self._owner)
        return self._job
