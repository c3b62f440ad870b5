"""Semantic data about posts and people, on paths of its own. Reference 5.3."""

from typing import Any, Final

from dalan.domains import addons, developers, identity
from dalan.errors import Forbidden
from dalan.kernel import phone
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import EXPERIMENTAL, own_post
from dalan.surfaces.kenar.wire import semantic as wire
from dalan.surfaces.kenar.wire.common import Empty
from dalan.surfaces.operations import Operation

_V1: Final = "/v1/open-platform/semantic"


class OtherPerson(Forbidden):
    """The id or number in the call is not that of the person who agreed, or the two are of two."""

    code = "kenar.other_person"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is not that of the person spoken of")
        self.field = field


async def create_post_semantic(call: Call) -> Empty:
    """Record facts about a post in place of what this app said of it before; nobody is shown
    them. A ticket pays for the work in the same step."""
    said = addons.read_statement(call.content)
    post = await own_post(call, call.path["token"], least="manager")
    await addons.record_of_post(
        call.unit,
        said,
        app_id=call.app.app_id,
        post_id=post.id,
        person_id=call.person.person_id,
        keys=call.services.keys,
    )
    return Empty()


async def create_user_semantic(call: Call) -> wire.CreateUserSemanticResponse:
    """Record facts about the consenting person in place of what this app said before."""
    said = addons.read_statement(call.content)
    person_id = call.person.person_id
    named = await developers.person_of_user_id(
        call.look, call.app.app_id, call.path["divar_user_id"]
    )
    if named != person_id:
        raise OtherPerson("divar_user_id")
    await check_number(call, text_in(call.content, "phone"), person_id)
    return await _recorded(call, said)


async def create_user_semantic_by_phone(call: Call) -> wire.CreateUserSemanticResponse:
    """The same, with the person named by number as in 2024."""
    said = addons.read_statement(call.content)
    await check_number(call, call.path["phone"], call.person.person_id)
    return await _recorded(call, said)


async def delete_user_semantic(call: Call) -> Empty:
    """Take back what this app said of a person; taking back nothing is no error."""
    person_id = await developers.person_of_user_id(
        call.look, call.app.app_id, call.path["divar_user_id"]
    )
    number = call.query.get("phone", "")
    if person_id is None:
        if number:
            phone.parse(number)
        return Empty()
    await check_number(call, number, person_id)
    await addons.remove_of_person(call.unit, app_id=call.app.app_id, person_id=person_id)
    return Empty()


async def delete_user_semantic_by_phone(call: Call) -> Empty:
    """The same by number. Whether anybody has that number is not told."""
    person = await identity.person_by_phone(call.look, phone.parse(call.path["phone"]))
    if person is not None:
        await addons.remove_of_person(call.unit, app_id=call.app.app_id, person_id=person.id)
    return Empty()


async def _recorded(call: Call, said: addons.Statement) -> wire.CreateUserSemanticResponse:
    uuid = await addons.record_of_person(
        call.unit,
        said,
        app_id=call.app.app_id,
        person_id=call.person.person_id,
        keys=call.services.keys,
    )
    return wire.CreateUserSemanticResponse(id=uuid)


def text_in(body: Any, name: str) -> str:
    """A member that may be left out. Raises ``InvalidAddon`` for one that is no text."""
    value = body.get(name) if isinstance(body, dict) else None
    if value is None:
        return ""
    if not isinstance(value, str):
        raise addons.InvalidAddon(name, "must be a string")
    return value


async def check_number(call: Call, number: str, person_id: int) -> None:
    """A number that is given must be the person's. Raises ``phone.InvalidPhone``,
    ``OtherPerson``."""
    if not number:
        return
    person = await identity.person_by_phone(call.look, phone.parse(number))
    if person is None or person.id != person_id:
        raise OtherPerson("phone")


OPERATIONS = (
    Operation(
        method="POST",
        paths=(f"{EXPERIMENTAL}/semantic/post/{{token}}",),
        handle=create_post_semantic,
        body=wire.CreatePostSemanticBody,
        answer=Empty,
        permission="POST_SEMANTIC_CREATE",
        scopes=("POST_SEMANTIC_CREATE",),
        resource="token",
        tag="Semantic",
    ),
    Operation(
        method="POST",
        paths=(f"{_V1}/users/{{divar_user_id}}",),
        handle=create_user_semantic,
        body=wire.CreateUserSemanticBody,
        answer=wire.CreateUserSemanticResponse,
        permission="USER_SEMANTIC_CREATE",
        scopes=("USER_VERIFICATION_CREATE",),
        tag="Semantic",
    ),
    Operation(
        method="DELETE",
        paths=(f"{_V1}/users/{{divar_user_id}}",),
        handle=delete_user_semantic,
        answer=Empty,
        query=wire.DeleteUserSemanticQuery,
        permission="USER_SEMANTIC_DELETE",
        tag="Semantic",
    ),
    Operation(
        method="POST",
        paths=(f"{_V1}/user/{{phone}}",),
        handle=create_user_semantic_by_phone,
        body=wire.CreateUserSemanticBody,
        answer=wire.CreateUserSemanticResponse,
        permission="USER_SEMANTIC_CREATE",
        scopes=("USER_VERIFICATION_CREATE",),
        tag="Semantic",
        documented=False,
    ),
    Operation(
        method="DELETE",
        paths=(f"{_V1}/user/{{phone}}",),
        handle=delete_user_semantic_by_phone,
        answer=Empty,
        permission="USER_SEMANTIC_DELETE",
        tag="Semantic",
        documented=False,
    ),
)
