"""Copying beside peers: the same 10,000 cards in Radicale, in Xandikos, and here."""
