"""Names are found however they are typed, by whoever may see the record that holds them."""

import pytest

from directory.changes.operations import Put
from directory.contacts import index
from directory.contacts import search as searching
from directory.contacts.search import CANDIDATES, Quality
from directory.ids import new_id
from directory.names import fold
from directory.policy import PUBLIC
from tests.integration.changes.world import SOURCE, write
from tests.integration.search.desks import EDITOR, OUTSIDER, PARTNER, Desks


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("José Ñáñez", "jose nanez"),
        ("Jose Nanez", "JOSÉ ÑÁÑEZ"),
        ("José", "Jose\u0301"),
        ("Đặng Thị Hương", "dang thi huong"),
        ("王小明", "小明"),
        ("王小明", "王小明"),
        ("王小明", "王"),
        ("王 小明", "王小"),
        ("王小明", "wang xiao"),
        ("香港警務處網絡安全科", "網絡安全"),
        ("臺北市警察局", "台北"),
        ("台灣高等檢察署", "臺湾"),
        ("广东省公安厅", "廣東"),
        ("ｶﾄﾞｶﾜ タロウ", "カドカワ"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("김민수", "민수"),
        ("Иван Петров", "петров"),
        ("Пётр", "petr"),
        ("สมชาย ใจดี", "ชาย"),
        ("Chan Tai-man", "tai man chan"),
        ("Chan Tai-man", "chan ta"),
        ("O'Brien", "o'brien"),
        ("24/7 Desk", "24/7"),
    ],
)
def test_a_name_is_found_in_any_spelling(desks: Desks, written: str, typed: str) -> None:
    contact = desks.contact()
    desks.holder(contact, written)
    assert desks.found(typed) == [contact]


@pytest.mark.parametrize("typed", ["小陳", "網安", "明王", "tai xu", "xiaowang"])
def test_a_name_is_not_found_by_what_it_does_not_hold(desks: Desks, typed: str) -> None:
    contact = desks.contact()
    for name in ("王小明", "網絡安全", "Chan Tai-man"):
        desks.holder(contact, name)
    assert desks.found(typed) == []


def test_characters_must_stand_in_one_piece_not_only_in_pairs(desks: Desks) -> None:
    both_pairs, whole = desks.contact("One"), desks.contact("Two")
    desks.holder(both_pairs, "安全網 全國")
    desks.holder(whole, "安全國")
    assert desks.found("安全國") == [whole]


def test_every_long_stretch_of_a_query_must_stand_in_one_piece(desks: Desks) -> None:
    both_pairs, whole = desks.contact("One"), desks.contact("Two")
    desks.holder(both_pairs, "國家警察局 安全網 全國")
    desks.holder(whole, "國家警察局 安全國")
    assert desks.found("國家警察局 安全國") == [whole]


def test_a_pair_does_not_reach_from_one_name_into_another(desks: Desks) -> None:
    desks.contact(title={"zh-Hant": "電腦", "ja": "犯罪"})
    assert desks.found("腦犯") == []


def test_an_organisation_is_found_by_its_name_and_its_slug(desks: Desks) -> None:
    for typed in ("constab", "police"):
        (hit,) = desks.search(typed).hits
        assert (hit.kind, hit.id, hit.contact) == ("organisation", desks.police, None)


def test_an_address_is_found_by_its_parts_and_whole(desks: Desks) -> None:
    contact = desks.contact()
    desks.channel(contact, "duty.officer@cyber.example", medium="e-mail")
    for typed in ("duty.officer@cyber.example", "officer", "cyber.example", "duty.off"):
        assert desks.found(typed) == [contact], typed


def test_a_desk_stands_once_however_often_it_matches(desks: Desks) -> None:
    contact = desks.contact("Harbour desk")
    desks.holder(contact, "Harbour")
    desks.holder(contact, "Harbour")
    desks.channel(contact, "harbour@desk.example", medium="e-mail")
    (hit,) = desks.search("harbour").hits
    assert (hit.kind, hit.matched) == ("holder", "Harbour")


def test_a_hit_shows_the_name_as_it_was_written(desks: Desks) -> None:
    desks.contact(title={"en": "Desk", "es": "Unidad de Búsqueda"})
    assert desks.search("busqueda").hits[0].matched == "Unidad de Búsqueda"


def test_whole_words_come_before_beginnings_before_parts(desks: Desks) -> None:
    begun = desks.contact("Marinette")
    whole = desks.contact("Marin")
    assert desks.found("marin") == [whole, begun]
    inside = desks.contact(title={"zh-Hant": "國家網絡安全處"})
    begins = desks.contact(title={"zh-Hant": "網絡安全處"})
    word = desks.contact(title={"zh-Hant": "網絡"})
    hits = desks.search("網絡").hits
    assert [hit.id for hit in hits] == [word, begins, inside]
    assert [hit.quality.label for hit in hits] == ["exact", "prefix", "substring"]


def test_the_shorter_name_comes_first_among_equals(desks: Desks) -> None:
    longer = desks.contact("Harbour and coast and river desk")
    shorter = desks.contact("Harbour desk")
    assert desks.found("harbour") == [shorter, longer]


def test_whole_words_are_not_pushed_out_by_newer_beginnings(desks: Desks) -> None:
    whole = desks.contact("Marin")
    newer = [desks.contact(f"Marinette {n}") for n in range(3)]
    hits = desks.search("marin", limit=2).hits
    assert hits[0].id == whole
    assert hits[1].id in newer


def test_one_slip_is_forgiven_where_nothing_else_matches(desks: Desks) -> None:
    contact = desks.contact()
    desks.holder(contact, "Margarethe Szymanski")
    for typed in (
        "margarethe",
        "margarethe szymanski",
        "margarehte",
        "margaretthe",
        "margarthe",
        "xargarethe",
        "margarethx",
        "magrarethe",
        "Margarethe Szymansky",
        "margarehte szymnaski",
    ):
        assert desks.found(typed) == [contact], typed
    found = desks.search("margarehte szy")
    assert found.corrected == "margarethe szy"
    assert found.hits[0].quality is Quality.TYPO
    assert desks.found("mragarehte") == []


def test_a_slip_is_not_looked_for_where_something_matches(desks: Desks) -> None:
    typed = desks.contact("Marina")
    desks.contact("Marine")
    found = desks.search("marina")
    assert [hit.id for hit in found.hits] == [typed]
    assert found.corrected is None


def test_only_words_of_four_latin_letters_are_corrected(desks: Desks) -> None:
    contact = desks.contact()
    for name in ("Kim", "Петров", "王小明"):
        desks.holder(contact, name)
    for typed in ("kin", "петроф", "王小朋"):
        assert desks.search(typed).hits == (), typed


def test_a_hidden_name_is_not_what_a_slip_meant(desks: Desks) -> None:
    contact = desks.contact()
    desks.holder(contact, "Margarethe", marking="AMBER")
    assert desks.search("margarehte").hits == ()
    assert desks.search("margarehte").corrected is None
    assert desks.found("margarehte", PARTNER) == [contact]


def test_a_desk_is_not_found_by_a_person_the_viewer_may_not_see(desks: Desks) -> None:
    contact = desks.contact("Night desk")
    desks.holder(contact, "Quimby", marking="AMBER", audience=["interpol"])
    desks.channel(contact, "hidden@desk.example", medium="e-mail", marking="RED")
    assert desks.found("quimby", PUBLIC) == desks.found("quimby", OUTSIDER) == []
    assert desks.found("quimby", PARTNER) == desks.found("night", PUBLIC) == [contact]
    assert desks.found("hidden", PARTNER) == []
    assert desks.found("hidden", EDITOR) == [contact]


def test_a_new_marking_reaches_the_search_at_once(desks: Desks) -> None:
    contact = desks.contact("Night desk")
    desks.contact("Night desk", contact, marking="AMBER")
    assert desks.found("night") == []
    assert desks.found("night", PARTNER) == [contact]


def test_a_new_name_takes_the_place_of_the_old(desks: Desks) -> None:
    contact = desks.contact("Harbour desk")
    desks.contact("Coastal desk", contact)
    assert desks.found("harbour") == []
    assert desks.search("harbuor").hits == ()
    assert desks.found("coastal") == [contact]


def test_the_retired_are_not_found_until_they_are_put_again(desks: Desks) -> None:
    contact = desks.contact("Harbour desk")
    holder = desks.holder(contact, "Quimby")
    desks.retire("holder", holder)
    assert desks.found("quimby") == []
    desks.holder(contact, "Quimby", holder)
    assert desks.found("quimby") == [contact]
    desks.retire("contact", contact)
    assert desks.found("quimby") == desks.found("harbour") == []


@pytest.mark.parametrize("typed", ["", " ", "…", "?!", "'", '"', "\\", "---", "*", "\u200b"])
def test_punctuation_alone_finds_nothing(desks: Desks, typed: str) -> None:
    desks.contact('It\'s a "desk" \\ here')
    assert desks.search(typed).hits == ()


@pytest.mark.parametrize(
    "typed",
    [
        "desk' OR",
        'desk" OR "',
        "desk*",
        "desk:*",
        "NEAR(desk",
        "desk NOT",
        "\\desk",
        "des\\",
        "-desk",
    ],
)
def test_no_query_speaks_the_language_of_the_index(desks: Desks, typed: str) -> None:
    contact = desks.contact("Desk")
    expected = [contact] if fold(typed) in {"desk", "des"} else []
    assert desks.found(typed) == expected


def test_very_long_words_are_found(desks: Desks) -> None:
    contact = desks.contact("x" * 290)
    desks.contact(title={"zh-Hant": "警" * 290})
    assert desks.found("x" * 290) == [contact]
    assert desks.found("x" * 100) == [contact]


def test_the_newest_of_very_many_are_ranked(desks: Desks) -> None:
    first = desks.contact("Common desk")
    for n in range(3):
        desks.contact(f"Common desk {n}")
    assert len(desks.search("common", limit=2).hits) == 2
    assert desks.found("common")[0] == first


@pytest.mark.parametrize("most_more", [0, 4, 40], ids=["of none", "of too few", "of enough"])
@pytest.mark.parametrize("typed", ["common", "com", "common d"])
def test_the_newest_are_found_of_however_many_older_entries_are_asked(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, typed: str, most_more: int
) -> None:
    for module in (index, searching):
        monkeypatch.setattr(module, "BUCKET", 20)
    monkeypatch.setattr(searching, "MOST_MORE_BUCKETS", most_more)
    monkeypatch.setattr(searching, "MOST_MORE_OF_BEGINNINGS", most_more)
    shape = {"owner": "AU", "source": SOURCE, "organisation": desks.police, "economy": "AU"}
    written = [
        Put(
            "contact",
            shape | {"title": {"en": "Common desk"}, "marking": "CLEAR" if n % 3 else "AMBER"},
            new_id(),
        )
        for n in range(400)
    ]
    write(desks.connection, *written)
    seen = [put.id for put in written if put.document["marking"] == "CLEAR"]
    found = desks.search(typed, PUBLIC, limit=CANDIDATES + 1).hits
    assert {hit.id for hit in found} == set(seen[-CANDIDATES:])
