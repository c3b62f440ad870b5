"""In front of the framework: a plain request for a known short link, answered from memory.

It stands in uvicorn's place before the transport and owns an unmodified protocol of uvicorn's, to
which it hands all that is not plain. The answer is the one that the ordinary path
(``surfaces.redirect``) gave to the same request before, byte for byte. See decision 0041.
"""

from dalan.front.front import Front
from dalan.front.known import Known

__all__ = ["Front", "Known"]
