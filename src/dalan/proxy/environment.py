"""What an app's process is told so that it comes through the proxy and trusts it: variables that
HTTP libraries read by themselves, and one file of certificates for those that read only one.
"""

import os
import shlex
import ssl
from collections.abc import Mapping
from pathlib import Path

_OWN_MACHINE = "localhost,127.0.0.1,::1"
"""Reached without the proxy: an app's own callbacks, and the platform by its address."""


def variables(
    *, proxy_url: str, root_file: Path, bundle_file: Path, environment: Mapping[str, str]
) -> dict[str, str]:
    """The variables to set; ``environment`` is what stands already, for its exceptions stay."""
    told = {}
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        told[name] = told[name.lower()] = proxy_url  # curl reads http_proxy in small letters only
    excepted = environment.get("no_proxy") or environment.get("NO_PROXY", "")
    missing = [one for one in _OWN_MACHINE.split(",") if one not in excepted.split(",")]
    told["NO_PROXY"] = told["no_proxy"] = ",".join([*filter(None, [excepted]), *missing])
    # OpenSSL and what stands on it (Python, Ruby), and Go; requests; the command curl.
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        told[name] = str(bundle_file)
    # Node adds this one to its own, and from 22.21 on takes the proxy from the environment.
    return told | {"NODE_EXTRA_CA_CERTS": str(root_file), "NODE_USE_ENV_PROXY": "1"}


def exports(told: Mapping[str, str]) -> str:
    """Lines for a shell to read."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in told.items())


def bundle(root_file: Path, environment: Mapping[str, str]) -> Path:
    """Write, beside ``root_file``, one file of what this machine trusts and the root.

    Where what is trusted stands is asked of ``SSL_CERT_FILE`` first, as OpenSSL would.
    """
    path = root_file.with_name("bundle.pem")
    trusted = _trusted_here(environment, path)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(root_file.read_bytes())
        if trusted is not None:
            file.write(b"\n" + trusted.read_bytes())
    draft.replace(path)
    return path


def _trusted_here(environment: Mapping[str, str], own: Path) -> Path | None:
    """The file of authorities this machine trusts; None when it keeps none in one file."""
    named = environment.get("SSL_CERT_FILE", "")
    candidates = [Path(named)] if named else []
    candidates.append(Path(ssl.get_default_verify_paths().openssl_cafile))
    candidates += [Path(each) for each in _WHERE_SYSTEMS_KEEP_THEM]
    # In a shell that reads our variables already it is our own file, which may be out of date.
    return next((one for one in candidates if one.is_file() and one.resolve() != own), None)


_WHERE_SYSTEMS_KEEP_THEM = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, FreeBSD
)
