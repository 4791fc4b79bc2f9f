"""Meetings, who took part in them, and what they decided or left open."""
