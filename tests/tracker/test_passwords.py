"""How a password is kept, checked and made."""

import pytest

from tests.hashing import CHEAP, real_hasher
from tracker import passwords
from tracker.passwords import check_password, generate, hash_password

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
