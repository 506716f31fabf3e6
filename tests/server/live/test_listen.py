"""A desktop that listens to the real server."""

import threading
import time

import httpx

from desktop.sync.live import listen
from desktop.sync.session import FixedToken
from server.app import create_app
from server.settings import Settings
from tests.server.conftest import Clock
from tests.server.sync.machine import Machine
from tests.server.sync.test_desktops import settings, token  # noqa: F401 - fixtures
from tests.stand_ins.serving import serving


def test_a_push_of_one_machine_is_heard_by_another(
    settings: Settings,  # noqa: F811
    token: str,  # noqa: F811
    clock: Clock,
) -> None:
    heard, stop = threading.Semaphore(0), threading.Event()
    app = create_app(settings, now=clock)
    with serving(app) as address:
        ear = threading.Thread(target=listen, args=(address, FixedToken(token), heard.release, stop))
        ear.start()
        until = time.monotonic() + 10
        while not app.state.metrics.streams._value.get():
            assert time.monotonic() < until
            time.sleep(0.01)
        _push(address, token)
        assert heard.acquire(timeout=10)
        _push(address, token)
        assert heard.acquire(timeout=10)
        stop.set()
        ear.join(5)
        assert not ear.is_alive()


def _push(address: str, token: str) -> None:  # noqa: F811
    hand = Machine(httpx.AsyncClient(), {}, 1_772_733_600_000)
    body = {"mutations": [hand.character()]}
    answer = httpx.post(
        f"{address}/api/sync/push", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert answer.status_code == 200
