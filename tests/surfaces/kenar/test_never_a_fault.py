"""Whatever is sent, the answer is in the shape of the wire and never a fault of ours."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalan.app import surface_of
from dalan.surfaces.kenar.routes import OPERATIONS
from tests.surfaces.kenar.conftest import Scene

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["widgets", "widget_list", "title_row", "score_row", "text", "title", "action", "data",
             "semantic", "semantic_paths", "items", "phone", "widget_type", "open_direct_link",
             "percentage_score", "image_id", "notes", "a"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
BODIES = st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode())
PATHS = st.sampled_from(
    [(operation.method, path) for operation in OPERATIONS for path in operation.paths]
)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@pytest.fixture
async def tokens(scene: Scene) -> dict[str, str]:
    token = scene.post.token
    scopes = f"USER_PHONE USER_ID USER_POSTS_GET POST_ADDON_CREATE.{token}"
    scopes += f" USER_VERIFICATION_CREATE POST_SEMANTIC_CREATE.{token}"
    return {"Authorization": f"Bearer {await scene.token(scopes)}"}


async def test_no_call_ever_ends_in_a_fault(scene: Scene, tokens: dict[str, str]):
    loop = asyncio.get_running_loop()
    seen: list[int] = []

    async def call(method: str, path: str, body: bytes, word: str, ours: bool) -> None:
        value = scene.post.token if ours else quote(word, safe="")
        parts = [value if part.startswith("{") else part for part in path.split("/")]
        if surface_of("/".join(parts)) != "kenar":  # /upload/0 is nobody's upload, but a page
            return
        answer = await scene.call(
            method, "/".join(parts), headers=tokens, content=body, params={"page_size": word}
        )
        seen.append(answer.status_code)
        assert answer.status_code < 500, (method, path, body, word, answer.text)
        if answer.status_code >= 400:
            shape: dict[str, Any] = answer.json()
            assert isinstance(shape["code"], int)
            assert isinstance(shape["message"], str)

    @settings(
        max_examples=150,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(where=PATHS, body=BODIES, word=TEXTS, ours=st.booleans())
    def throw(where: tuple[str, str], body: bytes, word: str, ours: bool) -> None:
        asyncio.run_coroutine_threadsafe(call(*where, body, word, ours), loop).result(30)

    await asyncio.to_thread(throw)

    assert 200 in seen
    assert 400 in seen


async def test_oversized_and_deeply_nested_bodies_are_refused(scene: Scene, tokens: dict[str, str]):
    path = f"/v2/open-platform/addons/post/{scene.post.token}"
    huge = b'{"notes":"' + b"x" * 1_100_000 + b'"}'

    for body, status in [
        (huge, 413),
        (b"[" * 100_000, 400),
        (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
        (b'{"notes":"\\u0000"}', 400),
        (b'{"notes":"\\ud800"}', 400),
        (b"\xff\xfe", 400),
        (b"null", 400),
        (b'"text"', 400),
    ]:
        answer = await scene.call("POST", path, headers=tokens, content=body)
        assert answer.status_code == status, (body[:40], answer.text)
        assert answer.json()["code"] == 3
