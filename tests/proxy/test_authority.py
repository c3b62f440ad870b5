"""The proxy's authority: kept, its owner's alone, and worth nothing for any other host."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dalan.kernel import clock
from dalan.proxy import Authority
from dalan.proxy.authority import HOST_LIFE, LIFE, _identifier, _issued_by, _usage
from dalan.surfaces.published_hosts import PUBLISHED_HOSTS
from tests.proxy.tls import shake_hands, trusting

HOSTS = frozenset({"api.divar.ir", "auth.basalam.com"})


@pytest.fixture
def today() -> Iterator[None]:
    """OpenSSL reads the machine's clock, so what it is to believe has to be of today."""
    with clock.installed(lambda: datetime.now(UTC)):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "authority"


@pytest.mark.usefixtures("today")
def test_every_published_host_is_believed(folder: Path):
    authority = Authority.at(folder, PUBLISHED_HOSTS)
    client = trusting(authority.root_file)

    for host in PUBLISHED_HOSTS:
        seen = shake_hands(client, authority.context(host), host)

        peer = seen.getpeercert()
        assert peer is not None
        assert peer["subjectAltName"] == (("DNS", host),)
        assert seen.version() == "TLSv1.3"


@pytest.mark.usefixtures("today")
def test_client_that_speaks_http_2_is_told_to_speak_1_1(folder: Path):
    authority = Authority.at(folder, HOSTS)
    client = trusting(authority.root_file)
    client.set_alpn_protocols(["h2", "http/1.1"])

    seen = shake_hands(client, authority.context("api.divar.ir"), "api.divar.ir")

    assert seen.selected_alpn_protocol() == "http/1.1"


@pytest.mark.parametrize(
    "host", ["evil.example", "divar.ir", "x.api.divar.ir", "API.divar.ir", "*.divar.ir", "", "ir"]
)
def test_nothing_is_signed_for_a_host_off_the_list(folder: Path, host: str):
    authority = Authority.at(folder, HOSTS)

    with pytest.raises(ValueError, match="not on the list"):
        authority.context(host)


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(
    ("name", "alternative"),
    [
        ("evil.example", x509.DNSName("evil.example")),
        ("divar.ir", x509.DNSName("divar.ir")),
        ("www.divar.ir", x509.DNSName("*.divar.ir")),
        ("127.0.0.1", x509.IPAddress(ip_address("127.0.0.1"))),
        ("::1", x509.IPAddress(ip_address("::1"))),
    ],
)
def test_stolen_key_imitates_nobody_else(
    folder: Path, tmp_path: Path, name: str, alternative: x509.GeneralName
):
    authority = Authority.at(folder, HOSTS)
    forged = forge(folder, tmp_path / "forged.pem", alternative)

    with pytest.raises(ssl.SSLCertVerificationError, match="subtree violation"):
        shake_hands(trusting(authority.root_file), forged, name)


@pytest.mark.usefixtures("today")
def test_stolen_key_makes_no_authority_either(folder: Path, tmp_path: Path):
    authority = Authority.at(folder, HOSTS)
    forged = forge(folder, tmp_path / "forged.pem", x509.DNSName("api.divar.ir"), deeper=True)

    with pytest.raises(ssl.SSLCertVerificationError, match="path length constraint exceeded"):
        shake_hands(trusting(authority.root_file), forged, "api.divar.ir")


def forge(
    folder: Path, path: Path, alternative: x509.GeneralName, *, deeper: bool = False
) -> ssl.SSLContext:
    """A server with a certificate that a thief of the folder's key signs as they like;
    ``deeper``: by an authority of their own below it."""
    text = (folder / "signing.pem").read_bytes()
    signing = x509.load_pem_x509_certificates(text)[0]
    key = serialization.load_pem_private_key(text, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    chain = [signing]
    if deeper:
        own_key = ec.generate_private_key(ec.SECP256R1())
        own = _builder("a thief's own", own_key, signing.subject, key)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        own = own.add_extension(_usage(key_cert_sign=True), critical=True)
        chain.insert(0, own.sign(key, hashes.SHA256()))
        key = own_key
    builder = _builder("anybody", key, chain[0].subject, key)
    names = x509.SubjectAlternativeName([alternative])
    chain.insert(0, builder.add_extension(names, critical=False).sign(key, hashes.SHA256()))
    pem = [one.public_bytes(serialization.Encoding.PEM) for one in chain]
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(b"".join(pem) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server


def _builder(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    named = x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([named]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(_identifier(key), critical=False)
        .add_extension(_issued_by(issuer_key), critical=False)
    )


def test_authority_is_made_once_and_is_its_owners_alone(folder: Path):
    first, second = Authority.at(folder, HOSTS), Authority.at(folder, HOSTS)

    assert second.signing == first.signing
    assert second.root_file.read_bytes() == first.root.public_bytes(serialization.Encoding.PEM)
    assert folder.stat().st_mode & 0o077 == 0
    assert [path for path in folder.iterdir() if path.stat().st_mode & 0o077] == []
    keys = [path.name for path in folder.iterdir() if b"PRIVATE KEY" in path.read_bytes()]
    assert keys == ["signing.pem"]


def test_key_of_the_root_is_kept_nowhere(folder: Path):
    authority = Authority.at(folder, HOSTS)

    kept = serialization.load_pem_private_key((folder / "signing.pem").read_bytes(), password=None)
    assert kept.public_key() == authority.signing.public_key()
    assert kept.public_key() != authority.root.public_key()


@pytest.mark.parametrize("later", [LIFE - timedelta(days=29), LIFE + timedelta(days=1)])
def test_authority_that_ends_soon_is_made_anew(folder: Path, moment, later: timedelta):
    first = Authority.at(folder, HOSTS)
    moment.advance(later)

    second = Authority.at(folder, HOSTS)

    assert second.signing != first.signing
    assert second.root.not_valid_after_utc == clock.now() + LIFE


def test_other_hosts_get_another_authority(folder: Path):
    first = Authority.at(folder, HOSTS)

    second = Authority.at(folder, [*HOSTS, "divar.ir"])

    assert second.root != first.root
    assert second.certificate("divar.ir").issuer == second.signing.subject


@pytest.mark.usefixtures("today")
def test_proxy_of_before_an_upgrade_is_believed_while_it_runs(folder: Path):
    running = Authority.at(folder, HOSTS)

    for hosts in (PUBLISHED_HOSTS, PUBLISHED_HOSTS):  # `--print-env` of the new version, twice
        upgraded = Authority.at(folder, hosts)
        client = trusting(upgraded.root_file)
        for one in (running, upgraded):
            seen = shake_hands(client, one.context("api.divar.ir"), "api.divar.ir")
            assert seen.getpeercert() is not None


def test_only_the_root_before_is_told_and_only_while_it_is_good(folder: Path, moment):
    lists = [HOSTS, HOSTS | {"a.example"}, HOSTS | {"b.example"}]
    roots = [Authority.at(folder, one).root for one in lists]
    told = x509.load_pem_x509_certificates((folder / "root.pem").read_bytes())
    moment.advance(LIFE + timedelta(days=1))
    late = Authority.at(folder, HOSTS)

    assert told == [roots[2], roots[1]]
    assert x509.load_pem_x509_certificates(late.root_file.read_bytes()) == [late.root]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\n"])
def test_damaged_authority_is_made_anew(folder: Path, content: bytes):
    first = Authority.at(folder, HOSTS)
    (folder / "signing.pem").write_bytes(content)

    assert Authority.at(folder, HOSTS).root != first.root


def test_certificate_of_a_host_is_made_again_before_it_ends(folder: Path, moment):
    authority = Authority.at(folder, HOSTS)
    first = authority.context("api.divar.ir")

    assert authority.context("api.divar.ir") is first
    moment.advance(HOST_LIFE / 2 + timedelta(hours=1))
    assert authority.context("api.divar.ir") is not first
