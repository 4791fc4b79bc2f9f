"""Whom to reach now, and by which route: pure judgement over what the other capabilities hold.

It owns no tables. ``inputs`` is what a look-up needs in hand, ``rules`` judges and ranks it,
``text`` prints the card for the night; these are pure, and only ``queries`` reads the database.
"""
