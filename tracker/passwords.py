"""Makes, judges and checks passwords: the one place that knows how they are hashed."""

import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pwdlib import PasswordHash

SHORTEST = 12
LONGEST = 200
"""Signs of the longest password; hashing reads every one of them."""

MOST_TYPED = 4 * LONGEST
"""Signs that are read at most: a letter typed apart from its marks is several, but a thousand marks on one
letter take the square of their number to be put in order."""

FEWEST_KINDS = 5
"""How many different signs a password has at least: `aaaaaaaaaaaa` is twelve signs and no secret."""

AT_ONCE = 2
"""How many passwords are hashed at a time: each takes 64 MB, and a crowd of guesses must not take it all."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without the signs that look like another one
_GROUPS, _GROUP = 4, 5
_WORD = re.compile(r"[^\W_]+")  # of a name or address: what stands between its dots, hyphens and @

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right; `better_hash` is a hash to keep instead of one made by older rules."""

    is_right: bool
    better_hash: str | None = None


def generate() -> str:
    """Make a password that can be read out and typed over: four groups of five signs, 99 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def is_long_enough(password: str) -> bool:
    """Tell whether a password has enough signs, and not too many."""
    return SHORTEST <= len(_same_form(password)) <= LONGEST


def is_hard_to_guess(password: str, *known: str) -> bool:
    """Tell whether a password has several signs and none of what is `known` of its owner (name, address)."""
    told = _same_form(password).casefold()
    words = [word for text in known for word in _WORD.findall(_same_form(text).casefold()) if len(word) > 3]
    return len(set(told)) >= FEWEST_KINDS and not any(word in told for word in words)


def hash_password(password: str) -> str:
    """Give what to keep of a password (argon2id, with the parameters that pwdlib recommends)."""
    with _turns:
        return _hasher().hash(_same_form(password))


def check_password(password: str, password_hash: str) -> Checked:
    """Tell whether a password is the one of a hash; takes the same time where there is none ("")."""
    known = password_hash or _nobodys_hash()
    with _turns:
        is_right, better = _hasher().verify_and_update(_same_form(password), known)
    return Checked(is_right and bool(password_hash), better if password_hash else None)


def _same_form(password: str) -> str:
    """Write a password in one form: keyboards differ in how they make an accented letter (NIST 800-63B).

    The spaces around it go: they come along when it is copied. It is cut where it is too long in that form.
    """
    return unicodedata.normalize("NFKC", password[: MOST_TYPED + 1]).strip()[: LONGEST + 1]


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))
