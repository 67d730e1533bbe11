"""Cheap hashing of passwords, so that tests which sign somebody in do not wait for it.

Import `cheap_hashing` into a folder's `conftest.py`. It is the product's own algorithm with the least cost;
what it costs for real is tested in `tests/tracker/test_accounts.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from tracker import passwords

CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
real_hasher = passwords._hasher


@contextmanager
def hashing_cheaply() -> Iterator[None]:
    """Hash every password in the block at the least cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: CHEAP)
        passwords._nobodys_hash.cache_clear()
        yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture(autouse=True)
def cheap_hashing() -> Iterator[None]:
    """Hash every password of a test at the least cost."""
    with hashing_cheaply():
        yield
