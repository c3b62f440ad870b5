"""Settings: read once, checked all together, every mistake named."""

import multiprocessing
import re
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dalan.settings import Settings, SettingsError, from_environment
from dalan.settings_checks import is_loopback

SECRET = "a-quite-random-Secret-0123456789-xyzw"
REAL = {"DALAN_SECRET": SECRET, "DALAN_PUBLIC_BASE_URL": "https://bazaar.example"}
PAGE = Path(__file__).parents[1] / "docs" / "guide" / "settings.md"


def complaints(world: Any = "dev", **environment: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        from_environment(environment, world=world)
    return str(refused.value).splitlines()


def test_dev_world_needs_nothing(tmp_path: Path):
    settings = from_environment({"DALAN_HOME": str(tmp_path / "world")}, world="dev")

    assert settings.database_address == f"sqlite:///{tmp_path}/world/dalan.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.outbound_private, settings.quotas_enforced) == (True, False)
    assert not settings.secure


def test_real_world_starts_with_a_secret_and_an_address(tmp_path: Path):
    settings = from_environment({**REAL, "DALAN_HOME": str(tmp_path)}, world="real")

    assert settings.secure
    assert settings.secret == SECRET
    assert (settings.outbound_private, settings.quotas_enforced) == (False, True)
    assert settings.database_durable
    assert list(tmp_path.iterdir()) == []


def test_environment_wins_over_defaults_and_options_over_the_environment(tmp_path: Path):
    environment = {
        "DALAN_HOME": str(tmp_path),
        "DALAN_PORT": "9000",
        "DALAN_QUOTAS_ENFORCED": "Yes",
        "DALAN_LOG_FILE": "on",
        "PATH": "/usr/bin",
    }

    settings = from_environment(environment, world="dev", port=9001, host=None)

    assert (settings.port, settings.host) == (9001, "127.0.0.1")
    assert settings.quotas_enforced is True
    assert settings.log_file == "on"


def test_mail_needs_a_server_and_a_sender_together():
    good = {"DALAN_SMTP_URL": "smtps://u:p%40@mail.example", "DALAN_MAIL_FROM": "a@b.example"}

    assert from_environment({**REAL, **good}, world="real").smtp_url
    for wrong in ("http://mail.example", "smtp://", "smtp://mail.example:x", "mail.example"):
        assert "DALAN_SMTP_URL" in complaints(**good | {"DALAN_SMTP_URL": wrong})[0]
    for sender in ("", "nobody", "a@b.example\nBcc: c@d.example"):
        assert "DALAN_MAIL_FROM" in complaints(**good | {"DALAN_MAIL_FROM": sender})[0]


def test_every_mistake_is_named_at_once():
    lines = complaints(
        DALAN_PORT="70000",
        DALAN_QUOTAS_ENFORCED="perhaps",
        DALAN_LOG_LEVEL="loud",
        DALAN_PROT="1",
    )

    assert [line.partition(":")[0] for line in lines] == [
        "DALAN_PROT",
        "DALAN_PORT",
        "DALAN_QUOTAS_ENFORCED",
        "DALAN_LOG_LEVEL",
    ]
    assert "did you mean DALAN_PORT?" in lines[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DALAN_PORT", "-1"),
        ("DALAN_PORT", "eighty"),
        ("DALAN_HOME", ""),
        ("DALAN_ACCESS_TOKEN_SECONDS", "0"),
        ("DALAN_AUTHORIZATION_CODE_SECONDS", "601"),
        ("DALAN_REFRESH_GRACE_SECONDS", "301"),
        ("DALAN_ONE_TIME_CODE_ATTEMPTS_MAX", "0"),
        ("DALAN_DATABASE_CONNECTIONS_MAX", "1"),
        ("DALAN_IMAGE_BYTES_MAX", "1e9"),
        ("DALAN_OUTBOUND_SECONDS", "61"),
        ("DALAN_DATABASE_DURABLE", "maybe"),
        ("DALAN_DATABASE_URL", "mysql://somewhere/dalan"),
        ("DALAN_CODE_SENDER_URL", "sms.example"),
        ("DALAN_PUBLIC_BASE_URL", "ftp://bazaar.example"),
        ("DALAN_PUBLIC_BASE_URL", "https://bazaar.example/"),
        ("DALAN_PUBLIC_BASE_URL", "https://bazaar.example/shop"),
        ("DALAN_PUBLIC_BASE_URL", "https://bazaar.example?x=1"),
        ("DALAN_PUBLIC_BASE_URL", "https://[bazaar"),
        ("DALAN_PUBLIC_BASE_URL", "https://bazaar.example:99999"),
        ("DALAN_PUBLIC_BASE_URL", "https://me:pw@bazaar.example"),
        ("DALAN_TRUSTED_PROXIES", "proxy.example"),
        ("DALAN_TRUSTED_PROXIES", "127.0.0.1, 0.0.0.0/0"),
        ("DALAN_SECRET", "dev"),
        ("DALAN_OLD_SECRETS", "older"),
        ("DALAN_WORLD", "real"),
        ("DALAN_SECRT", SECRET),
    ],
)
def test_value_that_does_not_fit_is_named(name: str, value: str):
    (line,) = complaints(**{name: value})

    assert line.startswith(f"{name}: ")


def test_names_read_by_the_tests_are_no_settings(tmp_path: Path):
    environment = {"DALAN_HOME": str(tmp_path), "DALAN_TEST_POSTGRES_URL": "postgresql://x/y"}

    assert from_environment(environment, world="dev").home == tmp_path


@pytest.mark.parametrize(
    "secret",
    ["", "short", "changeme" * 3, "a" * 64, "abcabcabc" * 5, " " * 40,
     "change-me-to-something-nobody-can-guess", "…at least 32 random characters…",
     "REPLACE_THIS_WITH_A_REAL_SECRET_0123456789"],
)  # fmt: skip
def test_real_world_refuses_a_missing_or_placeholder_secret(secret: str):
    lines = complaints("real", **{**REAL, "DALAN_SECRET": secret})

    assert lines
    assert all(line.startswith("DALAN_SECRET: ") for line in lines)
    assert secret.strip() == "" or all(secret not in line for line in lines)


@pytest.mark.parametrize("address", ["http://bazaar.example", "http://127.0.0.1.bazaar.example"])
def test_real_world_refuses_plain_http_for_others(address: str):
    (line,) = complaints("real", **{**REAL, "DALAN_PUBLIC_BASE_URL": address})

    assert line.startswith("DALAN_PUBLIC_BASE_URL: https")


def test_real_world_refuses_to_hand_out_an_address_it_only_listens_on():
    (line,) = complaints("real", DALAN_SECRET=SECRET, DALAN_HOST="0.0.0.0")

    assert line.startswith("DALAN_PUBLIC_BASE_URL: ")


def test_real_world_may_be_tried_on_loopback():
    settings = from_environment({"DALAN_SECRET": SECRET}, world="real")

    assert not settings.secure


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("[::1]", True),
        ("127.0.0.1.example", False),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("bazaar.example", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, expected: bool):
    assert is_loopback(host) is expected


def test_secret_of_a_dev_world_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    home = tmp_path / "deep" / "world"

    first = from_environment({"DALAN_HOME": str(home)}, world="dev").secret
    again = from_environment({"DALAN_HOME": str(home)}, world="dev").secret

    assert first == again
    assert len(first) >= 32
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret"]


def _secret(home: str) -> str:
    return from_environment({"DALAN_HOME": home}, world="dev").secret


def test_two_processes_that_start_together_agree_on_the_secret(tmp_path: Path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.map(_secret, [str(tmp_path / "world")] * 8)

    assert len(set(made)) == 1


def test_old_secrets_come_after_the_current_one():
    settings = from_environment(
        {**REAL, "DALAN_OLD_SECRETS": f" {SECRET}-1 , {SECRET}-2 ,"}, world="real"
    )

    assert settings.secrets == (SECRET, f"{SECRET}-1", f"{SECRET}-2")


def test_page_lists_every_setting_with_its_default():
    rows = re.findall(
        r"^\| `DALAN_([A-Z_]+)` \| ([^|]+) \| (.+?) \| (.+) \|$",
        PAGE.read_text("utf-8"),
        re.MULTILINE,
    )
    listed = {name.lower(): default.strip("`") for name, _, default, _ in rows}
    fields = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    del fields["world"]

    assert list(listed) == list(dict.fromkeys(listed)), "a setting is listed twice"
    assert {name: shown(default) for name, default in fields.items()} == listed


def shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) or "empty"
