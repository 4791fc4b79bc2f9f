"""The running directory behind a request."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask, current_app

from directory.service import EXTENSION, Reading, Running

__all__ = ["EXTENSION", "Reading", "Running", "reading", "running"]


def running(app: Flask | None = None) -> Running:
    """The running directory behind an application, by default the current one."""
    found: Running = (app or current_app).extensions[EXTENSION]
    return found


def reading() -> AbstractContextManager[Reading]:
    """Read the directory as the current viewer, in one snapshot."""
    return running().reading()
