"""Attaché services: posts that one economy keeps in others, each a route back to the sender.

Three relations that are easily taken for one: a post is *of* the economy that sends it, *in* the
one where it sits, and *covers* those that may go through it. Only the last opens the route, and a
post sits in places that it does not cover alone.
"""

from __future__ import annotations

from directory.documents import Document
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.standing import (
    CLOSED,
    NOT_JUDGED,
    OPEN,
    UNKNOWN,
    Standing,
    not_operating,
)


def post_standing(
    network: Document, desk: Desk, question: Question, directory: Directory
) -> Standing | None:
    """Judge one post of a service of the economy asked for.

    Returns:
        None where the post is not one for the asking economy: it covers others, or its coverage
        is not recorded and it is posted elsewhere.
    """
    contact, slug, origin = desk.contact, network["slug"], question.origin
    sender = directory.economy_name(question.to)
    service = f"{directory.network_name(slug)} is a route to {sender}"
    if origin is None:
        return Standing(slug, UNKNOWN, "standing-not-judged", f"{service}; {NOT_JUDGED}", [], [])
    asker = directory.economy_name(origin)
    if origin in contact["covers"]:
        basis = f"{service}, and this post covers {asker}."
        return Standing(slug, OPEN, "post-covers", basis, [_coverage(origin, "covered", desk)], [])
    if contact["covers"] or contact["posted_in"] not in (None, origin):
        return None
    settled_by = f"Whether this post covers {asker} is not recorded; {sender} can settle it."
    return Standing(
        network=slug,
        standing=UNKNOWN,
        code="coverage-not-recorded",
        basis=f"{service}; it is not recorded which economies this post covers.",
        evidence=[_coverage(origin, "unknown", desk)],
        warnings=[{"code": "coverage-not-recorded", "text": settled_by}],
        missing=(origin,),
        settled_by=settled_by,
    )


def closed_service(network: Document) -> Standing | None:
    """A service that does not operate, as a closed standing; None where it does."""
    resting = not_operating(network)
    if resting is None:
        return None
    code, basis, short = resting
    return Standing(network["slug"], CLOSED, code, basis, [], [], short)


def service_without_post(network: Document, question: Question, directory: Directory) -> Standing:
    """A service of which no post is held that may be asked.

    It is not closed: the posts held may not be all there are.
    """
    name, sender = directory.network_name(network["slug"]), directory.economy_name(question.to)
    if question.origin is None:
        basis = f"The directory holds no post of {name}."
        return Standing(network["slug"], UNKNOWN, "no-post-held", basis, [], [])
    asker = directory.economy_name(question.origin)
    return Standing(
        network=network["slug"],
        standing=UNKNOWN,
        code="no-post-covers",
        basis=f"The directory holds no post of {name} that covers {asker}.",
        evidence=[],
        warnings=[],
        missing=(question.origin,),
        settled_by=f"{sender} can settle which of its posts covers {asker}.",
    )


def _coverage(code: str, status: str, desk: Desk) -> Document:
    source = desk.contact["source"]
    return {"economy": code, "status": status, "known_on": None, "source": source}
