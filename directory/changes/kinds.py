"""What the log must know of a kind of record, and the registry that holds the kinds.

The log knows no kind by name. The order of the registry is the order in which records can be
written so that every reference already stands: rebuilding relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

from directory.changes.errors import DamagedLogError, UnacceptableChangeSetError
from directory.documents import Document
from directory.errors import Fault
from directory.policy import Label

if TYPE_CHECKING:
    from directory.changes.steps import Step


class OnRetire(StrEnum):
    """What becomes of a record whose reference is retired."""

    CASCADE = "cascade"
    REFUSE = "refuse"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Reference:
    """A field in which a record names another.

    Attributes:
        field: The document's key; with a slash, a key inside it (``source/meeting``).
        target: Name of the kind referred to.
        key: The column of the target that the field holds: ``id``, ``code`` or ``slug``.
        many: Whether the field is a list.
        on_retire: What becomes of this record when the one it names is retired.
        same_owner: Whether this record's owner must be the owner of the one it names.
    """

    field: str
    target: str
    key: str = "id"
    many: bool = False
    on_retire: OnRetire = OnRetire.REFUSE
    same_owner: bool = False

    @property
    def column(self) -> str:
        """The typed column that holds the reference, as a JSON list where there may be many."""
        return self.field.replace("/", "_")

    def values(self, document: Document) -> Sequence[tuple[str, str]]:
        """The JSON Pointer and value of each reference the document makes through this field."""
        outer, _, inner = self.field.partition("/")
        value: Any = document[outer]
        if inner:
            value = value[inner]
        if not value:
            return ()
        if self.many:
            return [(f"#/{self.field}/{index}", item) for index, item in enumerate(value)]
        return ((f"#/{self.field}", value),)


@dataclass(frozen=True, slots=True)
class Noting:
    """What the directory itself notes in a new record of one that it names, and keeps from then on.

    Attributes:
        field: The document's key. No writer sends it; null means that it is not known.
        names: The key in which the record names the other, by its id.
        target: Name of the kind referred to.
        of: What is noted of the other's document.
    """

    field: str
    names: str
    target: str
    of: Callable[[Document], str]


@dataclass(frozen=True, slots=True)
class Transition:
    """One record's step from a version to the next, as derived tables follow it.

    Attributes:
        seq: The entry that made the step.
        before: The document before, None at the first.
        after: The document after.
    """

    seq: int
    before: Document | None
    after: Document


def _no_rule(connection: Connection, changed: Sequence[str]) -> Iterable[Fault]:
    return ()


def _always_timely(document: Document, at: datetime) -> Iterable[Fault]:
    return ()


Sees = Callable[[Label], bool]
"""Whether the one for whom something is decided may see a record with a label."""


def _no_danger(connection: Connection, steps: Sequence[Step], sees: Sees) -> Iterable[Fault]:
    return ()


def _no_upcast(document: Document, version: int) -> Document:
    raise DamagedLogError(f"Shape version {version} of this kind was never in use.")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Attributes:
        name: The kind as documents name it.
        table: Its table, made by ``record_table``.
        load: Checks a document as given and completes it; raises ``InvalidDocumentError``.
        columns: The typed columns of a document.
        given: The fields that a writer sends; the directory makes the others.
        references: The fields that name other records.
        fixed: Fields that never change once written, beside the owner.
        noting: What the directory notes in a new record, of one that it names.
        untimely: Finds what a new document tells as past, and is not past at an instant.
        unique: The field by which people name a record, such as its slug.
        version: The present version of the document's shape.
        upcast: Turns a document of an earlier shape version into the present one.
        rule: Finds contradictions with other records; called with the ids just written, while
            the head is held, so what it reads cannot change under it.
        follow: Keeps derived tables in step; must depend on nothing but the transitions.
        forget: Takes out of the derived tables all that some records left there, by their ids, so
            that ``follow`` may be told again what is left of them.
        derived: The derived tables that ``follow`` keeps, emptied before a rebuild.
        is_judged_against_all: Whether a new record is judged against every other of its kind,
            hidden ones included, so that only who may see all of them may write one: a refusal
            would tell anybody else what is hidden.
    """

    name: str
    table: Table
    load: Callable[[Mapping[str, Any]], Document]
    columns: Callable[[Document], dict[str, Any]]
    given: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()
    fixed: tuple[str, ...] = ()
    noting: Noting | None = None
    unique: str | None = None
    version: int = 1
    upcast: Callable[[Document, int], Document] = _no_upcast
    untimely: Callable[[Document, datetime], Iterable[Fault]] = _always_timely
    rule: Callable[[Connection, Sequence[str]], Iterable[Fault]] = _no_rule
    follow: Callable[[Connection, Sequence[Transition]], None] | None = None
    forget: Callable[[Connection, Sequence[str]], None] | None = None
    derived: tuple[Table, ...] = ()
    is_judged_against_all: bool = False

    def as_given(self, document: Document) -> Document:
        """What a writer would send to have a record say again what a document of it says."""
        return {name: value for name, value in document.items() if name in self.given}

    def present(self, document: Document) -> Document:
        """The document in the present shape, whatever version it was written in.

        Raises:
            DamagedLogError: The version is later than this program, or was never in use.
        """
        version = document["version"]
        if version == self.version:
            return document
        if version > self.version:
            raise DamagedLogError(
                f"A {self.name} has shape version {version}; this program knows versions up to"
                f" {self.version}. Use the program that wrote it, or a later one."
            )
        return self.upcast(document, version) | {"version": self.version}


@dataclass(frozen=True, slots=True)
class Summary:
    """A derived table that puts records of several kinds together, and holds nothing of its own.

    Attributes:
        table: The table, emptied before a rebuild.
        of: The records it has rows for, as long as they are live.
        refresh: Brings it in step with records just written, by kind; called once per change set.
        fill: Makes all of it from the tables of records.
    """

    table: Table
    of: Table
    refresh: Callable[[Connection, Mapping[str, Sequence[Document]]], None]
    fill: Callable[[Connection], None]


@dataclass(frozen=True, eq=False)
class Kinds:
    """The registered kinds, in an order in which every reference already stands.

    A registry equals itself alone: conditions of statements are kept by it.

    Attributes:
        shared_references: The references that records of every kind make.
        summaries: The tables that put records of several kinds together.
        dangers: Why some steps, decided but not written, need a second person, as far as the
            writer may see what that rests on.
    """

    _kinds: tuple[Kind, ...]
    shared_references: tuple[Reference, ...] = ()
    summaries: tuple[Summary, ...] = ()
    dangers: Callable[[Connection, Sequence[Step], Sees], Iterable[Fault]] = _no_danger
    _by_name: dict[str, Kind] = field(init=False)
    _position: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {kind.name: kind for kind in self._kinds})
        object.__setattr__(
            self, "_position", {kind.name: place for place, kind in enumerate(self._kinds)}
        )

    def position(self, name: str) -> int:
        """The kind's place in the order of writing."""
        return self._position[name]

    @property
    def tables(self) -> set[str]:
        """The names of all tables that say what records say."""
        names = {summary.table.name for summary in self.summaries}
        for kind in self._kinds:
            names |= {kind.table.name, *(table.name for table in kind.derived)}
        return names

    def references_of(self, kind: Kind) -> tuple[Reference, ...]:
        """Every reference that a record of the kind makes."""
        return kind.references + self.shared_references

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds)

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._by_name[name]
        except KeyError:
            raise UnacceptableChangeSetError(
                f"There is no kind of record called {name!r};"
                f" the kinds are {', '.join(self._by_name)}."
            ) from None

    def known(self, name: str) -> Kind | None:
        """The kind of a name, None where it is not known here."""
        return self._by_name.get(name)

    def referring_to(self, target: str) -> Iterator[tuple[Kind, Reference]]:
        """The kinds and fields that name records of a kind."""
        for kind in self._kinds:
            for reference in self.references_of(kind):
                if reference.target == target:
                    yield kind, reference
