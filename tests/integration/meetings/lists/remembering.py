"""Plans two lists, as a process of its own: prints as JSON what each row of the second took.

python -m tests.integration.meetings.lists.remembering DATABASE FEW MANY
"""

import csv
import io
import json
import sys

from directory.db import Database
from tests.integration.meetings.lists.house import House
from tests.integration.meetings.lists.reading import most_megabytes

HEADINGS = ["Economy", "Name", "Position", "Organisation", "Tel", "E-mail"]


def foreign(rows: int) -> bytes:
    """A list of somebody else's, of as many desks that nobody knows."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEADINGS)
    for row in range(rows):
        lines.writerow(
            [
                "Australia",
                f"Robin SAMPLE{_letters(row)}",
                f"Desk {_letters(row * 7)}",
                f"Example Agency {row % 20} (fictional)",
                f"+61 2 5550 {row:04}",
                f"desk{row}@list.example",
            ]
        )
    return out.getvalue().encode()


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(figure)] for figure in str(number))


def main(url: str, few: int, many: int) -> None:
    house = House(Database(url))
    house.plan(foreign(few), "few.csv")
    before = most_megabytes()
    plan = house.plan(foreign(many), "many.csv")
    told = {
        "operations": len(plan.operations),
        "each": (most_megabytes() - before) * 1_000_000 / (many - few),
    }
    print(json.dumps(told))  # noqa: T201 (read by the test that started this)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
