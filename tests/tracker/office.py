"""The accounts of one database, and a clock to turn."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import Engine
from tracker.accounts import AccountError, Accounts, Problem, Signed, SignInError
from tracker.core.person import Person, Role

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
COORDINATOR = "coordinator@example.org"
ADVISER = "adviser@example.org"
GOOD_PASSWORD = "vijf paarden in de regen"


@dataclass
class Office:
    """The accounts of one database, and a clock to turn."""

    engine: Engine
    now: datetime = NOW
    accounts: Accounts = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.engine, lambda: self.now)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def hire(self, email: str = COORDINATOR, role: Role = Role.REVIEWER) -> Person:
        person, _ = self.accounts.add(email, "Co Ordinator", role, password=GOOD_PASSWORD)
        return person

    def sign_in(self, email: str = COORDINATOR, password: str = GOOD_PASSWORD) -> Signed:
        return self.accounts.sign_in(email, password)

    def fail(self, times: int = 1, *, email: str = COORDINATOR) -> SignInError:
        for _ in range(times):
            with pytest.raises(SignInError) as raised:
                self.sign_in(email, "not the password")
        return raised.value

    def problem(self, what: "Problem") -> "pytest.RaisesExc[AccountError]":
        return pytest.raises(AccountError, check=lambda error: error.problem is what)


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)
