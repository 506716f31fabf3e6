"""The least a server of this kind can do with bytes: one FastAPI route that returns them.

Arguments: the file they are in, the port's file descriptor.
"""

import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response


def build(body: bytes) -> FastAPI:
    """The app."""
    app = FastAPI()

    @app.get("/")
    async def given() -> Response:
        return Response(body, media_type="application/json")

    return app


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[2]))
    app = build(Path(sys.argv[1]).read_bytes())
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])
