"""An authority that can speak for the hosts on its list and for nothing else, even when stolen.

Apps are told to trust a root whose key was thrown away as soon as it had signed one certificate:
that of the signing authority. Its key is the one that is kept, and its certificate says, in an
extension that must be understood, for which names it may sign (RFC 5280, 4.2.1.10). The same words
on the root alone would not do: what a trust anchor says of itself a client need not heed (6.1).

A name stands there for the names below it too, and no extension can forbid those; ``context``
never signs for them.
"""

import fcntl
import os
import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dalan.kernel import clock

LIFE: Final = timedelta(days=365)
"""Of root and signing authority; whoever forgot them somewhere is rid of them in a year."""

RENEWED_BEFORE_END: Final = timedelta(days=30)

HOST_LIFE: Final = timedelta(days=7)
"""Of a host's certificate. Its key is this process's own and is written nowhere for good."""

_BACKDATED: Final = timedelta(hours=1)
"""Another clock on this machine (a virtual one, a container's) may be a little behind."""


class Authority:
    """The authority of one folder. ``at`` makes it on first use; ``context`` is what it is for."""

    def __init__(
        self,
        *,
        root: x509.Certificate,
        signing: x509.Certificate,
        key: ec.EllipticCurvePrivateKey,
        folder: Path,
        hosts: frozenset[str],
    ) -> None:
        self.root, self.signing = root, signing
        self.hosts = hosts
        self._folder, self._key = folder, key
        self._host_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, tuple[datetime, ssl.SSLContext]] = {}

    @classmethod
    def at(cls, folder: Path, hosts: Iterable[str]) -> Self:
        """The authority kept in ``folder``; a new one when there is none, when it ends within a
        month, or when it was made for other hosts. The root before a new one stays in the file
        that apps read: a proxy of before the upgrade may still run and be asked. The folder is
        its owner's alone."""
        names = frozenset(hosts)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(folder):
            kept = _read(folder / "signing.pem")
            if kept is None or not _serves(kept[0], kept[1], names):
                kept = _make(names)
                _write(folder / "signing.pem", _pem(kept[1]) + _pem(kept[0]) + _key_pem(kept[2]))
            root_file = folder / "root.pem"
            roots = [kept[0], *_before(kept[0], root_file)]
            _write(root_file, b"".join(_pem(one) for one in roots))
        return cls(root=kept[0], signing=kept[1], key=kept[2], folder=folder, hosts=names)

    @property
    def root_file(self) -> Path:
        """What apps are told to trust, as a file: the root, and below it the one before."""
        return (self._folder / "root.pem").resolve()

    def certificate(self, host: str) -> x509.Certificate:
        """A certificate for one host of the list, for a week. Raises ``ValueError`` for others."""
        if host not in self.hosts:
            raise ValueError(f"{host} is not on the list of this authority")
        now = clock.now()
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))  # the name is where clients look: in the alternative names
            .issuer_name(self.signing.subject)
            .public_key(self._host_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _BACKDATED)
            .not_valid_after(min(now + HOST_LIFE, self.signing.not_valid_after_utc))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(_FOR_SERVERS, critical=False)
            .add_extension(_identifier(self._host_key), critical=False)
            .add_extension(_issued_by(self._key), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def context(self, host: str) -> ssl.SSLContext:
        """What ends TLS in the name of ``host``, made when it is first asked for. Raises
        ``ValueError`` for a host that is not on the list."""
        until, context = self._contexts.get(host, (None, None))
        if until is None or context is None or until - clock.now() < HOST_LIFE / 2:
            certificate = self.certificate(host)
            context = self._loaded(certificate)
            self._contexts[host] = (certificate.not_valid_after_utc, context)
        return context

    def _loaded(self, certificate: x509.Certificate) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # The platform speaks HTTP/1.1, and what was said in TLS goes to it byte for byte.
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".pem") as file:  # 0600
            file.write(_pem(certificate) + _pem(self.signing) + _key_pem(self._host_key))
            file.flush()
            context.load_cert_chain(file.name)
        return context


_Kept = tuple[x509.Certificate, x509.Certificate, ec.EllipticCurvePrivateKey]
"""Root, signing authority, and the latter's key."""

_FOR_SERVERS: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


def _make(hosts: frozenset[str]) -> _Kept:
    """A root and the authority it signs. The root's key goes out of scope here, and is gone."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    root_name = _name(f"Dalan proxy, root {serial % 16**8:08x}")
    root = (
        _authority(root_name, root_name, root_key, hosts, below=1)
        .add_extension(_issued_by(root_key), critical=False)
        .serial_number(serial)
        .sign(root_key, hashes.SHA256())
    )
    signing = (
        _authority(_name("Dalan proxy, this machine's apps only"), root_name, key, hosts, below=0)
        .add_extension(_issued_by(root_key), critical=False)
        .serial_number(x509.random_serial_number())
        .sign(root_key, hashes.SHA256())
    )
    return root, signing, key


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    hosts: frozenset[str],
    *,
    below: int,
) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(_FOR_SERVERS, critical=False)
        .add_extension(_limits(hosts), critical=True)
        .add_extension(_identifier(key), critical=False)
    )


def _limits(hosts: frozenset[str]) -> x509.NameConstraints:
    """These names. A kind of name that is not spoken of is not limited, so addresses are."""
    return x509.NameConstraints(
        permitted_subtrees=[x509.DNSName(host) for host in sorted(hosts)],
        excluded_subtrees=[x509.IPAddress(ip_network(every)) for every in ("0.0.0.0/0", "::/0")],
    )


def _serves(root: x509.Certificate, signing: x509.Certificate, hosts: frozenset[str]) -> bool:
    until = min(root.not_valid_after_utc, signing.not_valid_after_utc)
    try:
        limits = signing.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    return limits == _limits(hosts) and until - clock.now() > RENEWED_BEFORE_END


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _identifier(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _issued_by(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _read(path: Path) -> _Kept | None:
    """What was kept; None when there is nothing, or nothing that can be read."""
    try:
        text = path.read_bytes()
        signing, root = x509.load_pem_x509_certificates(text)
        key = serialization.load_pem_private_key(text, password=None)
    except (OSError, ValueError):
        return None
    return (root, signing, key) if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _before(root: x509.Certificate, root_file: Path) -> list[x509.Certificate]:
    """The root that ``root`` took the place of, while it is good."""
    try:
        told = x509.load_pem_x509_certificates(root_file.read_bytes())
    except (OSError, ValueError):
        return []
    others = [one for one in told if one != root and one.not_valid_after_utc > clock.now()]
    return others[:1]


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time: two that start together would make two authorities."""
    with open(os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
