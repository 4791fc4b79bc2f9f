"""The directory's log: JSON lines on standard error, in which no token ever stands."""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime

import orjson

from directory.clock import format_instant

TOKEN = re.compile(r"dir_[A-Za-z0-9_-]{43}")


class JsonLines(logging.Formatter):
    """One JSON object per line, so that a log can be searched without guessing at its shape."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record with its level, time, message and whatever fields came with it."""
        line = {
            "at": format_instant(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return without_tokens(orjson.dumps(line, default=str).decode())


def configure_logging() -> None:
    """Send the directory's log to standard error as JSON lines."""
    logger = logging.getLogger("directory")
    if logger.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def without_tokens(text: str) -> str:
    """A text in which no token stands any more."""
    return TOKEN.sub("dir_…", text) if "dir_" in text else text
