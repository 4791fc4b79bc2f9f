import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, example, given
from hypothesis import strategies as st

from directory.contacts.rules.email import read_address


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("poc＠nsb-cn.example", "poc@nsb-cn.example"),
        ('"Command Center" <cc@ccs-us.example>', "cc@ccs-us.example"),
        ("Desk <Duty.Desk@POLICE.EXAMPLE>", "Duty.Desk@police.example"),
        ("\u00a0desk@police\u200b.example ", "desk@police.example"),
        ("mailto:desk@police.example", "desk@police.example"),
        ("desk@police.test", "desk@police.test"),
        ("窗口@警察.example", "窗口@警察.example"),
    ],
)
def test_an_address_is_read_as_people_write_it(raw: str, address: str) -> None:
    assert read_address(raw) == (address, ())


@pytest.mark.parametrize("raw", ["n/a", "same", "-", "", "desk@", "a@b..example", "a@localhost"])
def test_what_cannot_be_read_is_kept_with_a_warning(raw: str) -> None:
    address, warnings = read_address(raw)
    assert address is None
    assert warnings


def test_of_several_addresses_the_first_is_read_with_a_warning() -> None:
    address, warnings = read_address("watch@efp.example; alex@efp.example")
    assert address == "watch@efp.example"
    assert "More than one" in warnings[0]


ADDRESSES = st.from_regex(r"[a-zA-Z0-9.+_'-]{0,70}@[a-z0-9.\[\]@-]{0,60}", fullmatch=True)


@given(ADDRESSES)
@example("postmaster@police.example")
@example("POSTMASTER@POLICE.EXAMPLE")
@example("desk@xn--fiq228c.example")
@example("desk@[127.0.0.1]")
@example("desk@" + "a." * 25 + "ab")
@example("desk@police.local")
@example("desk@local")
@example("desk@police.test")
@example("a-b_c+d.e-f@two-words.police.example")
@example("desk@ab--cd.example")
@example("d" * 65 + "@police.example")
def test_an_address_is_what_the_library_reads(address: str) -> None:
    assume(address.count("@") == 1 and address[0] != "@" and address[-1] != "@")
    try:
        read = validate_email(address, check_deliverability=False, test_environment=True)
        expected: tuple[str | None, tuple[str, ...]] = (read.normalized, ())
    except EmailNotValidError as error:
        expected = (None, (f"It is no e-mail address: {error}",))
    assert read_address(f"<{address}>") == expected


@given(st.text() | st.text(st.sampled_from('ab@<>.", ;\r\n＠')))
def test_no_text_is_refused(raw: str) -> None:
    address, warnings = read_address(raw)
    assert address is not None or warnings
    assert address is None or not any(c.isspace() for c in address)
