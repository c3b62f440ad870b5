"""Personas from the console: a form and a page for people, JSON for scripts."""

import ast
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from dalan.app import Platform
from dalan.domains import identity, posts
from dalan.domains.world import personas
from dalan.domains.world.personas import acting
from dalan.surfaces.console.reasons import explained
from dalan.surfaces.console.sections.personas_said import SENTENCES
from tests.factories.identity import make_person
from tests.factories.posts import make_post
from tests.platforms import forms_of

BUYER = "09121112233"
FOR_SCRIPTS = {'a step is a word such as "block", or {"say": "سلام"}'}
"""Said of what no form sends."""

RUNS = "/console/api/personas/runs"
PAGE = "/console/personas"


@pytest.fixture
async def post(platform: Platform) -> posts.Post:
    async with platform.services.db.write() as tx:
        await make_person(tx, phone="+989121112233")
        return await make_post(tx)


async def play(http: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    begun = await http.post(RUNS, json={"person": BUYER, **asked})
    assert begun.status_code == 201, begun.text
    found: dict[str, Any] = begun.json()
    while found["state"] == "acting":
        answer = await http.get(f"{RUNS}/{found['id']}?wait=30")
        assert answer.status_code == 200, answer.text
        found = answer.json()
    return found


async def submit(http: httpx.AsyncClient, page: str, **fields: str) -> httpx.Response:
    shown = await http.get(page)
    form = next(one for one in forms_of(shown.text) if one.action.startswith(PAGE))
    origin = {"origin": "http://127.0.0.1:8000"}
    return await http.post(form.action, data=form.fields | fields, headers=origin)


async def test_script_lets_somebody_act_and_sees_how_far_they_are(http, post):
    run = await play(http, script=[{"say": "سلام"}, {"offer": "50%"}], post=post.token)

    assert (run["state"], run["why"], run["person"]) == ("done", "", BUYER)
    assert [one["state"] for one in run["steps"]] == ["done", "done"]
    assert run["steps"][0]["step"] == "- say: سلام"
    listed = (await http.get(RUNS)).json()["runs"]
    assert [one["id"] for one in listed] == [run["id"]]


async def test_cast_is_told_with_its_scripts(http):
    cast = (await http.get("/console/api/personas")).json()["personas"]

    assert [one["name"] for one in cast] == [
        "curious", "haggler", "impatient", "scammer", "payer", "revoker",
    ]  # fmt: skip
    assert all(one["script"].startswith("- say:") for one in cast)


async def test_run_is_stopped(http, post):
    begun = await http.post(RUNS, json={"person": BUYER, "persona": "curious", "post": post.token})

    stopped = await http.delete(f"{RUNS}/{begun.json()['id']}")

    assert stopped.json()["state"] == "stopped"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"person": "nobody"}, 400, "phone.invalid"),
        ({"person": "09129999999", "script": "- block"}, 404, "identity.no_such_person"),
        ({"persona": "nobody"}, 404, "personas.unknown_persona"),
        ({"persona": "payer", "script": "- block"}, 400, "personas.invalid_script"),
        ({"script": "- dance"}, 400, "personas.invalid_script"),
        ({"script": [{"say": 1.5}]}, 400, "personas.invalid_script"),
        ({}, 400, "personas.invalid_script"),
        ({"script": "- block", "post": ""}, 400, "personas.nothing_to_act_on"),
        ({"script": "- block", "post": "nothing0"}, 400, "personas.nothing_to_act_on"),
        ({"script": "- block", "post": "", "app": "nobody"}, 404, "developers.unknown_app"),
        ({"script": "- block", "to": "everybody"}, 400, "request.invalid_body"),
    ],
)
async def test_run_that_cannot_be_is_refused(http, post, change, status, code):
    refused = await http.post(RUNS, json={"person": BUYER, "post": post.token} | change)

    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert (await http.get(RUNS)).json()["runs"] == []


@pytest.mark.parametrize("path", [f"{RUNS}/7", f"{RUNS}/7?wait=1"])
async def test_unknown_run_is_no_run(http, path):
    assert (await http.get(path)).json()["code"] == "personas.unknown_run"
    assert (await http.delete(f"{RUNS}/7")).status_code == 404
    assert (await http.get(f"{PAGE}/7")).status_code == 404


async def test_wait_is_a_number(http, post):
    run = await play(http, script=["block"], post=post.token)

    assert run["state"] == "failed"
    assert "nothing was said yet" in run["why"]
    assert (await http.get(f"{RUNS}/{run['id']}?wait=long")).status_code == 400


async def test_form_lets_somebody_act_and_leads_to_their_page(http, post):
    led = await submit(
        http,
        PAGE,
        persona="own",
        script="- say: سلام",
        phone=BUYER,
        post=f"http://127.0.0.1:8000/v/{post.token}",
        app="",
    )

    assert led.status_code == 303, led.text
    number = led.headers["location"].rpartition("/")[2]
    await http.get(f"{RUNS}/{number}?wait=30")
    page = await http.get(led.headers["location"])
    assert page.status_code == 200
    assert "انجام شد" in page.text
    assert "می‌گوید" in page.text
    assert "نوشتهٔ خودم" in (await http.get(PAGE)).text


async def test_somebody_who_acts_is_stopped_on_their_page(http, post):
    led = await submit(http, PAGE, persona="curious", phone=BUYER, post=post.token, app="")
    stopped = await submit(http, led.headers["location"])

    assert stopped.status_code == 303
    assert "متوقف شد" in (await http.get(led.headers["location"])).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phone": "nobody"}, "شماره"),
        ({"phone": "09129999999"}, "کسی با این شماره"),
        ({"persona": "own", "script": "- dance"}, "خط 1: کسی dance را بلد نیست"),
        ({"persona": "nobody"}, "آگهی یا برنامه‌ای را نام ببرید"),
        ({"post": "nothing0"}, "آگهی یا برنامه‌ای را نام ببرید"),
        ({"post": "http://[", "app": ""}, "آگهی یا برنامه‌ای را نام ببرید"),
        ({"post": "", "app": "nobody"}, "آگهی یا برنامه‌ای را نام ببرید"),
    ],
)
async def test_form_says_what_is_wrong_and_keeps_what_was_typed(http, post, fields, said):
    given = {"persona": "curious", "phone": BUYER, "post": post.token, "app": ""} | fields

    refused = await submit(http, PAGE, **given)

    assert refused.status_code == 422
    assert said in refused.text
    assert f'value="{given["phone"]}"' in refused.text


async def test_form_of_another_site_lets_nobody_act(http, post):
    refused = await http.post(PAGE, data={"persona": "curious", "phone": BUYER})

    assert refused.status_code == 403


async def test_person_who_was_shut_out_says_nothing(platform, http, post):
    async with platform.services.db.write() as tx:
        person = await identity.person_by_phone(tx, "+989121112233")
        assert person is not None
        await identity.block(tx, person_id=person.id)

    run = await play(http, script="- say: سلام", post=post.token)

    assert run["state"] == "failed"


@pytest.mark.parametrize(
    ("script", "said", "code"),
    [
        ("- decline", "کسی از این شخص پولی نخواسته است", "personas.step_failed"),
        ("- press: رزرو within 1", "دکمهٔ «رزرو» نیامد", "personas.step_failed"),
        ("- revoke: nobody", explained("developers.unknown_app").fa, "developers.unknown_app"),
    ],
)
async def test_why_a_run_ended_is_said_in_the_language_of_the_page(http, post, script, said, code):
    run = await play(http, script=f"- say: سلام\n{script}", post=post.token)

    persian = unescape((await http.get(f"{PAGE}/{run['id']}")).text)
    english = unescape((await http.get(f"{PAGE}/{run['id']}?lang=en")).text)

    why = run["why"].partition(": ")[2]
    assert run["why"].startswith(f"{code}: ")
    assert persian.count(said) >= 2, "beside the step as well"
    assert why not in persian
    assert why in english
    assert code in persian


def test_every_sentence_of_personas_is_in_the_catalog():
    sentences = set()
    for file in Path(personas.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in ("StepFailed", "InvalidScript"):
                said = node.args[name == "InvalidScript"]
                assert isinstance(said, ast.Constant | ast.Name | ast.Subscript), ast.unparse(said)
                if isinstance(said, ast.Constant):
                    sentences.add(said.value)
    sentences -= FOR_SCRIPTS
    assert len(sentences) > 16
    assert sentences | set(acting._NEVER_CAME.values()) <= SENTENCES
