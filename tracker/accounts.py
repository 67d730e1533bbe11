"""Who may sign in, who is signed in, and the secrets that give a list without signing in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import people
from db.engine import Engine, Session, session_scope
from tracker.account_rules import (
    MOST_SUBSCRIPTIONS,
    AccountError,
    Problem,
    Signed,
    SignInError,
    checked_address,
    checked_line,
    checked_password,
    clean_address,
    csrf_of,
    hash_secret,
    is_locked,
    lock_after,
    new_secret,
)
from tracker.core.errors import StorageBusyError
from tracker.core.person import Person, Role, Subscription, SubscriptionKind
from tracker.core.profile import Contact, Domain
from tracker.passwords import check_password, generate, hash_password

__all__ = ["AccountError", "Accounts", "Problem", "SignInError", "Signed", "csrf_of"]

LONGEST_SESSION = timedelta(hours=12)
"""After this somebody signs in again, however busy they were."""

ONCE_A_MINUTE = timedelta(minutes=1)
"""How often it is noted that a session or subscription is used: pages that are only read rarely write."""


@dataclass(frozen=True)
class Accounts:
    """The accounts of one database. A session ends `idle` after its last page."""

    engine: Engine
    clock: Callable[[], datetime]
    idle: timedelta = timedelta(hours=2)

    def sign_in(self, email: str, password: str) -> Signed:
        """Let somebody in; their session is always a new one.

        The password is checked outside any transaction, for it takes long; what it leads to is decided
        inside one, so that of many guesses at once only the first few count.

        Raises:
            SignInError: they are not let in; it does not say which of the reasons it is.
        """
        checked, better_hash = self._check(clean_address(email), password)
        secret, now = new_secret(), self.clock()
        with session_scope(self.engine) as session:
            person = _still(session, checked)
            people.close_old_sessions(session, used_before=now - self.idle, made_before=now - LONGEST_SESSION)
            if better_hash:
                people.set_password(session, person.id, better_hash)
            people.open_session(session, person.id, hash_secret(secret), at=now)
        return Signed(person, secret)

    def _check(self, address: str, password: str) -> tuple[people.Credentials, str | None]:
        """Give who this is, and a better hash to keep; for unknown addresses it does the same hashing."""
        with session_scope(self.engine, read_only=True) as session:
            known = people.credentials(session, address)
        checked = check_password(password, known.password_hash if known else "")
        with session_scope(self.engine) as session:
            now, before = self.clock(), people.credentials(session, address, to_write=True)
            is_same = known and before and known.password_hash == before.password_hash
            if before is None or not is_same or is_locked(before.person, now):
                refusal = SignInError(locked_until=before.person.locked_until if before else None)
            elif not checked.is_right or not before.person.may(Role.READER):
                refusal = _note_failure(session, before, now)
            else:
                people.set_failures(session, before.person.id, 0, locked_until=None)
                return before, checked.better_hash
        raise refusal

    def visit_of(self, secret: str) -> Person | None:
        """Give who is signed in with this secret now, or None."""
        hashed, now = hash_secret(secret), self.clock()
        with session_scope(self.engine, read_only=True) as session:
            found = people.web_session(session, hashed)
        if found is None or not found.person.may(Role.READER):
            return None
        if now - found.used_at > self.idle or now - found.created_at > LONGEST_SESSION:
            return None
        if now - found.used_at >= ONCE_A_MINUTE:
            self._note(lambda session: people.use_session(session, hashed, at=now))
        return found.person

    def sign_out(self, secret: str) -> None:
        """End the session of this secret."""
        with session_scope(self.engine) as session:
            people.close_session(session, hash_secret(secret))

    def sign_out_everywhere(self, person_id: int) -> None:
        """End all sessions of a person."""
        with session_scope(self.engine) as session:
            people.close_sessions(session, person_id)

    def people(self) -> list[Person]:
        """Give everyone by name: who has an account, who only gets mail, who left, who was erased."""
        with session_scope(self.engine, read_only=True) as session:
            return people.everyone(session)

    def person(self, person_id: int) -> Person:
        """Give one person.

        Raises:
            AccountError: there is none.
        """
        with session_scope(self.engine, read_only=True) as session:
            return _known(people.get(session, person_id))

    def find(self, email: str) -> Person:
        """Give the person with an address.

        Raises:
            AccountError: there is none.
        """
        with session_scope(self.engine, read_only=True) as session:
            return _known(people.find(session, clean_address(email)))

    def add(
        self,
        email: str,
        name: str,
        role: Role,
        *,
        language: str = "nl",
        domains: Sequence[Domain] = (),
        password: str | None = None,
    ) -> tuple[Person, str]:
        """Give somebody an account; a contact who only got mail until now stays the same person.

        Gives the password too, to be shown once: `password`, or a generated one.

        Raises:
            AccountError: the address is taken or is none, there is no name, or the password is too easy.
        """
        address, called = checked_address(email), checked_line(name)
        chosen = checked_password(password, address, called) if password is not None else generate()
        hashed = hash_password(chosen)
        with _refusing_taken(), session_scope(self.engine) as session:
            known = people.find(session, address)
            if known is None:
                known = people.add(
                    session,
                    email=address,
                    name=called,
                    language=language,
                    domains=domains,
                    role=role,
                    password_hash=hashed,
                    at=self.clock(),
                )
            elif known.role is not None:
                raise AccountError(Problem.TAKEN)
            else:
                people.describe(session, known.id, name=called, language=language, domains=domains)
                people.set_role(session, known.id, role=role)
                people.set_active(session, known.id, is_active=True)
                people.set_password(session, known.id, hashed)
            return _known(people.get(session, known.id)), chosen

    def set_role(self, person_id: int, role: Role) -> None:
        """Let an account do more or less; its sessions end, so that no page shows what was before.

        Raises:
            AccountError: there is no such account, or the last administrator would be gone.
        """
        with session_scope(self.engine) as session:
            account = _account(people.get(session, person_id))
            if role is not Role.ADMINISTRATOR:
                _keep_an_administrator(session, account)
            people.set_role(session, person_id, role=role)
            people.close_sessions(session, person_id)

    def set_active(self, person_id: int, *, is_active: bool) -> None:
        """Let somebody in, or no longer: then their sessions end, and their subscriptions give nothing.

        Raises:
            AccountError: there is no such account, or the last administrator would be gone.
        """
        with session_scope(self.engine) as session:
            account = _account(people.get(session, person_id))
            if not is_active:
                _keep_an_administrator(session, account)
                people.close_sessions(session, person_id)
            people.set_active(session, person_id, is_active=is_active)

    def set_password(self, person: Person, old: str, new: str) -> Signed:
        """Change one's own password. All sessions end, and a new one begins.

        Raises:
            SignInError: the old password is not right; it counts as a failure to sign in. Or it was right
                until an administrator gave another one at this moment.
            AccountError: the new one is too short, too long or too easy.
        """
        checked, _ = self._check(person.email, old)
        hashed = hash_password(checked_password(new, person.email, person.name))
        secret = new_secret()
        with session_scope(self.engine) as session:
            _still(session, checked)
            people.set_password(session, person.id, hashed)
            people.close_sessions(session, person.id)
            people.open_session(session, person.id, hash_secret(secret), at=self.clock())
        return Signed(person, secret)

    def reset_password(self, person_id: int, password: str | None = None) -> str:
        """Give an account another password, to be shown once; a lock is lifted.

        Its sessions end and its subscriptions are revoked: perhaps somebody else knew the password.

        Raises:
            AccountError: there is no such account, or the password is too easy.
        """
        account = _account(self.person(person_id))
        chosen = (
            checked_password(password, account.email, account.name) if password is not None else generate()
        )
        hashed = hash_password(chosen)
        with session_scope(self.engine) as session:
            people.set_password(session, person_id, hashed)
            people.close_sessions(session, person_id)
            people.revoke_all(session, person_id, at=self.clock())
        return chosen

    def subscribe(
        self, person: Person, kind: SubscriptionKind, *, title: str, filters: str
    ) -> tuple[Subscription, str]:
        """Make a personal secret for a filtered list; the secret is given here and never again.

        Raises:
            AccountError: there is no title, or this person has enough of them.
        """
        called, secret = checked_line(title), new_secret()
        with session_scope(self.engine) as session:
            working = [one for one in people.subscriptions(session, person.id) if one.revoked_at is None]
            if len(working) >= MOST_SUBSCRIPTIONS:
                raise AccountError(Problem.TOO_MANY)
            kept = people.add_subscription(
                session,
                person.id,
                kind=kind,
                title=called,
                filters=filters,
                secret_hash=hash_secret(secret),
                at=self.clock(),
            )
        return kept, secret

    def subscriptions(self, person: Person) -> list[Subscription]:
        """Give a person's subscriptions that work, the newest first."""
        with session_scope(self.engine, read_only=True) as session:
            return [one for one in people.subscriptions(session, person.id) if one.revoked_at is None]

    def subscriber_of(self, secret: str, kind: SubscriptionKind) -> tuple[Person, Subscription] | None:
        """Give whose secret this is and what it gives, or None where it gives nothing (any more)."""
        now = self.clock()
        with session_scope(self.engine, read_only=True) as session:
            found = people.subscriber(session, hash_secret(secret))
        if found is None:
            return None
        person, kept = found
        if kept.kind is not kind or kept.revoked_at is not None or not person.may(Role.READER):
            return None
        if kept.used_at is None or now - kept.used_at >= ONCE_A_MINUTE:
            self._note(lambda session: people.use_subscription(session, kept.id, at=now))
        return found

    def _note(self, use: Callable[[Session], None]) -> None:
        """Note a use, unless somebody is writing: who only reads waits for nobody. The next page notes it.

        The transaction begins as a reader's, for on SQLite a writer's would wait at its beginning.
        """
        with suppress(StorageBusyError), session_scope(self.engine, read_only=True) as session:
            use(session)

    def revoke(self, person: Person, subscription_id: int) -> None:
        """Let a subscription of this person give nothing any more; another person's is left alone.

        Raises:
            AccountError: this person has no such subscription.
        """
        with session_scope(self.engine) as session:
            if subscription_id not in {one.id for one in people.subscriptions(session, person.id)}:
                raise AccountError(Problem.UNKNOWN)
            people.revoke(session, subscription_id, at=self.clock())

    def sync_contacts(self, contacts: Sequence[Contact]) -> None:
        """Make each contact of the contacts file a person without a role, and let those go that left it.

        Who has an account is left as they are: their account says who they are. So is whom another process
        keeps at this moment: it reads the same file, or gives them an account.
        """
        listed = {clean_address(contact.email): contact for contact in contacts}
        with session_scope(self.engine, read_only=True) as session:
            is_the_same = _is_synced(people.everyone(session), listed)
        if is_the_same:
            return
        with session_scope(self.engine) as session:
            for person in people.everyone(session):
                if person.role is None:
                    _follow(session, person, listed.get(person.email))
                listed.pop(person.email, None)
            for address, contact in listed.items():
                with suppress(people.AddressTakenError):
                    people.add(
                        session,
                        email=address,
                        name=contact.name,
                        language=contact.language,
                        domains=contact.domains,
                        role=None,
                        password_hash="",
                        at=self.clock(),
                    )


def _still(session: Session, checked: people.Credentials) -> Person:
    """See that what a password was checked against still holds, and let nobody change it before we do.

    Raises:
        SignInError: another password was set since, or the account was shut.
    """
    present = people.credentials(session, checked.person.email, to_write=True)
    if present is None or present.password_hash != checked.password_hash:
        raise SignInError
    if not present.person.may(Role.READER):
        raise SignInError
    return present.person


def _note_failure(session: Session, before: people.Credentials, now: datetime) -> SignInError:
    failures = before.failures + 1
    lock = lock_after(failures)
    until = now + lock if lock else None
    people.set_failures(session, before.person.id, failures, locked_until=until)
    return SignInError(locked_until=until)


@contextmanager
def _refusing_taken() -> Iterator[None]:
    """Say that an address is taken where another process kept it since it was looked for."""
    try:
        yield
    except people.AddressTakenError as error:
        raise AccountError(Problem.TAKEN) from error


def _known(person: Person | None) -> Person:
    if person is None:
        raise AccountError(Problem.UNKNOWN)
    return person


def _account(person: Person | None) -> Person:
    """See that somebody has an account: a contact who only gets mail has none."""
    if person is None or person.role is None:
        raise AccountError(Problem.UNKNOWN)
    return person


def _keep_an_administrator(session: Session, account: Person) -> None:
    if [one.id for one in people.active_administrators(session)] == [account.id]:
        raise AccountError(Problem.LAST_ADMINISTRATOR)


def _is_synced(kept: Sequence[Person], listed: dict[str, Contact]) -> bool:
    by_address = {person.email: person for person in kept}
    return set(listed) <= set(by_address) and all(
        person.role is not None or _follows(person, listed.get(person.email)) for person in kept
    )


def _follows(person: Person, contact: Contact | None) -> bool:
    """Tell whether somebody without an account is as the contacts file says (None: it does not name them)."""
    if contact is None:
        return not person.is_active
    told = (contact.name, contact.language, contact.domains)
    return person.is_active and (person.name, person.language, person.domains) == told


def _follow(session: Session, person: Person, contact: Contact | None) -> None:
    people.set_active(session, person.id, is_active=contact is not None)
    if contact is not None:
        people.describe(
            session, person.id, name=contact.name, language=contact.language, domains=contact.domains
        )
