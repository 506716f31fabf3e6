"""The rotating log: one JSON object a line, without secrets. Imported after the first frame."""

import logging
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import Processor

from desktop.services.reports import redacted

LOG_NAME = "maplehub.log"
MAX_BYTES = 1024 * 1024
KEPT = 4


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    cleaned: dict[str, Any] = redacted(dict(event))
    return cleaned


def start_logging(folder: Path, level: int = logging.INFO) -> logging.Handler:
    """Send the standard library's and structlog's records to `folder`/maplehub.log.

    Rotates at 1 MiB and keeps four old files. Returns the handler for `stop_logging`. OSError when the folder
    cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = RotatingFileHandler(
        folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                _without_secrets,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "sqlalchemy.engine", "alembic"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close the log; structlog goes back to its defaults."""
    logging.getLogger().removeHandler(handler)
    handler.close()
    structlog.reset_defaults()
