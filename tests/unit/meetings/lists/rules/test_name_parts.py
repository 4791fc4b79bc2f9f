import pytest

from directory.meetings.lists.rules.findings import Code
from directory.meetings.lists.rules.name_parts import read_parts
from tests.unit.meetings.lists.rules.told import codes


@pytest.mark.parametrize(
    ("name", "family", "given", "whole"),
    [
        pytest.param("Jane SAMPLE", None, None, "Jane SAMPLE", id="one column for all of it"),
        pytest.param(None, "SAMPLE", "Jane", "SAMPLE, Jane", id="a column for each part"),
        pytest.param("EXEMPLE", None, "Marie", "EXEMPLE, Marie", id="Nom and Prénom"),
        pytest.param("Juan", "EJEMPLO", None, "EJEMPLO, Juan", id="Nombre and Apellidos"),
        pytest.param("Jane SAMPLE", "Sample", None, "Jane SAMPLE", id="the family name again"),
        pytest.param("Jane SAMPLE", "SAMPLE", "Jane", "Jane SAMPLE", id="everything again"),
        pytest.param(None, None, "Contoh", "Contoh", id="a single name"),
        pytest.param(None, "許", "範例", "許範例", id="characters without a blank"),
        pytest.param(None, "スズキ", "例", "スズキ 例", id="kana"),
        pytest.param(None, "ตัวอย่าง", "สมชาย", "สมชาย ตัวอย่าง", id="Thai"),
        pytest.param(
            None, "SAMPLE\nEXAMPLE", "Jane\nJohn", "SAMPLE, Jane\nEXAMPLE, John", id="two people"
        ),
    ],
)
def test_a_name_is_put_together_from_its_columns(
    name: str | None, family: str | None, given: str | None, whole: str
) -> None:
    read = read_parts(name, family, given)
    assert read.value == whole
    assert not read.doubts


def test_family_names_of_more_people_than_given_names_are_not_guessed_at() -> None:
    read = read_parts(None, "SAMPLE / EXAMPLE", "Jane")
    assert read.value is None
    assert codes(read) == [Code.UNREADABLE]


def test_parts_that_are_no_part_of_the_name_beside_them_are_told() -> None:
    read = read_parts("Jane SAMPLE", "EXAMPLE", "John")
    assert read.value == "Jane SAMPLE"
    assert [doubt.read for doubt in read.doubts] == ["John EXAMPLE"]
