"""Lists that come back, at the doors: what is taken in, what is refused, and who sees what."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory.changes.log import see
from directory.db import Database
from directory.meetings.lists.limits import MOST_BYTES
from directory.policy import Role, Tlp
from tests.accounts import Granted, account
from tests.api.editors import PLAIN, Editors, channel, editors_in, furnish
from tests.api.proposing import amend, done, post
from tests.api.returning import CHANGE_SETS, LISTS, listed, part, send, sent
from tests.api.service import API
from tests.api.test_readings import entries, records_in
from tests.api.world import put, write
from tests.databases import MakeFurnished

AU = "Australia,Kim EXAMPLE,Night desk,Another agency (fictional),+61 2 5550 0177,desk@au.example"
JP = "Japan,Taro SAMPLE,Cyber desk,Police of Japan (fictional),+81 3 0555 0101,desk@jp.example"
NOWHERE = "Atlantis,Nemo NOBODY,Secret post,Hidden house,1,2"
BOTH = listed(AU, JP, NOWHERE)
UNKNOWN = "99999999-0000-4000-8000-000000000000"


def furnish_with_meetings(url: str) -> dict[str, Any]:
    """Write what stands before a list comes back, and tell everybody's token and account."""
    told, database = furnish(url), Database(url)
    write(
        database,
        [
            put("meeting", "open", slug="open-meeting", name={"en": "Open"}, state="held"),
            put("meeting", "closed", slug="closed-meeting", name={"en": "Closed"}, state="held",
                marking="AMBER"),
        ],
    )  # fmt: skip
    employed: dict[str, Granted] = {"green": Role.READER, "green editor": (Role.EDITOR, "JP")}
    with database.writing() as connection:
        for name, role in employed.items():
            told["accounts"][name], told["tokens"][name] = account(
                connection, partner=f"partner of {name}", clearance=Tlp.GREEN, roles=[role]
            )
    database.dispose()
    return told


@pytest.fixture
def editors(fresh_furnished: MakeFurnished, tmp_path: Path) -> Iterator[Editors]:
    editors = editors_in(fresh_furnished("editors_with_meetings", furnish_with_meetings), tmp_path)
    yield editors
    editors.service.dispose()


def findings(editors: Editors, who: str, rid: str, more: str = "") -> Any:
    return editors.get(who, f"{LISTS}/{rid}/findings?limit=200{more}")["items"]


def parts(editors: Editors, who: str, rid: str) -> dict[str, Any]:
    found = editors.get(who, f"{LISTS}/{rid}")["change_sets"]
    return {part["owner"]: part for part in found}


def states(response: Any) -> dict[str, str]:
    assert response.status_code == 200, response.text
    return {item["owner"]: item["state"] for item in response.get_json()["items"]}


def refused(response: Any, status: int, slug: str) -> Any:
    assert response.status_code == status, response.text
    problem = response.get_json()
    assert problem["type"] == f"/problems/{slug}"
    assert problem["detail"]
    return problem


# Taking lists in.


@pytest.mark.parametrize("path", [LISTS, CHANGE_SETS])
def test_a_list_becomes_a_change_set_for_each_owner_at_either_door(
    editors: Editors, path: str
) -> None:
    size = editors.size()
    response = send(editors, "reader", BOTH, path=path, meeting="open-meeting")
    assert response.status_code == 201, response.text
    told = response.get_json()
    assert response.headers["Location"] == f"{API}{LISTS}/{told['id']}"
    assert {part["owner"]: part["state"] for part in told["change_sets"]} == {
        "AU": "proposed", "JP": "proposed",
    }  # fmt: skip
    assert (told["file_name"], told["meeting"]) == ("list.csv", "open-meeting")
    assert told["findings"]["unknown-economy"] == 1
    assert told["cells"] == 24
    assert editors.size() == size
    assert editors.get("reader", f"{LISTS}/{told['id']}") == told
    for each in told["change_sets"]:
        assert (each["bundle"], each["meeting"]) == (told["id"], "open-meeting")


def test_json_is_still_a_proposal_and_other_media_types_are_refused(editors: Editors) -> None:
    operation = {"op": "put", "kind": "channel", "document": channel()}
    body = {"reason": "A change.", "operations": [operation]}
    assert editors.ask("reader", "POST", CHANGE_SETS, body).get_json()["origin"] == "proposal"
    client = editors.service.app.test_client()
    headers = {"Authorization": f"Bearer {editors.tokens['reader']}"}
    for media_type in ("text/csv", "application/x-www-form-urlencoded", "multipart/mixed"):
        answer = client.post(
            API + CHANGE_SETS, data=b"a=b", headers=headers, content_type=media_type
        )
        refused(answer, 415, "not-json")


def test_nothing_is_marked_wider_than_its_sender_said(editors: Editors) -> None:
    told = refused(send(editors, "reader", BOTH, marking="AMBER+STRICT"), 422, "bad-upload")
    assert [fault["pointer"] for fault in told["errors"]] == ["#/marking"]
    made = sent(editors, "green", BOTH)
    operations = editors.get("green", f"{CHANGE_SETS}/{made['change_sets'][0]['id']}")["operations"]
    assert {each["marking"] for each in operations} == {"GREEN"}


def test_a_table_about_no_economy_is_no_list(editors: Editors) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_bytes()
    nowhere = listed(AU.replace("Australia", "Atlantis"))
    for data, read in ((readme, "search QUERY"), (nowhere, "Atlantis")):
        assert read in refused(send(editors, "reader", data), 422, "no-list")["detail"]
    assert editors.get("reader", LISTS)["items"] == []
    sent(editors, "reader", listed(AU.replace("Australia", "Atlantis"), JP))


def test_nothing_becomes_public_that_nobody_said_is(editors: Editors) -> None:
    editors.employ("clear", Role.READER, clearance=Tlp.CLEAR)
    told = refused(send(editors, "clear", BOTH), 422, "bad-upload")
    assert [fault["pointer"] for fault in told["errors"]] == ["#/marking"]
    assert editors.get("clear", LISTS)["items"] == []
    assert sent(editors, "clear", BOTH, marking="CLEAR")["reading"]["marked"] == "CLEAR"


def test_nobody_without_an_account_has_anything_read(editors: Editors) -> None:
    huge = b"PK\x03\x04" + b"x" * 2_000_000
    for path in (LISTS, CHANGE_SETS):
        assert send(editors, None, huge, path=path).status_code == 401


def test_the_same_key_is_the_same_answer_and_never_another_list(editors: Editors) -> None:
    key = {"Idempotency-Key": "list-1"}
    first = send(editors, "reader", BOTH, headers=key)
    again = send(editors, "reader", BOTH, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == first.headers["Location"]
    assert len(editors.get("reader", LISTS)["items"]) == 1
    for other in (
        send(editors, "reader", listed(AU), headers=key),
        send(editors, "reader", BOTH, headers=key, meeting="open-meeting"),
        send(editors, "reader", BOTH, headers=key, name="other.csv"),
        send(editors, "reader", BOTH, headers=key, path=CHANGE_SETS),
    ):
        refused(other, 422, "key-reused")
    assert len(editors.get("reader", LISTS)["items"]) == 1
    assert send(editors, "editor", listed(AU), headers=key).status_code == 201


# What is refused.


def test_too_large_a_file_is_refused_and_other_routes_take_no_more_than_before(
    editors: Editors,
) -> None:
    for path in (LISTS, CHANGE_SETS):
        told = refused(
            send(editors, "reader", b"x" * (MOST_BYTES + 200_000), path=path),
            413, "body-too-large",
        )  # fmt: skip
        assert "10,000,000" in told["detail"]
        refused(
            send(editors, "reader", b"a,b\n" * (MOST_BYTES // 4 + 1), path=path),
            422, "file-too-large",
        )  # fmt: skip
    big = {"reason": "x" * 1_100_000, "operations": []}
    refused(editors.ask("reader", "POST", CHANGE_SETS, big), 413, "body-too-large")
    refused(send(editors, "reader", b"x" * 1_100_000, path="/checks"), 415, "not-json")


def test_two_megabytes_are_no_trouble(editors: Editors) -> None:
    data = listed(AU) + b"x," * 1_000_000
    assert 2_000_000 < len(data) < MOST_BYTES
    refused(send(editors, "reader", data), 422, "file-too-large")  # for its columns alone


def test_a_body_in_chunks_is_counted_as_it_comes(editors: Editors) -> None:
    client = editors.service.app.test_client()
    headers = {"Authorization": f"Bearer {editors.tokens['reader']}"}
    boundary = b"--b\r\nContent-Disposition: form-data; name=file; filename=l.csv\r\n\r\n"

    def chunked(data: bytes) -> Any:
        return client.post(
            API + LISTS,
            input_stream=io.BytesIO(boundary + data + b"\r\n--b--\r\n"),
            headers=headers,
            content_type="multipart/form-data; boundary=b",
            environ_overrides={"wsgi.input_terminated": True},
        )

    assert chunked(BOTH).status_code == 201
    refused(chunked(b"x" * (MOST_BYTES + 200_000)), 413, "body-too-large")


def post_form(editors: Editors, body: bytes, content_type: str) -> Any:
    headers = {"Authorization": f"Bearer {editors.tokens['reader']}"}
    return editors.service.app.test_client().post(
        API + LISTS, data=body, headers=headers, content_type=content_type
    )


def field(name: str, value: str, file: str | None = None) -> str:
    return part(name, value.encode(), file).decode()


FILE = field("file", BOTH.decode(), "list.csv")


@pytest.mark.parametrize(
    ("parts", "pointers"),
    [
        pytest.param([], ["#/file"], id="nothing"),
        pytest.param([field("file", BOTH.decode())], ["#/file"], id="a field and no file"),
        pytest.param([field("list", "x", "list.csv")], ["#/file"], id="a file by another name"),
        pytest.param([FILE, FILE], ["#/file"], id="two files"),
        pytest.param([FILE, field("list", "x", "l.csv")], ["#/file"], id="a file too many"),
        pytest.param([FILE, field("meetin", "x")], ["#/meetin"], id="an unknown field"),
        pytest.param(
            [FILE, field("meeting", "open-meeting"), field("meeting", "open-meeting")],
            ["#/meeting"],
            id="a field twice",
        ),
        pytest.param([FILE, field("meeting", "No Slug")], ["#/meeting"], id="no slug"),
        pytest.param([FILE, field("marking", "amber")], ["#/marking"], id="no marking"),
        pytest.param([FILE, field("dates", "3/4")], ["#/dates"], id="no order of dates"),
        pytest.param([FILE, field("matches", "15")], ["#/matches"], id="no match"),
        pytest.param([FILE, field("matches", f"0={UNKNOWN}")], ["#/matches"], id="no row"),
        pytest.param([FILE, field("sheet", "")], ["#/sheet"], id="an empty field"),
        pytest.param([FILE, field("sheet", "s" * 101)], ["#/sheet"], id="too long a field"),
    ],
)
def test_a_form_is_read_strictly(editors: Editors, parts: list[str], pointers: list[str]) -> None:
    body = "".join([*parts, "--b--\r\n"]).encode()
    told = refused(post_form(editors, body, "multipart/form-data; boundary=b"), 422, "bad-upload")
    assert [fault["pointer"] for fault in told["errors"]] == pointers


def test_a_form_that_breaks_off_or_says_no_boundary_is_refused(editors: Editors) -> None:
    whole = f"{FILE}--b--\r\n".encode()
    refused(post_form(editors, whole, "multipart/form-data"), 422, "bad-upload")
    refused(post_form(editors, whole, "multipart/form-data; boundary=c"), 422, "bad-upload")
    refused(post_form(editors, FILE[:-30].encode(), "multipart/form-data; boundary=b"), 422,
            "bad-upload")  # fmt: skip
    refused(post_form(editors, BOTH, "text/csv"), 422, "bad-upload")
    many = "".join(field(f"f{n}", "x") for n in range(100)) + whole.decode()
    refused(post_form(editors, many.encode(), "multipart/form-data; boundary=b"), 413,
            "body-too-large")  # fmt: skip
    fat = field("sheet", "s" * 200_000) + whole.decode()
    refused(post_form(editors, fat.encode(), "multipart/form-data; boundary=b"), 413,
            "body-too-large")  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\\Users\\me\\list.xlsx", "list.xlsx"),
        ("a\0b.csv", "ab.csv"),
        ("a%0D%0AX-Bad: 1.csv", "a%0D%0AX-Bad: 1.csv"),
        ("l\u202etslx.csv", "ltslx.csv"),
        ("名單.csv", "名單.csv"),
        ("n" * 5000 + ".csv", "n" * 196 + ".csv"),
        ("/", "list"),
    ],
)
def test_a_file_may_be_called_anything(editors: Editors, given: str, kept: str) -> None:
    body = f"{field('file', BOTH.decode(), given)}--b--\r\n".encode()
    response = post_form(editors, body, "multipart/form-data; boundary=b")
    assert response.status_code == 201, response.text
    told = response.get_json()
    assert told["file_name"] == kept
    for each in told["change_sets"]:
        operations = editors.get("reader", f"{CHANGE_SETS}/{each['id']}")["operations"]
        sources = {o["document"]["source"]["document"] for o in operations}
        assert sources == {kept}
    assert "X-Bad" not in response.headers


@pytest.mark.parametrize(
    ("data", "said", "status", "slug"),
    [
        (b"", {}, 422, "unreadable-file"),
        (b"\0" * 100, {}, 422, "unreadable-file"),
        (b"PK\x03\x04 and nothing more", {}, 422, "unreadable-file"),
        (b"%PDF-1.7", {}, 422, "unreadable-file"),
        (b"nothing in it has headings", {}, 422, "no-list"),
        (BOTH, {"encoding": "klingon"}, 422, "wrong-encoding"),
        (BOTH, {"encoding": "a\0b"}, 422, "wrong-encoding"),
        ("Economy,Name\nJapan,é\n".encode("latin-1"), {"encoding": "utf-8"}, 422, "wrong-encoding"),
        (BOTH, {"delimiter": "Economy"}, 422, "wrong-delimiter"),
        (BOTH, {"sheet": "POC list"}, 422, "unknown-sheet"),
        (BOTH, {"sheet": "a\0b"}, 422, "unknown-sheet"),
        (BOTH, {"meeting": "no-such-meeting"}, 404, "unknown-record"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    editors: Editors, data: bytes, said: dict[str, str], status: int, slug: str
) -> None:
    for path in (LISTS, CHANGE_SETS):
        refused(send(editors, "reader", data, path=path, said=said), status, slug)
    assert editors.get("reader", LISTS)["items"] == []


# Who sees what of it.


def test_a_meeting_that_the_sender_may_not_see_is_one_that_there_is_not(editors: Editors) -> None:
    hidden = send(editors, "green", BOTH, meeting="closed-meeting")
    unknown = send(editors, "green", BOTH, meeting="never-met")
    assert hidden.status_code == unknown.status_code == 404
    assert [re.sub(r'"request_id":"\w+"', "", each.text).replace(name, "…")
            for each, name in ((hidden, "closed-meeting"), (unknown, "never-met"))
            ].count(re.sub(r'"request_id":"\w+"', "", hidden.text)
                    .replace("closed-meeting", "…")) == 2  # fmt: skip


def test_the_meeting_of_a_list_shows_to_those_alone_who_may_see_it(editors: Editors) -> None:
    told = sent(editors, "editor", BOTH, meeting="closed-meeting", marking="GREEN")
    assert told["meeting"] == "closed-meeting"
    rid = told["id"]
    assert editors.get("green", f"{LISTS}/{rid}")["meeting"] is None
    assert editors.get("foreigner", f"{LISTS}/{rid}")["meeting"] == "closed-meeting"
    for who, seen in (("green", 0), ("foreigner", 1)):
        assert len(editors.get(who, f"{LISTS}?meeting=closed-meeting")["items"]) == seen
        assert len(editors.get(who, LISTS)["items"]) == 1
    assert "closed-meeting" not in editors.ask("green", "GET", LISTS).text


def test_who_sees_nothing_of_a_list_is_told_that_there_is_none(editors: Editors) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    for who in ("green", "green editor", "operator"):
        assert editors.get(who, LISTS)["items"] == []
        for path in ("", "/findings"):
            hidden = editors.ask(who, "GET", f"{LISTS}/{rid}{path}")
            unknown = editors.ask(who, "GET", f"{LISTS}/{UNKNOWN}{path}")
            refused(hidden, 404, "unknown-change-set")
            assert hidden.get_json()["detail"].replace(rid, "") == (
                unknown.get_json()["detail"].replace(UNKNOWN, "")
            )
        for verb in ("approve", "apply", "revert"):
            refused(post(editors, who, f"{LISTS}/{rid}", verb), 404, "unknown-change-set")


def test_who_sent_a_list_sees_all_that_is_doubted_of_it(editors: Editors) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    told = findings(editors, "reader", rid)
    counts = editors.get("reader", f"{LISTS}/{rid}")["findings"]
    assert sum(counts.values()) == len(told)
    assert {"Atlantis", "Hidden house"} <= {each["read"] for each in told}
    one = findings(editors, "reader", rid, "&code=unknown-economy")
    assert [(each["cell"], each["proposed"]) for each in one] == [("A4", None)]
    walked, page = [], ""
    while True:
        answer = editors.get("reader", f"{LISTS}/{rid}/findings?limit=2{page}")
        walked += answer["items"]
        if answer["next"] is None:
            break
        page = f"&page={answer['next']}"
    assert walked == told


def test_others_see_what_they_see_of_the_operations_and_never_what_was_made_nothing_of(
    editors: Editors,
) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    for who in ("editor", "foreigner"):
        told = findings(editors, who, rid)
        assert told
        assert all(each["change_set"] is not None for each in told)
        assert "Atlantis" not in repr(told)
        head = editors.get(who, f"{LISTS}/{rid}")
        assert not {"sha256", "reading", "cells", "cells_used"} & head.keys()
        assert sum(head["findings"].values()) == len(told)
    everything = findings(editors, "coordinator", rid)
    assert "Atlantis" in {each["read"] for each in everything}


def test_an_editor_without_the_clearance_for_another_s_part_sees_their_own_alone(
    editors: Editors,
) -> None:
    """Of a list that marks new records GREEN, and of one owner's AMBER records besides."""
    rid = sent(editors, "reader", listed(AU), marking="AMBER")["id"]
    assert editors.ask("green editor", "GET", f"{LISTS}/{rid}").status_code == 404
    both = sent(editors, "reader", listed(JP), marking="GREEN")["id"]
    assert set(parts(editors, "green editor", both)) == {"JP"}
    assert [each["id"] for each in editors.get("green editor", LISTS)["items"]] == [both]


def test_operations_and_their_findings_are_numbered_as_their_reader_sees_them(
    editors: Editors,
) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    for owner, told in parts(editors, "coordinator", rid).items():
        where = f"{CHANGE_SETS}/{told['id']}"
        operations = editors.get("coordinator", where)["operations"]
        assert all(each["cells"] for each in operations)
        seen = [
            (told["id"], n, doubt["cell"], doubt["code"])
            for n, each in enumerate(operations)
            for doubt in each["findings"]
        ]
        listed_ = [
            (each["change_set"], each["operation"], each["cell"], each["code"])
            for each in findings(editors, "coordinator", rid)
            if each["owner"] == owner and each["change_set"] is not None
        ]
        assert sorted(seen) == sorted(listed_)
        for each in findings(editors, "coordinator", rid):
            if each["change_set"] == told["id"]:
                operation = operations[each["operation"]]
                assert (each["kind"], each["id"]) == (operation["kind"], operation["id"])
    assert seen


def test_an_amended_operation_still_shows_what_was_doubted_of_it(editors: Editors) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    where = f"{CHANGE_SETS}/{parts(editors, 'reader', rid)['JP']['id']}"
    operations = editors.get("foreigner", where)["operations"]
    n = next(each["n"] for each in operations if each["findings"])
    answer = done(amend(editors, "foreigner", where, n, state="approved"))
    assert (answer["n"], answer["state"]) == (n, "approved")
    assert answer["findings"] == operations[n]["findings"]
    assert answer["cells"] == operations[n]["cells"]


def test_reading_findings_and_change_sets_of_a_list_is_recorded(editors: Editors) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    before = len(entries(editors.service))
    shown = findings(editors, "coordinator", rid)
    new = entries(editors.service)[before:]
    assert {each["id"] for each in shown} == {r["id"] for e in new for r in records_in(e)}
    assert {e.owner for e in new} == {each["owner"] for each in shown} == {"JP", "directory"}
    assert all(e.account == editors.accounts["coordinator"] for e in new)


# Deciding on it as a whole.


def test_each_part_is_decided_on_by_itself_and_a_silent_economy_delays_nobody(
    editors: Editors,
) -> None:
    rid = sent(editors, "reader", BOTH, meeting="open-meeting")["id"]
    where, size = f"{LISTS}/{rid}", editors.size()
    nothing = post(editors, "reader", where, "approve")
    assert states(nothing) == {"AU": "proposed", "JP": "proposed"}
    assert all("Nothing was decided" in each["detail"] for each in nothing.get_json()["items"])
    approved = post(editors, "editor", where, "approve")
    assert states(approved) == {"AU": "approved", "JP": "proposed"}
    assert ["detail" in each for each in approved.get_json()["items"]] == [False, True]
    assert editors.size() == size
    applied = post(editors, "reader", where, "apply")
    assert states(applied) == {"AU": "applied", "JP": "proposed"}
    written = editors.size()
    assert written > size
    assert states(post(editors, "reader", where, "apply")) == {"AU": "applied", "JP": "proposed"}
    assert editors.size() == written
    assert {o: p["state"] for o, p in parts(editors, "reader", rid).items()} == {
        "AU": "applied", "JP": "proposed",
    }  # fmt: skip


def test_a_list_is_undone_part_by_part_and_nobody_undoes_for_another(editors: Editors) -> None:
    rid = sent(editors, "reader", BOTH)["id"]
    where, size = f"{LISTS}/{rid}", editors.size()
    post(editors, "coordinator", where, "approve")
    assert states(post(editors, "coordinator", where, "apply")) == {
        "AU": "applied", "JP": "applied",
    }  # fmt: skip
    ids = {o: p["id"] for o, p in parts(editors, "coordinator", rid).items()}
    written = editors.size() - size
    undone = post(editors, "editor", where, "revert", reason="The wrong list.")
    told = {each["owner"]: each for each in undone.get_json()["items"]}
    assert {owner: each["state"] for owner, each in told.items()} == {
        "AU": "reverted", "JP": "applied",
    }  # fmt: skip
    waiting = editors.get("editor", f"{CHANGE_SETS}/{told['JP']['reverted_by']}")
    assert (waiting["state"], waiting["origin"]) == ("proposed", f"revert/{ids['JP']}")
    assert editors.size() - size < 2 * written
    au = editors.get("editor", f"{CHANGE_SETS}/{ids['AU']}")
    assert au["reverted_by"] == [told["AU"]["reverted_by"]]
    size = editors.size()
    again = {
        each["owner"]: each for each in post(editors, "editor", where, "revert").get_json()["items"]
    }
    assert again["AU"] == told["AU"]  # asked twice it is undone once, and told as undone
    assert again["JP"]["reverted_by"] == told["JP"]["reverted_by"]
    assert editors.size() == size
    with editors.service.database.reading() as connection:
        assert see(connection).size == editors.size()


def test_a_part_whose_base_has_moved_hinders_no_other(editors: Editors) -> None:
    rid = sent(editors, "reader", listed(JP, AU), matches=f"3={PLAIN}")["id"]
    where = f"{LISTS}/{rid}"
    post(editors, "coordinator", where, "approve")
    au = parts(editors, "coordinator", rid)["AU"]["id"]
    operations = editors.get("coordinator", f"{CHANGE_SETS}/{au}")["operations"]
    assert PLAIN in {each["id"] for each in operations}
    assert editors.change("editor", f"/contacts/{PLAIN}", note={"en": "Here."}).status_code == 200
    told = post(editors, "coordinator", where, "apply").get_json()["items"]
    assert {each["owner"]: each["state"] for each in told} == {"AU": "approved", "JP": "applied"}
    (hindered,) = (each for each in told if each["owner"] == "AU")
    assert hindered["errors"][0]["pointer"].startswith("#/operations/")
