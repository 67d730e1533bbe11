"""Keeps people, their web sessions and their subscriptions; of every secret only a hash."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import Session
from db.review_models import (
    AssessmentRow,
    NoteRow,
    PersonRow,
    ReviewEventRow,
    ReviewRow,
    SubscriptionRow,
    WebSessionRow,
)
from tracker.core.errors import StorageError
from tracker.core.person import Person, Role, Subscription, SubscriptionKind
from tracker.core.profile import Domain


class AddressTakenError(StorageError):
    """Somebody with this address is kept already."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in is checked against; a `password_hash` of "" lets nobody in."""

    person: Person
    password_hash: str
    failures: int


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody who is signed in, since when, and when they last asked for a page."""

    person: Person
    created_at: datetime
    used_at: datetime


def add(
    session: Session,
    *,
    email: str,
    name: str,
    language: str,
    domains: Sequence[Domain],
    role: Role | None,
    password_hash: str,
    at: datetime,
) -> Person:
    """Keep somebody new.

    Raises:
        AddressTakenError: another process kept the address since it was looked for; the transaction goes on.
    """
    row = PersonRow(
        email=email,
        name=name,
        language=language,
        domains=[domain.value for domain in domains],
        role=role.value if role else None,
        password_hash=password_hash,
        is_active=True,
        failures=0,
        locked_until=None,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if find(session, email) is None:
            raise
        raise AddressTakenError(f"{email} is kept already; look again and go on from there") from error
    return _person(row)


def get(session: Session, person_id: int) -> Person | None:
    """Give a person by number, or None."""
    found = _people(session, select(PersonRow).where(PersonRow.id == person_id))
    return found[0] if found else None


def find(session: Session, email: str) -> Person | None:
    """Give the person with this address, written as it is kept, or None."""
    found = _people(session, select(PersonRow).where(PersonRow.email == email))
    return found[0] if found else None


def everyone(session: Session) -> list[Person]:
    """Give all people by name, contacts and those who left too."""
    return _people(session, select(PersonRow).order_by(PersonRow.name, PersonRow.id))


def active_administrators(session: Session) -> list[Person]:
    """Give who can administrate now; on PostgreSQL nobody else changes them until the transaction ends."""
    is_one = (PersonRow.role == Role.ADMINISTRATOR.value) & PersonRow.is_active
    return _people(session, select(PersonRow).where(is_one).order_by(PersonRow.id).with_for_update())


def credentials(session: Session, email: str, *, to_write: bool = False) -> Credentials | None:
    """Give what signing in with this address is checked against, or None.

    With `to_write` another transaction that asks the same waits for the end of this one.
    """
    query = select(PersonRow).where(PersonRow.email == email).execution_options(populate_existing=True)
    row = session.scalars(query.with_for_update() if to_write else query).first()
    return None if row is None else Credentials(_person(row), row.password_hash, row.failures)


def describe(
    session: Session, person_id: int, *, name: str, language: str, domains: Sequence[Domain]
) -> None:
    """Set what a person is called, reads and works for."""
    _set(session, person_id, name=name, language=language, domains=[domain.value for domain in domains])


def set_role(session: Session, person_id: int, *, role: Role | None) -> None:
    """Set what a person may do."""
    _set(session, person_id, role=role.value if role else None)


def set_active(session: Session, person_id: int, *, is_active: bool) -> None:
    """Let a person in, or no longer."""
    _set(session, person_id, is_active=is_active)


def set_password(session: Session, person_id: int, password_hash: str) -> None:
    """Set a person's password and forget the failures with the one before."""
    _set(session, person_id, password_hash=password_hash, failures=0, locked_until=None)


def set_failures(session: Session, person_id: int, failures: int, *, locked_until: datetime | None) -> None:
    """Note how often in a row signing in failed, and until when it is not tried any more."""
    _set(session, person_id, failures=failures, locked_until=locked_until)


def erase(session: Session, person_id: int, pseudonym: str) -> None:
    """Put `pseudonym` for a person and take away all that lets them in; the number stays."""
    close_sessions(session, person_id)
    session.execute(delete(SubscriptionRow).where(SubscriptionRow.person_id == person_id))
    _set(
        session,
        person_id,
        email=pseudonym,
        name=pseudonym,
        domains=[],
        role=None,
        password_hash="",
        is_active=False,
        failures=0,
        locked_until=None,
    )


def reviewed_by(session: Session, person_id: int) -> list[tuple[str, int]]:
    """Give the calls (profile, our id) with which a person did anything, or that are assigned to them."""
    tables = (ReviewRow, ReviewEventRow, NoteRow, AssessmentRow)
    found: set[tuple[str, int]] = set()
    for table in tables:
        query = select(table.profile, table.call_id).where(table.person_id == person_id).distinct()
        found.update((profile, call_id) for profile, call_id in session.execute(query))
    return sorted(found)


def open_session(session: Session, person_id: int, secret_hash: str, *, at: datetime) -> None:
    """Keep that somebody signed in."""
    session.add(WebSessionRow(secret_hash=secret_hash, person_id=person_id, created_at=at, used_at=at))
    session.flush()


def web_session(session: Session, secret_hash: str) -> WebSession | None:
    """Give who is signed in with a secret, or None; it may be too old."""
    query = (
        select(PersonRow, WebSessionRow)
        .join(WebSessionRow, WebSessionRow.person_id == PersonRow.id)
        .where(WebSessionRow.secret_hash == secret_hash)
    )
    found = session.execute(query.execution_options(populate_existing=True)).first()
    if found is None:
        return None
    person, kept = found
    return WebSession(_person(person), kept.created_at, kept.used_at)


def web_sessions(session: Session, person_id: int) -> list[tuple[datetime, datetime]]:
    """Give since when each browser of a person is signed in, and when it last asked for a page."""
    query = select(WebSessionRow.created_at, WebSessionRow.used_at).where(
        WebSessionRow.person_id == person_id
    )
    return [(made, used) for made, used in session.execute(query.order_by(WebSessionRow.created_at))]


def use_session(session: Session, secret_hash: str, *, at: datetime) -> None:
    """Note that somebody who is signed in asked for a page; waits for no writer.

    Raises:
        StorageBusyError: somebody else is writing; use a session without the write lock (`read_only`).
    """
    query = update(WebSessionRow).where(WebSessionRow.secret_hash == secret_hash)
    with _impatiently(session):
        session.execute(query.values(used_at=at))


def close_session(session: Session, secret_hash: str) -> None:
    """Sign one browser out."""
    session.execute(delete(WebSessionRow).where(WebSessionRow.secret_hash == secret_hash))


def close_sessions(session: Session, person_id: int) -> None:
    """Sign a person out everywhere."""
    session.execute(delete(WebSessionRow).where(WebSessionRow.person_id == person_id))


def close_old_sessions(session: Session, *, used_before: datetime, made_before: datetime) -> None:
    """Forget the sessions of everyone that were not used since one moment, or were made before another."""
    is_old = or_(WebSessionRow.used_at < used_before, WebSessionRow.created_at < made_before)
    session.execute(delete(WebSessionRow).where(is_old))


def add_subscription(
    session: Session,
    person_id: int,
    *,
    kind: SubscriptionKind,
    title: str,
    filters: str,
    secret_hash: str,
    at: datetime,
) -> Subscription:
    """Keep a personal secret for one filtered list."""
    row = SubscriptionRow(
        person_id=person_id,
        kind=kind.value,
        title=title,
        filters=filters,
        secret_hash=secret_hash,
        created_at=at,
        revoked_at=None,
        used_at=None,
    )
    session.add(row)
    session.flush()
    return _subscription(row)


def subscriptions(session: Session, person_id: int) -> list[Subscription]:
    """Give a person's subscriptions, revoked ones too, the newest first."""
    query = select(SubscriptionRow).where(SubscriptionRow.person_id == person_id)
    rows = session.scalars(
        query.order_by(SubscriptionRow.id.desc()).execution_options(populate_existing=True)
    )
    return [_subscription(row) for row in rows]


def subscriber(session: Session, secret_hash: str) -> tuple[Person, Subscription] | None:
    """Give whose secret this is and what it gives, or None; it may be revoked."""
    query = (
        select(PersonRow, SubscriptionRow)
        .join(SubscriptionRow, SubscriptionRow.person_id == PersonRow.id)
        .where(SubscriptionRow.secret_hash == secret_hash)
    )
    found = session.execute(query.execution_options(populate_existing=True)).first()
    return None if found is None else (_person(found[0]), _subscription(found[1]))


def use_subscription(session: Session, subscription_id: int, *, at: datetime) -> None:
    """Note that a subscription was read; waits for no writer, and raises as `use_session` does."""
    query = update(SubscriptionRow).where(SubscriptionRow.id == subscription_id)
    with _impatiently(session):
        session.execute(query.values(used_at=at))


def revoke(session: Session, subscription_id: int, *, at: datetime) -> None:
    """Let a subscription give nothing from now on."""
    session.execute(
        update(SubscriptionRow).where(SubscriptionRow.id == subscription_id).values(revoked_at=at)
    )


def revoke_all(session: Session, person_id: int, *, at: datetime) -> None:
    """Let a person's subscriptions that work give nothing from now on."""
    works = (SubscriptionRow.person_id == person_id) & SubscriptionRow.revoked_at.is_(None)
    session.execute(update(SubscriptionRow).where(works).values(revoked_at=at))


@contextmanager
def _impatiently(session: Session) -> Iterator[None]:
    """Let SQLite refuse at once what another writer keeps it from; PostgreSQL locks rows, and needs not."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")


def _set(session: Session, person_id: int, **values: Any) -> None:  # noqa: ANN401 - columns of several types
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _people(session: Session, query: Select[PersonRow]) -> list[Person]:
    return [_person(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        language=row.language,
        domains=tuple(Domain(domain) for domain in row.domains),
        role=Role(row.role) if row.role else None,
        is_active=row.is_active,
        locked_until=row.locked_until,
    )


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        id=row.id,
        person_id=row.person_id,
        kind=SubscriptionKind(row.kind),
        title=row.title,
        filters=row.filters,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
    )
