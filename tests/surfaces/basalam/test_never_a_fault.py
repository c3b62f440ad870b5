"""Whatever is sent, the answer is an object in the shape of the wire and never a fault of ours."""

import asyncio
import json
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalan.surfaces.basalam.routes import OPERATIONS
from tests.surfaces.basalam.conftest import CARD, NATIONAL_CODE, SHEBA, WRITES, Scene

WORDS = (
    CARD, SHEBA, NATIONAL_CODE, "1990-05-17", "09351112233", "12345", "", "۰۹۱۲۱۱۱۲۲۳۳",
    "IR", "\ud800", "9" * 400, "0000-00-00",
)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(WORDS)
    | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["verification_code", "mobile", "national_code", "birthday", "card_number",
             "sheba_number", "sheba_owner", "otp_code", "bank_information_id", "account_owner",
             "status", "bank_name", "sheba_status", "bank_account_number", "operator_id", "a"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip
BODIES = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode())
PATHS = st.sampled_from(
    [(operation.method, path) for operation in OPERATIONS for path in operation.paths]
)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


async def test_no_call_ever_ends_in_a_fault(scene: Scene):
    loop = asyncio.get_running_loop()
    token = await scene.token(WRITES)
    made = await scene.call(
        "POST", f"/v1/users/{scene.number}/bank-accounts", token, {"card_number": CARD}
    )
    account_id = str(made.json()["id"])
    seen: list[int] = []

    async def call(method: str, path: str, body: bytes, word: str, ours: bool) -> None:
        own = {"{user_id}": str(scene.number), "{bank_account_id}": account_id}
        strange = quote(word, safe="")
        parts = [
            (own[part] if ours else strange) if part.startswith("{") else part
            for part in path.split("/")
        ]
        prefer = strange[:40]
        answer = await scene.call(method, "/".join(parts), token, body, prefer=prefer)
        seen.append(answer.status_code)
        assert answer.status_code < 500, (method, path, body, word, answer.text)
        if answer.status_code >= 400:
            assert isinstance(answer.json()["message"], str)
            assert "detail" in answer.json()

    @settings(
        max_examples=150,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(PATHS, BODIES, TEXTS, st.booleans())
    def tried(path: tuple[str, str], body: bytes, word: str, ours: bool) -> None:
        asyncio.run_coroutine_threadsafe(call(*path, body, word, ours), loop).result(20)

    await asyncio.to_thread(tried)

    assert {200, 403, 404, 422} & set(seen), "some calls got as far as their operation"
