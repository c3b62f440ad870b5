"""Many links at once: each item's outcome, all or nothing, and the same batch again."""

from typing import Any

from tests.surfaces.api.linking import API, LINKS, App, app, refusal

__all__ = ["app"]

BATCHES = f"{API}/link-batches"


def made(hash_: str, **given: Any) -> dict[str, Any]:
    link = {"target": f"https://example.com/{hash_}", "hash": hash_, **given}
    return {"action": "create", "link": link}


async def test_every_action_has_its_outcome(app: App):
    await app.make("https://example.com/old", hash="old", tags=["a", "b"])
    items = [
        made("one"),
        made("old"),
        {"action": "tag", "hash": "old", "add": ["ج"], "remove": ["A"]},
        {"action": "edit", "hash": "old", "changes": {"title": "x", "note": None}},
        {"action": "expire", "hash": "old", "at": "2030-01-01T00:00:00Z"},
        {"action": "deactivate", "hash": "one"},
        {"action": "activate", "hash": "one"},
        {"action": "delete", "hash": "one"},
        {"action": "delete", "hash": "one"},
        {"action": "restore", "hash": "one"},
        {"action": "edit", "hash": "old"},
        {"action": "edit", "hash": ""},
        {"action": "create"},
        {"action": "expire", "hash": "old", "at": "2030-01-01T00:00:00"},
    ]

    answer = await app.call("POST", BATCHES, {"items": items})

    told = answer.json()
    codes = [one["error"] and one["error"]["code"] for one in told["items"]]
    assert answer.status_code == 200
    assert codes == [
        None, "links.hash_taken", None, None, None, None, None, None, "links.unknown", None,
        "api.invalid", "api.invalid", "api.invalid", "api.invalid",
    ]  # fmt: skip
    assert (told["done_count"], told["refused_count"]) == (8, 6)
    old = await app.get(f"{LINKS}/old")
    assert (old["tags"], old["title"], old["expires_at"]) == (
        ["b", "ج"], "x", "2030-01-01T00:00:00Z",
    )  # fmt: skip


async def test_all_or_nothing_is_nothing_when_one_is_refused(app: App):
    await app.make(hash="taken")

    answer = await app.call(
        "POST", BATCHES, {"atomic": True, "items": [made("one"), made("taken"), made("two")]}
    )

    assert refusal(answer) == (409, "api.batch_refused")
    codes = [one["error"] and one["error"]["code"] for one in answer.json()["items"]]
    assert codes == [None, "links.hash_taken", None]
    assert (await app.get(LINKS, total="true"))["total"] == 1

    done = await app.call("POST", BATCHES, {"atomic": True, "items": [made("one"), made("two")]})
    assert done.json()["done_count"] == 2


async def test_same_batch_again_does_nothing_again(app: App):
    named = {"idempotency-key": "x" * 255}
    items = [{"action": "create", "link": {"target": f"https://a.example/{number}"}}
             for number in range(120)]  # fmt: skip

    first = await app.call("POST", BATCHES, {"items": items}, headers=named)
    again = await app.call("POST", BATCHES, {"items": items}, headers=named)
    other = await app.call("POST", BATCHES, {"items": items[1:]}, headers=named)

    assert first.json()["done_count"] == 120
    assert again.json() == first.json()
    assert refusal(other) == (409, "links.key_reused")
    assert (await app.get(LINKS, total="true"))["total"] == 120


async def test_batch_that_cannot_be_is_refused_whole(app: App):
    bodies: tuple[Any, ...] = (
        {}, {"items": []}, {"items": [made("x")] * 1_001}, {"items": [{"action": "sing"}]},
        {"items": [None]}, {"items": {"a": 1}}, {"items": [made("a"), {"action": "edit",
        "hash": "a", "changes": {"title": 7}}]}, [], "x",
    )  # fmt: skip
    for body in bodies:
        answer = await app.call("POST", BATCHES, body)

        assert answer.status_code == 400, (body, answer.text)
    assert (await app.get(LINKS))["links"] == []
