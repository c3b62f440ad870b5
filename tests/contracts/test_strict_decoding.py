"""Every answer, read as strictly as the generated SDKs read it, on both engines.

Those SDKs refuse members they do not know, values outside an enum, numbers where the document says
text, and (the hand-written one) the absence of members it takes for granted. So the published
document's schemas are sharpened here: no member beyond the listed ones, the expected ones present,
moments in UTC to the microsecond, and zero values left out.

Source: reference/kenar.md 5.0, 5.1, 11.6, 11.7.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from dalan.surfaces.kenar.routes import OPERATIONS
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.factories.posts import make_post
from tests.surfaces.kenar import conftest as kenar

scene = kenar.scene

P = "/v1/open-platform"

CALLS: dict[str, dict[str, Any]] = {
    f"GET {P}/finder/post/{{token}}": {},
    f"GET {P}/finder/user-posts": {},
    f"GET {P}/users": {},
    f"POST {P}/get-user-id-by-phone": {"json": {"phone": "09359876543"}},
    "POST /v2/open-platform/addons/post/{token}": {
        "json": {"widgets": [{"title_row": {"text": "گزارش"}}]}
    },
    f"DELETE {P}/addons/post/{{token}}": {},
    f"GET {P}/assets/city": {},
    f"GET {P}/assets/category": {},
    f"GET {P}/assets/body-status": {},
    f"GET {P}/assets/internal-storage": {},
    f"GET {P}/assets/ram-memory": {},
    f"GET {P}/assets/service-type": {},
    f"GET {P}/assets/district": {"params": {"city_slug": "tehran"}},
    f"GET {P}/assets/district/{{city_slug}}": {},
    f"GET {P}/assets/brand-model/{{category}}": {},
    f"GET {P}/assets/color/{{category}}": {},
    f"GET {P}/assets/submit-schema/{{category_slug}}": {},
    f"GET {P}/assets/oauth-scope": {},
    f"GET {P}/assets/permission": {},
    f"GET {P}/assets/media-upload-urls": {},
}
"""How to call each documented operation once."""

TAKEN_FOR_GRANTED = {
    "finderGetPostResponse": [
        *("state", "first_published_at", "token", "category", "city", "district", "data")
    ],
    "finderUser": ["phone_number", "phone_numbers", "user_id"],
    "GetUserPostsResponsePost": ["token", "title", "category"],
}
"""Beyond what the document marks as required: what the hand-written SDK fails without."""

FREE = {"data", "schema"}
"""Objects whose members no contract lists."""

KEPT_WHEN_EMPTY = {"district"}

MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"


@pytest.fixture(scope="session")
def published(shared: Path) -> dict[str, Any]:
    """The published document, every schema of it sharpened."""
    document = msgspec.json.decode((shared / "contracts" / "kenar" / "openapi.json").read_bytes())
    sharpened: dict[str, Any] = _sharpened(document)
    for name, members in TAKEN_FOR_GRANTED.items():
        schema = sharpened["components"]["schemas"][name]
        schema["required"] = [*schema.get("required", ()), *members]
    return sharpened


def _sharpened(value: Any) -> Any:
    if isinstance(value, list):
        return [_sharpened(one) for one in value]
    if not isinstance(value, dict):
        return value
    schema = {name: _sharpened(one) for name, one in value.items()}
    if isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    if schema.get("format") == "date-time":
        schema["pattern"] = MOMENT
    return schema


def misfits(published: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What a strict client would refuse of ``value``."""
    whole = {**schema, "components": published["components"]}
    found = jsonschema.Draft202012Validator(whole).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def zeros(value: Any, place: str = "$") -> Iterator[str]:
    """Where a member stands at its zero value, which the wire leaves out."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from zeros(one, f"{place}[{number}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in FREE:
                continue
            if name not in KEPT_WHEN_EMPTY and one in (False, 0, "", [], {}, None):
                yield f"{place}.{name}"
            yield from zeros(one, f"{place}.{name}")


def test_every_documented_operation_is_called_here():
    assert set(CALLS) == {f"{one.method} {one.paths[0]}" for one in OPERATIONS if one.documented}


def test_strict_client_is_strict(published: dict[str, Any]):
    schema = {"$ref": "#/components/schemas/finderGetUserPostsResponse"}
    post = {"token": "abcdefgh", "title": "x", "category": "light"}

    assert misfits(published, schema, {"posts": [post]}) == []
    assert misfits(published, schema, {"posts": [post | {"more": 1}]})
    assert misfits(published, schema, {"posts": [{"token": "abcdefgh"}]})
    assert list(zeros({"posts": [post | {"is_phone_hidden": False}]}))


async def answer_of(scene: kenar.Scene, name: str, **ids: str) -> Any:
    method, _, path = name.partition(" ")
    token = await scene.token(
        f"USER_PHONE USER_ID USER_POSTS_GET POST_ADDON_CREATE.{scene.post.token}"
    )
    known = {
        "token": scene.post.token,
        "city_slug": "tehran",
        "category": "light",
        "category_slug": "light",
    } | ids
    url = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], path)
    answer = await scene.call(method, url, token=token, **CALLS[name])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_answer_is_read_by_a_strict_client(
    scene: kenar.Scene, published: dict[str, Any]
):
    async with scene.platform.services.db.write() as tx:
        await make_person(tx, phone="+989359876543")
    for name in CALLS:
        method, _, path = name.partition(" ")
        described = published["paths"][path][method.lower()]["responses"]["200"]
        schema = described["content"]["application/json"]["schema"]

        answer = await answer_of(scene, name)

        assert misfits(published, schema, answer) == [], name
        assert list(zeros(answer)) == [], name


@pytest.mark.parametrize(
    "state",
    ["published", "waiting_for_payment", "waiting_for_review", "waiting_for_edit", "retired"],
)
async def test_post_in_any_state_is_read_by_a_strict_client(
    scene: kenar.Scene, published: dict[str, Any], state: str
):
    services = scene.platform.services
    image = await make_image(services.db, services.media)
    async with services.db.write() as tx:
        post = await make_post(
            tx, state=state, image_names=[image.name], hide_phone=True, chat_enabled=False
        )

    answer = await answer_of(scene, f"GET {P}/finder/post/{{token}}", token=post.token)

    schema = {"$ref": "#/components/schemas/finderGetPostResponse"}
    assert misfits(published, schema, answer) == []
    assert list(zeros(answer)) == []


async def test_refusals_are_read_by_a_strict_client(scene: kenar.Scene, published: dict[str, Any]):
    schema = {"$ref": "#/components/schemas/googleRpcStatus"}
    for method, path, key in (
        ("GET", f"{P}/finder/post/AAAAAAAA", ""),
        ("GET", f"{P}/finder/post/{scene.post.token}", None),
        ("GET", f"{P}/users", ""),
        ("PUT", f"{P}/users", ""),
        ("GET", f"{P}/nothing", ""),
        ("POST", f"{P}/get-user-id-by-phone", ""),
    ):
        answer = await scene.call(method, path, key=key)

        assert answer.status_code >= 400
        assert misfits(published, schema, answer.json()) == []
        assert list(zeros(answer.json())) == []
