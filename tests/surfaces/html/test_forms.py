"""Forms are read within bounds, in the digits people type."""

from typing import Any

import pytest
from litestar import Request, Response, post
from litestar.testing import create_test_client

from dalan.surfaces.html import forms
from dalan.surfaces.html.forms import Form


@post("/form", status_code=200)
async def echo(request: Request[Any, Any, Any]) -> Response[Any]:
    try:
        form = await forms.read(request, size_bytes_max=2_000, fields_count_max=5)
    except forms.FormUnreadable as error:
        return Response({"error": str(error)}, status_code=400)
    picture = form.file("picture")
    return Response(
        {
            "values": form.values,
            "price": form.whole_number("price"),
            "picture": None if picture is None else [picture.filename, len(picture.content)],
        }
    )


@pytest.fixture
def client():
    with create_test_client([echo]) as client:
        yield client


def test_url_encoded_form_is_read(client):
    answer = client.post("/form", data={"title": "پژو ۲۰۶", "price": "۱٬۲۵۰٬۰۰۰"})

    assert answer.json()["values"]["title"] == ["پژو ۲۰۶"]
    assert answer.json()["price"] == 1_250_000


def test_multipart_form_is_read_with_its_file(client):
    answer = client.post(
        "/form",
        data={"title": "پژو", "price": "٤٥"},
        files={"picture": ("a.jpg", b"x" * 700, "image/jpeg")},
    )

    assert answer.json()["values"]["title"] == ["پژو"]
    assert answer.json()["price"] == 45
    assert answer.json()["picture"] == ["a.jpg", 700]


def test_file_field_left_empty_is_no_file(client):
    answer = client.post("/form", files={"picture": ("", b"", "application/octet-stream")})

    assert answer.json()["picture"] is None


def test_body_beyond_the_bound_is_refused(client):
    assert client.post("/form", data={"title": "x" * 2_001}).status_code == 400


def test_too_many_fields_are_refused(client):
    fields = {f"f{number}": "1" for number in range(6)}

    assert client.post("/form", data=fields).status_code == 400
    assert client.post("/form", data=fields, files={"p": ("a", b"b")}).status_code == 400


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"a=%ff%fe", "application/x-www-form-urlencoded"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b'{"a": 1}', "application/json"),
        (b"a=1", ""),
        (b"--x\r\nnot a form", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
    ],
)
def test_body_that_is_no_form_is_refused(client, content, content_type):
    answer = client.post("/form", content=content, headers={"content-type": content_type})

    assert answer.status_code == 400


def test_no_body_is_an_empty_form(client):
    assert client.post("/form").json()["values"] == {}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,250,000", 1_250_000),
        ("۱۲۳", 123),
        ("٤٥٦", 456),
        ("-۷", -7),
        (" 12 ", 12),
        ("", None),
        ("abc", None),
        ("1.5", None),
        ("²", None),
        ("9" * 19, None),
    ],
)
def test_whole_number_reads_every_kind_of_digit(typed, number):
    assert Form({"n": [typed]}).whole_number("n") == number


def test_form_keeps_what_was_typed_and_the_first_error():
    form = Form({"title": ["  پژو\r\nسفید "], "c": ["1", "", "2"], "agree": ["on"]})

    form.fail("title", "first")
    form.fail("title", "second")

    assert form.raw("title") == "  پژو\r\nسفید "
    assert form.text("title") == "پژو\nسفید"
    assert form.all("c") == ["1", "2"]
    assert form.flag("agree")
    assert form.errors == {"title": "first"}
    assert not form.ok


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("0042", 42), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), ("-1", None),
     ("1.0", None), ("۱۲", None), ("²", None), (" 1", None)],
)  # fmt: skip
def test_number_in_an_address_is_plain_digits(text: str, number: int | None):
    assert forms.number_in(text) == number
    assert forms.number_in("1000", digits_max=3) is None
