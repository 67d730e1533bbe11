"""How a password is kept, checked and made."""

import unicodedata
from typing import Literal

import pytest

from tests.hashing import CHEAP, real_hasher
from tracker import passwords
from tracker.passwords import (
    LONGEST,
    check_password,
    generate,
    hash_password,
    is_hard_to_guess,
    is_long_enough,
)

GOOD_PASSWORD = "vijf paarden in de regen"


def test_a_password_is_kept_as_a_costly_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", real_hasher)
    kept = hash_password(GOOD_PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, the second recommended choice
    assert check_password(GOOD_PASSWORD, kept) == passwords.Checked(is_right=True)
    assert not check_password("x" * 100_000, kept).is_right


def test_who_has_no_password_costs_a_check_and_is_not_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = CHEAP.verify_and_update

    def count(password: str, password_hash: str) -> tuple[bool, str | None]:
        checked.append(password_hash)
        return verify(password, password_hash)

    monkeypatch.setattr(CHEAP, "verify_and_update", count)
    assert not check_password("anything", "").is_right
    assert checked[0].startswith("$argon2id$")


def test_a_made_password_is_long_and_never_the_same() -> None:
    made = {generate() for _ in range(100)}
    assert len(made) == 100
    assert {len(one) for one in made} == {23}


@pytest.mark.parametrize("sign", ["e\u0301", "\u1112\u1161\u11ab", "o\u0302\u0301"])
def test_the_longest_password_is_the_same_in_one_form_and_another(sign: str) -> None:
    """Written apart it has more signs than are allowed; what counts is how many it has in the one form."""
    apart = (sign + "abcd") * (LONGEST // 5)
    together = unicodedata.normalize("NFC", apart)
    assert len(apart) > len(together) == LONGEST
    assert is_long_enough(apart)
    for kept in (hash_password(apart), hash_password(together)):
        assert check_password(apart, kept).is_right
        assert check_password(together, kept).is_right
        assert not check_password(together + "x", kept).is_right
    assert not is_long_enough(apart + "x")


def test_of_an_endless_password_only_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bringing many marks into one order takes the square of their number."""
    read: list[int] = []
    normalize = unicodedata.normalize

    def note(form: Literal["NFKC"], text: str) -> str:
        read.append(len(text))
        return normalize(form, text)

    kept = hash_password(GOOD_PASSWORD)
    monkeypatch.setattr(unicodedata, "normalize", note)
    endless = "a" + "\u0315\u0300" * 50_000
    assert not check_password(endless, kept).is_right
    assert not is_long_enough(endless)
    assert max(read) <= 4 * LONGEST + 1


@pytest.mark.parametrize(
    "known", ["anna.voorbeeld@example.org", "anna@voorbeeld-stad.nl", "Anna VOORBEELD", "anna_voorbeeld@x.nl"]
)
def test_no_part_of_the_owners_name_or_address_is_hard_to_guess(known: str) -> None:
    assert not is_hard_to_guess("mijn Voorbeeld 2026", known)
    assert is_hard_to_guess(GOOD_PASSWORD, known)
