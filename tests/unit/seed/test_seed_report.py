"""What the report says is in the seed as it says it, with its date and its contradictions.

What a newcomer would get wrong: where the report gives two readings neither is the right one, and
where it gives none the field stays empty.
"""

from tests.unit.seed.facts import ALL, ROWS


def test_the_report_names_four_meetings() -> None:
    held = {key: (row["state"], row.get("from_date")) for key, row in ROWS["meeting"].items()}
    assert held == {
        "tel43": ("held", "2011-03-27"),
        "tel44": ("held", "2011-09-22"),
        "apec-cybercrime-experts-1": ("held", "2011-09-24"),
        "tel45": ("planned", None),
    }


def test_a_contradiction_keeps_every_reading_with_its_place() -> None:
    kept = [
        contradiction
        for row in ROWS["meeting"].values()
        for contradiction in row.get("contradictions", [])
    ]
    assert len(kept) >= 8
    for contradiction in kept:
        places = [reading["place"] for reading in contradiction["readings"]]
        assert len(places) == len(set(places)) >= 2, contradiction["about"]


def test_the_meeting_closed_at_two_times() -> None:
    closing = ROWS["meeting"]["apec-cybercrime-experts-1"]["contradictions"][0]["readings"]
    assert {reading["value"] for reading in closing} == {"15:50", "15:45"}


def test_bruneis_question_about_the_older_list_is_open() -> None:
    question = ROWS["outcome"]["apec-cybercrime-experts-1/Q1"]
    assert (question["type"], question["raised_by"]) == ("question", "BN")
    assert question["state"] == "open"
    assert "answer" not in question
    assert ROWS["outcome"]["apec-cybercrime-experts-1/A1"]["state"] == "open"


def test_every_outcome_of_the_report_is_there() -> None:
    numbers = sorted(row["number"] for row in ROWS["outcome"].values())
    assert numbers == sorted(
        [
            "D1",
            "D2",
            "D3",
            "A1",
            "A2",
            "A3",
            "A4",
            "A5",
            "A6",
            "A7",
            "P1",
            "Q1",
            "Q2",
            "Q3",
            "Q4",
            "Q5",
            "Q6",
            "Q7",
            "Q8",
        ]
    )


def test_a_newer_statement_stands_beside_the_older_one() -> None:
    newer = ROWS["statement"]["PH/cybercrime-law/2012-09-12"]
    (older,) = (ROWS["statement"][key] for key in newer["supersedes"])
    assert older["economy"] == newer["economy"]
    assert older["said_on"] < newer["said_on"]
    assert "no cybercrime law" in older["text"]["en"]


def test_the_wrong_date_of_chapter_36_stands_as_said_with_its_correction() -> None:
    said = ROWS["statement"]["TW/cybercrime-law/2011-11-30"]
    assert "15 June 2003" in said["text"]["en"]
    assert "25 June 2003" in said["note"]["en"]


def test_the_report_gives_three_windows_of_the_united_states() -> None:
    windows = [row for seed_set, kind, row in ALL if (seed_set, kind) == ("report", "contact")]
    assert {row["networks"][0] for row in windows} == {
        "g7-24-7",
        "us-fbi-attache",
        "us-doj-attache",
    }
    assert all(row["economy"] == "US" and "posted_in" not in row for row in windows)
