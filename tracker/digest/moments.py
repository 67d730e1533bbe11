"""Gives the calendar files of one edition: the moments of the calls it shows, and those that no longer hold.

They hang on the mail instead of being linked: a file of ten calls is under 10 kB of a mail that may be 100,
it works without a public address and behind a firewall, and an attachment is what mail programs add to a
calendar with one press.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tracker.calendar import CalendarMethod, Moment, in_amsterdam, moment_uid, write_calendar
from tracker.core.call import text_of
from tracker.core.profile import Contact
from tracker.digest import formats
from tracker.digest.calls import safe_url, say_closes
from tracker.digest.edition import AMSTERDAM, Entry
from tracker.digest.message import Attachment
from tracker.digest.vocabulary import Words


def calendar_files(
    entries: Sequence[Entry],
    contact: Contact,
    words: Words,
    *,
    name: str,
    sender: str,
    is_demo: bool,
    now: datetime,
) -> tuple[Attachment, ...]:
    """Give a file with the moments ahead and one with the moments to take out; none where it would be empty.

    `sender` is a plain address. Moments that are to be taken out are those of calls that are gone, and a
    moment to decide that passed because the deadline came nearer.
    """
    today = now.astimezone(AMSTERDAM).date()
    domain, mark = sender.partition("@")[2], words.demo_subject if is_demo else "{subject}"
    found = [_moments(entry, contact, words, domain=domain, mark=mark, today=today) for entry in entries]
    files = (
        (words.calendar_file, CalendarMethod.PUBLISH, [one for ahead, _ in found for one in ahead]),
        (words.calendar_gone_file, CalendarMethod.CANCEL, [one for _, over in found for one in over]),
    )
    return tuple(
        Attachment(
            file, method.value, write_calendar(moments, method=method, name=name, sender=sender, now=now)
        )
        for file, method, moments in files
        if moments
    )


def _moments(
    entry: Entry, contact: Contact, words: Words, *, domain: str, mark: str, today: date
) -> tuple[list[Moment], list[Moment]]:
    """Give the moments of one call that hold, and those that no longer do."""
    ahead, over = [], []
    for kind, at, sentence in _dates(entry, words):
        day = at.date() if isinstance(at, datetime) else at
        moment = Moment(
            uid=moment_uid(contact.email, entry.candidate.call.id, kind, domain=domain),
            sequence=entry.candidate.told_before,
            at=at,
            title=mark.format(subject=sentence.format(title=_title(entry, words))),
            description=say_closes(entry.candidate, words),
            url=safe_url(entry.candidate.call.data.url),
        )
        if not entry.is_gone and day >= today:
            ahead.append(moment)
        elif entry.is_gone or entry.is_earlier:
            over.append(moment)
    return ahead, over


def _dates(entry: Entry, words: Words) -> Iterator[tuple[str, date | datetime, str]]:
    candidate, told = entry.candidate, entry.line.previous_deadline
    if candidate.next_deadline is not None:
        closes = in_amsterdam(candidate.next_deadline)
        yield "deadline", told if entry.is_gone and told else closes, words.calendar_closes
    if candidate.decide_by is not None:
        yield "decide", candidate.decide_by, words.calendar_decides


def _title(entry: Entry, words: Words) -> str:
    data = entry.candidate.call.data
    title = formats.clean(text_of(data, (words.language, "en")).title, longest=120)
    return title or formats.clean(data.identifier)
