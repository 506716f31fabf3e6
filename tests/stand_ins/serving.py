"""A real HTTP server on a free port of this computer, in a thread of the test's."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

PATIENCE = 20.0


@contextmanager
def serving(app: Any, listening: socket.socket | None = None) -> Iterator[str]:
    """Serve an ASGI app; gives its address without a slash at the end."""
    listening = listening or socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2, lifespan="auto")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    with listening:
        address = "http://{}:{}".format(*listening.getsockname()[:2])
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()
