"""Which looks at posts count."""

import httpx
import pytest
from tests.factories.identity import make_person
from tests.factories.posts import make_post

from dalan.app import Platform
from dalan.domains import businesses, identity, posts
from dalan.domains.identity import OpenedSession

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


async def seen(platform: Platform, post: posts.Post) -> posts.Counts:
    await platform.services.post_statistics.flush()
    async with platform.services.db.look() as look:
        return (await posts.statistics_of(look, post.id)).total


async def signed_in(platform: Platform, person: identity.Person) -> dict[str, str]:
    services = platform.services
    async with services.db.write() as tx:
        opened: OpenedSession = await identity.open_session(
            tx, person_id=person.id, device="", session_seconds=3_600, keys=services.keys
        )
    return {"cookie": f"dalan_session={opened.token}", **FIREFOX}


@pytest.fixture
async def post(platform: Platform) -> posts.Post:
    async with platform.services.db.write() as tx:
        return await make_post(tx)


async def test_a_page_that_is_opened_counts_once_for_one_visitor(
    platform: Platform, http: httpx.AsyncClient, post
):
    for _ in range(3):
        await http.get(f"/v/{post.token}", headers=FIREFOX)
    http.cookies.clear()  # somebody else's browser
    await http.get(f"/v/{post.token}", headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})

    assert await seen(platform, post) == posts.Counts(views=2)


async def test_a_card_in_a_list_is_an_impression(platform: Platform, http, post):
    await http.get("/", headers=FIREFOX)

    assert await seen(platform, post) == posts.Counts(impressions=1)


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": "python-httpx/0.28"},
        {"user-agent": "TelegramBot (like TwitterBot)"},
        FIREFOX | {"sec-purpose": "prefetch;prerender"},
        FIREFOX | {"purpose": "prefetch"},
    ],
)
async def test_programs_and_what_browsers_fetch_ahead_do_not_count(
    platform: Platform, http, post, headers
):
    await http.get(f"/v/{post.token}", headers=headers)
    await http.get("/", headers=headers)

    assert await seen(platform, post) == posts.Counts()


async def test_the_question_whether_a_page_is_there_does_not_count(platform, http, post):
    await http.head(f"/v/{post.token}", headers=FIREFOX)

    assert await seen(platform, post) == posts.Counts()


async def test_owners_do_not_count_and_others_who_are_signed_in_do(platform, http, post):
    async with platform.services.db.write() as tx:
        owner = await identity.person(tx, post.owner_id)
        other = await make_person(tx)
    for person in (owner, other):
        cookies = await signed_in(platform, person)
        await http.get(f"/v/{post.token}", headers=cookies)
        await http.get("/", headers=cookies)

    assert await seen(platform, post) == posts.Counts(views=1, impressions=1)


async def test_whoever_works_for_a_business_does_not_count_on_its_posts(platform, http):
    async with platform.services.db.write() as tx:
        owner, colleague = await make_person(tx), await make_person(tx)
        business = await businesses.open_business(
            tx, owner_id=owner.id, name="نمایشگاه دالان", kind="CAR"
        )
        of_business = await make_post(tx, owner_id=owner.id, business_id=business.id)
        await businesses.add_member(
            tx, business.id, by_person_id=owner.id, person_id=colleague.id, role="member"
        )

    page = await http.get(f"/v/{of_business.token}", headers=await signed_in(platform, colleague))

    assert "این آگهی شماست" in page.text
    assert await seen(platform, of_business) == posts.Counts()


async def test_development_posts_and_posts_off_display_count_nothing(platform, http):
    async with platform.services.db.write() as tx:
        retired = await posts.retire(tx, await make_post(tx))
    await http.get(f"/v/{retired.token}", headers=FIREFOX)

    assert await seen(platform, retired) == posts.Counts()
