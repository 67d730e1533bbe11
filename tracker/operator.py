"""Tells the operator by mail what a person must mend: once when it begins, and again when it is well.

The mail goes through the outbox, by a channel of its own, in the transaction that notes that it was told; so
it is told once, survives a mail server that is down, and is shown by `tracker deliveries`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from zoneinfo import ZoneInfo

from db import deliveries, notices
from db.engine import Session
from tracker.core.delivery import Channel, Delivery, DeliveryState
from tracker.core.run import SourceState
from tracker.health import Health

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

LATE = timedelta(hours=2)
"""How long after its hour a Monday counts as missed."""

WAITED = timedelta(hours=4)
"""How long a message may be tried in vain before the operator is told."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to mend: `key` names it for good, each pair is the Dutch and the English sentence."""

    key: str
    wrong: tuple[str, str]
    well: tuple[str, str]


def source_troubles(
    healths: Iterable[tuple[str, Health]], *, patience: timedelta, now: datetime
) -> list[Trouble]:
    """Give the sources that stay in trouble for longer than patience; touches nothing."""
    found = []
    for name, health in healths:
        needs_help = health.state.is_broken or health.state is SourceState.NEEDS_KEY
        if not needs_help or health.since is None or now - health.since < patience:
            continue
        since = _moment(health.since)
        error = health.last_run.error if health.last_run else ""
        found.append(
            Trouble(
                f"source:{name}",
                (
                    f"Bron {name} wordt niet gelezen sinds {since}. {error} Kijk met: tracker sources",
                    f"Source {name} is not read since {since}. {error} Look with: tracker sources",
                ),
                (f"Bron {name} geeft geen storing meer.", f"Source {name} is in trouble no more."),
            )
        )
    return found


def delivery_troubles(messages: Iterable[Delivery], *, now: datetime) -> list[Trouble]:
    """Give the digests that could not be sent, or of which nobody knows; touches nothing."""
    found = []
    for one in messages:
        is_stuck = one.state is DeliveryState.PENDING and one.attempts > 0 and now - one.created_at > WAITED
        if one.channel is Channel.OPERATOR or not (
            is_stuck or one.state in {DeliveryState.FAILED, DeliveryState.UNSURE}
        ):
            continue
        what = f"{one.edition} ({one.channel.value}), nr. {one.id}"
        found.append(
            Trouble(
                f"delivery:{one.id}",
                (
                    f"Digest {what} is niet aangekomen: {one.error} Kijk met: tracker deliveries",
                    f"Digest {what} has not arrived: {one.error} Look with: tracker deliveries",
                ),
                (f"Digest {what} is geregeld.", f"Digest {what} is settled."),
            )
        )
    return found


def monday_trouble(last_composed: datetime | None, *, digest_at: datetime, now: datetime) -> list[Trouble]:
    """Give the Monday that passed without digests being composed; `digest_at` is this week's moment.

    Where none was ever composed nothing was missed. Touches nothing.
    """
    if last_composed is None or last_composed >= digest_at or now < digest_at + LATE:
        return []
    day = digest_at.astimezone(AMSTERDAM).date().isoformat()
    return [
        Trouble(
            f"monday:{day}",
            (
                f"De digests van maandag {day} zijn niet op tijd gemaakt. Draait tracker schedule?",
                f"The digests of Monday {day} were not made in time. Does tracker schedule run?",
            ),
            (f"De digests van maandag {day} zijn nu gemaakt.", f"The digests of Monday {day} are made now."),
        )
    ]


def tell(
    session: Session,
    before: Sequence[Trouble],
    after: Sequence[Trouble],
    *,
    operator: str,
    sender: str,
    language: str,
    now: datetime,
) -> Delivery | None:
    """Put one mail about what is newly wrong, and what is well again, into the outbox; or none.

    `before` are the troubles at the beginning of a job and `after` those at its end: what a job mended by
    itself is told as both, so that a missed Monday does not stay unknown.
    """
    known = notices.told(session)
    everything = {trouble.key: trouble for trouble in (*before, *after)}
    lasting = {trouble.key for trouble in after}
    begun = [trouble for key, trouble in everything.items() if key not in known]
    over = [key for key in (*known, *everything) if key not in lasting]
    over = list(dict.fromkeys(over))
    if not begun and not over:
        return None
    for trouble in begun:
        notices.note_told(session, trouble.key, at=now)
    for key in over:
        notices.note_over(session, key)
    wrong = [_say(trouble.wrong, language) for trouble in begun]
    well = [_say(_well(key, everything), language) for key in over]
    return _post(session, wrong, well, operator=operator, sender=sender, language=language, now=now)


def _well(key: str, troubles: Mapping[str, Trouble]) -> tuple[str, str]:
    """Say that a trouble is over, also one that an earlier job told of."""
    if key in troubles:
        return troubles[key].well
    kind, _, name = key.partition(":")
    what = {"source": ("Bron", "Source"), "delivery": ("Bericht", "Message"), "monday": ("Maandag", "Monday")}
    dutch, english = what[kind]
    return f"{dutch} {name} is weer in orde.", f"{english} {name} is well again."


def _say(pair: tuple[str, str], language: str) -> str:
    return " ".join(pair[0 if language == "nl" else 1].split())


def _post(
    session: Session,
    wrong: Sequence[str],
    well: Sequence[str],
    *,
    operator: str,
    sender: str,
    language: str,
    now: datetime,
) -> Delivery | None:
    edition = f"notice-{now.isoformat(timespec='seconds')}"
    key = hashlib.sha256(f"{operator}\n{edition}".encode()).hexdigest()[:32]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = operator
    message["Subject"] = _subject(wrong, well, language)
    message["Date"] = format_datetime(now.astimezone(AMSTERDAM))
    message["Message-ID"] = f"<{key}@{parseaddr(sender)[1].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [*(f"- {line}" for line in wrong), *(f"+ {line}" for line in well)]
    advice = _say(("Alles nakijken: tracker doctor", "Check everything: tracker doctor"), language)
    message.set_content("\n\n".join([*lines, advice]) + "\n")
    number = deliveries.add(
        session,
        contact=operator,
        edition=edition,
        channel=Channel.OPERATOR,
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]),
        message=message.as_bytes(),
        html="",
        lines=(),
        created_at=now,
    )
    return deliveries.get(session, number)


def _subject(wrong: Sequence[str], well: Sequence[str], language: str) -> str:
    if wrong:
        count = len(wrong)
        return _say(
            (f"Europese kansen: {count} keer hulp nodig", f"European opportunities: {count} in need"),
            language,
        )
    return _say(("Europese kansen: weer in orde", "European opportunities: well again"), language)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
