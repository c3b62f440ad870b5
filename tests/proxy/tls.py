"""Two ends of TLS in memory: what a client makes of what an authority signed."""

import ssl
from pathlib import Path


def trusting(*roots: Path) -> ssl.SSLContext:
    """A client that trusts these files and nothing else, as strictly as Python can be."""
    context = ssl.create_default_context()
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    alone.verify_flags = context.verify_flags | ssl.VERIFY_X509_STRICT
    for root in roots:
        alone.load_verify_locations(root)
    return alone


def shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """The client's end of a handshake with somebody who says to be ``name``. Raises what the
    client raises when it does not believe that."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server, server_hostname=name)
    far = server.wrap_bio(to_server, to_client, server_side=True)
    done = {near: False, far: False}
    while not all(done.values()):
        for end in (near, far):
            try:
                end.do_handshake()
                done[end] = True
            except ssl.SSLWantReadError:
                pass
    return near
