"""The command line: serve, migrate, or do the jobs apart."""

import argparse
import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import httpx
import structlog
import uvicorn

from server import logs, schema
from server.accounts.keys import Keys
from server.app import create_app, jobs
from server.contests.reading import Draws
from server.database import Database, utc_now
from server.settings import Settings, SettingsError, load, secret_key
from server.simulate import command as simulate
from server.statistics import command as statistics
from server.sync import service as sync
from server.work import work
from shared.errors import MapleHubError

_log = structlog.get_logger("maplehub.server")
_SUBJECTS = {"simulate": simulate.run, "statistics": statistics.run}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 0 done or asked to stop, 2 cannot start."""
    options = _parser().parse_args(arguments)
    given = {name: getattr(options, name, None) for name in ("host", "port", "data_dir")}
    try:
        settings = load(**given)
        logs.configure(settings.log_level, settings.log_format)
        if options.command == "migrate":
            return _migrate(settings, options.revision, down=options.down)
        if options.command == "jobs":
            return _jobs(settings)
        if options.command == "sync":
            return _rotate_epochs(settings)
        if options.command in _SUBJECTS:
            if settings.migrate:
                schema.migrate(settings.address)
            return _SUBJECTS[options.command](settings, options)
        return _serve(settings)
    except MapleHubError as error:
        sys.stderr.write(f"{error.message}\n{error.action}\n" if error.action else f"{error.message}\n")
        return 2


def _serve(settings: Settings) -> int:
    if settings.migrate and schema.migrate(settings.address):
        _log.info("migrated", to=schema.head())
    listening = _listen(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    with listening:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(settings),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
                timeout_graceful_shutdown=settings.graceful_timeout,
                h11_max_incomplete_event_size=64 * 1024,
            )
        )
        _log.info("serving", address=f"http://{settings.host}:{settings.port}", public=settings.origin)
        _stops_are_no_failures()
        settle()
        server.run(sockets=[listening])
    return 0 if server.started else 1


def _listen(settings: Settings) -> socket.socket:
    """The socket, taken before anything else is built: a port in use is said at once."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listening = socket.create_server((settings.host, settings.port), family=found[0][0], backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"The address {settings.host}:{settings.port} cannot be listened on: {error.strerror or error}.",
            "Choose another one with --host and --port.",
        ) from error
    # Connections inherit it. asyncio sets it only for sockets that say their protocol, which these do not; without it
    # a body waits up to 40 ms for the caller's system to confirm the headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def settle() -> None:
    """What has been made by now stays: to look through all of it for garbage would be a third of the work of
    following."""
    gc.collect()
    gc.freeze()


def _stops_are_no_failures() -> None:
    """uvicorn gives a signal on once it has stopped; ended as asked is no failure."""
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: None)


def _migrate(settings: Settings, revision: str, *, down: bool) -> int:
    done = schema.migrate(settings.address, revision, down=down)
    sys.stdout.write(f"The database is at {revision}.\n" if done else "Nothing to do.\n")
    return 0


def _jobs(settings: Settings) -> int:
    if settings.migrate:
        schema.migrate(settings.address)
    due = jobs(settings)

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGINT"):
            # Windows' loops cannot add handlers; its processes are ended otherwise.
            signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(stop.set))
        database = Database(settings.address, pool_size=2, statement_timeout=600)
        _log.info("jobs_started", jobs=[job.name for job in due])
        draws = Draws(Keys(secret_key(settings)), settings.origin)
        try:
            async with httpx.AsyncClient(timeout=settings.discord_timeout) as http:
                await work(database, settings, due, draws, http, utc_now, stop)
        finally:
            await database.close()
        _log.info("jobs_stopped")

    settle()
    asyncio.run(run())
    return 0


def _rotate_epochs(settings: Settings) -> int:
    """Said once after a restore: every machine uploads what it knows again, and what the backup lacked is back."""
    if settings.migrate:
        schema.migrate(settings.address)

    async def run() -> int:
        database = Database(settings.address, pool_size=1)
        try:
            async with database.writing() as session:
                return await sync.rotate_epochs(session)
        finally:
            await database.close()

    players = asyncio.run(run())
    sys.stdout.write(f"Done: the machines of {players} players upload what they know when they next sync.\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="keep the database and the secret in this folder"
    )
    parser = argparse.ArgumentParser(
        prog="maplehub-server",
        description="The MapleHub server. Without a command it serves.",
        epilog="Settings come from the environment or a file .env; .env.example explains them all.",
        parents=[common],
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--version", action="version", version=f"MapleHub {version('maplehub')}")
    parser.add_argument("--host", help="the address to listen on")
    parser.add_argument("--port", type=_port, help="the port to listen on; 0 takes a free one")
    parser.set_defaults(command="run")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    migrate = commands.add_parser("migrate", parents=[common], help="bring the database to this version")
    migrate.add_argument("revision", nargs="?", default="head", help="the migration to go to")
    migrate.add_argument("--down", action="store_true", default=False, help="go back to it instead of up")
    commands.add_parser("jobs", parents=[common], help="do the jobs, apart from serving")
    syncing = commands.add_parser("sync", parents=[common], help="what hosts do about sync")
    syncing.add_argument(
        "action",
        choices=["rotate-epoch"],
        help="after the database was restored from a backup: let every machine upload again",
    )
    statistics.add_to(commands, common)
    simulate.add_to(commands, common)
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("between 0 and 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
