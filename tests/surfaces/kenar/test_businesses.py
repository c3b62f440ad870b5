"""A person's businesses and professional picture through the contract."""

import pytest

from dalan.domains import businesses
from tests.factories.identity import make_person
from tests.factories.media import make_image
from tests.surfaces.kenar.conftest import Scene

BUSINESSES = "/v1/open-platform/user/businesses"
PICTURE = "/v1/open-platform/pro-user/profile-image"


async def test_every_business_is_told_with_the_persons_role(scene: Scene):
    async with scene.platform.services.db.write() as tx:
        owner = await make_person(tx)
        own = await businesses.open_business(
            tx, owner_id=scene.person.id, name="نمایشگاه دالان", kind="CAR", about="از ۱۳۷۰"
        )
        for role in ("manager", "member"):
            theirs = await businesses.open_business(
                tx, owner_id=owner.id, name=f"خدمات {role}", kind="SERVICES"
            )
            await businesses.add_member(
                tx, theirs.id, by_person_id=owner.id, person_id=scene.person.id, role=role
            )
        await businesses.open_business(tx, owner_id=owner.id, name="دیگران", kind="JOBS")

    answer = await scene.call("GET", BUSINESSES, token=await scene.token("USER_BUSINESSES_READ"))

    told = answer.json()["businesses"]
    assert told[0] == {
        "business_token": own.token,
        "business_type": "CAR_BUSINESS",
        "brand_name": "نمایشگاه دالان",
        "brand_description": "از ۱۳۷۰",
        "user_role": "ROLE_OWNER",
    }
    assert [one["user_role"] for one in told] == ["ROLE_OWNER", "ROLE_ADMIN", "ROLE_AGENT"]
    assert told[1]["business_type"] == "PREMIUM_PANEL"
    assert "brand_description" not in told[1]


async def test_who_works_nowhere_has_no_businesses(scene: Scene):
    answer = await scene.call("GET", BUSINESSES, token=await scene.token("USER_BUSINESSES_READ"))

    assert (answer.status_code, answer.json()) == (200, {})


async def test_the_professional_picture_is_told_when_there_is_one(scene: Scene):
    services, token = scene.platform.services, await scene.token("PRO_USER_PROFILE_IMAGE_READ")
    assert (await scene.call("GET", PICTURE, token=token)).json() == {}
    image = await make_image(services.db, services.media)
    async with services.db.write() as tx:
        await businesses.set_profile_image(tx, person_id=scene.person.id, image_id=image.id)

    told = (await scene.call("GET", PICTURE, token=token)).json()

    assert told["image_id"] == image.name
    assert told["image_url"].endswith(f"/media/600/{image.name}")


@pytest.mark.parametrize("path", [BUSINESSES, PICTURE])
async def test_each_needs_its_own_scope(scene: Scene, path):
    assert (await scene.call("GET", path)).status_code == 401
    other = await scene.token("USER_PHONE")
    assert (await scene.call("GET", path, token=other)).status_code == 403
