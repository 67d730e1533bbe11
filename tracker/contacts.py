"""Reads whom we write to from a contacts file (TOML), and says exactly what is wrong with it."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from tracker.core.errors import ConfigError, dutch_reason
from tracker.core.profile import Contact, Domain, Frequency, Strength

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_KEYS = ("name", "email", "domains", "language", "frequency", "limit", "minimum", "quiet_weeks")
_LANGUAGES = ("nl", "en")
_MOST_CALLS = 10

Choice = TypeVar("Choice", bound=StrEnum)


def load_contacts(path: Path) -> tuple[Contact, ...]:
    """Read the contacts in `path`, in the order of the file.

    Raises:
        ConfigError: the file cannot be read, or a key of it is not what was expected.
    """
    tables = _read_tables(path)
    contacts = tuple(
        _Table(values, file=path.name, place=f"contact {number}").contact()
        for number, values in enumerate(tables, start=1)
    )
    _refuse_doubles(contacts, file=path.name)
    return contacts


def _read_tables(path: Path) -> list[object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}",
            file=str(path),
            nl=f"het contactenbestand is niet te lezen: {dutch_reason(error)}",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"is not valid TOML: {error}", file=path.name, nl=f"is geen geldige TOML: {dutch_reason(error)}"
        ) from error
    for key in content:
        if key != "contact":
            raise ConfigError(
                "is not known; expected only [[contact]] tables",
                file=path.name,
                key=key,
                nl="is niet bekend; verwacht worden alleen tabellen [[contact]]",
            )
    tables = content.get("contact")
    if not isinstance(tables, list) or not tables:
        raise ConfigError(
            "expected at least one [[contact]] table",
            file=path.name,
            key="contact",
            nl="verwacht werd ten minste één tabel [[contact]]",
        )
    return tables


def _refuse_doubles(contacts: tuple[Contact, ...], *, file: str) -> None:
    seen: set[str] = set()
    for number, contact in enumerate(contacts, start=1):
        address = contact.email.casefold()
        if address in seen:
            raise ConfigError(
                f"{contact.email} is there twice; expected each address once",
                file=file,
                key=f"contact {number}, email",
                nl=f"{contact.email} staat er twee keer in; elk adres mag één keer voorkomen",
            )
        seen.add(address)


class _Table:
    """One [[contact]] table of the file, and where it stands, for the message when it is wrong."""

    def __init__(self, values: object, *, file: str, place: str) -> None:
        self._file = file
        self._place = place
        if not isinstance(values, Mapping):
            raise self._wrong(
                "contact", "expected a [[contact]] table", nl="verwacht werd een tabel [[contact]]"
            )
        self._values: Mapping[str, Any] = values

    def contact(self) -> Contact:
        for key in self._values:
            if key not in _KEYS:
                known = ", ".join(_KEYS)
                raise self._wrong(
                    key,
                    f"is not known; expected one of {known}",
                    nl=f"is niet bekend; verwacht wordt een van {known}",
                )
        return Contact(
            name=self._name(),
            email=self._email(),
            domains=self._domains(),
            language=self._language(),
            frequency=self._choice("frequency", Frequency, Frequency.WEEKLY),
            limit=self._limit(),
            minimum=self._minimum(),
            quiet_weeks=self._quiet_weeks(),
        )

    def _wrong(self, key: str, message: str, *, nl: str) -> ConfigError:
        return ConfigError(message, file=self._file, key=f"{self._place}, {key}", nl=nl)

    def _name(self) -> str:
        value = self._values.get("name")
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise self._wrong(
                "name",
                'expected a name on one line, such as "Domein Sociaal"',
                nl='verwacht werd een naam op één regel, zoals "Domein Sociaal"',
            )
        return value.strip()

    def _email(self) -> str:
        value = self._values.get("email")
        if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
            raise self._wrong(
                "email",
                f'expected an address such as "naam@example.org", got {value!r}',
                nl=f'verwacht werd een adres zoals "naam@example.org", niet {value!r}',
            )
        return value

    def _domains(self) -> tuple[Domain, ...]:
        value = self._values.get("domains")
        if value == "all":
            return ()
        if not isinstance(value, list) or not value:
            raise self._wrong_domains(value)
        for domain in value:
            if domain not in tuple(Domain):
                raise self._wrong_domains(domain)
        return tuple(dict.fromkeys(Domain(domain) for domain in value))

    def _wrong_domains(self, value: object) -> ConfigError:
        domains = ", ".join(Domain)
        return self._wrong(
            "domains",
            f'expected "all" or a list of {domains}, got {value!r}',
            nl=f'verwacht werd "all" of een lijst van {domains}, niet {value!r}',
        )

    def _language(self) -> str:
        value = self._values.get("language", "nl")
        if value not in _LANGUAGES:
            raise self._wrong(
                "language", f"expected nl or en, got {value!r}", nl=f"verwacht werd nl of en, niet {value!r}"
            )
        return str(value)

    def _limit(self) -> int:
        value = self._values.get("limit", _MOST_CALLS)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_CALLS:
            raise self._wrong(
                "limit",
                f"expected a whole number from 1 to {_MOST_CALLS}, got {value!r}",
                nl=f"verwacht werd een geheel getal van 1 tot en met {_MOST_CALLS}, niet {value!r}",
            )
        return value

    def _minimum(self) -> Strength:
        strength = self._choice("minimum", Strength, Strength.GOOD)
        if strength is Strength.NONE:
            raise self._wrong(
                "minimum",
                "expected strong, good or possible, got 'none'",
                nl="verwacht werd strong, good of possible, niet 'none'",
            )
        return strength

    def _quiet_weeks(self) -> bool:
        value = self._values.get("quiet_weeks", True)
        if not isinstance(value, bool):
            raise self._wrong(
                "quiet_weeks",
                f"expected true or false, got {value!r}",
                nl=f"verwacht werd true of false, niet {value!r}",
            )
        return value

    def _choice(self, key: str, choices: type[Choice], default: Choice) -> Choice:
        value = self._values.get(key, default.value)
        if value not in tuple(choices):
            known = ", ".join(choices)
            raise self._wrong(
                key,
                f"expected one of {known}, got {value!r}",
                nl=f"verwacht werd een van {known}, niet {value!r}",
            )
        return choices(value)
