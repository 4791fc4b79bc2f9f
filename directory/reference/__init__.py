"""Economies, networks, memberships and dated statements: the facts that look-ups rest on."""
