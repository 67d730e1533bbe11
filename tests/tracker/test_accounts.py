"""Who is let in and for how long; on both databases."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from db import people
from db.engine import Engine, make_engine, session_scope
from tests.databases import address
from tests.hashing import real_hasher
from tests.tracker.office import ADVISER, COORDINATOR, GOOD_PASSWORD, NOW, Office, office
from tracker import accounts, passwords
from tracker.account_rules import (
    FIRST_LOCK,
    LONGEST_LOCK,
    MOST_FAILURES,
    csrf_of,
    hash_secret,
    lock_after,
    new_secret,
)
from tracker.accounts import LONGEST_SESSION, Accounts, Problem, SignInError
from tracker.core.person import Role, SubscriptionKind
from tracker.core.profile import Contact
from tracker.passwords import hash_password

__all__ = ["office"]


def test_a_colleague_signs_in_however_the_address_is_written(office: Office) -> None:
    person = office.hire(" Coordinator@Example.ORG ")
    assert person.email == COORDINATOR
    signed = office.sign_in("COORDINATOR@example.org ")
    assert signed.person == person
    assert office.accounts.visit_of(signed.secret) == person
    assert signed.secret not in repr(signed)


def test_the_password_may_be_copied_with_spaces_and_typed_on_another_keyboard(office: Office) -> None:
    office.accounts.add(COORDINATOR, "Co", Role.READER, password="caf\u00e9 aan de gracht")
    office.sign_in(password=" cafe\u0301 aan de gracht\n")


def test_each_reason_to_refuse_looks_the_same(office: Office) -> None:
    person = office.hire()
    office.accounts.sync_contacts([Contact(name="Only mail", email=ADVISER)])
    said = {str(office.fail()), str(office.fail(email="nobody@example.org")), str(office.fail(email=ADVISER))}
    with pytest.raises(SignInError) as empty:
        office.accounts.sign_in(ADVISER, "")
    boss = office.hire("boss@example.org", Role.ADMINISTRATOR)
    assert boss.id != person.id
    office.accounts.set_active(person.id, is_active=False)
    with pytest.raises(SignInError) as shut_out:
        office.sign_in()
    assert said | {str(empty.value), str(shut_out.value)} == {str(empty.value)}


def test_an_older_hash_is_made_anew_at_the_next_sign_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.hire()
    monkeypatch.setattr(passwords, "_hasher", real_hasher)
    office.sign_in()
    with office.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM people").scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,")
    office.sign_in()


def test_five_failures_lock_for_a_quarter_and_then_longer_and_longer(office: Office) -> None:
    office.hire()
    assert office.fail(4).locked_until is None
    assert office.fail().locked_until == NOW + FIRST_LOCK
    with pytest.raises(SignInError):
        office.sign_in()  # the right one, too soon
    office.wait(minutes=14)
    assert office.fail().locked_until == NOW + FIRST_LOCK  # what is tried while locked lengthens nothing
    office.wait(minutes=1)
    assert office.fail().locked_until == office.now + 2 * FIRST_LOCK
    office.wait(minutes=30)
    office.sign_in()
    assert office.fail(4).locked_until is None  # a success starts the count anew


def test_a_lock_has_an_end() -> None:
    assert [lock_after(n) for n in (0, 4)] == [None, None]
    assert [lock_after(n) for n in (5, 6, 7)] == [FIRST_LOCK, 2 * FIRST_LOCK, 4 * FIRST_LOCK]
    assert lock_after(10_000) == LONGEST_LOCK


def test_many_guesses_at_once_count_as_many(office: Office) -> None:
    """The right password is the last of thirty guesses that arrive together: five were too many before it."""
    office.hire()
    start, ended = threading.Barrier(30), []

    def guess(password: str) -> None:
        start.wait()
        try:
            office.sign_in(password=password)
        except SignInError as error:
            ended.append(error)

    threads = [threading.Thread(target=guess, args=(f"guess {number}",)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 30
    assert sum(error.locked_until is None for error in ended) == MOST_FAILURES - 1
    locks = {error.locked_until for error in ended if error.locked_until}
    assert locks == {NOW + FIRST_LOCK}


def test_a_session_ends_after_two_idle_hours(office: Office) -> None:
    office.hire()
    secret = office.sign_in().secret
    for _ in range(3):
        office.wait(hours=1, minutes=59)
        assert office.accounts.visit_of(secret) is not None
    office.wait(hours=2, seconds=1)
    assert office.accounts.visit_of(secret) is None


def test_a_session_ends_after_twelve_busy_hours(office: Office) -> None:
    office.hire()
    secret = office.sign_in().secret
    while office.now - NOW < LONGEST_SESSION:
        assert office.accounts.visit_of(secret) is not None
        office.wait(hours=1)
    office.wait(seconds=1)
    assert office.accounts.visit_of(secret) is None


def test_a_session_belongs_to_one_browser(office: Office) -> None:
    office.hire()
    one, other = office.sign_in().secret, office.sign_in().secret
    office.accounts.sign_out(one)
    assert office.accounts.visit_of(one) is None
    visitor = office.accounts.visit_of(other)
    assert visitor is not None
    office.accounts.sign_out_everywhere(visitor.id)
    assert office.accounts.visit_of(other) is None


@pytest.mark.parametrize("secret", ["", "x", "\udcff\x00", "' OR 1=1 --", "x" * 100_000])
def test_no_other_secret_is_a_session(office: Office, secret: str) -> None:
    office.hire()
    office.sign_in()
    assert office.accounts.visit_of(secret) is None
    assert office.accounts.subscriber_of(secret, SubscriptionKind.ATOM) is None


def test_the_database_holds_no_secret(office: Office) -> None:
    person = office.hire()
    signed = office.sign_in()
    _, secret = office.accounts.subscribe(person, SubscriptionKind.ATOM, title="All", filters="")
    with office.engine.connect() as connection:
        kept = "".join(
            str(row)
            for table in ("people", "web_sessions", "subscriptions")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )
    assert not any(one in kept for one in (signed.secret, secret, GOOD_PASSWORD))
    assert hash_secret(signed.secret) in kept
    assert hash_secret(secret) in kept


def test_the_mark_in_forms_differs_by_session_and_is_not_its_secret(office: Office) -> None:
    office.hire()
    secrets = [office.sign_in().secret for _ in range(2)]
    marks = {csrf_of(secret) for secret in secrets}
    assert len(marks) == 2
    assert not marks & {*secrets, *map(hash_secret, secrets)}


def test_a_new_password_ends_every_session_but_the_one_it_begins(office: Office) -> None:
    person = office.hire()
    one, other = office.sign_in().secret, office.sign_in().secret
    fresh = office.accounts.set_password(person, GOOD_PASSWORD, "zes ezels op het strand")
    assert [office.accounts.visit_of(secret) for secret in (one, other)] == [None, None]
    assert office.accounts.visit_of(fresh.secret) == person
    office.fail()
    office.sign_in(password="zes ezels op het strand")


def test_the_old_password_cannot_be_guessed_from_within(office: Office) -> None:
    person = office.hire()
    for _ in range(MOST_FAILURES):
        with pytest.raises(SignInError):
            office.accounts.set_password(person, "a guess", "zes ezels op het strand")
    with pytest.raises(SignInError):
        office.accounts.set_password(person, GOOD_PASSWORD, "zes ezels op het strand")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", Problem.LENGTH),
        ("x" * 201, Problem.LENGTH),
        (" " * 30, Problem.LENGTH),
        ("aaaaaaaaaaaaaaa", Problem.EASY),
        ("coordinator@example.org", Problem.EASY),
        ("OrdinatorOrdinator1", Problem.EASY),
    ],
)
def test_a_password_that_is_easy_is_refused(office: Office, password: str, problem: Problem) -> None:
    person = office.hire()
    with office.problem(problem):
        office.accounts.set_password(person, GOOD_PASSWORD, password)
    with office.problem(problem):
        office.accounts.reset_password(person.id, password)
    office.sign_in()


def test_another_password_lifts_a_lock(office: Office) -> None:
    person = office.hire()
    session = office.sign_in().secret
    office.fail(MOST_FAILURES)
    made = office.accounts.reset_password(person.id)
    assert office.accounts.visit_of(session) is None
    office.sign_in(password=made)


def test_shut_out_at_once_and_let_in_again(office: Office) -> None:
    person = office.hire()
    session = office.sign_in().secret
    _, secret = office.accounts.subscribe(person, SubscriptionKind.CALENDAR, title="Mine", filters="a=b")
    office.accounts.set_active(person.id, is_active=False)
    assert office.accounts.visit_of(session) is None
    assert office.accounts.subscriber_of(secret, SubscriptionKind.CALENDAR) is None
    with pytest.raises(SignInError):
        office.sign_in()
    office.accounts.set_active(person.id, is_active=True)
    office.sign_in()
    assert office.accounts.visit_of(session) is None
    assert office.accounts.subscriber_of(secret, SubscriptionKind.CALENDAR) is not None


def test_another_role_counts_from_the_next_sign_in(office: Office) -> None:
    person = office.hire()
    session = office.sign_in().secret
    office.accounts.set_role(person.id, Role.ADMINISTRATOR)
    assert office.accounts.visit_of(session) is None
    assert office.sign_in().person.role is Role.ADMINISTRATOR


def test_there_is_always_an_administrator(office: Office) -> None:
    one = office.hire(COORDINATOR, Role.ADMINISTRATOR)
    with office.problem(Problem.LAST_ADMINISTRATOR):
        office.accounts.set_role(one.id, Role.REVIEWER)
    with office.problem(Problem.LAST_ADMINISTRATOR):
        office.accounts.set_active(one.id, is_active=False)
    other = office.hire(ADVISER, Role.ADMINISTRATOR)
    office.accounts.set_active(other.id, is_active=False)
    with office.problem(Problem.LAST_ADMINISTRATOR):
        office.accounts.set_role(one.id, Role.READER)
    office.accounts.set_active(other.id, is_active=True)
    office.accounts.set_role(one.id, Role.READER)
    assert office.accounts.person(one.id).role is Role.READER


def test_one_address_is_one_account(office: Office) -> None:
    office.hire()
    with office.problem(Problem.TAKEN):
        office.hire("COORDINATOR@example.org")


@pytest.mark.parametrize(
    "email",
    ["", "x", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org", "<a@example.org>", "@x.nl"],
)
def test_what_is_no_address_makes_no_account(office: Office, email: str) -> None:
    with office.problem(Problem.NOT_AN_ADDRESS):
        office.hire(email)
    assert office.accounts.people() == []


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 201, "\u202eright to left"])
def test_what_is_no_name_makes_no_account(office: Office, name: str) -> None:
    with office.problem(Problem.NO_NAME):
        office.accounts.add(ADVISER, name, Role.READER)


def test_who_is_not_there_cannot_be_changed(office: Office) -> None:
    office.accounts.sync_contacts([Contact(name="Only mail", email=ADVISER)])
    (contact,) = office.accounts.people()
    for number in (contact.id, 99):
        with office.problem(Problem.UNKNOWN):
            office.accounts.set_role(number, Role.ADMINISTRATOR)
        with office.problem(Problem.UNKNOWN):
            office.accounts.set_active(number, is_active=True)
        with office.problem(Problem.UNKNOWN):
            office.accounts.reset_password(number)


def test_looking_writes_at_most_once_a_minute(office: Office) -> None:
    """A page that is only read does not wait for whoever is writing."""
    office.hire()
    secret = office.sign_in().secret
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        written.extend([statement] if statement.startswith("UPDATE") else [])

    event.listen(office.engine, "before_cursor_execute", note)
    for _ in range(10):
        office.accounts.visit_of(secret)
        office.wait(seconds=10)
    assert len(written) == 1


def test_who_is_signed_in_reads_on_while_somebody_writes_for_long(office: Office) -> None:
    """That a session or subscription is used is noted later; nobody waits for the writer."""
    person = office.hire()
    secret = office.sign_in().secret
    _, key = office.accounts.subscribe(person, SubscriptionKind.ATOM, title="All", filters="")
    patience = _patience(office.engine)
    waits: list[int] = []

    def note(_connection: object, cursor: Any, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE"):
            waits.extend(cursor.connection.execute("PRAGMA busy_timeout").fetchone())

    office.wait(minutes=5)
    with session_scope(office.engine) as writer:
        people.describe(writer, person.id, name="New name", language="nl", domains=())
        if patience:  # SQLite: PostgreSQL locks rows, and the writer has another one
            event.listen(office.engine, "before_cursor_execute", note)
        for _ in range(3):
            assert office.accounts.visit_of(secret) == person
            assert office.accounts.subscriber_of(key, SubscriptionKind.ATOM) is not None
    if patience:
        event.remove(office.engine, "before_cursor_execute", note)
        assert waits == [0] * 6
        assert office.accounts.subscriptions(person)[0].used_at is None
        assert _patience(office.engine) == patience
    office.accounts.subscriber_of(key, SubscriptionKind.ATOM)
    office.accounts.visit_of(secret)
    assert office.accounts.subscriptions(person)[0].used_at == office.now
    office.wait(hours=1, minutes=59)
    assert office.accounts.visit_of(secret) is not None


def _patience(engine: Engine) -> int:
    """Give how many milliseconds SQLite waits for another writer; 0 on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return 0
    with session_scope(engine) as session:
        return int(session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar_one())


def test_a_reset_while_a_new_password_is_hashed_is_not_undone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = office.hire()
    made: list[str] = []

    def reset_meanwhile(password: str) -> str:
        monkeypatch.setattr(accounts, "hash_password", hash_password)
        made.append(office.accounts.reset_password(person.id))
        return hash_password(password)

    monkeypatch.setattr(accounts, "hash_password", reset_meanwhile)
    with pytest.raises(SignInError):
        office.accounts.set_password(person, GOOD_PASSWORD, "zes ezels op het strand")
    office.sign_in(password=made[0])


@pytest.mark.parametrize("is_old_hash", [False, True])
def test_a_reset_while_somebody_signs_in_keeps_them_out(
    office: Office, monkeypatch: pytest.MonkeyPatch, is_old_hash: bool
) -> None:
    person = office.hire()
    made: list[str] = []
    if is_old_hash:
        monkeypatch.setattr(passwords, "_hasher", real_hasher)

    def reset_meanwhile() -> str:
        made.append(office.accounts.reset_password(person.id))
        return new_secret()

    monkeypatch.setattr(accounts, "new_secret", reset_meanwhile)
    with pytest.raises(SignInError):
        office.sign_in()
    monkeypatch.undo()
    with session_scope(office.engine, read_only=True) as session:
        assert people.web_sessions(session, person.id) == []
    office.sign_in(password=made[0])


def test_who_is_shut_out_while_signing_in_has_no_session_when_let_in_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = office.hire()

    def shut_out_meanwhile() -> str:
        office.accounts.set_active(person.id, is_active=False)
        return new_secret()

    monkeypatch.setattr(accounts, "new_secret", shut_out_meanwhile)
    with pytest.raises(SignInError):
        office.sign_in()
    with session_scope(office.engine, read_only=True) as session:
        assert people.web_sessions(session, person.id) == []


def test_a_reset_revokes_every_subscription_and_one_s_own_change_none(office: Office) -> None:
    person = office.hire()
    other = office.hire(ADVISER)
    keys = [
        office.accounts.subscribe(one, SubscriptionKind.API, title="Key", filters="")[1]
        for one in (person, other)
    ]
    first, second = keys
    office.accounts.set_password(person, GOOD_PASSWORD, "zes ezels op het strand")
    assert office.accounts.subscriber_of(first, SubscriptionKind.API) is not None
    office.accounts.reset_password(person.id)
    assert office.accounts.subscriber_of(first, SubscriptionKind.API) is None
    assert office.accounts.subscriptions(person) == []
    assert office.accounts.subscriber_of(second, SubscriptionKind.API) is not None


@pytest.fixture
def crowded(office: Office) -> Iterator[Office]:
    """Give an office in which another process keeps the adviser's address just before we do.

    On PostgreSQL alone: on SQLite whoever writes is alone from the beginning.
    """
    other, came = make_engine(address(office.engine)), threading.Event()

    def come_first(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO people") and not came.is_set():
            came.set()
            Accounts(other, lambda: NOW).add(ADVISER, "Came first", Role.READER, password=GOOD_PASSWORD)

    event.listen(office.engine, "before_cursor_execute", come_first)
    yield office
    event.remove(office.engine, "before_cursor_execute", come_first)
    assert came.is_set()
    other.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_an_address_that_another_process_keeps_first_is_taken(crowded: Office) -> None:
    with crowded.problem(Problem.TAKEN):
        crowded.hire(ADVISER)
    assert [one.name for one in crowded.accounts.people()] == ["Came first"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_contacts_are_kept_though_another_process_keeps_one_first(crowded: Office) -> None:
    contacts = [Contact(name="Mail", email=ADVISER), Contact(name="More mail", email=COORDINATOR)]
    crowded.accounts.sync_contacts(contacts)
    crowded.accounts.sync_contacts(contacts)
    kept = {(one.name, one.role) for one in crowded.accounts.people()}
    assert kept == {("Came first", Role.READER), ("More mail", None)}
