"""The rules for accounts: addresses, passwords, locks and secrets, and what is said when one is broken."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.core.errors import UsageError
from tracker.core.person import Person
from tracker.passwords import LONGEST, SHORTEST, is_hard_to_guess, is_long_enough

MOST_FAILURES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)

LONGEST_TEXT = 200
"""Signs of a name, an address or the title of a subscription."""

MOST_SUBSCRIPTIONS = 50
"""How many subscriptions that work one person may have."""

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[a-z0-9.-]{1,120}\.[a-z]{2,63}")


class Problem(StrEnum):
    """What is wrong with what was asked of an account; a door says it in its own language."""

    NOT_AN_ADDRESS = "not_an_address"
    NO_NAME = "no_name"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    LAST_ADMINISTRATOR = "last_administrator"
    LENGTH = "length"
    EASY = "easy"
    TOO_MANY = "too_many"


_MESSAGES = {
    Problem.NOT_AN_ADDRESS: (
        "verwacht werd een adres zoals naam@example.org",
        "expected an address such as naam@example.org",
    ),
    Problem.NO_NAME: (
        f"verwacht werd een naam op één regel van ten hoogste {LONGEST_TEXT} tekens",
        f"expected a name on one line of at most {LONGEST_TEXT} characters",
    ),
    Problem.TAKEN: ("dit adres heeft al een account", "this address has an account already"),
    Problem.UNKNOWN: (
        "dit account is er niet; kijk met: tracker users list",
        "there is no such account; see: tracker users list",
    ),
    Problem.LAST_ADMINISTRATOR: (
        "dit is de enige beheerder; maak eerst iemand anders beheerder",
        "this is the only administrator; make somebody else administrator first",
    ),
    Problem.LENGTH: (
        f"een wachtwoord heeft {SHORTEST} tot en met {LONGEST} tekens; kies een ander",
        f"a password has {SHORTEST} to {LONGEST} characters; choose another one",
    ),
    Problem.EASY: (
        "dit wachtwoord is makkelijk te raden: weinig verschillende tekens, of de eigen naam; kies een ander",
        "this password is easy to guess: few different characters, or the owner's own name; "
        "choose another one",
    ),
    Problem.TOO_MANY: (
        f"{MOST_SUBSCRIPTIONS} abonnementen is genoeg; trek er eerst een in",
        f"{MOST_SUBSCRIPTIONS} subscriptions are enough; revoke one first",
    ),
}
"""What is said, in Dutch and English."""


class AccountError(UsageError):
    """What was asked of an account cannot be done; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        dutch, english = _MESSAGES[problem]
        super().__init__(english, nl=dutch)
        self.problem = problem


class SignInError(UsageError):
    """Somebody is not let in. `locked_until` is for the log: to say it is to say that the account exists."""

    def __init__(self, *, locked_until: datetime | None = None) -> None:
        super().__init__(
            "this address and password do not belong together, or it was tried too often",
            nl="dit adres en wachtwoord horen niet bij elkaar, of het is te vaak geprobeerd",
        )
        self.locked_until = locked_until


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who has just signed in, and the secret that their browser keeps."""

    person: Person
    secret: str

    def __repr__(self) -> str:
        return f"Signed({self.person!r})"


def lock_after(failures: int) -> timedelta | None:
    """Give how long nobody is let in after so many failures in a row: 15 minutes after five, then doubled."""
    if failures < MOST_FAILURES:
        return None
    doubled: int = 1 << min(failures - MOST_FAILURES, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)


def csrf_of(secret: str) -> str:
    """Give the mark that each form of a session carries: nobody makes it who has not the session's secret."""
    return hmac.new(secret.encode(), b"kansen.csrf", hashlib.sha256).hexdigest()


def clean_address(email: str) -> str:
    """Write a mail address as it is kept: without spaces around it, in small letters."""
    return email.strip().lower()


def new_secret() -> str:
    """Make a secret of 256 bits that can stand in an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Give what is kept of a secret: it is random and long, so a plain hash will do."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_locked(person: Person, now: datetime) -> bool:
    """Tell whether nobody is let in for this person now, whatever the password."""
    return person.locked_until is not None and now < person.locked_until


def checked_address(email: str) -> str:
    """Give a mail address as it is kept.

    Raises:
        AccountError: it is none.
    """
    address = clean_address(email)
    if len(address) > LONGEST_TEXT or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise AccountError(Problem.NOT_AN_ADDRESS)
    return address


def checked_line(text: str) -> str:
    """Give a name or title without the spaces around it.

    Raises:
        AccountError: it is empty, too long or more than one line.
    """
    line = text.strip()
    if not line or len(line) > LONGEST_TEXT or not line.isprintable():
        raise AccountError(Problem.NO_NAME)
    return line


def checked_password(password: str, *known: str) -> str:
    """Give back a new password; `known` are its owner's address and name.

    Raises:
        AccountError: it is too short, too long or too easy.
    """
    if not is_long_enough(password):
        raise AccountError(Problem.LENGTH)
    if not is_hard_to_guess(password, *known):
        raise AccountError(Problem.EASY)
    return password
