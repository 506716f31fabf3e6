"""Structured logs on standard error: one JSON object a line, secrets blotted out."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRETS = ("token", "secret", "password", "authorization", "cookie", "code", "verifier", "key")
_PLAIN = frozenset({"status_code", "error_code"})
_QUIET = ("httpx", "httpcore", "uvicorn.access", "aiosqlite", "alembic")
"""Loggers that write addresses with codes in them, or too much."""


def configure(level: str, form: str) -> None:
    """Send our log and the libraries' through one formatter. level: debug … error; form: json or text."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        blot,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    # Plain tracebacks: structlog's own choice shows local variables where it finds `rich`, and tokens are such.
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    shown: list[structlog.typing.Processor] = [structlog.processors.format_exc_info] if form == "json" else []
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def blot(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what is named like a secret."""
    for name in event:
        if name not in _PLAIN and any(word in name.lower() for word in _SECRETS):
            event[name] = "…"
    return event
