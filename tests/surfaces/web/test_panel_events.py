"""The panel's pages of events: the log, one event, sending again, switching, a new secret."""

from tests.factories.browser import Browser, forms_of
from tests.factories.panel import app_of, registered

from dalan.domains import deliveries, developers, events
from dalan.kernel import clock
from dalan.surfaces.services import Services


async def with_address(services: Services, url: str = "https://app.example/events") -> int:
    app = await app_of(services)
    async with services.db.write() as tx:
        await developers.set_addresses(
            tx, app.id, policy=developers.AddressPolicy(), fallback_url="", session_init_url="",
            dynamic_action_url="", events_url=url,
        )  # fmt: skip
    return app.id


async def tell(services: Services, app_id: int, *types: str) -> list[str]:
    async with services.db.write() as tx:
        return await deliveries.append(
            tx,
            [
                deliveries.News(
                    app_id=app_id, type=one, resource=f"post:{n}", happened_at=clock.now(),
                    body='{"type":"<b>x</b>"}',
                )
                for n, one in enumerate(types)
            ],
        )  # fmt: skip


async def test_log_is_empty_first_and_then_filtered(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    empty = await browser.get(path)
    assert "هنوز رویدادی نیست" in empty.text
    assert "نشانی رویداد ندارد" in empty.text

    app_id = await with_address(services)
    await tell(services, app_id, "POST_UPDATE", "NEW_MESSAGE")

    page = await browser.get(path)
    assert "POST_UPDATE" in page.text
    assert "post:1 #1" in page.text
    narrow = await browser.get(f"{path}?type=NEW_MESSAGE&state=waiting&hours=24&before=99")
    assert "post:1 #1" in narrow.text
    assert "post:0 #1" not in narrow.text
    none = await browser.get(f"{path}?resource=post:7%00&state=nonsense&before=-1")
    assert "رویدادی پیدا نشد" in none.text


async def test_events_of_links_are_chosen_and_ended(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    app_id = (await app_of(services)).id

    for chosen in (["link.created", "link.clicked", "link.sung"], ["link.clicked"], []):
        (form,) = forms_of((await browser.get(path)).text, f"{path}/links")
        sent = {"csrf_token": form["csrf_token"], "types": chosen}
        assert (await browser.client.post(f"{path}/links", data=sent)).status_code == 303
        async with services.db.read() as tx:
            told = [one.type for one in await events.own_subscriptions(tx, app_id)]
        assert told == sorted(set(chosen) - {"link.sung"})
        page = (await browser.get(path)).text
        assert page.count('value="link.clicked" checked') == ("link.clicked" in chosen)


async def test_event_is_shown_with_its_tries_and_sent_again(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    app_id = await with_address(services)
    (uid,) = await tell(services, app_id, "POST_UPDATE")

    page = await browser.get(f"{path}/{uid}")
    assert "&lt;b&gt;x&lt;/b&gt;" in page.text
    assert "<b>x</b>" not in page.text
    answer = await browser.submit(page, f"{path}/{uid}/resends")
    assert answer.status_code == 303
    assert (await browser.get(f"{path}/evt_nothere")).status_code == 303


async def test_event_that_blocks_is_skipped_from_its_page(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    app_id = await with_address(services)
    (first,) = await tell(services, app_id, "POST_UPDATE")
    (second,) = await tell(services, app_id, "POST_UPDATE")

    blocked = await browser.get(f"{path}/{second}")
    assert f'href="{path}/{first}"' in blocked.text
    page = await browser.get(f"{path}/{first}")
    assert (await browser.submit(page, f"{path}/{first}/skips")).status_code == 303

    async with services.db.look() as look:
        states = [
            (await deliveries.one_event(look, app_id, uid))[0].state for uid in (first, second)
        ]
    assert states == ["skipped", "ready"]
    after = await browser.get(f"{path}/{first}")
    assert f"{first}/skips" not in after.text
    again = await browser.submit(page, f"{path}/{first}/skips")
    assert again.status_code == 303
    assert "این رویداد در راه نیست" in (await browser.get(f"{path}/{first}")).text
    (fields,) = forms_of(page.text, f"{path}/{first}/skips")
    assert (await browser.post(f"{path}/evt_nothere/skips", fields)).status_code == 303


async def test_everything_filtered_is_sent_again(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    app_id = (await app_of(services)).id
    await tell(services, app_id, "POST_UPDATE", "POST_UPDATE")  # stored: there is no address yet
    await with_address(services)

    page = await browser.get(path)
    answer = await browser.submit(page, f"{path}/resends")

    assert answer.status_code == 303
    async with services.db.look() as look:
        endpoint = await deliveries.endpoint(look, app_id)
        assert endpoint is not None
        assert await deliveries.waiting_count(look, endpoint.id) == 2


async def test_test_event_of_every_kind_is_sent_and_marked(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    app_id = await with_address(services)
    page = await browser.get(path)

    for kind in events.KINDS:
        answer = await browser.submit(page, f"{path}/test", type=kind.type)
        assert answer.status_code == 303

    async with services.db.look() as look:
        told = await deliveries.log_page(look, app_id, deliveries.Filter())
    assert {one.type for one in told.events if one.is_test} == {kind.type for kind in events.KINDS}
    refused = await browser.submit(page, f"{path}/test", type="NEW_MOON")
    assert refused.status_code == 303


async def test_sending_is_stopped_and_goes_on(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"
    app_id = await with_address(services)

    await browser.submit(await browser.get(path), f"{path}/sending", sending="off")
    async with services.db.look() as look:
        endpoint = await deliveries.endpoint(look, app_id)
    assert endpoint is not None
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "team")

    await tell(services, app_id, "POST_UPDATE")
    stopped = await browser.get(path)
    assert "در انتظار: 1" in stopped.text
    await browser.submit(stopped, f"{path}/sending", sending="on", hours="")
    async with services.db.look() as look:
        endpoint = await deliveries.endpoint(look, app_id)
    assert endpoint is not None
    assert endpoint.state == "active"


async def test_new_signing_secret_is_shown_once(browser: Browser, services: Services):
    path = f"{await registered(browser)}/events"

    answer = await browser.submit(await browser.get(path), f"{path}/secret", overlap_hours="24")

    assert answer.status_code == 303
    assert "whsec_" in (await browser.get(path)).text
    assert "whsec_" not in (await browser.get(path)).text
