"""Why two redirect addresses are not the same, in the words of somebody who looked closely."""

import pytest

from dalan.domains.developers import differences, nearest_redirect_uri

REGISTERED = "https://app.example/oauth/callback"


@pytest.mark.parametrize(
    ("presented", "found"),
    [
        (REGISTERED, ()),
        ("http://app.example/oauth/callback", ("scheme",)),
        ("HTTPS://app.example/oauth/callback", ("scheme",)),
        ("https://App.example/oauth/callback", ("host_case",)),
        ("https://www.app.example/oauth/callback", ("host",)),
        ("https://app.example:8443/oauth/callback", ("port",)),
        ("https://app.example/oauth/callback/", ("trailing_slash",)),
        ("https://app.example/OAuth/callback", ("path_case",)),
        ("https://app.example/other", ("path",)),
        ("https://app.example/oauth/callback?a=1", ("query",)),
        ("https://app.example/oauth/callback?", ("query",)),
        ("https://app.example/oauth/callback#here", ("fragment",)),
        ("https://sara@app.example/oauth/callback", ("userinfo",)),
        (" https://app.example/oauth/callback", ("white_space",)),
        ("http://app.example:80/oauth/callback/", ("scheme", "port", "trailing_slash")),
        ("app.example/oauth/callback", ("not_an_address",)),
        ("https://[app/oauth", ("not_an_address",)),
        ("https://app.example:port/", ("not_an_address",)),
        ("", ("not_an_address",)),
    ],
)
def test_every_difference_is_named(presented, found):
    assert differences(REGISTERED, presented) == found


def test_nearest_is_the_one_with_fewest_differences():
    registered = ["https://other.example/cb", "https://app.example/cb", "http://127.0.0.1/cb"]

    nearest = nearest_redirect_uri(registered, "https://app.example/cb/")

    assert nearest is not None
    assert nearest.uri == "https://app.example/cb"
    assert nearest.differences == ("trailing_slash",)
    assert (nearest.before, nearest.differing, nearest.after) == ("https://app.example/cb", "/", "")


def test_what_is_missing_leaves_an_empty_mark():
    nearest = nearest_redirect_uri(["https://app.example/cb"], "http://app.example/cb")

    assert nearest is not None
    assert (nearest.before, nearest.differing, nearest.after) == ("http", "", "://app.example/cb")


def test_nothing_is_near_where_nothing_is_registered():
    assert nearest_redirect_uri([], "https://app.example/cb") is None
