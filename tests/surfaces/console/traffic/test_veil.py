"""What is left of secrets in the request log."""

import json
import time

import pytest

from dalan.kernel.crypto import Keyring
from dalan.surfaces.console.traffic.veil import MARK, Veil

SECRET = "a secret of the tests, long enough to be one"
VEIL = Veil(SECRET)
KEYS = Keyring([SECRET])


def number_in(text: str) -> tuple[str, str]:
    found = MARK.search(text)
    assert found is not None, text
    return found[1], found[2]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("at", "access_token"), ("rt", "refresh_token"), ("ac", "authorization_code")],
)
def test_token_keeps_its_prefix_and_gets_a_number_wherever_it_stands(kind, name):
    token = KEYS.new_token(kind)
    places = [
        token,
        f"Bearer {token}",
        f'{{"anything": "{token}"}}',
        f"x=1&access_token={token}&y=2",
        f"/path/{token}?token={token}",
    ]

    shown = [VEIL.text(place) for place in places]

    assert not [one for one in shown if token[10:30] in one]
    assert {number_in(one) for one in shown} == {number_in(VEIL.text(token))}
    assert number_in(shown[0])[0] == name
    assert shown[0].startswith(f"ory_{kind}_[")


def test_api_key_keeps_its_id():
    key = KEYS.new_api_key(123_456)
    parts = KEYS.parse_api_key(key)
    assert parts is not None

    shown = VEIL.text(f"the key {key} was used")

    assert shown.startswith(f"the key {key[: key.index('_', 9) + 1]}[api_key:")
    assert parts.secret not in shown


def test_other_token_has_another_number_and_other_world_other_numbers():
    first, second = KEYS.new_token("at"), KEYS.new_token("at")

    assert VEIL.text(first) != VEIL.text(second)
    assert VEIL.text(first) != Veil("another secret of another world....").text(first)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('{"client_secret": "s3cr3t-of-the-app"}', "s3cr3t-of-the-app"),
        ('{"client_secret":"with \\" quote inside"}', "quote inside"),
        ('{"otp": 123456, "a": 1}', "123456"),
        ("client_id=a&client_secret=s3cr3t%2Bx&b=2", "s3cr3t"),
        ('{"client_secret": "cut-in-the-mid', "cut-in-the-mid"),
        ("password=hunter22", "hunter22"),
        ('<input type="hidden" name="csrf_token" value="abc.def">', "abc.def"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
    ],
)
def test_secret_is_replaced_by_its_name(text, secret):
    shown = VEIL.text(text)

    assert secret not in shown
    assert MARK.search(shown)


def test_code_is_a_secret_at_the_authorization_server_alone():
    refused = '{"code": "kenar.scope_missing", "token": "AZTH74V2"}'
    asked = "grant_type=authorization_code&code=some-code-of-a-stranger&client_id=a"

    assert VEIL.text(refused) == refused
    assert "some-code" not in VEIL.text(asked, oauth=True)


def test_what_was_replaced_is_not_replaced_again():
    once = VEIL.text(f'{{"access_token": "{KEYS.new_token("at")}", "otp": "12345"}}', oauth=True)

    assert VEIL.text(once, oauth=True) == once


def test_headers_keep_schemes_and_names_of_cookies():
    kept = dict(
        VEIL.headers(
            [
                ("Authorization", "Bearer not-one-of-ours"),
                ("X-API-Key", "also-not-ours"),
                ("Cookie", "session=abcdef; lang=fa"),
                ("Set-Cookie", "session=abcdef; Path=/; HttpOnly"),
                ("Content-Type", "application/json"),
            ]
        )
    )

    assert kept["authorization"].startswith("Bearer [access_token:")
    assert kept["x-api-key"].startswith("[api_key:")
    assert kept["cookie"].startswith("session=[cookie:")
    assert "; lang=[cookie:" in kept["cookie"]
    assert kept["set-cookie"].endswith("]; Path=/; HttpOnly")
    assert kept["content-type"] == "application/json"


def test_basic_credentials_are_replaced_whole():
    kept = dict(VEIL.headers([("authorization", "Basic YTpi")]))

    assert kept["authorization"].startswith("Basic [credentials:")


def test_huge_headers_are_cut_and_too_many_left_out():
    kept = VEIL.headers([("x-long", "a" * 100_000)] * 500)

    assert len(kept) == 101
    assert max(len(value) for _, value in kept) <= 4_096


def test_secrets_of_a_service_call_are_hidden_in_a_form_a_document_and_a_header():
    secret = "0123456789abcdef" * 2

    shown = [
        VEIL.text(f"scProductId=46412&scApiKey={secret}&_token_={secret}"),
        VEIL.text(f'{{"scApiKey": "{secret}", "apiToken": "{secret}"}}'),
        *(value for _, value in VEIL.headers([("apiToken", secret), ("_token_", secret)])),
    ]

    assert not [one for one in shown if secret in one]
    assert number_in(shown[0])[0] == "service_key"
    assert {number_in(one)[0] for one in shown[2:]} == {"access_token"}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", "some words that open it", "[authorization:"),
        ("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln opens it", "Bearer ["),
        ("authorization", "Digest username=a, password=opens, response=it", "Digest ["),
        ("x-api-key", "opens it", "[api_key:"),
        ("cookie", "opens it", "[cookie:"),
        ("cookie", "opens it=opens; lang=it", "opens it=[cookie:"),
        ("cookie", "=opens it", "[cookie:"),
        ("set-cookie", "opens; Path=/", "[cookie:"),
        ("set-cookie", "name=; Path=/", "name=; Path=/"),
        ("cookie", "name=; other=opens it", "name=; other=[cookie:"),
    ],
)
def test_of_a_header_that_opens_something_nothing_but_a_name_is_left(name, value, shown):
    ((_, kept),) = VEIL.headers([(name, value)])

    assert kept.startswith(shown)
    left = MARK.sub("", kept.removeprefix("opens it=").removesuffix("; Path=/"))
    assert "opens" not in left
    assert "it" not in left


def test_api_key_in_an_escaped_address_is_found():
    assert "Secret99" not in VEIL.text(
        "/x?next=%2Fauth%3Fclient_id%3Ddalan_ak_4Gz_Secret99Secret99"
    )


def test_long_word_of_chance_is_a_secret_wherever_it_stands():
    word = "A6AjTivpKVSa4xKXgeYlDGrHTG1BEz6DDovDkuqyPZO"

    assert VEIL.text(f"/finder/post/{word}?x=1").startswith("/finder/post/[secret:")
    assert word not in VEIL.text(f'{{"message":"there is no post \'{word}\'"}}')
    for plain in ("edbb9499-cccc-4d35-b21f-e7a08a2c8ee4" * 2, "POST_ADDON_CREATE" * 3, "gZk3-dP1"):
        assert VEIL.text(f"/{plain}/") == f"/{plain}/"


def test_what_a_consent_page_was_shown_for_is_hidden_at_the_authorization_server():
    page = '<input type="hidden" name="request" value="eyx.something-signed">'

    assert "something-signed" not in VEIL.text(page, oauth=True)


@pytest.mark.parametrize(
    "text",
    [
        '{"clientSecret": "opens it"}',
        '{"accessToken":"opens it","refreshToken" : "opens it"}',
        '{"NewPassword": "opens it"}',
        '{"user.api-key": "opens it"}',
        '{"client\\u005fsecret": "opens it"}',
        "client%5Fsecret=opens%20it",
        "%5Ftoken%5F=opens%20it",
        "client[secret]=opens%20it",
        "codeVerifier=opens+it&x=1",
        '{"body": "{\\"client_secret\\": \\"opens it\\"}"}',
        '{"result": {"result": "{\\"a\\": \\"{\\\\\\"otp\\\\\\": \\\\\\"opens it\\\\\\"}\\"}"}}',
        '["{\\"secret\\": \\"opens it\\"}"]',
        '{"body": "{\\"client_secret\\": \\"opens it',
        "body=%7B%22client_secret%22%3A%22opens+it%22%7D&x=1",
        "next=https%3A%2F%2Fapp.example%2F%3Fpassword%3Dopens%2Bit",
    ],
)
def test_secret_is_found_however_its_name_is_spelled_and_wherever_it_stands(text: str):
    shown = VEIL.text(text)

    assert "opens" not in shown
    assert MARK.search(shown), shown
    assert VEIL.text(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        '{"laptop": "lenovo", "has_secret": true, "tokens_count": 3, "post_token": "AZTH74V2"}',
        '{"message": "he said \\"hello\\": so what", "keys": ["a", "b"]}',
        "/v/AZTH74V2?token=AZTH74V2&keyword=%D9%85%D8%A8%D9%84&page=2",
        '{"result": "{\\"hash\\":\\"aB3dE7x\\",\\"url\\":\\"https://example.com/?a=b\\"}"}',
        "urlOrContent=https%3A%2F%2Fexample.com%2F%3Fa%3Db%26c%3Dd",
    ],
)
def test_what_is_no_secret_is_left_as_it_came(text: str):
    assert VEIL.text(text) == text


def test_text_within_a_text_is_read_again_as_the_same_but_for_its_secret():
    told = {"result": json.dumps({"note": 'خط "دوم"\n', "client_secret": "opens it"})}

    shown = json.loads(json.loads(VEIL.text(json.dumps(told)))["result"])

    assert shown["note"] == 'خط "دوم"\n'
    assert number_in(shown["client_secret"])[0] == "client_secret"


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("X-Auth-Token", "opens", "token"),
        ("X-Client-Secret", "opens it", "secret"),
        ("My-Session", "opens", "session"),
        ("X-Vault", "opens-it-9f86d081884c7d65", "secret"),
        ("X-Amz-Security-Token", "opens", "token"),
    ],
)
def test_header_that_nobody_knows_is_hidden_by_its_name_or_its_look(name, value, kind):
    ((_, kept),) = VEIL.headers([(name, value)])

    assert number_in(kept)[0] == kind
    assert "opens" not in kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user-agent", "python-httpx/0.28.1"),
        ("x-request-id", "8dbef198000000f8"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("if-none-match", '"9f86d081884c7d659a2feaa0c55ad015"'),
        ("origin", "https://app1.example"),
        ("sec-ch-ua-platform", "Linux"),
        ("idempotency-key", "4bf92f3577b34da6"),
        ("webhook-id", "evt_9f86d081884c7d65"),
        ("x-app-version", "2.13.4"),
    ],
)
def test_header_that_is_known_to_open_nothing_is_left(name, value):
    assert VEIL.headers([(name, value)]) == [(name, value)]


def test_long_body_full_of_pairs_is_read_in_no_time():
    pairs = {f"name_{number}": "x=1&y=2 " * 5 for number in range(1_500)}
    text = json.dumps({"a": json.dumps(pairs), "client_secret": "opens it"})[:65_536]
    began = time.process_time()

    VEIL.text(text)
    VEIL.text('"' * 65_536)
    VEIL.text("a=" * 32_768)
    VEIL.text('\\"' * 32_768)
    VEIL.text("%" * 65_536)

    assert time.process_time() - began < 30
