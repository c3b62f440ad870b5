"""What an app is told: that all it needs is there, and that nothing of its own is lost."""

import shlex
import subprocess
from pathlib import Path

import pytest

from dalan.proxy import Authority, bundle, exports, variables


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.at(tmp_path / "authority", ["api.divar.ir"])


@pytest.mark.parametrize(
    ("stands", "excepted"),
    [
        ({}, "localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "corp.example"}, "corp.example,localhost,127.0.0.1,::1"),
        ({"no_proxy": "localhost,x", "NO_PROXY": "y"}, "localhost,x,127.0.0.1,::1"),
        ({"NO_PROXY": "localhost,127.0.0.1,::1"}, "localhost,127.0.0.1,::1"),
    ],
)
def test_exceptions_that_stand_already_are_kept(stands, excepted):
    told = variables(
        proxy_url="http://127.0.0.1:8001",
        root_file=Path("/r.pem"),
        bundle_file=Path("/b.pem"),
        environment=stands,
    )

    assert told["NO_PROXY"] == told["no_proxy"] == excepted
    assert told["https_proxy"] == told["HTTPS_PROXY"] == "http://127.0.0.1:8001"


def test_shell_reads_the_exports_as_they_were_meant():
    told = {"A": "plain", "B": "with 'quotes' and $HOME\nand a line"}

    script = exports(told) + 'printf "%s|%s" "$A" "$B"'

    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "|".join(told.values())
    assert shlex.split(exports(told))[0] == "export"


def test_bundle_holds_the_root_and_what_is_trusted_here(authority: Authority, tmp_path: Path):
    trusted = tmp_path / "system.pem"
    trusted.write_text("-----BEGIN CERTIFICATE-----\nsystem's\n-----END CERTIFICATE-----\n")

    path = bundle(authority.root_file, {"SSL_CERT_FILE": str(trusted)})

    assert path.read_bytes() == authority.root_file.read_bytes() + b"\n" + trusted.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_bundle_is_not_made_of_itself(authority: Authority):
    first = bundle(authority.root_file, {})

    again = bundle(authority.root_file, {"SSL_CERT_FILE": str(first)})

    assert again.read_bytes().count(authority.root_file.read_bytes()) == 1


def test_bundle_does_without_a_file_that_is_gone(authority: Authority):
    path = bundle(authority.root_file, {"SSL_CERT_FILE": "/nowhere/at/all.pem"})

    assert path.read_bytes().startswith(authority.root_file.read_bytes())
