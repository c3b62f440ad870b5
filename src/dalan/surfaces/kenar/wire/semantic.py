"""Messages of semantic data. They are read by ``domains/addons``, which names the field at fault;
here they are described for the OpenAPI document."""

from dalan.surfaces.kenar.wire.common import Answer, Given


class CreatePostSemanticBody(Given, frozen=True):
    """``SemanticCreatePostSemanticBody``"""

    semantic: dict[str, str]
    ticket_uuid: str = ""
    cost: int = 0


class CreateUserSemanticBody(Given, frozen=True):
    """``SemanticCreateUserSemanticBody``. ``phone`` is marked required there; clients that know a
    person by id alone send none."""

    semantic: dict[str, str]
    phone: str = ""
    ticket_uuid: str = ""
    cost: int = 0


class DeleteUserSemanticQuery(Given, frozen=True):
    """Marked required there, and as good as absent here, for the id names the person."""

    phone: str = ""


class CreateUserSemanticResponse(Answer, frozen=True):
    """``semanticCreateUserSemanticResponse``"""

    id: str
