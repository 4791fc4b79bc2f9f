"""Whether a network is open between two economies at an instant, and on what evidence.

Nothing is inferred from silence: an economy without a membership in force is unknown, never out.
That is also why recording one more ``member`` can only ever open a route.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from directory.documents import Document
from directory.names import in_english
from directory.reach.inputs import Desk, Directory, Question
from directory.reach.rules.participation import (
    Participation,
    age_warning,
    evidence_of,
    is_old,
    memberships_in_force,
    oldest_fresh,
    source_text,
)

OPEN: Final = "open"
UNKNOWN: Final = "unknown"
CLOSED: Final = "closed"

NOT_JUDGED: Final = "standing is not judged, because the economy that asks was not given."

_NOT_CONCERNED = ("", "", "")


class Standing(NamedTuple):
    """How a network stands between the economies of a question.

    Attributes:
        network: Slug; None for a desk reached directly.
        standing: ``open``, ``unknown`` or ``closed``.
        code: Why, for machines.
        basis: Why, for people: participation, date and source, nothing more.
        short: Why it is closed, in a few words.
        missing: Codes of the economies whose participation is not recorded.
        settled_by: Who can settle an unknown standing; empty where nothing is to be settled.
        via: Id of the contact through which the economy asked for is reached.
        own_via: Id of the contact through which the asking economy sends.
    """

    network: str | None
    standing: str
    code: str
    basis: str
    evidence: list[Document]
    warnings: list[Document]
    short: str = ""
    missing: tuple[str, ...] = ()
    settled_by: str = ""
    via: str | None = None
    own_via: str | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """The two economies of a question, or the one, and what is known of them on its day.

    Attributes:
        question: What was asked.
        directory: What it is judged on.
        names: The names of the economies, by code, the asking one first.
        in_force: Their memberships on the day.
        oldest: The date before which evidence is old.
        titles: The titles of the desks in hand, by contact id.
    """

    question: Question
    directory: Directory
    names: Mapping[str, str]
    in_force: Participation
    oldest: str
    titles: Mapping[str, str]

    @classmethod
    def of(cls, question: Question, directory: Directory, titles: Mapping[str, str]) -> Between:
        """Gather what standing rests on."""
        parties, day = question.parties, question.day
        return cls(
            question,
            directory,
            {code: directory.economy_name(code) for code in parties},
            memberships_in_force(directory.memberships, parties, day),
            oldest_fresh(day),
            titles,
        )


def standing_of(network: Document, between: Between, *, is_held: bool) -> Standing | None:
    """Judge one network other than an attaché service.

    Args:
        network: Its document.
        between: Between whom, and when.
        is_held: Whether a desk of the economy asked for answers for this network.

    Returns:
        None where the network does not concern the question: a bilateral agreement between others.
    """
    slug, names = network["slug"], between.names
    name = in_english(network["name"])
    rows = {code: between.in_force.get((slug, code)) for code in names}
    closing = _closing(network, name, names, rows, is_held=is_held)
    if closing == _NOT_CONCERNED:
        return None
    evidence = [evidence_of(code, row) for code, row in rows.items()]
    warnings = [
        age_warning(row, names[code], name)
        for code, row in rows.items()
        if row is not None and is_old(row, between.oldest)
    ]
    origin, to = between.question.origin, between.question.to
    via = _via(rows[to])
    if closing is not None:
        code, basis, short = closing
        # The way in is the network's own desk: closed with it, not free to be asked without it.
        return Standing(slug, CLOSED, code, basis, evidence, warnings, short, via=via)
    missing = tuple(code for code, row in rows.items() if row is None or row["status"] != "member")
    standing, code, basis = _judgement(between, name, missing)
    settled_by = _settling(names, missing) if missing else ""
    if settled_by:
        warnings.append({"code": "standing-unknown", "text": settled_by})
    own_via = _via(rows[origin]) if origin is not None else None
    if via is not None:
        basis += f" {names[to]} is reached through {_desk(between, via)}."
    if own_via is not None and origin is not None:
        basis += f" Requests from {names[origin]} go through {_desk(between, own_via)}."
    return Standing(
        slug,
        standing,
        code,
        basis,
        evidence,
        warnings,
        missing=missing,
        settled_by=settled_by,
        via=via,
        own_via=own_via,
    )


def direct_standing(desk: Desk, question: Question, directory: Directory) -> Standing:
    """Judge a desk that is reached without a network.

    It is open to whoever asks, and that is all: no framework obliges it to answer.
    """
    if question.origin == question.to:
        basis = f"Own economy: within {directory.economy_name(question.to)} no network is needed."
        return Standing(None, OPEN, "own-economy", basis, [], [])
    if question.origin is None:
        return Standing(None, UNKNOWN, "standing-not-judged", _sentence(NOT_JUDGED), [], [])
    if desk.organisation["sector"] == "private":
        basis = "A private organisation takes part in no network: anyone may ask it directly."
    else:
        basis = "It answers for no network: anyone may ask it directly."
    return Standing(None, OPEN, "no-network-needed", basis, [], [])


def unplaced_standing(desk: Desk) -> Standing:
    """Judge a desk none of whose networks is known here as a way to its economy."""
    slugs = ", ".join(desk.contact["networks"])
    text = f"It answers for {slugs}, which the directory does not hold as a route to its economy."
    warning = {"code": "network-not-held", "text": text}
    return Standing(None, UNKNOWN, "network-not-held", text, [], [warning])


def not_operating(network: Document) -> tuple[str, str, str] | None:
    """Why a network is closed to everyone: code, sentence, few words; None where it operates."""
    state, name = network["state"], in_english(network["name"])
    if state == "planned":
        return "network-planned", f"{name} is planned; it does not operate yet.", "only planned"
    if state == "ended":
        return "network-ended", f"{name} is recorded as ended.", "recorded as ended"
    return None


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _via(row: Document | None) -> str | None:
    return row["via"] if row is not None else None


def _desk(between: Between, contact: str) -> str:
    return between.titles.get(contact, "a desk that is not held here")


def _settling(names: Mapping[str, str], missing: Iterable[str]) -> str:
    absent = " and ".join(names[code] for code in missing)
    return (
        f"The participation of {absent} is not recorded; {absent} or a coordinator of the"
        " directory can settle it."
    )


def _closing(
    network: Document,
    name: str,
    names: Mapping[str, str],
    rows: Mapping[str, Document | None],
    *,
    is_held: bool,
) -> tuple[str, str, str] | None:
    """Why a network is closed: code, sentence, few words; None where nothing closes it."""
    if network["network_kind"] == "bilateral" and None in rows.values():
        # Only its parties are ever recorded in an agreement of two. Calling everyone else unknown
        # would print it in every answer; it is named only where a desk would otherwise vanish.
        if not is_held:
            return _NOT_CONCERNED
        absent = " and ".join(names[code] for code, row in rows.items() if row is None)
        basis = f"{name} is an agreement between two parties; {absent} is not recorded as one."
        return "not-a-party", basis, f"{absent} is not recorded as a party"
    resting = not_operating(network)
    if resting is not None:
        return resting
    outside = [row for row in rows.values() if row is not None and row["status"] == "not_member"]
    if not outside:
        return None
    dated = [
        f"{names[row['economy']]} does not take part, known on {row['known_on']}" for row in outside
    ]
    sourced = [f"{text}, from {source_text(row)}" for text, row in zip(dated, outside, strict=True)]
    return "not-a-member", f"{name}: {'; '.join(sourced)}.", "; ".join(dated)


def _judgement(between: Between, name: str, missing: tuple[str, ...]) -> tuple[str, str, str]:
    names, origin = between.names, between.question.origin
    recipient = names[between.question.to]
    if origin is None:
        taking = "is not recorded as taking part" if missing else "takes part"
        return UNKNOWN, "standing-not-judged", f"{recipient} {taking} in {name}; {NOT_JUDGED}"
    if missing:
        absent = " or ".join(names[code] for code in missing)
        return UNKNOWN, "not-recorded", f"It is not recorded whether {absent} takes part in {name}."
    return OPEN, "both-take-part", f"{names[origin]} and {recipient} take part in {name}."
