"""Worlds told in YAML."""

import ast
from pathlib import Path

import pytest

from dalan.app import Platform
from dalan.domains import chat, developers, identity, ledger, media, posts
from dalan.domains.world import seeds
from dalan.surfaces.console.sections.seeds_said import SENTENCES
from tests.factories.media import picture
from tests.platforms import forms_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "seeds.yaml"

PERSON = """
people:
  - key: shirin
    name: شیرین
    phone: "09121110001"
"""


@pytest.fixture
async def reza(platform: Platform) -> identity.Person:
    """Whom the example names by number."""
    async with platform.services.db.write() as tx:
        return await identity.register(tx, phone="+989120000002", name="رضا")


async def post_yaml(http, text):
    return await http.post("/console/api/seeds", content=text.encode())


async def test_example_comes_about(http, platform, reza):
    answer = await post_yaml(http, EXAMPLE.read_text(encoding="utf-8"))

    assert answer.status_code == 201, answer.text
    planted = answer.json()
    services = platform.services
    async with services.db.look() as tx:
        shirin = await identity.person_by_phone(tx, "+989121110001")
        post = await posts.by_token(tx, planted["posts"][0]["token"])
        app = await developers.app_by_slug(tx, "shirin-reports")
        held = await chat.conversations(tx, reza.id)
        assert shirin is not None
        assert post is not None
        assert await ledger.balance_rials(tx, "wallet", shirin.id) == 5_000_000
        assert await ledger.balance_rials(tx, "app", app.id) == 1_000_000
    assert post.owner_id == shirin.id
    assert len(post.image_names) == 1
    assert await services.media.read(post.image_names[0], media.SIZES[0])
    assert (app.kind, set(app.scopes or ())) == (
        "production",
        {"USER_PHONE", "USER_POSTS_GET", "POST_ADDON_CREATE"},
    )
    assert [one.conversation.uuid for one in held.listed] == [planted["conversations"][0]["id"]]
    assert planted["apps"][0]["client_secret"]
    assert [one["title"] for one in planted["apps"][0]["keys"]] == ["main", "reads only"]
    key = planted["apps"][0]["keys"][1]["text"]
    asked = await http.get(
        f"/v1/open-platform/finder/post/{post.token}", headers={"x-api-key": key}
    )
    assert asked.status_code == 200, asked.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is nothing in it"),
        ("people: [", "line 2: "),
        ("people:\n  - key: a\n    phone: '09121110001'\n    nme: x", "line 2, people[0]: "),
        ("people:\n  - key: a\n    phone: 912", "line 3, people[0].phone: Expected `str`"),
        ("people:\n  - key: a\n    phone: '12'", "line 3, people[0].phone: "),
        ("people:\n  - name: a\n", "line 2, people[0]: Object missing required field `key`"),
        ("animals: []", "line 1: Object contains unknown field `animals`"),
        ("people: []\npeople: []", "line 2, people: said twice"),
        ("people: &a []\nposts: *a", "line 2: aliases are not read"),
        ('people: !!int ""', "line 1: tags are not read"),
        ("people:\n  - ? !!timestamp x\n    : 1", "line 2: tags are not read"),
        ("[" * 50 + "]" * 50, "line 1: this is too deep"),
        ("- 1", "line 1: Expected `object`, got `array`"),
        (PERSON + "posts:\n  - key: p\n    owner: nobody\n    category: light\n    city: tehran\n"
         "    title: پژو\n    description: سالم است.\n", "line 8, posts[0].owner: nobody"),
        (PERSON + "posts:\n  - key: p\n    owner: shirin\n    category: none\n    city: tehran\n"
         "    title: پژو\n    description: سالم است.\n", "line 7, posts[0]: "),
        (PERSON + "posts:\n  - key: p\n    owner: shirin\n    category: light\n    city: tehran\n"
         "    title: پژو\n    description: سالم است.\n    pictures: [{drawn: nothing}]\n",
         "line 13, posts[0].pictures[0].drawn: one of "),
        (PERSON + "posts:\n  - key: p\n    owner: shirin\n    category: light\n    city: tehran\n"
         "    title: پژو\n    description: سالم است.\n    pictures: [{path: /etc/hostname}]\n",
         "line 13, posts[0].pictures[0].path: only a file"),
        (PERSON + "apps:\n  - slug: my-app\n    owner: shirin\n    display: من\n"
         "    scopes: [USER_PHONE]\n", "line 10, apps[0].scopes: "),
        (PERSON + "apps:\n  - slug: my-app\n    owner: shirin\n    display: من\n"
         "    production: true\n    scopes: [NONE]\n", "line 11, apps[0].scopes[0]: "),
        (PERSON + "apps:\n  - slug: my-app\n    owner: shirin\n    display: من\n"
         "    keys: [{title: k}, {title: k}]\n", "line 10, apps[0].keys[1].title: said twice"),
        (PERSON + "conversations:\n  - post: p\n    buyer: shirin\n"
         "    messages: [{from: buyer, text: x}]\n", "line 7, conversations[0].post: "),
        ("when: 2026-99-99", "this is no YAML"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_told_with_its_line_and_changes_nothing(http, platform, text, said):
    answer = await post_yaml(http, text)

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "world.invalid_seeds"
    assert answer.json()["message"].startswith(said)
    async with platform.services.db.look() as tx:
        assert await identity.person_by_phone(tx, "+989121110001") is None


async def test_money_comes_each_time_however_the_clock_stands(http, platform, moment):
    richer = PERSON + "    balance_rials: 5\n"
    twice = richer + "  - {key: again, phone: '09121110001', balance_rials: 7}\n"

    for text in (richer, richer, twice):
        answer = await post_yaml(http, text)
        assert answer.status_code == 201, answer.text

    async with platform.services.db.look() as tx:
        shirin = await identity.person_by_phone(tx, "+989121110001")
        assert shirin is not None
        assert await ledger.balance_rials(tx, "wallet", shirin.id) == 22


async def test_bytes_that_are_no_text_and_too_many_are_refused(http):
    assert (await http.post("/console/api/seeds", content=b"\xff\xfe")).status_code == 400
    assert (await post_yaml(http, "#" * 1_100_000)).status_code == 400


async def test_file_may_name_pictures_beside_it(platform, tmp_path, reza):
    (tmp_path / "car.jpg").write_bytes(picture())
    drawn = "{drawn: car, colour: سفید, seed: 7}"
    text = EXAMPLE.read_text(encoding="utf-8").replace(drawn, "{path: car.jpg}")
    services = platform.services

    planted = await seeds.plant(
        services.db, services.media, services.keys, seeds.read(text), folder=tmp_path
    )

    async with services.db.look() as tx:
        post = await posts.by_token(tx, planted.posts[0].token)
    assert post is not None
    assert len(post.image_names) == 1


async def test_picture_that_is_not_there_is_told_and_nothing_changes(platform, tmp_path, reza):
    drawn = "{drawn: car, colour: سفید, seed: 7}"
    text = EXAMPLE.read_text(encoding="utf-8").replace(drawn, "{path: none.jpg}")
    services = platform.services

    with pytest.raises(seeds.SeedsRefused) as refused:
        await seeds.plant(
            services.db, services.media, services.keys, seeds.read(text), folder=tmp_path
        )

    assert refused.value.field == "posts[0].pictures[0].path"
    assert refused.value.why == "none.jpg cannot be read"


async def test_page_plants_and_says_what_is_wrong(http):
    page = await http.get("/console/world")
    form = next(one for one in forms_of(page.text) if one.action == "/console/world/seeds")

    wrong = await http.post(form.action, data=form.fields | {"yaml": "people: [{key: a}]"})
    assert wrong.status_code == 400
    assert "people[0]" in wrong.text

    right = await http.post(form.action, data=form.fields | {"yaml": PERSON})
    assert right.status_code == 200
    assert "09121110001" in right.text

    assert (await http.post(form.action, data={"yaml": PERSON})).status_code == 403


@pytest.mark.parametrize(
    ("text", "persian", "english"),
    [
        ("", "چیزی در آن نیست", "there is nothing in it"),
        (f"{PERSON}posts:\n  - key: p\n    owner: nobody\n    category: light\n    city: tehran\n"
         "    title: پژو\n    description: سالم است.\n", "کسی به این نام", "nobody is called so"),
        (f"{PERSON}posts:\n  - key: p\n    owner: shirin\n    category: none\n    city: tehran\n"
         "    title: پژو\n    description: سالم است.\n", "دسته", "category"),
        ("people: [{key: a}]", "چیزی در آن‌جا خوانده نمی‌شود", "Something there cannot be read"),
    ],
)  # fmt: skip
async def test_page_says_why_in_its_own_language(http, text: str, persian: str, english: str):
    page = await http.get("/console/world")
    form = next(one for one in forms_of(page.text) if one.action == "/console/world/seeds")

    told = await http.post(form.action, data=form.fields | {"yaml": text})
    told_in_english = await http.post(f"{form.action}?lang=en", data=form.fields | {"yaml": text})

    assert persian in told.text
    assert english in told_in_english.text
    assert persian not in told_in_english.text


def test_every_sentence_about_seeds_is_in_the_catalog():
    sentences = set()
    for file in Path(seeds.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if name in ("SeedsRefused", "refused"):
                said = node.args[name == "refused"]
                assert not isinstance(said, ast.JoinedStr) or name == "SeedsRefused"
                if isinstance(said, ast.Constant):
                    sentences.add(said.value)

    assert len(sentences) > 12
    assert sentences == SENTENCES
