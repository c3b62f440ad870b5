"""Where the platform is and who we are to it: everything the app is told from outside."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Credentials come from the app's page in the developers' panel."""

    platform: str
    """Base URL of the platform, without a slash at the end."""
    port: int
    """We listen on 127.0.0.1 at this port."""
    slug: str
    """Our name at the platform; also the OAuth ``client_id``."""
    client_secret: str
    api_key: str
    identification_key: str
    """What the platform sends in ``Authorization`` whenever it calls us."""
    data: Path
    """A folder for our database."""

    @property
    def base_url(self) -> str:
        """Our own address, as browsers know it."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Config":
        """Read ``INSPECTOR_*``. Raises ValueError naming what is missing or wrong."""

        def read(name: str, default: str | None = None) -> str:
            value = environment.get(f"INSPECTOR_{name}") or default
            if value is None:
                raise ValueError(f"INSPECTOR_{name} is not set; see README.md")
            return value

        if not (port := read("PORT", "8001")).isdecimal():
            raise ValueError(f"INSPECTOR_PORT is not a number: {port}")
        return cls(
            platform=read("PLATFORM", "http://127.0.0.1:8000").rstrip("/"),
            port=int(port),
            slug=read("SLUG"),
            client_secret=read("CLIENT_SECRET"),
            api_key=read("API_KEY"),
            identification_key=read("IDENTIFICATION_KEY"),
            data=Path(read("DATA", str(Path(tempfile.gettempdir()) / "inspector"))),
        )
