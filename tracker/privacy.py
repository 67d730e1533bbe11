"""What a person may ask for: everything that is kept about them, and that it is erased."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from db import answers, deliveries
from db.engine import Engine, scrub, session_scope
from tracker.core.answer import Answer
from tracker.core.delivery import Delivery
from tracker.core.errors import UsageError
from tracker.core.profile import Contact
from tracker.mail import file_stem

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
    """Give everything that is kept about a person, in shapes that JSON has.

    Raises:
        UsageError: nothing is.
    """
    with session_scope(engine, read_only=True) as session:
        messages = deliveries.listing(session, contact=address, limit=None)
        given = answers.of_contact(session, address)
        absence = answers.absence(session, address)
    if contact is None and not messages and not given and absence is None:
        raise UsageError(f"nothing is kept about {address}")
    return {
        "address": address,
        "contact": None if contact is None else _contact(contact),
        "no_mail": None if absence is None else {"since": _text(absence.at), "until": _text(absence.until)},
        "deliveries": [_delivery(one) for one in reversed(messages)],
        "answers": [_answer(one) for one in given],
    }


def erase(engine: Engine, address: str, contact: Contact | None, *, out: Path) -> Erased:
    """Take away what was written to a person and what they wrote; what is only counted goes on nameless.

    The texts of messages and notes go, and their files; a pseudonym takes the place of the address. The
    caller holds the lock of the main job.

    Raises:
        UsageError: the address is still in the contacts file, so that it would be written to again; or
            nothing is kept about it.
    """
    if contact is not None:
        raise UsageError(f"{address} is still in the contacts file: remove it there first, and try again")
    pseudonym = PSEUDONYM + secrets.token_hex(6)
    with session_scope(engine) as session:
        editions = deliveries.editions(session, address)
        messages = deliveries.erase(session, address, pseudonym)
        given = answers.erase(session, address, pseudonym)
    if not messages and not given:
        raise UsageError(f"nothing is kept about {address}")
    scrub(engine)
    return Erased(pseudonym, messages, given, _remove_files(out, address, editions))


def _remove_files(out: Path, address: str, editions: list[str]) -> int:
    folders = (out, out / "preview")
    paths = [
        folder / f"{file_stem(address, edition)}.{ending}"
        for folder in folders
        for edition in editions
        for ending in ("eml", "html")
    ]
    present = [path for path in paths if path.is_file()]
    for path in present:
        path.unlink()
    return len(present)


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


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
