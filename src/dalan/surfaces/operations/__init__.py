"""The core of every surface that speaks somebody's published contract.

A surface is a table of operations (``Operation``), found by a tree of path segments
(``Router``), answered straight over ASGI, and described by the OpenAPI document made from the
same table (``document``). Pages are Litestar's; why contracts are not: decision 0003.
"""

from dalan.surfaces.operations.bodies import (
    BodyTooLarge,
    InvalidBody,
    body_of,
    decode_body,
    json_value,
)
from dalan.surfaces.operations.openapi import document
from dalan.surfaces.operations.routing import Match, Operation, Router
from dalan.surfaces.operations.sending import Headers, header, query_of, send_answer

__all__ = [
    "BodyTooLarge",
    "Headers",
    "InvalidBody",
    "Match",
    "Operation",
    "Router",
    "body_of",
    "decode_body",
    "document",
    "header",
    "json_value",
    "query_of",
    "send_answer",
]
