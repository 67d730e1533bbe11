"""All settings in one place: the environment (`TRACKER_…`) and a `.env` file in the working folder.

Each field's description is what `tracker config` and the documentation show.
"""

import json
import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from tracker.core.errors import ConfigError, WrongValueError

PREFIX = "TRACKER_"
SETTINGS_FILE = ".env"
STARS = "********"
FOR_TESTS = "TRACKER_REAL_DATA"
SHIPPED_PROFILE = Path(__file__).parent / "profiles" / "haarlem.toml"
SHIPPED_FRAMEWORK = Path(__file__).parent / "frameworks" / "haarlem.toml"


def _default_database() -> str:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return f"sqlite:///{Path(base) / 'kansen' / 'kansen.db'}"


class Settings(BaseSettings):
    """The effective settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=SETTINGS_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    database_url: str = Field(
        default_factory=_default_database,
        description="Where everything is kept: an SQLite file, or `postgresql://user:password@host/name`.",
    )
    profile: Path = Field(SHIPPED_PROFILE, description="The city's priorities (TOML); default: Haarlem's.")
    framework: Path = Field(
        SHIPPED_FRAMEWORK, description="The city's weighing framework (TOML); default: Haarlem's."
    )
    contacts: Path | None = Field(None, description="Who gets the digest (contacts.toml).")
    out: Path = Field(Path("out"), description="The folder in which digests are written.")
    public_url: str | None = Field(
        None, description="The public address of the web pages; without it mails carry no answer buttons."
    )
    secret_key: SecretStr | None = Field(None, description="Signs the links in mails; 32 characters or more.")
    language: Literal["nl", "en"] | None = Field(
        None,
        description="The language of the command line and its errors, `nl` or `en`; default: the system's "
        "locale. Help, and what is said of a mistyped option, stay English.",
    )
    contact_address: str | None = Field(
        None, description="An address at which publishers can reach the operator; sent in the User-Agent."
    )
    source_urls: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description='JSON object: other addresses for platforms or sources, such as {"sedia": "http://…"}.',
    )
    sources_on: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Sources that are off by themselves and read all the same: names with commas."
    )
    own_calls: Path | None = Field(
        None, description="A TOML file with calls of your own, read with the other sources."
    )
    interreg_app_id: str | None = Field(
        None, description="Application id of the interreg.eu call search (its page's network tab shows it)."
    )
    interreg_key: SecretStr | None = Field(
        None, description="Search key of the interreg.eu call search (beside the application id)."
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
    operator: str | None = Field(
        None, description="Who is told by mail when a source, a digest or a Monday needs help: an address."
    )
    patience_hours: float = Field(
        48, ge=1, le=720, description="Hours that a source may be in trouble before the operator is told."
    )
    schedule_collect: str = Field("06:30", description="When sources are read each day (Europe/Amsterdam).")
    schedule_digest: str = Field("08:00", description="When digests go out on Monday (Europe/Amsterdam).")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="How much is logged to standard error."
    )

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        scheme, colon, _ = value.partition("://")
        if not colon or scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
            raise WrongValueError(
                "an address that starts with sqlite:/// or postgresql://",
                nl="een adres dat begint met sqlite:/// of postgresql://",
            )
        return value

    @field_validator("sources_on", mode="before")
    @classmethod
    def _read_names(cls, value: object) -> object:
        return (
            [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value
        )

    @field_validator("source_urls", mode="before")
    @classmethod
    def _read_source_urls(cls, value: object) -> object:
        try:
            read = json.loads(value) if isinstance(value, str) else value
        except ValueError as error:
            raise WrongValueError(
                f'a JSON object such as {{"sedia": "http://…"}} ({error})',
                nl=f'een JSON-object zoals {{"sedia": "http://…"}} ({error})',
            ) from error
        if not isinstance(read, dict):
            raise WrongValueError(
                'a JSON object such as {"sedia": "http://…"}',
                nl='een JSON-object zoals {"sedia": "http://…"}',
            )
        for name, address in read.items():
            if not str(address).startswith(("http://", "https://")):
                raise WrongValueError(
                    f"an address that starts with http:// or https:// for {name!r}",
                    nl=f"een adres dat begint met http:// of https:// voor {name!r}",
                )
        return read

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise WrongValueError(
                "an address that starts with https:// or http://",
                nl="een adres dat begint met https:// of http://",
            )
        return value.rstrip("/") if value else None

    @field_validator("secret_key")
    @classmethod
    def _check_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 32:
            raise WrongValueError("at least 32 characters", nl="ten minste 32 tekens")
        return value

    @field_validator("operator")
    @classmethod
    def _check_operator(cls, value: str | None) -> str | None:
        if value is not None and (parseaddr(value)[1] != value or "@" not in value):
            raise WrongValueError(
                "a plain address, such as beheer@example.org", nl="een kaal adres, zoals beheer@example.org"
            )
        return value

    @field_validator("smtp_sender")
    @classmethod
    def _check_sender(cls, value: str) -> str:
        if "@" not in parseaddr(value)[1]:
            raise WrongValueError(
                "Name <address>, such as Europese kansen <kansen@example.org>",
                nl="Naam <adres>, zoals Europese kansen <kansen@example.org>",
            )
        return value

    @field_validator("schedule_collect", "schedule_digest")
    @classmethod
    def _check_clock(cls, value: str) -> str:
        hour, _, minute = value.partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
            raise WrongValueError("a time such as 06:30", nl="een tijd zoals 06:30")
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
        name = str(first["loc"][0])
        dutch, english = _expected(name, first)
        raise ConfigError(
            f"expected {english}", key=f"{PREFIX}{name.upper()}", nl=f"verwacht werd {dutch}"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            "expected text in UTF-8", file=SETTINGS_FILE, nl="verwacht werd tekst in UTF-8"
        ) from error


def language_setting() -> str | None:
    """Give the language that is set, also where another setting is wrong; None where there is no good one."""
    try:
        return _Language().language
    except (ValidationError, UnicodeDecodeError):
        return None


class _Language(BaseSettings):
    model_config = Settings.model_config

    language: Literal["nl", "en"] | None = None


def _expected(name: str, error: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's own description
    """Say in plain words what a setting should have been, in Dutch and English."""
    if error["type"] == "value_error":
        wrong = error["ctx"]["error"]
        return wrong.nl, str(wrong)
    if error["type"] == "literal_error":
        choices = str(error["ctx"]["expected"])
        return choices.replace(" or ", " of "), choices
    limits = {limit: value for rule in Settings.model_fields[name].metadata for limit, value in _limits(rule)}
    if not limits:
        message = str(error["msg"]).lower()
        return f"iets anders: {message}", f"something else: {message}"
    is_whole = Settings.model_fields[name].annotation is int
    dutch, english = ("een geheel getal", "a whole number") if is_whole else ("een getal", "a number")
    most = limits["le"]
    if "gt" in limits:
        least = limits["gt"]
        return f"{dutch} boven {least}, ten hoogste {most}", f"{english} above {least}, at most {most}"
    least = limits["ge"]
    return f"{dutch} van {least} tot en met {most}", f"{english} from {least} to {most}"


def _limits(rule: object) -> list[tuple[str, object]]:
    return [(limit, getattr(rule, limit)) for limit in ("gt", "ge", "le") if hasattr(rule, limit)]


def unknown_keys() -> list[tuple[str, str | None]]:
    """Give each `TRACKER_…` key that is set and means nothing, with the known key nearest to it.

    A mistyped key would otherwise be passed over in silence.
    """
    from difflib import get_close_matches

    known = {name.upper() for name in Settings.model_fields}
    keys = {key.upper() for key in (*os.environ, *_keys_in_file(Path(SETTINGS_FILE)))} - {FOR_TESTS}
    unknown = {key.removeprefix(PREFIX) for key in keys if key.startswith(PREFIX)} - known
    nearest = {name: get_close_matches(name, sorted(known), n=1) for name in sorted(unknown)}
    return [(PREFIX + name, PREFIX + near[0] if near else None) for name, near in nearest.items()]


def _keys_in_file(file: Path) -> list[str]:
    """Give the keys of a settings file that `load_settings` has read before."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return re.findall(r"^\s*(?:export\s+)?(\w+)\s*=", text, flags=re.MULTILINE)


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
        return STARS
    if name == "database_url":
        return mask_password(str(value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def mask_password(url: str) -> str:
    """Give a database address with its password, before the host or in its options, replaced by stars."""
    head, at, tail = url.rpartition("@")
    scheme, slashes, user = head.partition("://")
    name, colon, _ = user.partition(":")
    shown = f"{scheme}{slashes}{name}{colon}{STARS if colon else ''}{at}{tail}" if at else url
    return re.sub(r"([?&]password=)[^&]*", rf"\g<1>{STARS}", shown)


def product_version() -> str:
    """Give the installed version, or `0` when run from a bare checkout."""
    try:
        return version("kansen")
    except PackageNotFoundError:
        return "0"
