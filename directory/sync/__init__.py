"""Verified copies for partner agencies: the feed, snapshots, signed heads, and mirrors of them."""
