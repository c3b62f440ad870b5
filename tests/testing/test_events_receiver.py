"""The receiver of events: believes what is proved, and lets a test wait for it."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from dalan.domains import deliveries
from dalan.testing.events import Events, Proofs

KEY = "an identification key"
SECRET = "whsec_c2VjcmV0IG9mIHRoaXMgdGVzdA=="


@pytest.fixture
def events() -> Iterator[Events]:
    receiver = Events()
    receiver.expect("/app", Proofs("an-app", KEY, SECRET))
    yield receiver
    receiver.close()


def bring(events: Events, body: object, *, key: str = KEY, secret: str = SECRET) -> int:
    raw = json.dumps(body).encode()
    signed = deliveries.signed_headers(
        [b64decode(secret.removeprefix("whsec_"))],
        uid="evt_1",
        sent_at=datetime(2026, 11, 21, tzinfo=UTC),
        body=raw,
    )
    answer = httpx.post(
        f"{events.url}/app", content=raw, headers={"authorization": key, **signed}, timeout=30
    )
    return answer.status_code


def test_event_that_proves_itself_is_waited_for_once(events):
    assert bring(events, {"type": "NEW_MESSAGE", "new_message": {"id": "7"}}) == 204

    taken = events.wait_for("NEW_MESSAGE", app="an-app", where=lambda one: one.data["id"] == "7")

    assert taken.headers["webhook-id"] == "evt_1"
    with pytest.raises(TimeoutError, match="no event NEW_MESSAGE came; what did: nothing"):
        events.wait_for("NEW_MESSAGE", timeout=0)


def test_event_that_comes_later_is_waited_for(events):
    later = threading.Timer(0.1, bring, [events, {"type": "POST_UPDATE"}])
    later.start()

    assert events.wait_for("POST_UPDATE", timeout=30).app == "an-app"
    later.join()


def test_what_proves_nothing_is_refused_and_said(events):
    assert bring(events, {"type": "NEW_MESSAGE"}, key="another key") == 401
    assert bring(events, {"type": "NEW_MESSAGE"}, secret="whsec_b3RoZXI=") == 401
    assert bring(events, ["no event"]) == 401

    assert len(events) == 0
    with pytest.raises(TimeoutError, match="the identification key is not this app's"):
        events.wait_for(timeout=0)


def test_nobody_listens_at_other_paths(events):
    assert httpx.post(f"{events.url}/elsewhere", content=b"{}").status_code == 404
