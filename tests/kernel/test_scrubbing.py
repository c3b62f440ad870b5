import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalan.kernel.crypto import Keyring
from dalan.kernel.scrubbing import HIDDEN, TEXT_LENGTH_MAX, is_secret_key, scrub, scrub_text

keyring = Keyring(["a secret long enough for a keyring"])


@pytest.mark.parametrize("kind", ["at", "rt", "ac", "par"])
def test_token_is_hidden_and_its_kind_stays(kind: str) -> None:
    token = keyring.new_token(kind)

    for around in ("{}", "Authorization: {}", "x={}&y", '"{}"', "({})."):
        scrubbed = scrub_text(around.format(token))
        assert token[12:40] not in scrubbed
        assert token[-20:] not in scrubbed
        assert f"ory_{kind}_" in scrubbed


def test_api_key_is_hidden_and_its_id_stays() -> None:
    key = keyring.new_api_key(62)

    assert scrub_text(f"key {key}!") == f"key dalan_ak_10_{HIDDEN}!"


@pytest.mark.parametrize(
    "phone",
    [
        "09121234567",
        "0912 123 4567",
        "0912-123-4567",
        "+989121234567",
        "%2B989121234567",
        "00989121234567",
        "989121234567",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢١٢٣٤٥٦٧",
        "+447400123456",
        "+1 202 555 0123",
    ],
)
def test_phone_number_is_hidden(phone: str) -> None:
    scrubbed = scrub_text(f"call {phone}, please /users/{phone}?x")

    assert scrubbed.count("[phone]") == 2
    assert "4567" not in scrubbed
    assert "۴۵۶۷" not in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "post wZC44q5D was published",
        "2026-03-21T12:34:56.789012+00:00",
        "amount 150000000 rials",
        "order 1001001, id 9007199254740993",
        "550e8400-e29b-41d4-a716-446655440000",
        "/v1/open-platform/finder/post/{token}",
        "code wallet.insufficient_credit",
        "127.0.0.1:8000",
    ],
)
def test_text_that_holds_nothing_personal_stays_as_it_is(text: str) -> None:
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "grant_type=authorization_code&code=hunter22&x=1",
        "client_secret=hunter22",
        '{"client_secret": "hunter22"}',
        "{'password': 'hunter22'}",
        "Authorization: Bearer hunter22hunter22",
        "Basic aHVudGVyMjI=hunter22",
        "eyJhbGciOiJSUzI1NiJ9.eyJodW50ZXIyMiI6MX0.hunter22",
        "https://x.example/cb?state=hunter22&code=hunter22",
    ],
)
def test_secret_in_a_text_is_hidden(text: str) -> None:
    assert "hunter22" not in scrub_text(text)


def test_account_and_card_numbers_are_hidden() -> None:
    text = "IR062960000000100324200001 6037-9911 2233 4455 6037991122334455"

    assert scrub_text(text) == "[iban] [card] [card]"


@pytest.mark.parametrize(
    "key",
    [
        "Authorization",
        "client-secret",
        "CLIENT_SECRET",
        "phone",
        "userPhone_number",
        "_token_",
        "apiToken",
        "scApiKey",
    ],
)
def test_key_that_names_a_secret_is_known_however_spelled(key: str) -> None:
    assert is_secret_key(key)


@pytest.mark.parametrize("key", ["post_token", "code", "status", "hide_phone", "conversation_id"])
def test_key_that_logs_are_read_for_is_kept(key: str) -> None:
    assert not is_secret_key(key)


def test_scrub_hides_by_key_at_any_depth_and_keeps_the_rest() -> None:
    data = {
        "headers": [{"Cookie": "a=b", "Accept": "text/html"}],
        "body": {"client_secret": "s", "phone": 9121234567, "post_token": "AZTH74V2"},
        "raw": b"secret bytes",
        "otp": None,
    }

    assert scrub(data) == {
        "headers": [{"Cookie": HIDDEN, "Accept": "text/html"}],
        "body": {"client_secret": HIDDEN, "phone": HIDDEN, "post_token": "AZTH74V2"},
        "raw": "<12 bytes>",
        "otp": None,
    }


def test_scrub_cuts_what_is_long_or_deep() -> None:
    endless: list[object] = []
    endless.append(endless)

    assert len(scrub_text("x" * 100_000)) == TEXT_LENGTH_MAX + 1
    assert len(scrub(list(range(10_000)))) == 200
    assert scrub(endless)


@given(st.text())
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    once = scrub_text(text)

    assert scrub_text(once) == once
