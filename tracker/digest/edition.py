"""Decides which calls a contact is told about in one edition; pure, so that tables can test it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.core.call import Call, Deadline, DeadlineKind, Status
from tracker.core.delivery import Line, LineReason
from tracker.core.match import Match
from tracker.core.profile import Contact, Frequency, Priority

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The zone of the people who read the digest."""

SOON = timedelta(days=14)
"""How far ahead a moment to decide or a deadline is worth a reminder: two editions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A call that could be told to one contact, with its best match among that contact's priorities.

    `also` are the contact's other priorities that it fits.
    """

    call: Call
    match: Match
    priority: Priority
    also: tuple[Priority, ...] = ()
    decide_by: date | None = None
    next_deadline: Deadline | None = None

    @property
    def deadline(self) -> date | None:
        """The day of the next deadline."""
        return self.next_deadline.date if self.next_deadline else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One call that is shown, and the line that the ledger keeps of it."""

    candidate: Candidate
    line: Line

    @property
    def is_earlier(self) -> bool:
        """Tell whether its deadline moved forward: what a contact must know first."""
        now, before = self.line.deadline, self.line.previous_deadline
        return self.line.reason is LineReason.CHANGED and bool(now and before and now < before)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPlan:
    """What one edition tells a contact; a call is in one section only.

    In a first edition `new` holds what is open now (reason baseline) and `silent` the lines of what is only
    counted, so that it does not come later as if it were new. `more` counts what fits but is not shown and
    `coming`, in a first edition, what is announced but not open yet.
    """

    first: bool = False
    changed: tuple[Entry, ...] = ()
    new: tuple[Entry, ...] = ()
    decide_soon: tuple[Entry, ...] = ()
    closing: tuple[Entry, ...] = ()
    silent: tuple[Line, ...] = ()
    more: int = 0
    coming: int = 0

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that is shown, in reading order."""
        return self.changed + self.new + self.decide_soon + self.closing

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the ledger keeps when the message has arrived."""
        return tuple(entry.line for entry in self.entries) + self.silent

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show: a quiet edition."""
        return not self.entries


def is_soon(moment: date | None, today: date) -> bool:
    """Tell whether a moment is near enough for a reminder, and not past."""
    return moment is not None and today <= moment <= today + SOON


def plan_edition(
    contact: Contact,
    candidates: Iterable[Candidate],
    told: Mapping[int, Line],
    *,
    first: bool,
    now: datetime,
) -> EditionPlan:
    """Choose the calls of one edition and put them in order.

    `told` holds, by call id, the last line that reached this contact by this channel; `now` is aware. What
    exceeds the contact's limit stays untold and comes in a later edition, except in the first one.
    """
    alive = [candidate for candidate in candidates if _is_alive(candidate, now)]
    if first:
        return _plan_first(contact, alive, now=now)
    today = now.astimezone(AMSTERDAM).date()
    sections: dict[LineReason, list[Entry]] = {reason: [] for reason in LineReason}
    for candidate in alive:
        line = _line_for(contact, candidate, told.get(candidate.call.id), today=today)
        if line is not None:
            sections[line.reason].append(Entry(candidate, line))
    return _seat(contact, {reason: _in_order(entries) for reason, entries in sections.items()})


def _is_alive(candidate: Candidate, now: datetime) -> bool:
    """Tell whether the city can still do something with it. A call of unknown status is not dropped."""
    gone = candidate.call.status_at(now) in {Status.CLOSED, Status.VANISHED}
    return not gone and not candidate.match.blocked


def _qualifies(contact: Contact, candidate: Candidate) -> bool:
    return candidate.match.strength.rank >= contact.minimum.rank


def _plan_first(contact: Contact, candidates: Sequence[Candidate], *, now: datetime) -> EditionPlan:
    entries = _in_order(
        [
            Entry(candidate, _line(candidate, LineReason.BASELINE))
            for candidate in candidates
            if _qualifies(contact, candidate)
        ]
    )
    shown, hidden = entries[: contact.limit], entries[contact.limit :]
    silent = tuple(_line(entry.candidate, LineReason.BASELINE, shown=False) for entry in hidden)
    coming = sum(entry.candidate.call.status_at(now) is Status.FORTHCOMING for entry in entries)
    return EditionPlan(first=True, new=shown, silent=silent, more=len(hidden), coming=coming)


def _line_for(contact: Contact, candidate: Candidate, told: Line | None, *, today: date) -> Line | None:
    """Give the line that this call deserves in a regular edition, or None when there is nothing to say.

    A call that a first edition only counted is neither new nor changed, but its moments are reminded of. A
    changed deadline is told even when the call no longer fits: the contact may be at work on it. A contact
    who wants only what is urgent meets a call for the first time when its moment is near.
    """
    if told is not None and told.shown and _has_moved(candidate, told, today=today):
        return _line(candidate, LineReason.CHANGED, previous=told.deadline)
    if not _qualifies(contact, candidate):
        return None
    if told is None and contact.frequency is not Frequency.URGENT:
        return _line(candidate, LineReason.NEW)
    reminder = _reminder(candidate, told, today=today)
    return _line(candidate, reminder) if reminder else None


def _has_moved(candidate: Candidate, told: Line, *, today: date) -> bool:
    """Tell whether the deadline that was told is no longer true.

    The next cut-off or stage taking over after the told one has passed is the calendar's work, not a change,
    also where the source no longer lists the one that passed.
    """
    deadline, before = candidate.deadline, told.deadline
    if deadline is None or deadline == before:
        return False
    if before is None or deadline < before:
        return True
    data = candidate.call.data
    has_series = data.deadline_kind in {DeadlineKind.CUT_OFFS, DeadlineKind.TWO_STAGE}
    still_listed = before in {listed.date for listed in data.deadlines}
    return not still_listed and not (has_series and before < today)


def _reminder(candidate: Candidate, told: Line | None, *, today: date) -> LineReason | None:
    """Give the reminder that is due: one of each kind for a deadline, and to decide before it closes."""
    reminded = told.reason if told is not None and told.deadline == candidate.deadline else None
    decide_is_near = is_soon(candidate.decide_by, today)
    if decide_is_near and reminded not in {LineReason.DECIDE_SOON, LineReason.CLOSING}:
        return LineReason.DECIDE_SOON
    if is_soon(candidate.deadline, today) and reminded is not LineReason.CLOSING:
        return LineReason.CLOSING
    return None


def _line(
    candidate: Candidate, reason: LineReason, *, shown: bool = True, previous: date | None = None
) -> Line:
    return Line(
        call_id=candidate.call.id,
        reason=reason,
        priority=candidate.priority.slug,
        shown=shown,
        deadline=candidate.deadline,
        previous_deadline=previous,
    )


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort by strength, then the soonest moment, score and id; priorities take turns within a strength."""
    ordered = sorted(entries, key=_sort_key)
    by_strength = _group(ordered, lambda entry: entry.candidate.match.strength)
    return tuple(entry for same in by_strength for entry in _in_turns(same))


def _sort_key(entry: Entry) -> tuple[int, date, float, int]:
    candidate = entry.candidate
    moments = [moment for moment in (candidate.decide_by, candidate.deadline) if moment is not None]
    soonest = min(moments, default=date.max)
    return (-candidate.match.strength.rank, soonest, -candidate.match.score, candidate.call.id)


def _in_turns(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Deal the entries out one priority at a time, so that a full priority crowds no other out."""
    queues = _group(entries, lambda entry: entry.candidate.priority.slug)
    for turn in range(max(map(len, queues), default=0)):
        yield from (queue[turn] for queue in queues if turn < len(queue))


def _group(entries: Iterable[Entry], key: Callable[[Entry], str]) -> list[list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return list(groups.values())


def _seat(contact: Contact, sections: Mapping[LineReason, tuple[Entry, ...]]) -> EditionPlan:
    """Give out the contact's limit: earlier deadlines, then new calls, then reminders, then later deadlines.

    A third of the limit is kept for reminders when there are any: a moment that passes does not come back,
    a new call comes next week.
    """
    urgent = [entry for entry in sections[LineReason.CHANGED] if entry.is_earlier]
    calm = [entry for entry in sections[LineReason.CHANGED] if not entry.is_earlier]
    reminders = [*sections[LineReason.DECIDE_SOON], *sections[LineReason.CLOSING]]
    new = sections[LineReason.NEW]
    kept = min(len(reminders), contact.limit // 3)
    seats = Seats(contact.limit)
    shown = [*seats.take(urgent), *seats.take(new, keep=kept), *seats.take(reminders), *seats.take(calm)]
    chosen = {reason: tuple(entry for entry in shown if entry.line.reason is reason) for reason in LineReason}
    return EditionPlan(
        changed=chosen[LineReason.CHANGED],
        new=chosen[LineReason.NEW],
        decide_soon=chosen[LineReason.DECIDE_SOON],
        closing=chosen[LineReason.CLOSING],
        more=sum(map(len, sections.values())) - len(shown),
    )


class Seats:
    """The places that are left in one mail."""

    def __init__(self, count: int) -> None:
        self.left = count

    def take(self, entries: Sequence[Entry], *, keep: int = 0) -> Sequence[Entry]:
        """Seat as many as there is room for, leaving `keep` places free."""
        seated = entries[: max(0, self.left - keep)]
        self.left -= len(seated)
        return seated
