"""Puts the calls of one section in the order in which a person should look at them; pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.answer import PassedOn
from tracker.core.call import Call, Deadline
from tracker.core.delivery import Line, LineReason
from tracker.core.match import Match, ReasonKind
from tracker.core.profile import Priority, Strength

FAR_AHEAD = timedelta(days=183)
"""Half a year: a call that opens later than this can wait for those that cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A call that could be told to one contact, with its best match among that contact's priorities.

    `also` are the contact's other priorities that it fits, `told_before` how often it was told of already.
    `passed_on` is set where a colleague of another domain sent it, and `asked_again` where the contact chose
    to see it later and that day has come.
    """

    call: Call
    match: Match
    priority: Priority
    also: tuple[Priority, ...] = ()
    decide_by: date | None = None
    next_deadline: Deadline | None = None
    told_before: int = 0
    passed_on: PassedOn | None = None
    asked_again: bool = False

    @property
    def deadline(self) -> date | None:
        """The day of the next deadline."""
        return self.next_deadline.date if self.next_deadline else None

    @property
    def is_local(self) -> bool:
        """Tell whether it was lifted as money for the city's own region (`tracker.region`)."""
        return any(
            reason.kind is ReasonKind.LIFT and reason.term == "region" for reason in self.match.reasons
        )


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

    @property
    def is_gone(self) -> bool:
        """Tell whether there is nothing to apply for any more."""
        return self.line.reason is LineReason.GONE


def in_order(entries: Iterable[Entry], *, today: date) -> tuple[Entry, ...]:
    """Sort by strength, then what can be done in time, then by score; priorities take turns within each.

    A near date alone brings no call forward: it would push a better one out of the mail.
    """
    ordered = sorted(entries, key=lambda entry: (*_rank(entry, today), *_quality(entry)))
    alike = _group(ordered, lambda entry: str(_rank(entry, today)))
    return tuple(entry for same in alike for entry in _in_turns(same))


def _rank(entry: Entry, today: date) -> tuple[int, int, int]:
    """Give the place of an entry's group: the stronger fit, then in time, late, and far ahead.

    Money for the city's own region comes first within its group: it is rare, and soon gone.
    """
    candidate = entry.candidate
    opens, decide = candidate.call.data.opens_on, candidate.decide_by
    if opens is not None and opens > today + FAR_AHEAD:
        standing = 2
    else:
        standing = 1 if decide is not None and decide < today else 0
    strength = Strength.STRONG if candidate.passed_on else candidate.match.strength  # a person chose it
    return -strength.rank, standing, 0 if candidate.is_local else 1


def _quality(entry: Entry) -> tuple[float, int]:
    return -entry.candidate.match.score, entry.candidate.call.id


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
