"""Economies under their APEC names, in APEC's order, found by whatever people call them."""

import pytest

from tests.api.service import API, Service

# APEC's own table, in its order.
NAMES = {
    "AU": "Australia",
    "BN": "Brunei Darussalam",
    "CA": "Canada",
    "CL": "Chile",
    "CN": "People's Republic of China",
    "HK": "Hong Kong, China",
    "ID": "Indonesia",
    "JP": "Japan",
    "KR": "Republic of Korea",
    "MY": "Malaysia",
    "MX": "Mexico",
    "NZ": "New Zealand",
    "PG": "Papua New Guinea",
    "PE": "Peru",
    "PH": "The Philippines",
    "RU": "Russia",
    "SG": "Singapore",
    "TW": "Chinese Taipei",
    "TH": "Thailand",
    "US": "The United States",
    "VN": "Viet Nam",
}


def test_economies_stand_in_apecs_order_under_their_apec_names(real: Service) -> None:
    members = [e for e in real.get("/economies")["items"] if e["apec_order"] is not None]
    assert [(e["code"], e["name"]["en"]) for e in members] == list(NAMES.items())


def test_an_economy_tells_its_standing_in_networks(real: Service) -> None:
    japan = real.get("/economies/JP")
    told = {
        (m["network"], m["status"], m["from_date"], m["until_date"]) for m in japan["memberships"]
    }
    assert ("budapest-35", "not_member", None, "2012-11-01") in told
    assert ("budapest-35", "member", "2012-11-01", None) in told
    assert all(m["known_on"] and m["source"]["document"] for m in japan["memberships"])


@pytest.mark.parametrize("rest", ["", "/contacts", "/statements"])
@pytest.mark.parametrize(
    ("alias", "code"),
    [
        ("Japan", "JP"),
        ("jp", "JP"),
        ("JPN", "JP"),
        ("Hong Kong SAR", "HK"),
        ("ROK", "KR"),
        ("Viet Nam", "VN"),
        ("vietnam", "VN"),
        ("臺灣", "TW"),
        ("美國", "US"),
        ("Perú", "PE"),
        ("Brunei", "BN"),
        ("P.R. China", "CN"),
    ],
)
def test_an_alias_leads_to_the_code(real: Service, alias: str, code: str, rest: str) -> None:
    response = real.ask(f"/economies/{alias}{rest}")
    assert response.status_code == 308
    assert response.headers["Location"] == f"{API}/economies/{code}{rest}"
    assert real.ask(f"/economies/{code}{rest}").status_code == 200


def test_a_redirect_keeps_the_query(real: Service) -> None:
    response = real.ask("/economies/Japan/contacts", limit=7)
    assert response.headers["Location"] == f"{API}/economies/JP/contacts?limit=7"


@pytest.mark.parametrize("rest", ["", "/contacts", "/statements"])
@pytest.mark.parametrize(
    ("name", "codes"),
    [("BD", {"BN"}), ("China", {"CN", "HK"}), ("Korea", {"KR"}), ("Taipei", {"TW"})],
)
def test_an_ambiguous_alias_asks_instead_of_guessing(
    real: Service, name: str, codes: set[str], rest: str
) -> None:
    response = real.ask(f"/economies/{name}{rest}")
    assert response.status_code == 300
    asked = response.get_json()
    assert name in asked["detail"]
    shown = {candidate["code"]: candidate for candidate in asked["candidates"]}
    assert set(shown) == codes
    for code, candidate in shown.items():
        assert candidate["name"] == NAMES[code]
        assert candidate["also"]
        assert candidate["href"] == f"{API}/economies/{code}{rest}"
    problem = real.refused("/reach", 422, to=name)
    assert problem["type"] == "/problems/ambiguous-economy"
    assert name in problem["detail"]


@pytest.mark.parametrize("rest", ["", "/contacts", "/statements"])
@pytest.mark.parametrize("name", ["Atlantis", "ZZ", "MO", "%20", "IN"])
def test_an_unknown_name_is_not_found_and_what_is_known_is_told(
    real: Service, name: str, rest: str
) -> None:
    problem = real.refused(f"/economies/{name}{rest}", 404)
    assert problem["type"] == "/problems/unknown-economy"
    assert "AU, BN, CA, CL, CN, HK" in problem["detail"]


def test_statements_are_dated_and_name_what_superseded_them(real: Service) -> None:
    said = real.get("/economies/NZ/statements")["items"]
    assert [s["said_on"] for s in said] == sorted(s["said_on"] for s in said)
    assert {s["economy"] for s in said} == {"NZ"}
    assert all(s["superseded_by"] == [] or isinstance(s["superseded_by"][0], str) for s in said)


@pytest.mark.parametrize(
    "path",
    ["/economies", "/contacts?limit=200", "/networks", "/meetings", "/reach?to=TW&from=HK",
     "/reach?to=HK&from=TW", "/search?q=Taiwan", "/search?q=Hong Kong", "/economies/TW",
     "/economies/HK/statements", "/economies/MO"],
)  # fmt: skip
def test_no_flag_and_no_name_of_another_list_is_ever_shown(demo: Service, path: str) -> None:
    text = demo.ask(path).get_data(as_text=True)
    assert not [char for char in text if 0x1F1E6 <= ord(char) <= 0x1F1FF], "a flag"
    # An alias is accepted on input; as a name it is never shown.
    without_aliases = text
    for economy in demo.get("/economies")["items"]:
        for alias in economy["aliases"]:
            without_aliases = without_aliases.replace(f'"{alias}"', "")
    for name in (
        "Taiwan, Province of China", "Hong Kong SAR", "中國香港特別行政區", "Korea, Republic of",
        "Russian Federation",
    ):  # fmt: skip
        assert name not in without_aliases
