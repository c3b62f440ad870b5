"""What real apps send, step by step, as they send it; and what they need back.

The apps are older than today's contract, and still run. Source: reference/kenar.md 11.1, 11.3.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.contracts.conftest import Browse
from tests.contracts.test_kenar_sdk import LOGO
from tests.platforms import SARA, Browser, Platform


@pytest.fixture
def owner(browse: Browse) -> Browser:
    return browse(SARA)


@pytest.fixture
def server(platform_server: Platform) -> Iterator[httpx.Client]:
    """The app's own server: as impatient as they are, adding no header of its own."""
    with httpx.Client(base_url=platform_server.base_url, timeout=2) as client:
        for name in ("accept", "user-agent"):
            del client.headers[name]
        yield client


def start_query(owner: Browser, slug: str, post_token: str) -> dict[str, str]:
    """What the app is started with from the management page of a post."""
    started = owner.get(f"/start/MY_POST/{slug}?post={post_token}")
    assert started.status_code == 303
    return dict(parse_qsl(urlsplit(started.headers["location"]).query))


def seen_by_anybody(browse: Browse, post_token: str, text: str) -> bool:
    """Whether the public page shows it; attaching happens just after the answer."""
    stranger = browse()
    return any(text in stranger.get(f"/v/{post_token}").text for _ in range(40))


def legend_title(title: str) -> dict[str, Any]:
    return {
        "widget_type": "LEGEND_TITLE_ROW",
        "data": {
            "@type": "type.googleapis.com/widgets.LegendTitleRowData",
            "title": title,
            "subtitle": "گزارش کارشناس",
            "has_divider": True,
            "image_url": "logo",
        },
    }


class TestDiagnosisReportApp:
    """11.1: Django, the first generation, from the management page."""

    post_index = 1

    @pytest.fixture
    def post_token(self, owner: Browser) -> str:
        return owner.own_posts()[self.post_index]

    def authorize_link(self, app: dict[str, str], post_token: str) -> str:
        query = {
            "client_id": app["slug"],
            "scope": f"USER_PHONE ADDON_USER_APPROVED__{post_token}",
            "state": "qwertyuiop",
            "redirect_uri": app["redirect_uri"],
            "response_type": "code",
        }
        return f"/oauth?{urlencode(query)}"

    def widgets(self) -> list[dict[str, Any]]:
        scores = [("موتور", "سالم", None), ("گیربکس", "سالم", "SUCCESS_PRIMARY")]
        scores += [("بدنه", "دو لکه رنگ", "TEXT_PRIMARY"), ("لاستیک", "نو", None)]
        scores += [("برق", "سالم", None), ("مدارک", "کامل", None)]
        rows = [
            {
                "widget_type": "SCORE_ROW",
                "data": {
                    "@type": "type.googleapis.com/widgets.ScoreRowData",
                    "title": title,
                    "descriptive_score": score,
                    "percentage_score": None,
                    "score_color": color,
                    "icon": {"icon_name": "SETTINGS"},
                    "action": None,
                    "hasDivider": True,
                },
            }
            for title, score, color in scores
        ]
        link = "https://diagnosis.example/report/7"
        button = {
            "widget_type": "WIDE_BUTTON_BAR",
            "data": {
                "@type": "type.googleapis.com/widgets.WideButtonBarWidgetData",
                "style": "SECONDARY",
                "button": {
                    "title": "مشاهدهٔ گزارش",
                    "action": {
                        "type": "LOAD_WEB_VIEW_PAGE",
                        "fallback_link": link,
                        "payload": {
                            "@type": "type.googleapis.com/widgets.LoadWebViewPagePayload",
                            "url": link,
                            "action_type": "LOAD_WEB_VIEW_PAGE",
                        },
                    },
                },
            },
        }
        return [legend_title("کارشناسی خودرو"), *rows, button]

    def test_whole_sequence_puts_the_report_on_the_post(
        self,
        platform_server: Platform,
        server: httpx.Client,
        owner: Browser,
        browse: Browse,
        post_token: str,
    ) -> None:
        app = platform_server.app

        # 1. The platform starts the app, which indexes post_token.
        assert start_query(owner, app["slug"], post_token)["post_token"] == post_token

        # 2, 3. Consent; both members must come back, the state as it was.
        query = owner.consent(self.authorize_link(app, post_token))
        assert query["state"] == "qwertyuiop"
        assert query["code"]

        # 4. The API key is the client secret, and travels as api_key.
        answer = server.post(
            "/v1/open-platform/oauth/access_token",
            json={
                "code": query["code"],
                "client_id": app["slug"],
                "client_secret": app["api_key"],
                "grant_type": "authorization_code",
            },
            headers={"api_key": app["api_key"]},
        )
        token = answer.json()
        assert token["access_token"]
        assert token["refresh_token"]
        assert int(token["expires"]) > 1_600_000_000
        assert isinstance(token["expires"], str)

        # 5. Who is it?
        headers = {"x-api-key": app["api_key"], "x-access-token": token["access_token"]}
        user = server.post("/v1/open-platform/users", json={}, headers=headers)
        assert user.json()["phone_numbers"] == [SARA]

        # 6. The report; a JSON body whose type nobody names.
        body = {
            "widgets": {"widget_list": self.widgets()},
            "link_in_spec": None,
            "semantic": None,
        }
        request = server.build_request(
            "POST",
            f"/v1/open-platform/add-ons/post/{post_token}",
            content=json.dumps(body).encode(),
            headers=headers,
        )
        assert "content-type" not in request.headers
        assert server.send(request).status_code == 200

        # 7. It sends the person to the public page.
        assert seen_by_anybody(browse, post_token, "کارشناسی خودرو")
        page = browse().get(f"/v/{post_token}").text
        assert "دو لکه رنگ" in page
        assert "مشاهدهٔ گزارش" in page

    def test_refusal_comes_back_with_the_state_and_without_a_code(
        self, platform_server: Platform, owner: Browser, post_token: str
    ) -> None:
        link = self.authorize_link(platform_server.app, post_token)

        query = owner.consent(link, decision="deny")

        assert query["state"] == "qwertyuiop"
        assert "code" not in query

    def test_failed_exchange_is_json_without_access_token(
        self, platform_server: Platform, server: httpx.Client
    ) -> None:
        app = platform_server.app

        answer = server.post(
            "/v1/open-platform/oauth/access_token",
            json={
                "code": "made-up",
                "client_id": app["slug"],
                "client_secret": app["api_key"],
                "grant_type": "authorization_code",
            },
            headers={"api_key": app["api_key"]},
        )

        assert answer.status_code >= 400
        assert "access_token" not in answer.json()

    def test_optional_upload_answers_created_and_a_name(
        self, platform_server: Platform, server: httpx.Client
    ) -> None:
        answer = server.put(
            "/v2/image-service/open-platform/image.jpg",
            content=LOGO.read_bytes(),
            headers={"Content-Type": "image/jpeg"},
        )

        assert answer.status_code == 201
        assert answer.json()["image_name"].endswith(".jpg")

    def test_optional_question_whether_a_post_exists_is_answered_by_status(
        self, platform_server: Platform, server: httpx.Client, post_token: str
    ) -> None:
        headers = {"x-api-key": platform_server.app["api_key"]}

        there = server.get(f"/v1/open-platform/finder/post/{post_token}", headers=headers)
        missing = server.get("/v1/open-platform/finder/post/AAAAAAAA", headers=headers)

        assert (there.status_code, missing.status_code) == (200, 404)


class TestSimpleExampleApp:
    """11.3: Django, scopes of the first generation at the authorize page of the second."""

    post_index = 2

    @pytest.fixture
    def post_token(self, owner: Browser) -> str:
        return owner.own_posts()[self.post_index]

    @pytest.mark.parametrize("space", ["%20", "+", "%2B"])
    def test_whole_sequence_for_every_spelling_of_a_space(
        self,
        platform_server: Platform,
        server: httpx.Client,
        owner: Browser,
        browse: Browse,
        post_token: str,
        space: str,
    ) -> None:
        app = platform_server.app

        # 1. S→A GET /start_app/?post_token=T&return_url=R
        started = start_query(owner, app["slug"], post_token)
        return_url = started["return_url"]
        assert started["post_token"] == post_token

        # 2. The scopes are put together by hand; so is the state, of two things with a colon.
        scope = space.join(
            [
                f"CHAT_SEND_MESSAGE_POST_CONVERSATIONS__{post_token}",
                f"ADDON_USER_APPROVED__{post_token}",
                "USER_PHONE",
            ]
        )
        query = urlencode({"redirect_uri": app["redirect_uri"], "client_id": app["slug"]})
        state = urlencode({"state": f"{post_token}:{return_url}"})
        back = owner.consent(f"/oauth2/auth?response_type=code&{query}&scope={scope}&{state}")

        # 3. Callback: the state splits at its first colon; then token and user, empty body.
        first, _, rest = back["state"].partition(":")
        assert (first, rest) == (post_token, return_url)
        token = server.post(
            "/v1/open-platform/oauth/access_token",
            json={
                "code": back["code"],
                "client_id": app["slug"],
                "client_secret": app["api_key"],
                "grant_type": "authorization_code",
            },
            headers={"x-api-key": app["api_key"]},
        ).json()
        headers = {
            "x-api-key": app["api_key"],
            "x-access-token": token["access_token"],
            "Content-Type": "application/json",
        }
        user = server.post("/v1/open-platform/users", headers=headers)
        assert user.json()["phone_numbers"][0] == SARA

        # 4. The form's answers become an add-on; anything but 200 is shown to the person.
        answer = server.post(
            f"/v1/open-platform/add-ons/post/{post_token}",
            content=json.dumps(self.addon(space)).encode(),
            headers=headers,
        )
        assert answer.status_code == 200, answer.text
        answer.json()
        assert seen_by_anybody(browse, post_token, f"نمونه {space}".replace("%", "٪"))
        assert owner.get(return_url).headers["location"].endswith(post_token)

    def addon(self, name: str) -> dict[str, Any]:
        def widget(kind: str, type_tail: str, **data: object) -> dict[str, Any]:
            whole = {"@type": f"type.googleapis.com/widgets.{type_tail}", **data}
            return {"widget_type": kind, "data": whole}

        icon = {"icon_name": "CAR_ENGINE"}
        items = [
            {"title": "سال", "value": "۱۳۹۸"},
            {"title": "کارکرد", "value": "۸۰٬۰۰۰"},
            {"title": "رنگ", "value": "سفید"},
        ]
        widgets = [
            legend_title(f"نمونه {name}".replace("%", "٪")),
            widget("GROUP_INFO_ROW", "GroupInfoRow", items=items, has_divider=True),
            widget(
                "SCORE_ROW",
                "ScoreRowData",
                title="موتور",
                percentage_score=80,
                score_color="SUCCESS_PRIMARY",
                hasDivider=True,
                icon=icon,
            ),
            widget(
                "SCORE_ROW",
                "ScoreRowData",
                title="بدنه",
                descriptive_score="سالم",
                score_color="TEXT_SECONDARY",
                hasDivider=True,
                icon=icon,
            ),
            widget(
                "EVALUATION_ROW",
                "EvaluationRowData",
                indicator_text="متوسط",
                indicator_percentage=60,
                indicator_icon={"icon_name": "INDICATOR", "icon_color": "BRAND_PRIMARY"},
                indicator_color="SUCCESS_SECONDARY",
                left={"text": "کم", "text_color": "TEXT_PRIMARY", "section_color": "ERROR_PRIMARY"},
                middle={
                    "text": "متوسط",
                    "text_color": "TEXT_PRIMARY",
                    "section_color": "WARNING_SECONDARY",
                },
                right={
                    "text": "زیاد",
                    "text_color": "TEXT_PRIMARY",
                    "section_color": "SUCCESS_PRIMARY",
                },
            ),
        ]
        return {
            "widgets": {"widget_list": widgets},
            "semantic": {"year": "1398", "usage": "80000"},
            "notes": "یادداشت",
        }
