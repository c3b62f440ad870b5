"""The floor our framework sets: one Litestar route with a JSON answer, served as we serve."""

import sys
from typing import Any

import uvicorn
from litestar import Litestar, get


@get("/bare", status_code=200)
async def bare() -> dict[str, Any]:
    """A small constant answer."""
    return {"token": "AaEB0vbO", "title": "a post", "price": 1}


uvicorn.run(
    Litestar([bare], openapi_config=None, logging_config=None),
    port=int(sys.argv[1]),
    loop="uvloop",
    http="httptools",
    access_log=False,
    log_level="warning",
    lifespan="off",
)
