"""The one door for writes and the log behind it.

Every write is a change set handed to ``apply``; triggers refuse any other writer. This capability
knows no kind of record by name: the capabilities above register theirs as a ``Kind``.
"""
