"""Messages of customized buttons. They are read by ``domains/addons``, which names the field at
fault; here they are described for the OpenAPI document only."""

from typing import Literal

from dalan.surfaces.kenar.wire.common import Given
from dalan.surfaces.kenar.wire.widgets import Action

ButtonType = Literal[
    "ACCOMMODATION_BOOKING", "EXTERNAL_PRODUCT_STORE", "RESUME_SUBMISSION", "ONLINE_CALL"
]


class CustomizedButton(Given, frozen=True):
    """``postCustomizedButton``"""

    type: ButtonType
    action: Action


class SetCustomizedButtonBody(Given, frozen=True):
    """``PostSetPostCustomizedButtonBody`` and ``PostCreateBusinessCustomizedButtonBody``"""

    customized_button: CustomizedButton
