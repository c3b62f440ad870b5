import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalan.kernel import phone
from dalan.kernel.phone import InvalidPhone


@pytest.mark.parametrize(
    "typed",
    [
        "09121234567",
        "9121234567",
        "989121234567",
        "00989121234567",
        "+989121234567",
        "+98 (0)912 123 45 67",
        " ۰۹۱۲-۱۲۳-۴۵۶۷ ",
        "٠٩١٢ ١٢٣ ٤٥٦٧",
        "\u200e0912\u00a0123\u200c4567",
    ],
)
def test_parse_reads_every_usual_way_to_type_an_iranian_number(typed: str) -> None:
    assert phone.parse(typed) == "+989121234567"


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("+44 7400 123456", "+447400123456"),
        ("0044 7400 123456", "+447400123456"),
        ("+1 202-555-0123", "+12025550123"),
        ("+93 70 123 4567", "+93701234567"),
    ],
)
def test_parse_reads_mobile_numbers_of_other_countries(typed: str, e164: str) -> None:
    assert phone.parse(typed) == e164


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0912123456",
        "091212345678",
        "02188776655",
        "+982188776655",
        "+44 20 7946 0958",
        "7400123456",
        "+999123456789",
        "0912123456a",
        "++989121234567",
        "09121234567" * 10,
        "+",
        "۰",
        "²9121234567",
    ],
)
def test_parse_of_anything_else_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidPhone) as refused:
        phone.parse(typed)

    assert not any(character.isdigit() for character in str(refused.value))


@given(st.text(st.sampled_from("+0123456789۰۹ -()x"), max_size=20))
def test_parse_gives_a_number_that_parses_to_itself_or_refuses(typed: str) -> None:
    try:
        e164 = phone.parse(typed)
    except InvalidPhone:
        return

    assert phone.parse(e164) == e164


def test_wire_forms_of_an_iranian_number() -> None:
    assert phone.national("+989121234567") == "09121234567"
    assert phone.international("+989121234567") == "989121234567"
    assert phone.masked("+989121234567") == "0912***4567"


def test_wire_forms_of_a_foreign_number_keep_its_country() -> None:
    assert phone.national("+447400123456") == "+447400123456"
    assert phone.masked("+447400123456") == "+447*****3456"


def test_iranian_numbers_need_no_numbering_plans_in_memory() -> None:
    program = (
        "import sys; from dalan.kernel import phone; phone.parse('09121234567');"
        "assert 'phonenumbers' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
