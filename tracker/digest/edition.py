"""Decides which calls a contact is told about in one edition; pure, so that tables can test it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.core.call import DeadlineKind, Status
from tracker.core.delivery import Line, LineReason
from tracker.core.profile import Contact, Frequency
from tracker.digest.order import Candidate, Entry, in_order

__all__ = ["AMSTERDAM", "SOON", "WEEK", "Candidate", "EditionPlan", "Entry", "is_soon", "plan_edition"]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The zone of the people who read the digest."""

SOON = timedelta(days=14)
"""How far ahead a moment to decide or a deadline is worth a reminder: two editions."""
WEEK = timedelta(days=7)
"""From one weekly mail to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPlan:
    """What one edition tells a contact; a call is in one section only.

    In a first edition `new` holds what is open now (reason baseline) and `silent` the lines of what is only
    counted, so that it does not come later as if it were new. `more` counts what fits but is not shown and
    `coming`, in a first edition, what is announced but not open yet. `urgent` marks a mail outside the
    contact's rhythm. `fitting` is all that is open or coming and strong enough, shown or not.
    """

    first: bool = False
    urgent: bool = False
    changed: tuple[Entry, ...] = ()
    new: tuple[Entry, ...] = ()
    decide_soon: tuple[Entry, ...] = ()
    closing: tuple[Entry, ...] = ()
    silent: tuple[Line, ...] = ()
    more: int = 0
    coming: int = 0
    fitting: tuple[Candidate, ...] = ()

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


def is_soon(moment: date | None, today: date, within: timedelta = SOON) -> bool:
    """Tell whether a moment is near, for a reminder if not told otherwise, and not past."""
    return moment is not None and today <= moment <= today + within


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
    candidates = list(candidates)
    fitting = tuple(one for one in candidates if _is_alive(one, now) and _qualifies(contact, one))
    if first:
        return _plan_first(contact, fitting, now=now)
    today = now.astimezone(AMSTERDAM).date()
    sections: dict[LineReason, list[Entry]] = {reason: [] for reason in LineReason}
    for candidate in candidates:
        line = _line_for(contact, candidate, told.get(candidate.call.id), now=now)
        if line is not None:
            sections[line.reason].append(Entry(candidate, line))
    ordered = {reason: in_order(entries, today=today) for reason, entries in sections.items()}
    return _seat(contact, ordered, fitting=fitting)


def _is_alive(candidate: Candidate, now: datetime) -> bool:
    """Tell whether the city can still do something with it. A call of unknown status is not dropped."""
    gone = candidate.call.status_at(now) in {Status.CLOSED, Status.VANISHED}
    return not gone and not candidate.match.blocked


def _qualifies(contact: Contact, candidate: Candidate) -> bool:
    if candidate.passed_on is not None:
        return True
    return candidate.match.strength.rank >= contact.minimum.rank


def _plan_first(contact: Contact, fitting: tuple[Candidate, ...], *, now: datetime) -> EditionPlan:
    """Show the best of all that fits, and keep up to a third of the limit for what cannot wait a week.

    A call whose moment to decide passes before the next mail would else be counted and never seen in time.
    """
    today = now.astimezone(AMSTERDAM).date()
    entries = in_order(
        (Entry(candidate, _line(candidate, LineReason.BASELINE)) for candidate in fitting), today=today
    )
    beyond = entries[contact.limit :]
    pressing = [entry for entry in beyond if is_soon(entry.candidate.decide_by, today, WEEK)]
    kept = pressing[: contact.limit // 3]
    seats = contact.limit - len(kept)
    shown = (*entries[:seats], *kept)
    hidden = [entry for entry in entries[seats:] if entry not in kept]
    silent = tuple(_line(entry.candidate, LineReason.BASELINE, shown=False) for entry in hidden)
    coming = sum(entry.candidate.call.status_at(now) is Status.FORTHCOMING for entry in entries)
    return EditionPlan(first=True, new=shown, silent=silent, more=len(hidden), coming=coming, fitting=fitting)


def _line_for(contact: Contact, candidate: Candidate, told: Line | None, *, now: datetime) -> Line | None:
    """Give the line that this call deserves in a regular edition, or None when there is nothing to say.

    A call that a first edition only counted is neither new nor changed, but its moments are reminded of. What
    changed is told even when the call no longer fits: the contact may be at work on it. A contact who wants
    only what is urgent meets a call for the first time when its moment is near.
    """
    today = now.astimezone(AMSTERDAM).date()
    if told is not None and told.shown:
        changed = _what_changed(candidate, told, now=now)
        if changed is not None:
            previous = told.deadline if changed is not LineReason.BACK else None
            return _line(candidate, changed, previous=previous)
    if not _is_alive(candidate, now) or not _qualifies(contact, candidate):
        return None
    if told is None and contact.frequency is not Frequency.URGENT:
        return _line(candidate, LineReason.NEW)
    reminder = _reminder(candidate, told, today=today)
    return _line(candidate, reminder) if reminder else None


def _what_changed(candidate: Candidate, told: Line, *, now: datetime) -> LineReason | None:
    """Tell what is no longer as it was told: the call is gone, is back, or closes on another day."""
    today = now.astimezone(AMSTERDAM).date()
    was_gone = told.reason is LineReason.GONE
    if _is_gone(candidate, told, now=now):
        return None if was_gone else LineReason.GONE
    if not _is_alive(candidate, now):
        return None
    if was_gone:
        return LineReason.BACK
    return LineReason.CHANGED if _has_moved(candidate, told, today=today) else None


def _is_gone(candidate: Candidate, told: Line, *, now: datetime) -> bool:
    """Tell whether a call that was told vanished, or closed before the day that was told.

    A call that closes on its day is the calendar's work and needs no word.
    """
    status = candidate.call.status_at(now)
    if status is Status.CLOSED:
        return told.deadline is None or told.deadline > now.astimezone(AMSTERDAM).date()
    return status is Status.VANISHED


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


def _seat(
    contact: Contact,
    sections: Mapping[LineReason, tuple[Entry, ...]],
    *,
    fitting: tuple[Candidate, ...],
) -> EditionPlan:
    """Give out the contact's limit: earlier deadlines, then new calls, then reminders and calmer changes.

    A third of the limit is kept for those last two when there are any: a moment that passes does not come
    back, a new call comes next week.
    """
    urgent = [entry for entry in sections[LineReason.CHANGED] if entry.is_earlier]
    later = [entry for entry in sections[LineReason.CHANGED] if not entry.is_earlier]
    calm = [*sections[LineReason.GONE], *sections[LineReason.BACK], *later]
    others = [*sections[LineReason.DECIDE_SOON], *sections[LineReason.CLOSING], *calm]
    kept = min(len(others), contact.limit // 3)
    seats = Seats(contact.limit)
    shown = [*seats.take(urgent), *seats.take(sections[LineReason.NEW], keep=kept), *seats.take(others)]
    chosen = {reason: tuple(entry for entry in shown if entry.line.reason is reason) for reason in LineReason}
    return EditionPlan(
        changed=chosen[LineReason.CHANGED] + chosen[LineReason.GONE] + chosen[LineReason.BACK],
        new=chosen[LineReason.NEW],
        decide_soon=chosen[LineReason.DECIDE_SOON],
        closing=chosen[LineReason.CLOSING],
        more=sum(map(len, sections.values())) - len(shown),
        fitting=fitting,
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
