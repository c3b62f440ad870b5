"""Short links by our own API: made, listed, edited, switched, deleted; by a real client."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx

from dalan.app import Platform
from dalan.kernel.clock import AdjustableClock
from tests.surfaces.api.linking import LINKS, App, app, make_caller, refusal

__all__ = ["app"]

TERMS = {
    "rules": [{"target": "https://ir.example/", "countries": ["IR"]}],
    "weighted": [{"target": "https://a.example/", "weight": 3}],
    "forwards_query": True,
    "utm": {"source": "poster"},
}
WHOLE = {
    "target": "https://example.com/بهار", "hash": "بهار", "title": "بهار", "note": "یادداشت",
    "description": "فروش ویژه", "tags": ["الف", "ب"], "expires_at": "2030-01-01T00:00:00+03:30",
    "valid_from": "2020-01-01T00:00:00Z", "visits_max": 100, "password": "گذرواژه",
    "after_address": "https://over.example/", "terms": TERMS,
}  # fmt: skip


def at(hash_: str, more: str = "") -> str:
    return f"{LINKS}/{quote(hash_, safe='')}{more}"


async def test_link_is_made_with_all_its_terms_and_read_back(app: App):
    answer = await app.call("POST", LINKS, WHOLE)

    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, at("بهار"))
    assert {name: made[name] for name in WHOLE if name not in ("password", "expires_at")} == {
        name: value for name, value in WHOLE.items() if name not in ("password", "expires_at")
    }
    assert made["expires_at"] == "2029-12-31T20:30:00Z"
    assert (made["has_password"], made["live"], made["clicks"]) == (True, True, 0)
    assert made["short_url"] == "http://127.0.0.1:8000/l/" + quote("بهار")
    assert "password" not in made
    assert await app.get(at("بهار")) == made


async def test_hash_is_drawn_and_the_end_is_the_operators(app: App):
    made = await app.make()
    never = await app.make("https://never.example/", expires_at=None, title=None)

    assert len(made["hash"]) == 7
    assert (made["kind"], made["terms"], made["tags"]) == ("link", {}, [])
    assert made["expires_at"] is not None
    assert never["expires_at"] is None
    visited = await app.http.get(f"/l/{made['hash']}")
    assert (visited.status_code, visited.headers["location"]) == (302, "https://example.com/")


async def test_text_is_kept_to_the_letter(app: App):
    made = await app.make("  متن \n", kind="content")

    assert made["target"] == "  متن \n"


async def test_edit_changes_what_is_named_and_null_clears(app: App):
    await app.call("POST", LINKS, WHOLE)

    answer = await app.call(
        "PATCH",
        at("بهار"),
        {"title": "تابستان", "password": None, "visits_max": None, "expires_at": None,
         "terms": None, "tags": ["ج"], "note": None},
    )  # fmt: skip

    told = answer.json()
    assert answer.status_code == 200
    assert (told["title"], told["tags"], told["note"]) == ("تابستان", ["ج"], "")
    assert (told["has_password"], told["visits_max"], told["expires_at"]) == (False, None, None)
    assert (told["terms"], told["description"]) == ({}, "فروش ویژه")
    assert told["target"] == WHOLE["target"]


async def test_edit_of_what_was_changed_meanwhile_is_refused(app: App, moment: AdjustableClock):
    made = await app.make()
    first = (await app.call("GET", at(made["hash"]))).headers["etag"]
    moment.advance(timedelta(seconds=1))
    await app.call("PATCH", at(made["hash"]), {"title": "a"}, headers={"if-match": first})

    late = await app.call("PATCH", at(made["hash"]), {"title": "b"}, headers={"if-match": first})
    gone = await app.call("DELETE", at(made["hash"]), headers={"if-match": first})

    assert refusal(late) == refusal(gone) == (412, "api.changed_meanwhile")
    assert (await app.get(at(made["hash"])))["title"] == "a"


async def test_of_two_edits_at_once_of_the_same_version_one_is_refused(
    app: App, moment: AdjustableClock
):
    made = await app.make()
    named = {"if-match": (await app.call("GET", at(made["hash"]))).headers["etag"]}
    moment.advance(timedelta(seconds=1))

    answers = await asyncio.gather(
        *(app.call("PATCH", at(made["hash"]), {"title": one}, headers=named) for one in "ab")
    )

    assert sorted(one.status_code for one in answers) == [200, 412]


async def test_link_is_switched_deleted_and_brought_back(app: App):
    made = await app.make()
    path = f"/l/{made['hash']}"

    off = await app.call("POST", at(made["hash"], "/deactivations"))
    assert (off.json()["active"], (await app.http.get(path)).status_code) == (False, 404)
    on = await app.call("POST", at(made["hash"], "/activations"))
    assert (on.json()["active"], (await app.http.get(path)).status_code) == (True, 302)
    assert (await app.call("DELETE", at(made["hash"]))).json() == {}
    assert refusal(await app.call("GET", at(made["hash"]))) == (404, "links.unknown")
    assert (await app.http.get(path)).status_code == 404
    back = await app.call("POST", at(made["hash"], "/restorations"))
    assert (back.status_code, back.json()["deleted_at"]) == (200, None)
    assert (await app.http.get(path)).status_code == 302


async def test_active_is_a_part_of_an_edit_too(app: App):
    made = await app.make()

    told = (await app.call("PATCH", at(made["hash"]), {"active": False, "title": "x"})).json()

    assert (told["active"], told["title"]) == (False, "x")


async def test_nobody_reaches_the_links_of_another(
    app: App, platform: Platform, http: httpx.AsyncClient
):
    made = await app.make()
    other = await make_caller(platform, http)

    for method, more in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/activations"),
        ("POST", "/deactivations"), ("POST", "/restorations"), ("GET", "/statistics"),
        ("GET", "/clicks"), ("GET", "/qr"),
    ):  # fmt: skip
        answer = await other.call(method, at(made["hash"], more), {"title": "x"})
        assert refusal(answer) == (404, "links.unknown"), (method, more)
    assert (await other.get(LINKS))["links"] == []
    assert (await http.get(LINKS)).status_code == 401


async def test_list_goes_on_where_it_ended_whatever_is_made_or_deleted(
    app: App, moment: AdjustableClock
):
    for number in range(7):
        moment.advance(timedelta(seconds=number % 2))
        await app.make(f"https://example.com/{number}", hash=f"h{number}")

    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        page = await app.get(LINKS, limit=2, cursor=cursor)
        seen += [one["hash"] for one in page["links"]]
        cursor = page["next_cursor"]
        if len(seen) == 2:
            await app.make("https://example.com/new", hash="new")
            await app.call("DELETE", at("h6"))

    assert seen == ["h6", "h5", "h4", "h3", "h2", "h1", "h0"]


async def test_every_order_is_paged_whole(app: App):
    for name, ends in (("b", None), ("a", "2030-01-01T00:00:00Z"), ("ج", None), ("C", None)):
        await app.make(f"https://example.com/{name}", hash=name, expires_at=ends)

    async def listed(**query: Any) -> list[str]:
        seen: list[str] = []
        cursor: Any = ""
        while cursor is not None:
            page = await app.get(LINKS, cursor=cursor, **query)
            seen += [one["hash"] for one in page["links"]]
            cursor = page["next_cursor"]
        return seen

    for order in ("created_at", "expires_at", "hash", "clicks"):
        for ascending in ("true", "false"):
            whole = await listed(limit=50, order=order, ascending=ascending)
            assert await listed(limit=1, order=order, ascending=ascending) == whole
            assert sorted(whole) == sorted(["b", "a", "ج", "C"])
    assert await listed(limit=3, order="hash", ascending="true") == ["C", "a", "b", "ج"]


async def test_list_is_searched_and_narrowed(app: App):
    await app.make("https://shop.example/1", hash="shop", tags=["الف", "ب"])
    await app.make("متن", kind="content", tags=["ب"])
    await app.make("https://other.example/")

    async def found(**query: Any) -> list[str]:
        return [one["target"] for one in (await app.get(LINKS, **query))["links"]]

    assert await found(search="SHOP.example") == ["https://shop.example/1"]
    assert await found(kind="content") == ["متن"]
    assert await found(tags="ب,الف") == ["https://shop.example/1"]
    assert await found(words="لف") == ["https://shop.example/1"]
    assert await found(method="custom") == ["https://shop.example/1"]
    assert await found(created_from="2999-01-01T00:00:00Z") == []
    assert (await app.get(LINKS, total="true", limit=1))["total"] == 3


async def test_same_call_with_its_key_is_answered_the_same(app: App):
    named = {"idempotency-key": "k-1"}
    body = {"target": "https://example.com/", "hash": "once"}

    first = await app.call("POST", LINKS, body, headers=named)
    again = await app.call("POST", LINKS, body, headers=named)
    other = await app.call("POST", LINKS, body | {"hash": "twice"}, headers=named)
    await app.call("DELETE", at("once"))
    still = await app.call("POST", LINKS, body, headers=named)

    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (again.headers["idempotent-replayed"], still.content) == ("true", first.content)
    assert refusal(other) == (409, "links.key_reused")
    assert (await app.get(LINKS, total="1"))["total"] == 0


async def test_refusal_is_no_answer_that_is_kept(app: App):
    named = {"idempotency-key": "k-1"}
    body = {"target": "https://example.com/", "hash": "mine"}
    await app.make(hash="mine")

    assert refusal(await app.call("POST", LINKS, body, headers=named)) == (409, "links.hash_taken")
    answer = await app.call("POST", LINKS, body | {"hash": "free",
        "target": "https://other.example/"}, headers=named)  # fmt: skip
    assert answer.status_code == 201


async def test_key_of_one_app_is_nothing_to_another(
    app: App, platform: Platform, http: httpx.AsyncClient
):
    named = {"idempotency-key": "k-1"}
    other = await make_caller(platform, http)
    await app.call("POST", LINKS, {"target": "https://example.com/"}, headers=named)

    answer = await other.call("POST", LINKS, {"target": "https://b.example/"}, headers=named)

    assert answer.json()["target"] == "https://b.example/"


QUESTIONS: list[dict[str, str]] = [
    {"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"cursor": "nonsense"},
    {"order": "target"}, {"order": "clicks", "cursor": "kf8"},
    {"order": "hash", "cursor": "kQE"}, {"kind": "song"}, {"search": "x" * 501}, {"search": "a\0b"},
    {"created_from": "yesterday"}, {"created_from": "2020-01-01T00:00:00"},
    {"total": "maybe"}, {"tags": "x" * 51}, {"limit": "9" * 30}, {"cursor": "x" * 600},
]  # fmt: skip

REFUSED: list[tuple[dict[str, Any], int, str, str]] = [
    ({}, 400, "request.invalid_body", ""),
    ({"target": ""}, 400, "links.target_missing", ""),
    ({"target": "javascript:alert(1)"}, 400, "links.invalid", "target"),
    ({"target": "https://a.example/\0"}, 400, "request.invalid_body", "target"),
    ({"target": 7}, 400, "request.invalid_body", "target"),
    ({"target": "https://a.example/", "hash": "a b"}, 400, "links.invalid", "hash"),
    ({"target": "https://a.example/", "hash": "x" * 65}, 400, "links.hash_too_long", ""),
    ({"target": "https://a.example/", "kind": "song"}, 400, "request.invalid_body", "kind"),
    ({"target": "https://a.example/", "tags": ["a,b"]}, 400, "api.invalid", "tags"),
    ({"target": "https://a.example/", "tags": ["x"] * 10 + ["y" * 51]}, 400, "links.invalid",
     "tags"),
    ({"target": "https://a.example/", "title": "x" * 201}, 400, "links.invalid", "title"),
    ({"target": "https://a.example/", "visits_max": 0}, 400, "links.invalid", "visits_max"),
    ({"target": "https://a.example/", "visits_max": -1}, 400, "links.invalid", "visits_max"),
    ({"target": "https://a.example/", "visits_max": 10**18}, 400, "links.invalid", "visits_max"),
    ({"target": "https://a.example/", "expires_at": "2030-01-01T00:00:00"}, 400, "api.invalid",
     "expires_at"),
    ({"target": "https://a.example/", "valid_from": "9999-12-31T23:59:59-14:00"}, 400,
     "api.invalid", "valid_from"),
    ({"target": "https://a.example/", "expires_at": "tomorrow"}, 400, "request.invalid_body",
     "expires_at"),
    ({"target": "https://a.example/", "terms": {"rules": [{"target": "x"}]}}, 400,
     "links.invalid", "rules[0].target"),
    ({"target": "https://a.example/", "picture": "nothing.png"}, 400, "links.invalid", "picture"),
]  # fmt: skip


async def test_link_that_cannot_be_is_refused_by_name(app: App):
    for body, status, code, field in REFUSED:
        answer = await app.call("POST", LINKS, body)

        assert refusal(answer) == (status, code), (body, answer.text)
        assert not field or answer.json()["error"]["field"] == field
    assert (await app.get(LINKS))["links"] == []


async def test_question_that_cannot_be_is_refused(app: App):
    for query in QUESTIONS:
        answer = await app.call("GET", LINKS, params=query)

        assert answer.status_code == 400, (query, answer.text)


async def test_key_that_is_too_long_is_refused(app: App):
    answer = await app.call(
        "POST", LINKS, {"target": "https://a.example/"}, headers={"idempotency-key": "x" * 256}
    )

    assert refusal(answer) == (400, "links.invalid")
