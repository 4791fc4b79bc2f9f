"""Who read what of AMBER and above."""

from __future__ import annotations

from datetime import date, datetime

import click
from rich.table import Table

from directory.cli.base import TEXT, Group, paged, reading, running
from directory.cli.printing import show_page, table
from directory.documents import Document
from directory.reach.text import plain
from directory.readings import queries
from directory.readings.queries import Asked

group = Group("readings", help="Who read what of AMBER and above.")
DAY = click.DateTime(["%Y-%m-%d"])


@group.command("list")
@click.option("--owner", type=TEXT, help="The owner of the records: a code, or `directory`.")
@click.option("--partner", type=TEXT, help="The id of the readers' partner.")
@click.option("--from", "since", type=DAY, help="The first day, in UTC.")
@click.option("--until", type=DAY, help="The last day, in UTC.")
@paged
def list_readings(
    owner: str | None,
    partner: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    page: str | None,
    is_json: bool,
) -> None:
    """List the readings of your own partner, or count those of an owner's records.

    With --owner alone: by day and partner, for the owner's editors.
    """
    with reading() as directory:
        names = queries.names_of_partners(directory.connection)
    with running().readings.reading() as connection:
        found = queries.find(
            connection,
            Asked(owner, partner, _day(since), _day(until)),
            viewer=directory.viewer,
            principal=directory.principal,
            names=names,
            limit=limit,
            page=page,
        )
    show_page(found, lambda items: _readings(items, names), is_json=is_json)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _readings(items: list[Document], names: dict[str, str]) -> Table:
    if "answers" in items[0]:
        counts = table("Day", "Partner", "Answers")
        for item in items:
            counts.add_row(item["day"], _partner(item, names), str(item["answers"]))
        return counts
    rows = table("When", "Who", "What", "For")
    for item in items:
        rows.add_row(
            item["at"][:19],
            "\n".join([_partner(item, names), item["account"] or "no account"]),
            "\n".join(
                [
                    f"{item['owner']}, TLP:{item['record_marking']}, {item['door']}",
                    *(f"{record['kind']} {record['id']}" for record in item["records"]),
                ]
            ),
            plain(item["purpose"] or ""),
            end_section=True,
        )
    return rows


def _partner(item: Document, names: dict[str, str]) -> str:
    partner: str | None = item["partner"]
    return plain(names.get(partner, partner)) if partner is not None else "no account"
