import subprocess
import sys
import timeit
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring, hkdf
from dalan.kernel.randomness import SeededRandomness

OLD_SECRET = "the secret of the year before this one"
NEW_SECRET = "the secret of this year, a bit longer than that"
NOW = datetime(2026, 3, 21, tzinfo=UTC)

keyring = Keyring([NEW_SECRET])
old_keyring = Keyring([OLD_SECRET])
rotated_keyring = Keyring([NEW_SECRET, OLD_SECRET])


@pytest.mark.parametrize("secrets", [[], ["short"], [OLD_SECRET, ""]])
def test_keyring_of_unfit_secrets_is_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Keyring(secrets)


def test_keyring_of_two_secrets_with_one_key_id_is_refused() -> None:
    with pytest.raises(ValueError, match="same key id"):
        Keyring([f"{number:032}" for number in range(257)])


@given(st.binary(), st.binary())
def test_hkdf_is_the_one_of_the_rfc(secret: bytes, info: bytes) -> None:
    theirs = HKDF(algorithm=SHA256(), length=32, salt=b"dalan keyring", info=info)

    assert hkdf(secret, info, length=32) == theirs.derive(secret)


# Tokens


@pytest.mark.parametrize("kind", ["at", "rt", "ac", "par"])
def test_token_has_the_documented_shape(kind: str) -> None:
    token = keyring.new_token(kind)

    head, _, mac = token.partition(".")
    assert head.startswith(f"ory_{kind}_")
    assert len(head) == len(f"ory_{kind}_") + 43
    assert len(mac) == 43


def test_token_mac_is_stable_and_differs_between_tokens() -> None:
    token, other = keyring.new_token("at"), keyring.new_token("at")

    mac = keyring.token_mac(token)
    assert mac is not None
    assert len(mac) == 32
    assert mac == Keyring([NEW_SECRET]).token_mac(token)
    assert mac != keyring.token_mac(other)


def test_token_of_the_older_secret_stays_good_after_rotation_with_the_same_mac() -> None:
    token = old_keyring.new_token("rt")

    assert rotated_keyring.token_mac(token) == old_keyring.token_mac(token) is not None
    assert keyring.token_mac(token) is None
    assert keyring.token_mac(rotated_keyring.new_token("rt")) is not None


@given(st.data())
def test_token_changed_anywhere_has_no_mac(data: st.DataObject) -> None:
    token = keyring.new_token("at")
    at = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters().filter(lambda drawn: drawn != token[at]))

    assert keyring.token_mac(token[:at] + character + token[at + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "x" * 100,
        "ory_at_" + "A" * 43 + "." + "A" * 43,
        "é" * 94,
        "\ud800" * 94,
        "a" * 10**6,
    ],
)
def test_text_that_is_no_token_has_no_mac(text: str) -> None:
    assert keyring.token_mac(text) is None


def test_token_with_anything_added_or_cut_has_no_mac() -> None:
    token = keyring.new_token("at")

    for changed in (token[:-1], token + "A", token + "=", " " + token, token + "\n", token[1:]):
        assert keyring.token_mac(changed) is None


def test_access_token_does_not_pass_as_refresh_token() -> None:
    token = keyring.new_token("at")

    assert keyring.token_mac(token.replace("_at_", "_rt_")) is None


def test_token_mac_does_not_contain_what_the_token_shows() -> None:
    token = keyring.new_token("at")
    mac = keyring.token_mac(token)

    assert mac is not None
    assert hkdf(mac, b"", length=32).hex() not in token
    assert mac.hex() not in token.encode().hex()


def test_token_mac_is_cheap_enough_for_every_request() -> None:
    token = keyring.new_token("at")

    best = min(timeit.repeat(lambda: keyring.token_mac(token), number=2_000, repeat=5)) / 2_000

    # Eight microseconds is the aim; this only catches a change of order on a busy machine.
    assert best < 40e-6


# API keys


@given(st.integers(0, 2**63 - 1))
def test_api_key_gives_its_id_and_secret_back(number: int) -> None:
    key = keyring.new_api_key(number)

    parts = keyring.parse_api_key(key)
    assert parts is not None
    assert parts.id == number
    assert len(parts.secret) == 43
    assert key.startswith("dalan_ak_")


@given(st.data())
def test_api_key_mistyped_anywhere_is_none(data: st.DataObject) -> None:
    key = keyring.new_api_key(12_345)
    at = data.draw(st.integers(0, len(key) - 1))
    character = data.draw(st.characters().filter(lambda drawn: drawn != key[at]))

    assert keyring.parse_api_key(key[:at] + character + key[at + 1 :]) is None


@given(st.text(max_size=120))
def test_any_text_can_be_asked_whether_it_is_an_api_key(text: str) -> None:
    assert keyring.parse_api_key(text) is None
    assert keyring.parse_api_key(f"dalan_ak_{text}") is None


def test_secret_matches_only_its_own_mac_and_purpose() -> None:
    secret = keyring.new_client_secret()
    stored = keyring.secret_mac(secret, "client secret")

    assert keyring.secret_matches(secret, "client secret", stored)
    assert not keyring.secret_matches(secret, "api key", stored)
    assert not keyring.secret_matches(secret + "x", "client secret", stored)
    assert not keyring.secret_matches(secret, "client secret", b"")
    assert not keyring.secret_matches("\ud800", "client secret", stored)


def test_secret_stored_before_rotation_still_matches_and_is_found() -> None:
    stored = old_keyring.secret_mac("a secret", "api key")

    assert rotated_keyring.secret_matches("a secret", "api key", stored)
    assert stored in rotated_keyring.secret_macs("a secret", "api key")
    assert rotated_keyring.secret_mac("a secret", "api key") != stored


def test_derived_secrets_are_the_same_each_time_and_differ_by_name_and_world() -> None:
    assert keyring.derived_secret("app") == Keyring([NEW_SECRET]).derived_secret("app")
    assert keyring.derived_secret("app") != keyring.derived_secret("app two")
    assert keyring.derived_secret("app") != old_keyring.derived_secret("app")
    assert len(keyring.derived_secret("app")) == 43
    assert keyring.token_mac(keyring.derived_token("at", "app")) is not None
    assert keyring.derived_token("at", "app") == keyring.derived_token("at", "app")
    assert keyring.parse_api_key(keyring.derived_api_key(7, "app")) is not None


def test_keyring_of_a_seeded_world_issues_the_same_tokens() -> None:
    def issued() -> list[str]:
        with randomness.installed(SeededRandomness(b"seed")):
            return [keyring.new_token("at"), keyring.new_api_key(1), keyring.one_time_code()]

    assert issued() == issued()


# Codes, pseudonyms, signed values


def test_one_time_code_is_six_digits_and_bound_to_its_context() -> None:
    code = keyring.one_time_code()
    stored = keyring.code_mac(code, context="sign-in 1")

    assert len(code) == 6
    assert code.isdecimal()
    assert keyring.code_matches(code, context="sign-in 1", stored=stored)
    assert not keyring.code_matches(code, context="sign-in 2", stored=stored)


def test_pseudonym_is_a_random_looking_uuid_for_each_app_and_person() -> None:
    pseudonyms = {keyring.pseudonym(app, person) for app in range(10) for person in range(10)}

    assert len(pseudonyms) == 100
    assert {UUID(pseudonym).version for pseudonym in pseudonyms} == {4}
    assert keyring.pseudonym(1, 23) != keyring.pseudonym(12, 3)
    assert keyring.pseudonym(1, 2) == keyring.pseudonym(1, 2)


def signed(value: str = "تهران") -> str:
    return keyring.signed_value(
        value, purpose="start", expires_at=NOW + timedelta(minutes=5), bound_to="browser"
    )


def test_signed_value_comes_back_until_it_expires() -> None:
    text = signed()

    with clock.installed(lambda: NOW + timedelta(minutes=4, seconds=59)):
        assert keyring.verify_signed(text, purpose="start", bound_to="browser") == "تهران"
        assert rotated_keyring.verify_signed(text, purpose="start", bound_to="browser")
    with clock.installed(lambda: NOW + timedelta(minutes=5)):
        assert keyring.verify_signed(text, purpose="start", bound_to="browser") is None


def test_signed_value_for_another_purpose_browser_or_server_is_refused() -> None:
    text = signed()

    with clock.installed(lambda: NOW):
        assert keyring.verify_signed(text, purpose="other", bound_to="browser") is None
        assert keyring.verify_signed(text, purpose="start", bound_to="other") is None
        assert old_keyring.verify_signed(text, purpose="start", bound_to="browser") is None


@given(st.data())
def test_signed_value_changed_anywhere_is_refused(data: st.DataObject) -> None:
    text = signed()
    at = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters().filter(lambda drawn: drawn != text[at]))

    with clock.installed(lambda: NOW):
        changed = text[:at] + character + text[at + 1 :]
        assert keyring.verify_signed(changed, purpose="start", bound_to="browser") is None


@given(st.text())
def test_any_text_can_be_asked_whether_it_was_signed(text: str) -> None:
    assert keyring.verify_signed(text, purpose="start") is None


# Boxes


def test_box_opens_for_its_purpose_and_context_only() -> None:
    box = keyring.seal(b"inside", "webhook secret", b"app 1")

    assert b"inside" not in box
    assert keyring.open_sealed(box, "webhook secret", b"app 1") == b"inside"
    assert keyring.open_sealed(box, "webhook secret", b"app 2") is None
    assert keyring.open_sealed(box, "other", b"app 1") is None
    assert old_keyring.open_sealed(box, "webhook secret", b"app 1") is None
    assert rotated_keyring.open_sealed(old_keyring.seal(b"x", "y"), "y") == b"x"


@pytest.mark.parametrize("length", [0, 1, 25, 40])
def test_box_cut_short_is_refused(length: int) -> None:
    assert keyring.open_sealed(keyring.seal(b"inside", "p")[:length], "p") is None


def test_two_boxes_of_one_text_differ() -> None:
    assert keyring.seal(b"inside", "p") != keyring.seal(b"inside", "p")


def test_box_under_a_token_opens_only_with_that_token() -> None:
    token = keyring.new_token("rt")
    box = keyring.sealed_under(token, b"successor", b"family 1")

    assert keyring.open_sealed_under(token, box, b"family 1") == b"successor"
    assert keyring.open_sealed_under(keyring.new_token("rt"), box, b"family 1") is None
    assert keyring.open_sealed_under(token, box, b"family 2") is None
    assert keyring.open_sealed_under(token, b"", b"family 1") is None


def test_tokens_and_keys_need_no_heavy_library() -> None:
    program = (
        "import sys; from dalan.kernel.crypto import Keyring; k = Keyring(['x' * 40]);"
        "k.token_mac(k.new_token('at')); k.secret_mac('a', 'b');"
        "assert 'cryptography' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
