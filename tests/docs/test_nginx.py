"""The reference nginx file is one nginx takes, and it says what must be said."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

CONF = (ROOT / "docs" / "nginx.conf").read_text()
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
IN_CI = bool(os.environ.get("CI"))


@pytest.mark.skipif(NGINX is None and not IN_CI, reason="nginx is not installed: not tried")
def test_nginx_takes_the_file(tmp_path: Path):
    if NGINX is None:
        return  # in CI a skip is a failure, and nginx need not be there
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bazaar.example",
         "-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    here = CONF.replace("/etc/ssl/bazaar.example", str(tmp_path))
    here = here.replace("/var/log/nginx", str(tmp_path)).replace("/var/cache/nginx", str(tmp_path))
    here = re.sub(r"(listen (?:\[::\]:)?)(80|443)\b", r"\g<1>2\g<2>", here)
    (tmp_path / "dalan.conf").write_text(here)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/errors;\nevents {{}}\n"
        f"http {{ include {tmp_path}/dalan.conf; }}\n"
    )

    tested = subprocess.run(
        [NGINX, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr


def test_callers_cannot_say_who_they_are():
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in CONF
    assert 'proxy_set_header Forwarded "";' in CONF
    assert "proxy_add_x_forwarded_for" not in CONF


def test_metrics_and_queries_stay_inside():
    assert re.search(r"location = /metrics \{\s+return 404;", CONF)
    log_format = re.search(r"log_format dalan_plain ([^;]+);", CONF)
    assert log_format is not None
    assert not re.search(r"\$(request|request_uri|args|http_referer)\b", log_format[1])
