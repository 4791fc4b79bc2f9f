"""A directory in which every kind of record carries every label, and every value is known again.

A value is a word, number, address, day, instant or id that stands in one record alone, so whoever
finds it in an answer knows which record it came from. Records have pasts: other numbers, wider and
narrower labels, retirement.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Protocol

import orjson

from directory.changes.operations import Operation, Put, Retire
from directory.contacts.rules.openpgp import read_key
from directory.policy import DIRECTORY, MARKINGS, Label, Tlp
from tests.api.world import AUDIENCES, PLURALS, certificate, number, put, rid

OWNERS = ("AU", "JP")
ZONES = {"AU": "Australia/Sydney", "JP": "Asia/Tokyo", "NZ": "Pacific/Auckland"}
OPEN = Label(Tlp.CLEAR, frozenset(), DIRECTORY)
LABELS = tuple(
    Label(Tlp.from_label(marking), frozenset(audience), DIRECTORY)
    for marking, audience in product(MARKINGS, AUDIENCES)
)
VALUES = [
    re.compile(pattern)
    for pattern in (
        rb"zq(?:[b-t]{10}|[a-z]?[0-9]{4})",  # a word; the number of an outcome
        # An id.
        rb"-(?<=([0-9a-f]{8}-[0-9a-f]{4}-))([45][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})",
        rb"5550[ -]?([0-9]{4})",  # the end of a number
        rb"-(?<=([0-9]{4}-))([0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}:[0-9]{2})",
        rb"19[0-9]{2}-[0-9]{2}-[0-9]{2}",
        rb"31(?<![\w-]31)[0-9]{6}(?![\w-])",  # how long somebody waited
        rb'"q[a-z]"',  # the code of an economy
    )
]
"""Each by itself: in one pattern they would all be tried at every place of every answer.

Each begins with what is looked for thirty times as quickly as one of several characters; what
stands before that is looked back at.
"""
_HEXADECIMAL = bytes(ord("x" if chr(byte) in "0123456789abcdef" else " ") for byte in range(256))
_LENGTH = 40
_FINGERPRINT = b"x" * _LENGTH
_TELEPHONE = re.compile(r"(?:61)?2?5550[0-9]{4}")
COMMON = "Commonland"
"""A name by which every economy of a label goes: whether it is ambiguous depends on the reader."""


def values_in(text: bytes) -> set[str]:
    """Everything in a text that could be a value of some record."""
    text = text.lower()
    found: set[bytes] = set()
    for value in VALUES:
        told = value.findall(text)
        found.update(map(b"".join, told) if value.groups > 1 else told)
    shape, at = text.translate(_HEXADECIMAL), -_LENGTH
    while (at := shape.find(_FINGERPRINT, at + _LENGTH)) >= 0:
        found.add(text[at : at + _LENGTH])
    return {each.decode("ascii") for each in found}


def values_in_figures(text: bytes) -> set[str]:
    """Everything in figures, as /metrics tells them, that could be a value of some record.

    Some figure has any eight digits somewhere in it, sooner or later: a figure by itself is a
    value only where the whole of it is one. Names and labels are looked through like any text.
    """
    found: set[str] = set()
    for line in text.splitlines():
        named, told = line, math.nan
        if not line.startswith(b"#"):
            named, _, figure = line.rpartition(b" ")
            told = float(figure)
        found |= values_in(named)
        if told.is_integer():
            whole = f"{told:.0f}"
            if not _TELEPHONE.search(whole) or _TELEPHONE.fullmatch(whole):
                found |= values_in(whole.encode())
    return found


def word(*key: object) -> str:
    """A word that stands nowhere else."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return "zq" + "".join("bcdfghjklmnpqrst"[byte % 16] for byte in digest[:10])


@dataclass(frozen=True)
class Version:
    """One revision of a record, and what stands in it.

    Attributes:
        before: The label of the record before; whoever sees a proposal sees both.
    """

    operation: Operation
    label: Label
    before: Label | None = None

    def is_seen(self, sees: Callable[[Label], bool]) -> bool:
        """Whether a reader may see it."""
        return sees(self.label) and (self.before is None or sees(self.before))

    @cached_property
    def values(self) -> frozenset[str]:
        """What stands in it, its id included."""
        document = dict(self.operation.document) if isinstance(self.operation, Put) else {}
        found = values_in(orjson.dumps([document, self.operation.id]))
        if "armored" in document:
            facts = read_key(document["armored"])
            found |= values_in(orjson.dumps([facts.fingerprint, facts.user_ids]))
            found.add(line_of(document["armored"]))
        if self.operation.kind == "economy":
            found.add(f'"{document["code"].lower()}"')
        return frozenset(found)


def line_of(armored: str) -> str:
    """A line of a key that no other key has."""
    return armored.strip().splitlines()[4]


class Told(Protocol):
    """A list that somebody sent in, as ``returned`` makes it."""

    id: str
    change_sets: dict[str, str]

    def values_for(self, person: Any) -> set[str]:
        """What somebody may meet of it; None is everything there is."""

    def hidden_from(self, person: Any) -> set[str]:
        """Ids of what somebody may see nothing of."""


@dataclass
class Records:
    """All records with their pasts, in an order in which they can be written.

    Attributes:
        returned: A list that was sent in.
    """

    pasts: dict[str, list[Version]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    proposed: dict[str, Version] = field(default_factory=dict)
    returned: Told | None = None

    def add(self, operation: Put) -> None:
        """Add a first or a further revision."""
        key = str(operation.id)
        self.kinds[key] = operation.kind
        label = _label(operation.document)
        self.pasts.setdefault(key, []).append(Version(operation, label))

    def retire(self, kind: str, key: object) -> None:
        """End a record."""
        past = self.pasts[rid(kind, key)]
        past.append(Version(Retire(kind, rid(kind, key), len(past)), past[-1].label))

    def propose(self, change_set: str, operation: Put, reason: str) -> None:
        """Note that somebody has proposed the next revision of a record."""
        document = {**operation.document, "reason": reason, "change_set": change_set}
        given = Put(operation.kind, document, operation.id, operation.base_revision)
        before = self.pasts[str(operation.id)][-1].label
        self.proposed[change_set] = Version(given, _label(document), before)

    def all(self) -> list[Operation]:
        """Everything, as it was written."""
        return [version.operation for past in self.pasts.values() for version in past]

    def seen_by(self, sees: Callable[[Label], bool]) -> list[Operation]:
        """What would have been written if what a reader may not see had never been there.

        A revision that the reader may not see of a record that they see now has the text that they
        see, so that revisions are as many.
        """
        found: list[Operation] = []
        for past in self.pasts.values():
            shown = self._shown(past)
            if not sees(shown.label):
                continue
            for version in past:
                operation = version.operation
                if not sees(version.label):
                    assert isinstance(operation, Put)
                    assert isinstance(shown.operation, Put)
                    operation = Put(
                        operation.kind,
                        {**shown.operation.document, "source": _another_page()},
                        operation.id,
                        operation.base_revision,
                    )
                found.append(operation)
        return found

    def values_for(self, sees: Callable[[Label], bool]) -> set[str]:
        """Every value that a reader may meet."""
        found: set[str] = set()
        for past in self.pasts.values():
            if sees(self._shown(past).label):
                for version in past:
                    if sees(version.label):
                        found |= version.values
        for proposed in self.proposed.values():
            if proposed.is_seen(sees):
                found |= proposed.values
        return found

    @property
    def values(self) -> set[str]:
        """Every value there is."""
        found = self.values_for(lambda label: True)
        return found if self.returned is None else found | self.returned.values_for(None)

    def hidden_from(self, sees: Callable[[Label], bool]) -> list[str]:
        """Ids of the records that a reader may not see."""
        found = [key for key, past in self.pasts.items() if not sees(self._shown(past).label)]
        return found + [key for key, one in self.proposed.items() if not one.is_seen(sees)]

    def document(self, key: str) -> dict[str, Any]:
        """What a record says now, or what a change set would have it say."""
        if key in self.proposed:
            return dict(self.proposed[key].operation.document)  # type: ignore[union-attr]
        operation = self._shown(self.pasts[key]).operation
        assert isinstance(operation, Put)
        return dict(operation.document)

    def of_kind(self, kind: str) -> list[str]:
        """Ids of the records of a kind."""
        return [key for key, name in self.kinds.items() if name == kind]

    def named(self, plural: str) -> list[str]:
        """Whatever leads to the records of a plural: ids, slugs, codes."""
        if plural == "change-sets":
            of_lists = [] if self.returned is None else [*self.returned.change_sets.values()]
            return [*self.proposed, *of_lists]
        if plural == "returned-lists":
            return [] if self.returned is None else [self.returned.id]
        kind = next((k for k in set(self.kinds.values()) if PLURALS.get(k, f"{k}s") == plural), "")
        names = []
        for key in self.of_kind(kind):
            document = self.document(key)
            names += [str(document[name]) for name in ("slug", "code") if name in document]
            names.append(key)
        return names

    def lines(self) -> list[str]:
        """A line of every key."""
        return [line_of(self.document(key)["armored"]) for key in self.of_kind("key")]

    def _shown(self, past: list[Version]) -> Version:
        return next(v for v in reversed(past) if isinstance(v.operation, Put))


def _label(document: Mapping[str, Any]) -> Label:
    return Label(
        Tlp.from_label(document.get("marking", "CLEAR")),
        frozenset(document.get("audience", ())),
        document.get("owner", DIRECTORY),
    )


def _another_page() -> dict[str, Any]:
    return {"document": "a letter", "place": "page 2", "meeting": None}


def make_records() -> Records:
    """Every kind of record under every label of every owner, with pasts."""
    records = Records()
    for operation in _frame():
        records.add(operation)
    for place, label in enumerate(LABELS):
        for operation in _of_the_directory(place, _given(label, DIRECTORY)):
            records.add(operation)
        for count, owner in enumerate(OWNERS):
            own = _given(label, owner)
            for operation in _of_an_economy(100 * (count + 1) + place, owner, label, own):
                records.add(operation)
            _add_pasts(records, 100 * (count + 1) + place, owner, own)
    return records


def _given(label: Label, owner: str) -> dict[str, Any]:
    return {"marking": label.marking.label, "audience": sorted(label.audience), "owner": owner}


def _frame() -> Iterator[Put]:
    """Public records to which the others refer, and by which agencies take part in networks."""
    for place, (code, zone) in enumerate(ZONES.items()):
        yield put("economy", code, code=code, name={"en": f"Land of {code}"},
                  apec_order=place + 1, zones=[zone],
                  calling_code={"AU": "61", "JP": "81", "NZ": "64"}[code],
                  ambiguous_aliases=[{"text": COMMON, "also": "a land of old"}])  # fmt: skip
    for slug in ("interpol", "g7-24-7"):
        yield put("network", slug, slug=slug, name={"en": slug}, network_kind="membership",
                  state="operating", functions=["preservation"])  # fmt: skip
    for economy, slug in (("AU", "interpol"), ("JP", "g7-24-7"), ("AU", "g7-24-7")):
        yield put("membership", f"{economy} {slug}", economy=economy, network=slug,
                  status="member", known_on="2026-01-01", from_date="2000-01-01")  # fmt: skip
    yield put("meeting", "public", slug="public-meeting", name={"en": "Public meeting"},
              state="held", from_date="2026-01-05", until_date="2026-01-05")  # fmt: skip
    yield put("statement", "public", economy="JP", topic="a law", text={"en": "There is a law"},
              said_on="2020-01-01")  # fmt: skip
    agencies = (("AU", "interpol", "public"), ("JP", "g7-24-7", "public"), ("NZ", None, "public"),
                ("AU", "interpol", "private"))  # fmt: skip
    for economy, network, sector in agencies:
        key = f"{economy} {sector}"
        yield put("organisation", key, slug=f"{economy.lower()}-{sector}",
                  name={"en": f"{sector} agency of {economy}"}, economy=economy, owner=economy,
                  organisation_type="law_enforcement" if sector == "public" else "provider",
                  sector=sector)  # fmt: skip
        for desk in ("public", "checked"):
            yield put("contact", f"{desk} {key}", title={"en": f"{desk} desk of {key}"},
                      organisation=rid("organisation", key), economy=economy, owner=economy,
                      networks=[network] if network is not None else [], duty_hours="24/7",
                      languages=["en-AU"], zone=ZONES[economy])  # fmt: skip
            yield put("channel", f"{desk} {key}", contact=rid("contact", f"{desk} {key}"),
                      medium="telephone", raw=number(len(desk) + len(sector) + ord(economy[0])),
                      owner=economy)  # fmt: skip


def _of_the_directory(place: int, label: dict[str, Any]) -> Iterator[Put]:
    def text(*key: object) -> dict[str, str]:
        return {"en": f"Text {word(place, *key)}"}

    year = 1901 + place
    yield put("economy", place, code=f"Q{chr(65 + place)}", name=text("economy"),
              short_name=text("short"), aliases=[word(place, "alias")], seat=text("seat"),
              ambiguous_aliases=[{"text": COMMON, "also": word(place, "also")}],
              **label)  # fmt: skip
    slug = f"net-{word(place, 'slug')}"
    yield put("network", place, slug=slug, name=text("network"), note=text("network note"),
              network_kind="membership", state="operating", functions=["preservation"],
              **label)  # fmt: skip
    yield put("membership", place, economy="JP", network="interpol", status="member",
              from_date=f"{year}-01-02", until_date=f"{year}-12-03", known_on=f"{year}-12-04",
              note=text("membership"), **label)  # fmt: skip
    yield put("membership", f"own {place}", economy="AU", network=slug, status="member",
              known_on=f"{year}-12-05", note=text("own membership"), **label)  # fmt: skip
    yield put("statement", place, economy="JP", topic=f"topic {word(place, 'topic')}",
              text=text("statement"), said_on=f"{year}-12-06", note=text("statement note"),
              said_by=word(place, "speaker"), supersedes=[rid("statement", "public")],
              **label)  # fmt: skip
    slug = f"meeting-{word(place, 'meeting slug')}"
    yield put("meeting", place, slug=slug, name=text("meeting"), city=text("city"), state="held",
              agenda=[{"time": "09:00", "item": text("agenda")}], note=text("meeting note"),
              from_date=f"{year}-12-07", until_date=f"{year}-12-08", **label)  # fmt: skip
    yield put("attendance", place, meeting="public-meeting", economy="JP", name=text("attends"),
              capacity=text("capacity"), **label)  # fmt: skip
    yield put("outcome", place, meeting="public-meeting", number=f"ZQ{1000 + place}",
              type="decision", text=text("outcome"), state="agreed", answer=text("answer"),
              responsible=[word(place, "responsible")], due_meeting=slug, **label)  # fmt: skip


def _of_an_economy(place: int, owner: str, label: Label, given: dict[str, Any]) -> Iterator[Put]:
    def text(*key: object) -> dict[str, str]:
        return {"en": f"Text {word(place, *key)}"}

    agency, networks = f"{owner} public", ["interpol"]
    if not label.audience and label.marking is not Tlp.RED:
        # What has another owner and an audience or RED cannot be referred to.
        networks.append(f"net-{word(place % 100, 'slug')}")
    yield put("organisation", place, slug=f"org-{word(place, 'organisation slug')}",
              name=text("organisation"), economy=owner, organisation_type="law_enforcement",
              sector="public", parent=rid("organisation", agency), **given)  # fmt: skip
    yield put("contact", place, title=text("contact"), note=text("contact note"), economy=owner,
              organisation=rid("organisation", place), networks=networks, languages=["fr"],
              functions={"preservation": "yes"}, duty_hours="24/7", zone=ZONES[owner],
              **given)  # fmt: skip
    for step, desk in enumerate((place, f"public {agency}")):
        key = 1000 + 1000 * step + place
        contact = rid("contact", desk)
        yield put("channel", key, contact=contact, medium="telephone", raw=number(key),
                  position=2, **given)  # fmt: skip
        yield put("channel", f"mail {key}", contact=contact, medium="e-mail", position=3,
                  raw=f"{word(key, 'mail')}@world.example", **given)  # fmt: skip
        yield put("holder", key, contact=contact, name=text("holder", key),
                  handover={"outgoing": word(key, "outgoing")}, **given)  # fmt: skip
    yield put("key", place, contact=contact, armored=certificate(key), **given)
    yield put("check", place, channel=rid("channel", f"checked {agency}"), outcome="answered",
              checked_at=f"2026-11-{place % 100 + 1:02}T0{place // 100}:01:07Z",
              answered_after_seconds=31_000_000 + place, method="test_call", **given)  # fmt: skip


def _add_pasts(records: Records, place: int, owner: str, given: dict[str, Any]) -> None:
    """Records that had another number, another label, or have ended."""
    desk: dict[str, Any] = {
        "contact": rid("contact", f"public {owner} public"),
        "medium": "telephone",
    }
    wide: dict[str, Any] = {"owner": owner}
    for step, (key, before, after) in enumerate(
        (("narrowed", wide, given), ("opened", given, wide), ("changed", given, given))
    ):
        raw = 3000 + 1000 * step + place
        key = f"{key} {place}"
        for base, label in enumerate((before, after)):
            records.add(put("channel", key, base, raw=number(raw + 500 * base), position=9,
                            **desk, **label))  # fmt: skip
    for base, label in enumerate((wide, given)):
        records.add(put("contact", f"narrowed {place}", base, economy=owner,
                        title={"en": f"Post {word(place, 'was', base)}"},
                        organisation=rid("organisation", f"{owner} public"),
                        networks=["interpol"], **label))  # fmt: skip
    records.add(put("channel", f"ended {place}", raw=number(7000 + place), **desk, **given))
    records.retire("channel", f"ended {place}")
    records.add(put("organisation", f"ended {place}", slug=f"ended-{word(place, 'ended')}",
                    name={"en": word(place, "ended name")}, economy=owner, sector="public",
                    organisation_type="law_enforcement", **given))  # fmt: skip
    records.retire("organisation", f"ended {place}")
