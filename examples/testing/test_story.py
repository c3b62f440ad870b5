"""How an app's own tests use Dalan: run them with ``pytest examples/testing``.

``dalan`` is a platform of this test run's alone; see docs/guide/testing-your-app.md."""

from dalan.testing import Dalan


def test_bot_is_written_to_and_access_ends_with_its_token(dalan: Dalan) -> None:
    app = dalan.app(scopes=["USER_PHONE"])
    sara = dalan.person("سارا")
    assert "سارا" in dalan.browser(sara).get("/my-divar").text

    token = dalan.consent(app, sara, "USER_PHONE")
    calls = dalan.client(app, token)
    assert calls.post("/v1/open-platform/users").json()["phone_number"] == sara.phone

    dalan.play({"say": "سلام"}, person=sara, app=app)
    event = dalan.events.wait_for("NEW_CHATBOT_MESSAGE", app=app)
    assert event.data["text"] == "سلام"

    dalan.advance(hours=2)
    assert calls.post("/v1/open-platform/users").status == 401
