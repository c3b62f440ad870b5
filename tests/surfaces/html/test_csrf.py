"""A form's token is good for the browser session it was shown to, and for no other."""

import base64

import pytest

from dalan.surfaces.html import csrf

SECRET = b"s" * 32


def test_token_is_good_for_its_own_session():
    token = csrf.issue(SECRET, "session-1")

    assert csrf.verify(SECRET, "session-1", token)
    assert not csrf.verify(SECRET, "session-2", token)
    assert not csrf.verify(b"t" * 32, "session-1", token)


def test_token_differs_each_time():
    assert csrf.issue(SECRET, "session-1") != csrf.issue(SECRET, "session-1")


@pytest.mark.parametrize(
    "token", ["", "x", "=" * 64, "é" * 64, "A" * 64, "!" * 64, "A" * 63 + "\n"]
)
def test_made_up_token_is_refused(token):
    assert not csrf.verify(SECRET, "session-1", token)


def test_token_with_a_changed_salt_is_refused():
    raw = bytearray(base64.urlsafe_b64decode(csrf.issue(SECRET, "session-1")))
    raw[0] ^= 1

    assert not csrf.verify(SECRET, "session-1", base64.urlsafe_b64encode(raw).decode())
