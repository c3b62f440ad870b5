"""Statements about the keys apps sign their assertions with."""

from sqlalchemy import bindparam, delete, insert, select

from dalan.domains.developers.tables import ClientKey, client_key
from dalan.kernel.db import Id, statement

keys_of_app = statement(
    select(client_key)
    .where(client_key.c.app_id == bindparam("app_id", type_=Id))
    .order_by(client_key.c.id.desc()),
    into=ClientKey,
)
"""The public keys an app may sign with, the newest first."""

add_key = statement(
    insert(client_key), sets=("app_id", "kid", "algorithm", "public_jwk", "created_at")
)
"""One more key an app may sign with."""

remove_key = statement(
    delete(client_key)
    .where(client_key.c.app_id == bindparam("app_id", type_=Id))
    .where(client_key.c.id == bindparam("key_id", type_=Id))
    .returning(client_key.c.kid)
)
"""A key nothing is believed of any more; answers its name."""
