"""The reference page is drawn from what the platform publishes, and holds all of it."""

import html
import re

import pytest

from dalan.surfaces.docs import make_app
from dalan.surfaces.docs.reference import reference
from dalan.surfaces.kenar.routes import OPERATIONS
from dalan.surfaces.probes import DOCUMENTS
from tests.factories.browser import BASE_URL, browsing, make_services


@pytest.fixture
def drawn(db):
    return reference(DOCUMENTS["/openapi/kenar.json"](make_services(db)))


@pytest.fixture
async def page(db) -> str:
    async with browsing(make_app(make_services(db), DOCUMENTS)) as browser:
        answer = await browser.get("/docs/api?lang=en")
    assert answer.status_code == 200
    return answer.text


async def test_page_shows_every_documented_operation(page):
    for operation in OPERATIONS:
        if operation.documented:
            assert f'id="{operation.name.replace("_", "-")}"' in page
            assert f"<code>{operation.paths[0]}</code>" in page


async def test_page_names_permission_and_scopes(page):
    section = page.partition('<section class="doc-operation" id="create-post-addon">')[2]
    section = section.partition("</section>")[0]

    assert "<code>ADD_ON_CREATE</code>" in section
    assert "<code>POST_ADDON_CREATE</code>" in section
    assert "<code>USER_POSTS_ADDON_CREATE</code>" in section


async def test_links_to_structures_lead_to_one(page):
    linked = set(re.findall(r'href="#(schema-\w+)"', page))

    assert linked
    assert all(f'id="{one}"' in page for one in linked)


async def test_line_to_paste_has_key_token_and_body(page):
    lines = [html.unescape(one) for one in re.findall(r'data-copy="([^"]*)"', page)]

    assert (
        f'curl -X POST "{BASE_URL}/v2/open-platform/addons/post/$POST" \\\n'
        '  -H "X-API-Key: $KEY" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        """  -d '{"widgets":[{"title_row":{"text":"سلام از curl"}}]}'"""
    ) in lines


def test_operations_stand_under_their_tags(drawn):
    assert [tag.name for tag in drawn.tags] == list(
        dict.fromkeys(operation.tag for operation in OPERATIONS if operation.documented)
    )
    assert sum(len(tag.operations) for tag in drawn.tags) == sum(
        operation.documented for operation in OPERATIONS
    )


def test_required_members_are_marked(drawn):
    post = next(schema for schema in drawn.schemas if schema.name == "GetPostResponse")

    required = {field.name for field in post.fields if field.required}

    assert {"token", "state", "data"} <= required


async def test_platform_without_documents_says_so(db):
    async with browsing(make_app(make_services(db))) as browser:
        answer = await browser.get("/docs/api?lang=en")

    assert answer.status_code == 200
    assert "No contract is published here." in answer.text
