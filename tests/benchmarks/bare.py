"""The least a server of this kind can do: one FastAPI route, one insert, the same driver, pool and transactions.

Arguments: the database's address, the port's file descriptor.
"""

import socket
import sys
from typing import Annotated

import uvicorn
from fastapi import Body, FastAPI
from pydantic import BaseModel
from sqlalchemy import text

from server.database import Database, Session

TABLE = "CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, word TEXT NOT NULL)"
_INSERT = text("INSERT INTO bare (word) VALUES (:word)")


class Line(BaseModel):
    """What is inserted."""

    word: str


def build(address: str) -> FastAPI:
    """The app."""
    app = FastAPI()
    app.state.database = Database(address)

    @app.post("/insert")
    async def insert(line: Annotated[Line, Body()], session: Session) -> Line:
        await session.execute(_INSERT, {"word": line.word})
        return line

    return app


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[2]))
    server = uvicorn.Server(uvicorn.Config(build(sys.argv[1]), log_config=None, access_log=False))
    server.run(sockets=[listening])
