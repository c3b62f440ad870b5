"""11.6: an app written with the published Python SDK, from its first link to taking itself away.

The calls one by one are in ``tests/contracts/test_kenar_sdk.py``; here they follow each other as
in the SDK's samples, with a person's add-on, a subscription and a bot.
"""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.apps.serving import Answer, App, serving
from tests.conftest import Browse
from tests.contracts.kenar_sdk import sdk_for
from tests.journeys.real_apps import older
from tests.journeys.real_apps.registering import LINK, Registered, register
from tests.platforms import NILOOFAR, REZA, SARA, Platform

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is written for the ways of an older pydantic
    import kenar
    from kenar.oauth import OauthResourceType

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def listener(platform_server: Platform) -> Iterator[App]:
    app = App()
    app.answers = {"/events": lambda _: Answer(200)}
    with serving(app):
        yield app


@pytest.fixture(scope="module")
def app(platform_server: Platform, listener: App) -> Registered:
    return register(
        platform_server,
        NILOOFAR,
        "sdk-app",
        "برنامهٔ نوشته با SDK",
        url=listener.url,
        addresses={"fallback_url": "/landing", "events_url": "/events"},
        places={"MY_POST": LINK},
    )


@pytest.fixture
def sdk(platform_server: Platform, app: Registered) -> Iterator[kenar.Client]:
    with sdk_for(
        platform_server,
        slug=app.slug,
        api_key=app.api_key,
        client_secret=app.client_secret,
        redirect_uri=app.redirect_uri,
    ) as client:
        yield client


def token_for(sdk: kenar.Client, platform: Platform, person: Any, *scopes: kenar.Scope) -> str:
    """By the SDK's own link and exchange."""
    query = person.consent(platform.url_of(sdk.oauth.get_oauth_redirect(list(scopes), state="s")))
    assert query["state"] == "s"
    return str(sdk.oauth.get_access_token(query["code"], max_retry=0).access_token)


def test_person_gets_an_add_on_on_all_their_posts_and_loses_it_again(
    sdk: kenar.Client, platform_server: Platform, browse: Browse
) -> None:
    seller, visitor = browse(SARA), browse()
    token = token_for(
        sdk,
        platform_server,
        seller,
        kenar.Scope(resource_type=OauthResourceType.USER_PHONE),
        kenar.Scope(resource_type=OauthResourceType.USER_ADDON_CREATE),
    )
    (phone,) = sdk.finder.get_user(token, max_retry=0).phone_numbers

    made = sdk.addon.create_user_addon(
        token,
        kenar.CreateUserAddonRequest(
            widgets=[kenar.TitleRow(text="فروشندهٔ تأییدشده با SDK")],
            semantic={"level": "gold"},
            phone=phone,
            notes="یادداشت",
            management_permalink="https://app.example/manage",
            categories=[],
        ),
        max_retry=0,
    )

    assert phone == SARA
    posts = seller.own_posts()[:2]
    assert all(older.is_shown(visitor, one, "فروشندهٔ تأییدشده با SDK") for one in posts)
    asked = kenar.GetUserAddonsRequest(phone=phone)
    (listed,) = sdk.addon.get_user_addons(asked, max_retry=0).addons
    assert (listed.meta_data.id, listed.phone) == (made.id, SARA)

    sdk.addon.delete_user_addon(kenar.DeleteUserAddonRequest(id=made.id), max_retry=0)
    assert not sdk.addon.get_user_addons(asked, max_retry=0).addons
    assert older.is_gone(visitor, posts[0], "فروشندهٔ تأییدشده با SDK")


def test_app_hears_of_a_post_and_its_bot_answers_who_wrote_first(
    sdk: kenar.Client, platform_server: Platform, browse: Browse, listener: App
) -> None:
    seller, buyer = browse(SARA), browse(REZA)
    chat = older.chat_of(seller, buyer)
    post_token = seller.get(chat).text.split('href="/v/')[1].partition('"')[0]
    scope = kenar.Scope(
        resource_type=OauthResourceType.CHAT_POST_CONVERSATIONS_READ, resource_id=post_token
    )
    token = token_for(sdk, platform_server, seller, scope)

    sdk.events.register_event_subscription(
        token,
        kenar.RegisterEventSubscriptionRequest(
            event_type=kenar.RegisterEventSubscriptionRequest.EventType.NEW_MESSAGE_ON_POST,
            event_resource_id=post_token,
            metadata={"of": "sample"},
        ),
        max_retry=0,
    )
    older.write(buyer, chat, "هنوز به فروش نرفته؟")
    heard = listener.wait_for("/events", lambda one: one.json["type"] == "NEW_MESSAGE").json
    assert heard["metadata"] == {"of": "sample"}
    assert heard["new_message"]["text"] == "هنوز به فروش نرفته؟"
    assert heard["new_message"]["sender"] == {"side": "BUYER", "type": "HUMAN"}

    # By the id of a person, without a token: they wrote to the bot first.
    bot_chat = f"/chat/addon_{sdk.app_config.app_slug}"
    older.write(buyer, bot_chat, "سلام")
    user_id = platform_user_id(sdk, REZA)
    sdk.chat.send_chatbot_message(
        kenar.ChatBotSendMessageRequest(user_id=user_id, text_message="بفرمایید"), max_retry=0
    )
    assert "بفرمایید" in buyer.get(bot_chat).text


def platform_user_id(sdk: kenar.Client, phone: str) -> str:
    """The SDK has no call for it; its samples make it with the client below."""
    answer = sdk._client.post("/v1/open-platform/get-user-id-by-phone", json={"phone": phone})
    return str(answer.json()["user_id"])
