"""Who read what: every answer that shows a record marked AMBER or above is recorded first.

The log of readings is not the log of changes: it is never synced or published, it is appended to
through a connection of its own, and it holds who, what, when and for which purpose, never what a
record says. ``log`` is the way in; behind it stand the store and, where that cannot be written, a
local spool.
"""
