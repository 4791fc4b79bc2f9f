"""Bringing the seed files into the directory through the one door, and no further than theirs.

Seeding writes only records that were never written, or that seeding wrote last.
"""
