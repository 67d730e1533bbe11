"""All settings in one place: the environment (`TRACKER_…`) and a `.env` file in the working folder.

Each field's description is what `tracker config` and the documentation show.
"""

import json
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tracker.core.errors import ConfigError

SHIPPED_PROFILE = Path(__file__).parent / "profiles" / "haarlem.toml"


def _default_database() -> str:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return f"sqlite:///{Path(base) / 'kansen' / 'kansen.db'}"


class Settings(BaseSettings):
    """The effective settings of one process."""

    model_config = SettingsConfigDict(env_prefix="TRACKER_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        default_factory=_default_database,
        description="Where everything is kept: an SQLite file, or `postgresql://user:password@host/name`.",
    )
    profile: Path = Field(SHIPPED_PROFILE, description="The city's priorities (TOML); default: Haarlem's.")
    contacts: Path | None = Field(None, description="Who gets the digest (contacts.toml).")
    out: Path = Field(Path("out"), description="The folder in which digests are written.")
    public_url: str | None = Field(
        None, description="The public address of the web pages; without it mails carry no answer buttons."
    )
    secret_key: SecretStr | None = Field(None, description="Signs the links in mails; 32 characters or more.")
    language: Literal["nl", "en"] | None = Field(
        None, description="The language of the command line, `nl` or `en`; default: the system's locale."
    )
    contact_address: str | None = Field(
        None, description="An address at which publishers can reach the operator; sent in the User-Agent."
    )
    source_urls: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description='JSON object: other addresses for platforms or sources, such as {"sedia": "http://…"}.',
    )
    request_delay: float = Field(0.5, ge=0, le=60, description="Seconds between two requests to one host.")
    request_timeout: float = Field(60, gt=0, le=600, description="Seconds to wait for an answer.")
    request_attempts: int = Field(4, ge=1, le=10, description="Tries for a request that may go well later.")
    request_backoff: float = Field(
        1.0, ge=0, le=60, description="Seconds before the second try; then doubled."
    )
    smtp_host: str | None = Field(None, description="The mail server. Without it nothing is sent by mail.")
    smtp_port: int = Field(587, ge=1, le=65535, description="The mail server's port.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="How the connection is protected: `starttls`, `tls` or `none`."
    )
    smtp_user: str | None = Field(None, description="The account at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Its password.")
    smtp_timeout: float = Field(30, gt=0, le=600, description="Seconds to wait for the mail server.")
    smtp_sender: str = Field(
        "Europese kansen <kansen@localhost>", description="The sender of the digests: `Name <address>`."
    )
    schedule_collect: str = Field("06:30", description="When sources are read each day (Europe/Amsterdam).")
    schedule_digest: str = Field("08:00", description="When digests go out on Monday (Europe/Amsterdam).")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="How much is logged to standard error."
    )

    @field_validator("source_urls", mode="before")
    @classmethod
    def _read_source_urls(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value or "{}")
        except ValueError as error:
            raise ValueError(f'a JSON object such as {{"sedia": "http://…"}} ({error})') from error

    @field_validator("source_urls")
    @classmethod
    def _check_addresses(cls, value: dict[str, str]) -> dict[str, str]:
        for name, address in value.items():
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"an address that starts with http:// or https:// for {name!r}")
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("an address that starts with https://")
        return value.rstrip("/") if value else None

    @field_validator("secret_key")
    @classmethod
    def _check_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 32:
            raise ValueError("at least 32 characters")
        return value

    @field_validator("schedule_collect", "schedule_digest")
    @classmethod
    def _check_clock(cls, value: str) -> str:
        hour, _, minute = value.partition(":")
        if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
            raise ValueError("a time such as 06:30")
        return value

    @property
    def mail_is_on(self) -> bool:
        """Tell whether digests are sent by mail as well as written."""
        return self.smtp_host is not None


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings.

    Raises:
        ConfigError: a value is wrong; the message names the key and what was expected.
    """
    try:
        return Settings(**(overrides or {}))
    except ValidationError as error:
        first = error.errors()[0]
        key = "TRACKER_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        expected = first["msg"].removeprefix("Value error, ")
        if first["type"] == "value_error":
            expected = f"expected {expected}"
        raise ConfigError(expected, key=key) from error


def shown_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """Give (key, value with secrets masked, description) for each setting."""
    rows = []
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        rows.append((f"TRACKER_{name.upper()}", _shown(name, value), info.description or ""))
    return rows


def _shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return "********"
    if name == "database_url":
        return mask_password(str(value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def mask_password(url: str) -> str:
    """Give a database address with its password replaced by stars."""
    head, at, tail = url.rpartition("@")
    scheme, slashes, user = head.partition("://")
    name, colon, _ = user.partition(":")
    return f"{scheme}{slashes}{name}{colon}{'********' if colon else ''}{at}{tail}" if at else url


def product_version() -> str:
    """Give the installed version, or `0` when run from a bare checkout."""
    try:
        return version("kansen")
    except PackageNotFoundError:
        return "0"
