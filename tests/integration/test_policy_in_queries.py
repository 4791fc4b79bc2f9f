"""The policy in the query and the policy in memory are one policy, on both databases."""

from itertools import chain, combinations, product

from sqlalchemy import Connection, Table, Text, select
from sqlalchemy.schema import Column, MetaData
from sqlalchemy.types import Integer

from directory.db import json_list
from directory.policy import (
    DIRECTORY,
    Label,
    Tlp,
    Viewer,
    may_see,
    viewer_parameters,
    visible,
    visible_under,
)

NETWORKS = ("interpol", "g7-24-7", 'odd"one')
OWNERS = ("AU", DIRECTORY)


def subsets(items: tuple[str, ...]) -> list[frozenset[str]]:
    sizes = range(len(items) + 1)
    return [frozenset(some) for some in chain(*(combinations(items, n) for n in sizes))]


LABELS = [Label(*parts) for parts in product(Tlp, subsets(NETWORKS), OWNERS)]
VIEWERS = [
    Viewer(None, networks, clearance, editor_of)
    for networks, clearance, editor_of in product(subsets(NETWORKS), (None, *Tlp), subsets(OWNERS))
]

labelled = Table(
    "labelled",
    MetaData(),
    Column("place", Integer, primary_key=True),
    Column("marking", Integer),
    Column("audience", Text),
    Column("owner", Text),
)


def test_a_query_shows_exactly_what_the_policy_allows(connection: Connection) -> None:
    labelled.create(connection)
    connection.execute(
        labelled.insert(),
        [
            {
                "place": place,
                "marking": int(label.marking),
                "audience": json_list(label.audience),
                "owner": label.owner,
            }
            for place, label in enumerate(LABELS)
        ],
    )
    statement = select(labelled.c.place).where(visible(labelled))
    for viewer in VIEWERS:
        shown = set(connection.scalars(statement, viewer_parameters(viewer)))
        assert shown == {n for n, label in enumerate(LABELS) if may_see(viewer, label)}, viewer


def test_a_label_written_as_text_is_judged_alike(connection: Connection) -> None:
    written = Table(
        "written",
        MetaData(),
        Column("place", Integer, primary_key=True),
        Column("label", Text),
        Column("owner", Text),
    )
    written.create(connection)
    labels = [label for label in LABELS if 'odd"one' not in label.audience]  # no slug is odd
    connection.execute(
        written.insert(),
        [
            {"place": place, "label": label.text(), "owner": label.owner}
            for place, label in enumerate(labels)
        ]
        + [{"place": -1, "label": "", "owner": "AU"}],
    )
    statement = select(written.c.place).where(visible_under(written.c.label, written.c.owner))
    for viewer in VIEWERS:
        shown = set(connection.scalars(statement, viewer_parameters(viewer)))
        assert shown == {n for n, label in enumerate(labels) if may_see(viewer, label)}, viewer
