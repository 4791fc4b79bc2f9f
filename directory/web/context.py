"""The running directory behind a request, and units of work for whoever asks."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask, current_app

from directory.access.rules import Principal
from directory.clock import utc_now
from directory.errors import UnauthenticatedError
from directory.service import EXTENSION, Reading, Running, Writing
from directory.web.auth import asker

__all__ = [
    "EXTENSION",
    "Reading",
    "Running",
    "Writing",
    "account_of",
    "reading",
    "running",
    "writing",
]


def running(app: Flask | None = None) -> Running:
    """The running directory behind an application, by default the current one."""
    found: Running = (app or current_app).extensions[EXTENSION]
    return found


def reading() -> AbstractContextManager[Reading]:
    """Read the directory as whoever asks, in one snapshot."""
    return running().reading(asker(), at=utc_now())


def writing() -> AbstractContextManager[Writing]:
    """Write to the directory as whoever asks, in one unit of work."""
    return running().writing(asker(), at=utc_now())


def account_of(directory: Reading | Writing) -> Principal:
    """The account that asks, where the route admits accounts alone.

    Raises:
        UnauthenticatedError: There is none after all.
    """
    if directory.principal is None:
        raise UnauthenticatedError("This takes an account.")
    return directory.principal
