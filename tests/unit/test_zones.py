import pytest

from directory.zones import zone


@pytest.mark.parametrize(
    "name", ["Asia/Taipei", "America/Argentina/Ushuaia", "UTC", "Etc/UTC", "Pacific/Port_Moresby"]
)
def test_a_zone_of_a_place_is_accepted(name: str) -> None:
    zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "EST",
        "MST",
        "Etc/GMT-8",
        "GMT+8",
        "Asia/Nowhere",
        "asia/taipei",
        "",
        "../etc/passwd",
        "Japan",
    ],
)
def test_a_zone_that_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Asia/Taipei"):
        zone(name)
