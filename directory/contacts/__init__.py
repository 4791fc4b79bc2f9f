"""Organisations, contacts, and how, when and in which language each of them answers."""
