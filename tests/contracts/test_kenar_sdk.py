"""The published Python SDK, call by call. Source: reference/kenar.md 11.6."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dalan.domains import addons
from tests.conftest import Browse
from tests.contracts.kenar_sdk import sdk_for
from tests.platforms import SARA, Browser, Platform

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is written for the ways of an older pydantic
    import kenar
    from kenar.oauth import OauthResourceType
    from kenar.widgets.action import Action, OpenServerLink

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

LOGO = Path(__file__).parents[2] / "examples" / "inspector" / "static" / "sheet.png"


@pytest.fixture
def sdk(platform_server: Platform) -> Iterator[kenar.Client]:
    with sdk_for(platform_server, **platform_server.app) as client:
        yield client


@pytest.fixture
def sara(browse: Browse) -> Browser:
    return browse(SARA)


@pytest.fixture
def post_token(sara: Browser) -> str:
    """A post of Sara's."""
    return sara.own_posts()[0]


@pytest.fixture
def access_token(
    platform_server: Platform, sdk: kenar.Client, sara: Browser, post_token: str
) -> str:
    """A token for everything the tests do, by the SDK's own link and exchange."""
    token: str = exchange(platform_server, sdk, sara, post_token).access_token
    return token


def exchange(
    platform_server: Platform, sdk: kenar.Client, person: Browser, post_token: str
) -> kenar.AccessTokenResponse:
    scopes = [
        kenar.Scope(resource_type=OauthResourceType.USER_PHONE),
        kenar.Scope(resource_type=OauthResourceType.USER_POSTS_GET),
        kenar.Scope(resource_type=OauthResourceType.POST_ADDON_CREATE, resource_id=post_token),
        kenar.Scope(resource_type=OauthResourceType.OFFLINE_ACCESS),
    ]
    link = sdk.oauth.get_oauth_redirect(scopes, state="its-state")
    query = person.consent(platform_server.url_of(link))
    assert query["state"] == "its-state"
    return sdk.oauth.get_access_token(query["code"], max_retry=0)


def test_authorize_and_exchange_gives_the_scopes_asked_for(
    platform_server: Platform, sdk: kenar.Client, sara: Browser, post_token: str
) -> None:
    token = exchange(platform_server, sdk, sara, post_token)

    assert token.token_type.lower() == "bearer"
    assert token.expires_in > 0
    assert token.refresh_token
    assert set(token.scope.split()) == {
        "USER_PHONE",
        "USER_POSTS_GET",
        f"POST_ADDON_CREATE.{post_token}",
        "offline_access",
    }


def test_get_post_answers_every_field_the_sdk_requires(sdk: kenar.Client, post_token: str) -> None:
    post = sdk.finder.get_post(kenar.GetPostRequest(token=post_token), max_retry=0)

    assert post.token == post_token
    assert post.state == "PUBLISHED"
    assert post.data["title"]


def test_get_user_answers_the_phone_number(sdk: kenar.Client, access_token: str) -> None:
    user = sdk.finder.get_user(access_token, max_retry=0)

    assert user.phone_numbers == [SARA]


def test_get_user_with_a_body_answers_the_same(sdk: kenar.Client, access_token: str) -> None:
    user = sdk.finder.get_user(access_token, kenar.GetUserRequest(), max_retry=0)

    assert user.phone_numbers == [SARA]


def test_get_user_posts_lists_own_posts(
    sdk: kenar.Client, access_token: str, post_token: str
) -> None:
    posts = sdk.finder.get_user_posts(access_token, max_retry=0).posts

    assert post_token in [post.token for post in posts]
    assert all(post.title and post.category for post in posts)


def test_search_finds_cars_by_year_and_nothing_where_nothing_is(
    sdk: kenar.Client,
) -> None:
    def found(**query: Any) -> list[dict[str, Any]]:
        request = kenar.SearchPostRequest(
            city="tehran", districts=None, category="light", query=query
        )
        return sdk.finder.search_post(request, max_retry=0).posts or []

    everything = found()
    years = [post["post_data"]["production-year"] for post in everything]
    middle = sorted(years)[len(years) // 2]
    newer = found(**{"production-year": {"min": middle}})

    assert everything
    assert {post["city"] for post in everything} == {"tehran"}
    assert {post["post_data"]["category"] for post in everything} == {"light"}
    assert len(newer) == sum(year >= middle for year in years)
    assert found(**{"production-year": {"min": 2_000}}) == []


def widgets(image_name: str) -> list[Any]:
    """One of each widget the SDK can make, as its README does."""
    icon = kenar.Icon(icon_name=kenar.IconName.ADD)
    section = kenar.EvaluationRow.Section
    return [
        kenar.TitleRow(text="گزارش"),
        kenar.SubtitleRow(text="بازدید در محل", has_divider=True),
        kenar.DescriptionRow(text="شرح", has_divider=True),
        kenar.EventRow(
            title="گارانتی",
            subtitle="یک سال",
            has_indicator=False,
            image_url="logo",
            label="فعال",
            has_divider=True,
            link="https://app.example/",
            padded=True,
            icon=icon,
        ),
        kenar.EvaluationRow(
            indicator_text="متوسط",
            indicator_percentage=50,
            indicator_icon=icon,
            indicator_color=kenar.Color.SUCCESS_PRIMARY,
            left=section(text="بد", section_color=kenar.Color.ERROR_PRIMARY),
            middle=section(text="متوسط", section_color=kenar.Color.WARNING_SECONDARY),
            right=section(text="خوب", section_color=kenar.Color.SUCCESS_PRIMARY),
        ),
        kenar.GroupInfo(
            has_divider=True,
            items=[
                kenar.GroupInfo.GroupInfoItem(title="سال", value="۱۴۰۰"),
                kenar.GroupInfo.GroupInfoItem(title="کارکرد", value="۵۰٬۰۰۰"),
            ],
        ),
        kenar.ImageCarouselRow(
            items=[
                kenar.ImageCarouselRow.ImageCarouselRowItem(
                    image_url=image_name, description="برگه"
                )
            ]
        ),
        kenar.ScoreRow(
            title="موتور",
            percentage_score=80,
            score_color=kenar.Color.SUCCESS_PRIMARY,
            link="",
            has_divider=True,
            icon=icon,
        ),
        kenar.ScoreRow(
            title="بدنه",
            descriptive_score="سالم",
            score_color=kenar.Color.COLOR_UNSPECIFIED,
            link="https://app.example/",
        ),
        kenar.SelectorRow(
            title="گزارش کامل", has_divider=True, link="https://app.example/", icon=icon
        ),
        kenar.WideButtonBar(
            button=kenar.WideButtonBar.Button(title="دیدن", link="https://app.example/")
        ),
    ]


def test_upload_create_list_and_delete_a_post_addon(
    sdk: kenar.Client, access_token: str, post_token: str, browse: Browse
) -> None:
    image_name = sdk.addon.upload_image(str(LOGO), max_retry=0).image_name
    request = kenar.CreatePostAddonRequest(
        token=post_token,
        widgets=widgets(image_name),
        semantic={"year": "1400"},
        notes="یادداشت",
    )

    sdk.addon.create_post_addon(access_token, request, max_retry=0)
    listed = attached(sdk, post_token)
    page = browse().get(f"/v/{post_token}").text
    sdk.addon.delete_post_addon(kenar.DeletePostAddonRequest(token=post_token), max_retry=0)
    sdk.addon.delete_post_addon(kenar.DeletePostAddonRequest(token=post_token), max_retry=0)

    assert listed.token == post_token
    assert listed.meta_data.app.slug == sdk.app_config.app_slug
    assert listed.meta_data.status == "ACTIVE"
    assert "بازدید در محل" in page
    assert not addons_of(sdk, post_token)


def addons_of(sdk: kenar.Client, post_token: str) -> list[Any]:
    # The SDK's own request model cannot be made: pydantic 1's validator in a pydantic 2 class.
    asked = kenar.GetPostAddonsRequest.model_construct(id=None, token=post_token)
    return sdk.addon.get_post_addons(asked, max_retry=0).addons or []


def attached(sdk: kenar.Client, post_token: str) -> Any:
    """The app's add-on, once it is attached: that happens just after the answer."""
    for _ in range(40):
        if found := addons_of(sdk, post_token):
            return found[0]
    raise AssertionError("nothing was attached")


def test_every_widget_comes_back_in_the_words_of_the_first_generation(
    platform_server: Platform, sdk: kenar.Client, access_token: str, post_token: str
) -> None:
    image_name = sdk.addon.upload_image(str(LOGO), max_retry=0).image_name
    sent = widgets(image_name)
    request = kenar.CreatePostAddonRequest(token=post_token, widgets=sent)

    sdk.addon.create_post_addon(access_token, request, max_retry=0)
    attached(sdk, post_token)
    listed = sdk._client.get(f"/v1/open-platform/addons/post/{post_token}").json()["addons"]
    sdk.addon.delete_post_addon(kenar.DeletePostAddonRequest(token=post_token), max_retry=0)

    (addon,) = listed
    found = addon["widgets"]["widget_list"]
    assert [one["widget_type"] for one in found] == [
        *("TITLE_ROW", "SUBTITLE_ROW", "DESCRIPTION_ROW", "EVENT_ROW", "EVALUATION_ROW"),
        *("GROUP_INFO_ROW", "IMAGE_CAROUSEL_ROW", "SCORE_ROW", "SCORE_ROW", "SELECTOR_ROW"),
        "WIDE_BUTTON_BAR",
    ]
    shown = found[6]["data"]["items"][0]["image_url"]
    assert httpx.get(platform_server.url_of(shown)).headers["content-type"] == "image/jpeg"
    assert found[10]["data"]["button"]["action"]["fallback_link"] == "https://app.example/"


def test_create_list_and_delete_a_user_addon(
    platform_server: Platform, sdk: kenar.Client, sara: Browser, post_token: str, browse: Browse
) -> None:
    link = sdk.oauth.get_oauth_redirect(
        [kenar.Scope(resource_type=OauthResourceType.USER_ADDON_CREATE)], state="its-state"
    )
    code = sara.consent(platform_server.url_of(link))["code"]
    access_token = sdk.oauth.get_access_token(code, max_retry=0).access_token
    image_name = sdk.addon.upload_image(str(LOGO), max_retry=0).image_name
    request = kenar.CreateUserAddonRequest(
        phone=SARA, widgets=widgets(image_name), categories=[], semantic={"year": "1400"}
    )

    made = sdk.addon.create_user_addon(access_token, request, max_retry=0)
    shown = browse().get(f"/v/{post_token}").text
    asked = kenar.GetUserAddonsRequest(phone=SARA)
    (listed,) = sdk.addon.get_user_addons(asked, max_retry=0).addons
    sdk.addon.delete_user_addon(kenar.DeleteUserAddonRequest(id=made.id), max_retry=0)
    left = sdk.addon.get_user_addons(asked, max_retry=0)
    gone = browse().get(f"/v/{post_token}").text

    assert "بازدید در محل" in shown
    assert (listed.meta_data.id, listed.phone) == (made.id, SARA)
    assert listed.filters.categories == []
    assert [type(one) for one in listed.widgets] == [type(one) for one in widgets(image_name)]
    assert not left.addons
    assert "بازدید در محل" not in gone


@pytest.mark.parametrize("icon", list(kenar.IconName), ids=lambda icon: str(icon.value))
def test_every_icon_of_the_sdk_is_accepted(icon: Any) -> None:
    row = kenar.SelectorRow(title="ردیف", link="", icon=kenar.Icon(icon_name=icon))

    addons.read_widget(as_sent(row), "widgets[0]")


@pytest.mark.parametrize("color", list(kenar.Color), ids=lambda color: str(color.value))
def test_every_colour_of_the_sdk_is_accepted(color: Any) -> None:
    row = kenar.ScoreRow(title="موتور", percentage_score=1, score_color=color, link="")

    addons.read_widget(as_sent(row), "widgets[0]")


def test_both_actions_of_the_sdk_are_accepted_with_their_empty_halves() -> None:
    link = Action(open_direct_link="https://app.example/").model_dump()
    server = Action(open_server_link=OpenServerLink(data={"a": 1})).model_dump()
    for action in (link, server):
        given = {name: value for name, value in action.items() if value is not None}
        assert len(given) < len(action), "it sends a null for the other"
        placed = addons.read_widget({"button_bar": {"title": "x", "action": action}}, "widgets[0]")
        assert placed.as_json()["button_bar"]["action"] == given


def as_sent(widget: Any) -> Any:
    """A widget as the SDK puts it on the wire."""
    (sent,) = json.loads(
        kenar.CreatePostAddonRequest(token="x", widgets=[widget]).model_dump_json()
    )["widgets"]
    return sent


def test_messages_go_by_the_chat_services_of_the_sdk(
    sdk: kenar.Client, platform_server: Platform
) -> None:
    told = platform_server.credentials
    ids, token = told["ids"], told["person"]["access_token"]
    headers = {"x-api-key": told["app"]["api_key"], "x-access-token": token}
    v1 = f"{platform_server.base_url}/v1/open-platform/chat"
    read = f"{v1}/conversations/{ids['conversation_id']}"
    post_token = httpx.get(read, headers=headers).json()["conversation"]["post_token"]
    greeted = httpx.post(
        f"{v1}/bot/users/{ids['user_id']}/messages", headers=headers, json={"text_message": "سلام"}
    ).json()

    sent = sdk.chat.send_message(
        access_token=token,
        data=kenar.SendMessageV2Request(
            user_id=ids["user_id"],
            peer_id=ids["peer_id"],
            post_token=post_token,
            message="به فروشنده امتیاز بدهید",
            sender_btn=None,
            receiver_btn=kenar.BotButton(
                action=kenar.BotButton.Action.DIRECT_LINK,
                data=kenar.BotButton.ButtonData(
                    icon_name="STAR", caption="امتیاز", direct_link="https://app.example/rate"
                ),
            ),
        ),
    )
    answered = sdk.chat.send_chatbot_message(
        kenar.ChatBotSendMessageRequest(
            conversation_id=greeted["conversation_id"],
            text_message="بازی کنیم؟",
            buttons=kenar.ChatButtonGrid(
                rows=[
                    kenar.ChatButtonRow(
                        buttons=[
                            kenar.ChatButton(
                                action=Action(open_direct_link="https://app.example/"),
                                caption="بله",
                                icon=kenar.IconName.CAR_BODY,
                            )
                        ]
                    )
                ]
            ),
        )
    )

    assert (sent.status, sent.message) == (200, "success")
    assert answered is not None
    texts = [one["text"] for one in httpx.get(read, headers=headers).json()["messages"]]
    assert texts[-1] == "به فروشنده امتیاز بدهید"


def test_every_asset_list_is_read_by_the_sdk(sdk: kenar.Client) -> None:
    asset = sdk.asset

    assert len(asset.get_cities(max_retry=0).cities) == 372
    assert len(asset.get_categories(max_retry=0).categories) == 237
    assert len(asset.get_districts(max_retry=0).districts) == 1104
    assert asset.get_city_districts("tehran", max_retry=0).districts
    assert asset.get_city_districts("nowhere", max_retry=0).districts is None
    for category in ("light", "mobile-phones"):
        assert asset.get_brand_models(category, max_retry=0).brand_models
        assert asset.get_colors(category, max_retry=0).colors
    assert len(asset.get_mobile_internal_storages(max_retry=0).internal_storages) == 17
    assert len(asset.get_mobile_ram_memories(max_retry=0).ram_memories) == 14
    assert len(asset.get_light_body_status(max_retry=0).body_status) == 10
