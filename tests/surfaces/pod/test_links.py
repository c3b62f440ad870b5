"""The five operations with every parameter, default, limit and error of the contract.

Source: pod-links.md 3, 4 and 8.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest

from dalan.kernel import clock
from dalan.surfaces.pod.app import Pod
from tests.surfaces.pod.conftest import ADD, GATEWAY, LIST, STATISTICS, STATUS, VISIT, Scene

INVALID = (116, "INVALID_PARAMETER")
MISSING = (114, "URL_OR_Content_IS_NULL_OR_EMPTY")
TAKEN = (119, "CUSTOM_HASH_REPETETIVE")
NO_HASH = (119, "HASH_IS_NULL_OR_EMPTY")
LONG = (120, "HASH_IS_LONG")
AGAIN = (121, "URL_OR_CONTENT_REPETITIVE")
UNKNOWN = (404, "NOT_FOUND")

LINK: dict[str, Any] = {"urlOrContent": "https://example.com/", "shortenObjectKind": "link"}
URL = "http://127.0.0.1:8000"
DAY_MS = 86_400_000


def now_ms() -> int:
    return int(clock.now().timestamp() * 1_000)


# 46410


async def test_same_again_is_121_for_its_owner_and_fine_for_another(scene: Scene):
    hash_ = await scene.add()

    assert (await scene.call(ADD, **LINK)).said == AGAIN
    assert (await scene.call(ADD, **LINK, hash="other")).said == AGAIN
    theirs = await scene.call(ADD, of=scene.other, **LINK)
    assert theirs.result["hash"] != hash_


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shortenObjectKind": "link"}, MISSING),
        ({**LINK, "urlOrContent": "   "}, MISSING),
        ({"urlOrContent": " ", "shortenObjectKind": "Link", "hash": "a/b"}, MISSING),
        ({"urlOrContent": "https://example.com/"}, INVALID),
        ({**LINK, "shortenObjectKind": "Link"}, INVALID),
        ({**LINK, "shortenObjectKind": "", "isURL": "maybe"}, INVALID),
        ({**LINK, "hash": "a/b"}, INVALID),
        ({**LINK, "hash": "a b"}, INVALID),
        ({**LINK, "hash": "api"}, INVALID),
        ({**LINK, "hash": "x" * 65}, LONG),
        ({**LINK, "urlOrContent": "ftp://x/", "hash": "x" * 65}, INVALID),
        ({**LINK, "urlOrContent": "javascript:alert(1)"}, INVALID),
        ({**LINK, "urlOrContent": f"{URL}/l/abc"}, INVALID),
        ({**LINK, "shortenObjectKind": "file", "urlOrContent": "no-such-file"}, INVALID),
        ({"shortenObjectKind": "content", "urlOrContent": "x" * 65_537}, INVALID),
        ({**LINK, "tags": ",".join(map(str, range(21)))}, INVALID),
        ({**LINK, "tags": "x" * 51}, INVALID),
        ({**LINK, "hash": "taken"}, TAKEN),
    ],
)
async def test_add_refuses_in_the_contracts_numbers(scene: Scene, fields, said):
    await scene.add(hash="taken")

    assert (await scene.call(ADD, **fields)).said == said


async def test_hash_of_sixty_four_is_kept_and_what_looks_the_same_is_taken(scene: Scene):
    assert await scene.add(hash="x" * 64) == "x" * 64
    assert await scene.add("https://a.example/", hash="علی") == "علی"
    assert (await scene.call(ADD, **LINK, hash="علي")).said == TAKEN
    assert len(await scene.add("https://b.example/", hash="  ")) == 7


async def test_older_clients_say_is_url(scene: Scene):
    for said, kind in (("true", "link"), ("FALSE", "content")):
        answer = await scene.call(ADD, urlOrContent="https://example.com/", isURL=said)
        assert answer.result["shortenObjectKind"] == kind


async def test_text_is_kept_as_sent_and_a_link_is_trimmed(scene: Scene):
    text = await scene.call(ADD, urlOrContent="  متن \n", shortenObjectKind="content")
    link = await scene.call(ADD, urlOrContent=" https://example.com/ ", shortenObjectKind="link")

    assert text.result["urlOrContent"] == "  متن \n"
    assert link.result["urlOrContent"] == "https://example.com/"


async def test_operator_may_reuse_or_allow_what_is_the_same_and_let_links_live_for_good(
    scene: Scene,
):
    first = await scene.add()
    for wanted, same in (("reuse", True), ("allow", False)):
        settings = msgspec.structs.replace(
            scene.platform.settings, short_link_duplicates=wanted, short_link_days=0
        )
        pod = Pod(msgspec.structs.replace(scene.platform.services, settings=settings))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=pod)) as client:
            other = msgspec.structs.replace(scene, http=client)
            answer = await other.send(
                path=f"http://here{GATEWAY}",
                headers={"_token_": scene.owner.token},
                data={"scProductId": ADD, **LINK},
            )
        assert (answer.result["hash"] == first) is same
    [newest, _] = (await scene.call(LIST)).result["linkVos"]
    assert newest["expireTime"] == 253_402_300_799_000


# 46411


async def test_visit_delivers_a_text_bare_and_a_link_as_a_redirect(
    scene: Scene, http: httpx.AsyncClient
):
    text = await scene.add("متن تستی", shortenObjectKind="content", hash="تست")
    link = await scene.add("https://مثال.ir/")

    shown = (await scene.call(VISIT, hash=text)).outer["result"]
    led = (await scene.call(VISIT, hash=link)).outer["result"]

    assert shown == {
        "result": "متن تستی",
        "header": {"Content-Type": "text/plain; charset=utf-8"},
        "statusCode": 200,
    }
    assert led == {
        "result": "",
        "header": {"Location": "https://xn--mgbh0fb.ir/"},
        "statusCode": 302,
    }
    assert (await http.get("/l/%D8%AA%D8%B3%D8%AA")).text == "متن تستی"


async def test_visit_of_what_is_not_there_is_404_and_of_nothing_116(scene: Scene, moment):
    off, old = await scene.add(), await scene.add("https://b.example/")
    await scene.call(STATUS, hash=off, setStatus="deactive")
    moment.advance(timedelta(days=730))

    for hash_ in ("nobody", off, old):
        assert (await scene.call(VISIT, hash=hash_)).said == UNKNOWN
    without: list[dict[str, Any]] = [{}, {"hash": " "}]
    for fields in without:
        assert (await scene.call(VISIT, **fields)).said == INVALID


async def test_visit_needs_no_owner(scene: Scene):
    hash_ = await scene.add()

    answer = await scene.call(VISIT, of=scene.other, hash=hash_)

    assert answer.outer["result"]["statusCode"] == 302


# 46412


async def test_list_of_no_parameters_is_ten_newest_of_all(scene: Scene, moment):
    for number in range(12):
        await scene.add(f"https://example.com/{number}", hash=f"n{number:02}")
        moment.advance(timedelta(seconds=1))

    result = (await scene.call(LIST)).result

    assert list(result) == ["totalCount", "linkVos"]
    assert result["totalCount"] == 12
    assert [one["hash"] for one in result["linkVos"]] == [f"n{n:02}" for n in range(11, 1, -1)]
    for one in result["linkVos"]:
        assert one["expireTime"] - one["createTime"] == 63_072_000_000


async def test_listed_link_has_every_field(scene: Scene):
    await scene.add("متن", shortenObjectKind="content", hash="تست", tags="الف،ب, c")

    [one] = (await scene.call(LIST)).result["linkVos"]

    assert list(one) == [
        "urlOrContent", "hash", "hashURL", "expireTime", "createTime", "visitCount", "isDeleted",
        "hashGeneratedMethod", "shortenObjectKind", "tags",
    ]  # fmt: skip
    assert one["hashURL"] == f"{URL}/l/{quote('تست')}"
    assert one["createTime"] == now_ms()
    assert (one["visitCount"], one["isDeleted"], one["tags"]) == (0, False, "الف,ب,c")
    assert (one["hashGeneratedMethod"], one["shortenObjectKind"]) == ("custom", "content")


@pytest.fixture
async def three(scene: Scene, moment) -> int:
    """Links ``a``, ``B`` and one drawn, a minute apart; answers when the first was made."""
    began = now_ms()
    await scene.add("https://one.example/100%", hash="a", tags="الف،ب, c")
    moment.advance(timedelta(minutes=1))
    await scene.add("https://two.example/", hash="B", shortenObjectKind="file")
    moment.advance(timedelta(minutes=1))
    await scene.call(ADD, of=scene.other, **LINK)
    await scene.add("علی 1000", shortenObjectKind="content")
    return began


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [2, 1, 0]),
        ({"order_by": "createTime", "order_asc": "TRUE"}, [0, 1, 2]),
        ({"order_by": "visitCount", "order_asc": "true"}, [0, 1, 2]),
        ({"order_by": "visitCount", "order_asc": "yes"}, [2, 1, 0]),
        ({"order_by": "expireTime", "order_asc": "1"}, [2, 1, 0]),
        ({"order_by": "hash", "order_asc": "true", "hashGeneratedMethod": "custom"}, [1, 0]),
        ({"order_by": "", "shortenObjectKind": "", "hashGeneratedMethod": ""}, [2, 1, 0]),
        ({"offset": "۱", "count": "١"}, [1]),
        ({"count": "100000"}, [2, 1, 0]),
        ({"search_sub_string": "100%"}, [0]),
        ({"search_sub_string": "علي"}, [2]),
        ({"search_sub_string": "ONE.exa"}, [0]),
        ({"hashGeneratedMethod": "auto"}, [2]),
        ({"shortenObjectKind": "file"}, [1]),
        ({"shortenObjectKind": "link"}, [0]),
        ({"filter_tags": "ب"}, [0]),
        ({"filter_tags": "ب،C"}, [0]),
        ({"filter_tags": "ب،د"}, []),
        ({"search_tags": "لف"}, [0]),
        ({"search_tags": "د،لف"}, [0]),
        ({"search_tags": "د"}, []),
        ({"filter_tags": "ب", "shortenObjectKind": "content"}, []),
    ],
)
async def test_list_is_narrowed_and_ordered(scene: Scene, three, asked, found):
    everything = (await scene.call(LIST, order_asc="true")).result["linkVos"]

    result = (await scene.call(LIST, **asked)).result

    hashes = [one["hash"] for one in everything]
    assert [hashes.index(one["hash"]) for one in result["linkVos"]] == found
    assert result["totalCount"] == (3 if "offset" in asked else len(found))


async def test_list_by_dates_counts_both_ends_in(scene: Scene, three):
    for asked, count in (
        ({"date_from": three + 60_000}, 2),
        ({"date_to": three + 60_000}, 2),
        ({"date_from": three, "date_to": three}, 1),
        ({"date_from": three + 1, "date_to": three + 59_999}, 0),
    ):
        assert (await scene.call(LIST, **asked)).result["totalCount"] == count


async def test_list_until_the_time_a_link_was_made_has_that_link(scene: Scene, moment):
    moment.advance(timedelta(microseconds=123_456))
    await scene.add()
    [one] = (await scene.call(LIST)).result["linkVos"]
    at = one["createTime"]

    assert (await scene.call(LIST, date_from=at, date_to=at)).result["totalCount"] == 1
    assert (await scene.call(LIST, date_from=at + 1)).result["totalCount"] == 0
    assert (await scene.call(LIST, date_to=at - 1)).result["totalCount"] == 0


async def test_count_of_zero_is_the_total_alone(scene: Scene, three):
    assert (await scene.call(LIST, count=0)).result == {"totalCount": 3, "linkVos": []}


@pytest.mark.parametrize(
    "asked",
    [
        {"offset": "-1"}, {"count": "-1"}, {"offset": "x"}, {"count": "1.5"}, {"count": "9" * 30},
        {"order_by": "url"}, {"order_by": "createtime"}, {"shortenObjectKind": "Link"},
        {"hashGeneratedMethod": "x"}, {"date_from": "x"}, {"date_to": "-1"},
        {"date_to": "9" * 15}, {"date_from": "2", "date_to": "1"},
        {"search_sub_string": "x" * 501}, {"filter_tags": "x" * 51},
    ],
)  # fmt: skip
async def test_list_refuses_what_cannot_be(scene: Scene, asked):
    assert (await scene.call(LIST, **asked)).said == INVALID


# 46413


async def test_link_is_deactivated_listed_so_and_brought_back(
    scene: Scene, http: httpx.AsyncClient
):
    hash_ = await scene.add()
    for status, answered, deleted in (
        ("deactive", 404, True), ("deactive", 404, True), ("active", 302, False),
        ("active", 302, False), ("deactivate", 404, True), ("inactive", 404, True),
    ):  # fmt: skip
        assert (await scene.call(STATUS, hash=hash_, setStatus=status)).result is True
        assert (await http.get(f"/l/{hash_}")).status_code == answered
        [one] = (await scene.call(LIST)).result["linkVos"]
        assert one["isDeleted"] is deleted


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"setStatus": "active"}, NO_HASH),
        ({"hash": " ", "setStatus": "x"}, NO_HASH),
        ({"hash": "nobody"}, INVALID),
        ({"hash": "nobody", "setStatus": "deactivated"}, INVALID),
        ({"hash": "nobody", "setStatus": "Active"}, INVALID),
        ({"hash": "nobody", "setStatus": "active"}, UNKNOWN),
    ],
)
async def test_status_refuses_in_the_contracts_numbers(scene: Scene, fields, said):
    assert (await scene.call(STATUS, **fields)).said == said


async def test_link_of_another_owner_is_not_found(scene: Scene):
    hash_ = await scene.add()

    assert (
        await scene.call(STATUS, of=scene.other, hash=hash_, setStatus="deactive")
    ).said == UNKNOWN
    assert (await scene.call(STATISTICS, of=scene.other, hash=hash_)).said == UNKNOWN
    assert (await scene.call(VISIT, hash=hash_)).outer["result"]["statusCode"] == 302


async def test_activating_an_expired_link_does_not_bring_it_back(scene: Scene, moment):
    hash_ = await scene.add()
    moment.advance(timedelta(days=730))

    assert (await scene.call(STATUS, hash=hash_, setStatus="active")).result is True
    assert (await scene.call(VISIT, hash=hash_)).said == UNKNOWN
    assert (await scene.call(ADD, **LINK)).result["hash"] != hash_


# 46414


async def test_statistics_of_a_fresh_link_are_one_empty_month(scene: Scene):
    hash_ = await scene.add(hash="تست")

    result = (await scene.call(STATISTICS, hash=hash_)).result

    month = datetime(clock.now().year, clock.now().month, 1, tzinfo=UTC)
    assert result == {
        "totalCount": 0,
        "createTime": now_ms(),
        "urlOrContent": "https://example.com/",
        "hashURL": f"{URL}/l/{quote('تست')}",
        "isURL": True,
        "countries": [],
        "referers": [],
        "browsers": [],
        "oses": [],
        "clickIntervals": {"intervals": [int(month.timestamp() * 1_000)], "clicksCount": [0]},
    }
    text = await scene.add("متن", shortenObjectKind="content")
    assert (await scene.call(STATISTICS, hash=text)).result["isURL"] is False


@pytest.mark.parametrize(
    ("kind", "window_ms"),
    [
        ("minute", 7_200_000), ("hour", 604_800_000), ("day", 2_678_400_000),
        ("month", 631_152_000_000),
    ],
)  # fmt: skip
async def test_statistics_of_the_longest_time_are_given_and_of_longer_refused(
    scene: Scene, kind, window_ms
):
    hash_ = await scene.add()
    end = now_ms()
    asked: dict[str, Any] = {"hash": hash_, "kind": kind, "toTimestamp": end}

    longest = await scene.call(STATISTICS, fromTimestamp=end - window_ms, **asked)

    assert longest.result["totalCount"] == 0
    assert (
        await scene.call(STATISTICS, fromTimestamp=end - window_ms - 1, **asked)
    ).said == INVALID


@pytest.mark.parametrize(
    ("kind", "count", "step"),
    [("minute", 121, 60_000), ("hour", 169, 3_600_000), ("day", 32, DAY_MS)],
)
async def test_intervals_are_cut_in_utc_with_none_left_out(scene: Scene, moment, kind, count, step):
    hash_ = await scene.add()
    moment.advance(timedelta(days=40, seconds=17))

    intervals = (await scene.call(STATISTICS, hash=hash_, kind=kind)).result["clickIntervals"]

    starts = intervals["intervals"]
    assert len(starts) == count
    assert intervals["clicksCount"] == [0] * count
    assert starts[-1] == now_ms() // step * step
    assert {after - one for one, after in pairwise(starts)} == {step}
    assert all(one % step == 0 for one in starts)


async def test_intervals_begin_with_the_link_and_end_with_now(scene: Scene, moment):
    hash_ = await scene.add()
    made = now_ms()
    moment.advance(timedelta(days=75))

    months = (await scene.call(STATISTICS, hash=hash_)).result["clickIntervals"]["intervals"]
    before = await scene.call(STATISTICS, hash=hash_, kind="day", toTimestamp=made - DAY_MS)
    after = await scene.call(STATISTICS, hash=hash_, kind="day", fromTimestamp=now_ms() + DAY_MS)

    assert [datetime.fromtimestamp(one / 1_000, UTC).strftime("%Y-%m-%d") for one in months] == [
        "2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01",
    ]  # fmt: skip
    for one in (before, after):
        assert one.result["clickIntervals"] == {"intervals": [], "clicksCount": []}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, INVALID),
        ({"hash": ""}, INVALID),
        ({"hash": "nobody"}, UNKNOWN),
        ({"hash": "nobody", "kind": "week"}, INVALID),
        ({"hash": "nobody", "kind": "Day"}, INVALID),
        ({"hash": "nobody", "fromTimestamp": "x"}, INVALID),
        ({"hash": "nobody", "toTimestamp": "-5"}, INVALID),
        ({"hash": "nobody", "fromTimestamp": "5", "toTimestamp": "4"}, INVALID),
        ({"hash": "nobody", "fromTimestamp": "253402300799000"}, INVALID),
    ],
)
async def test_statistics_refuse_in_the_contracts_numbers(scene: Scene, fields, said):
    assert (await scene.call(STATISTICS, **fields)).said == said


async def test_statistics_of_a_deactivated_and_expired_link_stay_readable(scene: Scene, moment):
    hash_ = await scene.add()
    await scene.call(STATUS, hash=hash_, setStatus="deactive")
    moment.advance(timedelta(days=731))

    assert (await scene.call(STATISTICS, hash=hash_)).result["totalCount"] == 0
