"""Links in and out by files: seen first, brought in, brought in again, read back elsewhere."""

import csv
import io
from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.domains.links import exporting
from tests.surfaces.api.linking import API, LINKS, App, app, make_caller, refusal

__all__ = ["app"]

IMPORTS, EXPORTS = f"{API}/link-imports", f"{API}/link-exports"

SHLINK = """createdAt,domain,shortCode,shortUrl,longUrl,title,tags,visits
2024-03-01T10:00:00+00:00,s.test,spring,https://s.test/spring,https://a.example/,Spring,a|b,42
2024-03-01T10:00:00+00:00,s.test,taken,https://s.test/taken,https://b.example/,,,1
,s.test,,,javascript:x,,,
"""


async def sent(app: App, content: str | bytes, **query: Any) -> dict[str, Any]:
    answer = await app.call("POST", IMPORTS, content=content, params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def counts(told: dict[str, Any]) -> tuple[int, ...]:
    return tuple(told[f"{name}_count"] for name in ("made", "stands", "taken", "refused"))


async def test_file_is_seen_brought_in_and_brought_in_again(
    app: App, platform: Platform, http: httpx.AsyncClient
):
    await (await make_caller(platform, http)).make(hash="taken")

    seen = await sent(app, SHLINK, dry_run="true")
    assert (await app.get(LINKS))["links"] == []
    first = await sent(app, SHLINK)
    again = await sent(app, SHLINK)

    assert (seen["source"], seen["dry_run"], counts(seen)) == ("shlink", True, (1, 0, 1, 1))
    assert (counts(first), counts(again)) == ((1, 0, 1, 1), (0, 1, 1, 1))
    assert [one["error"] and one["error"]["code"] for one in first["rows"]] == [
        None, "links.hash_taken", "links.invalid",
    ]  # fmt: skip
    link = await app.get(f"{LINKS}/spring")
    assert (link["created_at"], link["clicks"], link["tags"]) == (
        "2024-03-01T10:00:00Z", 42, ["a", "b"],
    )  # fmt: skip
    assert first["rows"][0]["short_url"] == link["short_url"]


async def test_row_whose_hash_is_taken_gets_another_where_that_is_asked(
    app: App, platform: Platform, http: httpx.AsyncClient
):
    await (await make_caller(platform, http)).make(hash="taken")

    told = await sent(app, SHLINK, on_taken="draw")

    assert counts(told) == (2, 0, 0, 1)
    assert len(told["rows"][1]["hash"]) == 7
    assert counts(await sent(app, SHLINK, on_taken="draw")) == (0, 2, 0, 1)


async def test_same_import_with_its_key_is_answered_the_same(app: App):
    named = {"idempotency-key": "file"}

    first = await app.call("POST", IMPORTS, content=SHLINK, headers=named)
    again = await app.call("POST", IMPORTS, content=SHLINK, headers=named)
    other = await app.call("POST", IMPORTS, content=SHLINK + "\n,,x,,https://c.example/,,,",
                           headers=named)  # fmt: skip

    assert first.json() == again.json()
    assert refusal(other) == (409, "links.key_reused")


async def test_export_is_read_back_by_another_and_holds_no_formula(
    app: App, platform: Platform, http: httpx.AsyncClient
):
    await app.make("https://a.example/?a=1,2", hash="-one", title="=cmd|x", note="@x\n\"y\"",
                   tags=["الف", "ب"], expires_at=None, visits_max=5)  # fmt: skip
    await app.make("+متن، با ویرگول", kind="content", hash="text")
    await app.call("POST", f"{LINKS}/text/deactivations")

    answer = await app.call("GET", EXPORTS)
    cells = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="links.csv"'
    assert not any(value[:1] in "=+-@\t\r" for row in cells for value in row.values() if value)
    other = await make_caller(platform, http)  # every hash is taken: others are drawn
    told = await sent(other, answer.content, on_taken="draw")

    assert counts(told) == (2, 0, 0, 0)
    one, text = sorted((await other.get(LINKS))["links"], key=lambda link: str(link["kind"]),
                       reverse=True)  # fmt: skip
    assert (one["target"], one["title"], one["note"]) == (
        "https://a.example/?a=1,2", "=cmd|x", '@x\n"y"',
    )  # fmt: skip
    assert (one["tags"], one["visits_max"], one["expires_at"]) == (["الف", "ب"], 5, None)
    assert (text["target"], text["active"]) == ("+متن، با ویرگول", False)


async def test_export_is_narrowed_as_a_list_is_and_pages_are_seamless(
    app: App, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exporting, "PAGE", 20)
    items = [{"action": "create", "link": {"target": f"https://a.example/{number}",
              "tags": ["even"] if number % 2 == 0 else []}} for number in range(60)]  # fmt: skip
    assert (await app.call("POST", f"{API}/link-batches", {"items": items})).status_code == 200

    whole = (await app.call("GET", EXPORTS, params={"format": "json"})).json()["links"]
    even = (await app.call("GET", EXPORTS, params={"tags": "even"})).text

    assert [one["target"] for one in whole] == [f"https://a.example/{n}" for n in range(60)]
    assert len(even.splitlines()) == 31
    assert (await app.call("GET", EXPORTS, params={"kind": "song"})).status_code == 400
    empty = await app.call("GET", EXPORTS, params={"format": "json", "search": "nothing"})
    assert empty.json() == {"links": []}


async def test_files_that_cannot_be_are_refused(app: App):
    for content in (b"", b"hello", b"\xff\xfe\xff", b"[" * 100_000, b"<!DOCTYPE a><a/>", b"a,b\n1"):
        answer = await app.call("POST", IMPORTS, content=content)
        assert refusal(answer) == (400, "links.import_unreadable"), content[:20]
    for query in ({"source": "bitly"}, {"source": "x"}, {"dry_run": "x"}, {"on_taken": "x"}):
        answer = await app.call("POST", IMPORTS, content=b"url,alias\nx,y", params=query)
        assert answer.status_code == 400, query
    answer = await app.call("POST", IMPORTS, content=b"x" * 10_000_001)
    assert refusal(answer) == (413, "request.body_too_large")
