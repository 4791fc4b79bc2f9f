"""Pages for people: the API at ``/docs``, and what each error means at ``/problems/<slug>``.

They are made from the OpenAPI document and from ``docs/problems.md`` alone: no page here reads a
record, so they are open to everybody, however far the operator has closed the directory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from directory.web.answers import answer, chosen_form
from directory.web.auth import Permission, allows
from directory.web.calls import calls_of, shapes_of, value_of
from directory.web.openapi import openapi_document

PROBLEMS = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
STATIC = Path(__file__).parent / "static"
EXTENSION = "directory-problems"
HTML, PLAIN, MARKDOWN = "text/html", "text/plain", "text/markdown"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)

blueprint = Blueprint(
    "documentation",
    __name__,
    template_folder="templates",
)


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """What is written about one class of error.

    Attributes:
        slug: The name by which a problem's ``type`` refers to it.
        title: The title that such problems carry.
        arises: The status of the answer, or that it arises on the command line only.
        paragraphs: What it means and what to do, with code between backticks.
        source: The section as written.
    """

    slug: str
    title: str
    arises: str
    paragraphs: tuple[str, ...]
    source: str


def register(app: Flask) -> None:
    """Add the pages to an application."""
    app.extensions[EXTENSION] = read_problems(PROBLEMS.read_text("utf-8"))
    app.register_blueprint(blueprint)


def read_problems(text: str) -> dict[str, ProblemPage]:
    """The sections of ``docs/problems.md`` by slug.

    Each begins with ``## slug`` and a line ``**title** (status)``; paragraphs follow.

    Raises:
        ValueError: A section does not begin so.
    """
    pages = {}
    for source in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]:
        heading, first, *paragraphs = re.split(r"\n\s*\n", source.strip())
        slug = heading.removeprefix("## ").strip()
        told = re.fullmatch(r"\*\*(?P<title>.+)\*\* \((?P<arises>.+)\)", first)
        if told is None:
            raise ValueError(
                f"{slug}: the first line must be like **There is no such record** (404)"
            )
        joined = tuple(" ".join(paragraph.split()) for paragraph in paragraphs)
        pages[slug] = ProblemPage(slug, told["title"], told["arises"], joined, source)
    return pages


def with_code(text: str) -> Markup:
    """A text as HTML, in which what stands between backticks is marked as code."""
    pieces = re.split(r"`([^`]+)`", text)
    return Markup().join(  # every second piece stood between two backticks
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )


@blueprint.get("/")
@allows(Permission.ANYONE)
def start() -> BaseResponse:
    """Send whoever comes to the bare address to the documentation."""
    return redirect(url_for("documentation.docs"), 303)


@blueprint.get("/docs")
@allows(Permission.ANYONE)
def docs() -> Response:
    """The API as a page."""
    return _answered(_written_docs(openapi_document(current_app), request.root_url))


@lru_cache(maxsize=8)
def _written_docs(document: bytes, root_url: str) -> str:
    """The page about an API, kept: it takes a tenth of a second, and anybody may ask for it."""
    api = orjson.loads(document)
    return _written(
        "docs.html",
        api=api,
        calls=calls_of(api, root_url),
        shapes=shapes_of(api),
        value_of=value_of,
    )


@blueprint.get("/docs/docs.css")
@allows(Permission.ANYONE)
def style() -> BaseResponse:
    """How the pages look."""
    return send_from_directory(STATIC, "docs.css")


@blueprint.get("/problems")
@allows(Permission.ANYONE)
def problems() -> Response:
    """The classes of error, as a list."""
    return _page("problems.html", problems=_pages().values())


@blueprint.get("/problems/<slug>")
@allows(Permission.ANYONE)
def problem(slug: str) -> Response:
    """What one class of error means and what to do about it."""
    found = _pages().get(slug)
    if found is None:
        raise NotFound
    form = chosen_form((HTML, PLAIN, MARKDOWN))
    if form != HTML:
        return answer(found.source.encode(), media_type=form)
    return _page("problem.html", problem=found)


def _pages() -> Mapping[str, ProblemPage]:
    pages: Mapping[str, ProblemPage] = current_app.extensions[EXTENSION]
    return pages


def _page(template: str, **values: Any) -> Response:
    return _answered(_written(template, **values))


def _written(template: str, **values: Any) -> str:
    return render_template(template, with_code=with_code, **values)


def _answered(page: str) -> Response:
    response = answer(page.encode(), media_type=HTML)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
