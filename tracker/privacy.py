"""What a person may ask for: everything that is kept about them, and that it is erased."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from db import answers, deliveries, people, reviews
from db.engine import Engine, Session, scrub, session_scope
from tracker.account_rules import AccountError, Problem, clean_address
from tracker.core.answer import Answer
from tracker.core.delivery import Delivery, LineReason
from tracker.core.errors import UsageError
from tracker.core.person import Person, Subscription
from tracker.core.profile import Contact
from tracker.core.review import Assessment, Note, ReviewEvent
from tracker.mail import file_stem, remove_drafts

PSEUDONYM = "erased-"
"""How the name begins that stands for an erased person; nothing leads from it to the person."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and the name under which the counts go on."""

    pseudonym: str
    deliveries: int
    answers: int
    files: int


def export(engine: Engine, address: str, contact: Contact | None) -> dict[str, Any]:
    """Give everything that is kept about a person, however the address is written, in shapes that JSON has.

    Raises:
        UsageError: nothing is.
    """
    address = address.strip()
    with session_scope(engine, read_only=True) as session:
        messages = deliveries.listing(session, contact=address, limit=None)
        given = answers.of_contact(session, address)
        absence = answers.absence(session, address)
        person = people.find(session, clean_address(address))
        account = None if person is None else _account(session, person)
        work = None if person is None else _work(session, person)
    if contact is None and person is None and not messages and not given and absence is None:
        raise _nothing_kept(address)
    return {
        "address": address,
        "contact": None if contact is None else _contact(contact),
        "no_mail": None if absence is None else {"since": _text(absence.at), "until": _text(absence.until)},
        "deliveries": [_delivery(one) for one in reversed(messages)],
        "answers": [_answer(one) for one in given],
        "account": account,
        "review": work,
    }


def erase(engine: Engine, address: str, contact: Contact | None, *, out: Path) -> Erased:
    """Take away what was written to a person and what they wrote; what is only counted goes on nameless.

    The address may be written in any way: capitals make no other person.
    The texts of messages and of answers go, and their files; a pseudonym takes the place of the address, and
    of the name in the audit trail of the reviews. The account, its sessions and its subscriptions go. What
    was written with a call stays, for it is the city's own file. The caller holds the lock of the main job.

    Raises:
        UsageError: the address is still in the contacts file, so that it would be written to again; or
            nothing is kept about it; or it is the only administrator's.
    """
    if contact is not None:
        raise UsageError(
            f"{address} is still in the contacts file: remove it there first, and try again",
            nl=f"{address} staat nog in het contactenbestand: haal het daar eerst weg en probeer het opnieuw",
        )
    address = address.strip()
    pseudonym = PSEUDONYM + secrets.token_hex(6)
    with session_scope(engine) as session:
        absence = answers.absence(session, address)
        messages = deliveries.erase(session, address, pseudonym)
        given = answers.erase(session, address, pseudonym)
        person = people.find(session, clean_address(address))
        if person is not None:
            _erase_person(session, person, pseudonym)
    if person is None and absence is None and not messages and not given:
        raise _nothing_kept(address)
    scrub(engine)
    return Erased(pseudonym, messages, given, _remove_files(out, address))


def _nothing_kept(address: str) -> UsageError:
    return UsageError(f"nothing is kept about {address}", nl=f"over {address} wordt niets bewaard")


def _erase_person(session: Session, person: Person, pseudonym: str) -> None:
    if [one.id for one in people.active_administrators(session)] == [person.id]:
        raise AccountError(Problem.LAST_ADMINISTRATOR)
    people.erase(session, person.id, pseudonym)


def _remove_files(out: Path, address: str) -> int:
    """Remove a person's editions, previews and half files; gives how many whole ones there were."""
    reasons = "|".join(LineReason)
    edition = rf"\d{{4}}-(?:W\d\d|\d\d-\d\d(?:-(?:{reasons}))?)"
    theirs = re.compile(rf"{edition}{re.escape(file_stem(address, ''))}\.(?:eml|html)")
    folders = [folder for folder in (out, out / "preview") if folder.is_dir()]
    for folder in folders:
        remove_drafts(folder)
    paths = [path for folder in folders for path in folder.iterdir() if theirs.fullmatch(path.name)]
    for path in paths:
        path.unlink()
    return len(paths)


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "email": contact.email,
        "domains": [domain.value for domain in contact.domains] or "all",
        "language": contact.language,
        "frequency": contact.frequency.value,
        "limit": contact.limit,
        "minimum": contact.minimum.value,
        "quiet_weeks": contact.quiet_weeks,
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "edition": one.edition,
        "channel": one.channel.value,
        "state": one.state.value,
        "subject": one.subject,
        "created_at": _text(one.created_at),
        "sent_at": _text(one.sent_at),
        "attempts": one.attempts,
        "error": one.error or None,
        "message": one.message.decode("utf-8", "replace"),
        "told": [
            {
                "call_id": line.call_id,
                "reason": line.reason.value,
                "priority": line.priority,
                "shown": line.shown,
                "deadline": _text(line.deadline),
            }
            for line in one.lines
        ],
    }


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "answer": one.kind.value,
        "at": _text(one.at),
        "until": _text(one.until),
        "to_domain": one.to_domain.value if one.to_domain else None,
        "note": one.note,
    }


def _account(session: Session, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "domains": [domain.value for domain in person.domains] or "all",
        "role": person.role.value if person.role else None,
        "is_active": person.is_active,
        "locked_until": _text(person.locked_until),
        "sessions": [
            {"since": _text(made), "used_at": _text(used)}
            for made, used in people.web_sessions(session, person.id)
        ],
        "subscriptions": [_subscription(one) for one in people.subscriptions(session, person.id)],
    }


def _subscription(one: Subscription) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "title": one.title,
        "filters": one.filters,
        "created_at": _text(one.created_at),
        "used_at": _text(one.used_at),
        "revoked_at": _text(one.revoked_at),
    }


def _work(session: Session, person: Person) -> dict[str, Any]:
    """Give what a person did and wrote with calls, and what is assigned to them; others' part is left out."""
    events: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    assessments: list[dict[str, Any]] = []
    assigned: list[int] = []
    for profile, call_id in people.reviewed_by(session, person.id):
        trail = reviews.trail(session, profile, call_id)
        events += [_event(one) for one in trail if one.person_id == person.id]
        written = reviews.notes(session, profile, call_id)
        notes += [_note(one) for one in written if one.person_id == person.id]
        filled = reviews.assessments(session, profile, call_id)
        assessments += [_assessment(one) for one in filled if one.person_id == person.id]
        assigned += [call_id] if reviews.get(session, profile, call_id).person_id == person.id else []
    return {"events": events, "notes": notes, "assessments": assessments, "assigned": assigned}


def _event(one: ReviewEvent) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "at": _text(one.at),
        "field": one.field,
        "old": one.old,
        "new": one.new,
        "because": one.because,
    }


def _note(one: Note) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "at": _text(one.at),
        "text": one.text,
        "withdrawn_at": _text(one.withdrawn_at),
    }


def _assessment(one: Assessment) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "at": _text(one.at),
        "framework": one.version,
        "blockers": one.blockers,
        "answers": {slug: [answer.score, answer.sentence] for slug, answer in one.answers.items()},
        "advice": one.advice.value,
        "decision": one.decision.value if one.decision else None,
        "because": one.because,
    }


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
