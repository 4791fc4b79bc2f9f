"""The least that Flask can answer: what everything else is measured against."""

from __future__ import annotations

from flask import Flask

app = Flask("hello", static_folder=None)


@app.get("/")
def hello() -> dict[str, str]:
    """Say hello, as JSON."""
    return {"hello": "world"}
