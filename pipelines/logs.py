"""Structured logs: one line an event, to stderr, readable on a terminal and JSON elsewhere."""

import io
import logging
import sys
from typing import TextIO, cast

import structlog


class CurrentStderr(io.TextIOBase):
    """Whatever stderr is at the moment of writing: one that was put in its place may be closed by then."""

    def write(self, text: str, /) -> int:
        """Write to the stderr of now."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush the stderr of now."""
        sys.stderr.flush()


def configure(process: str, level: int = logging.INFO) -> None:
    """Send all logs of this process to stderr, each line naming ``process``."""
    stderr = cast(TextIO, CurrentStderr())
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(level=logging.WARNING, stream=stderr, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of a module."""
    return structlog.get_logger(name)
