"""Says what a contact must know of one call, in sentences of their language, ready for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from tracker.core.call import (
    Budget,
    Call,
    CallData,
    Deadline,
    DeadlineKind,
    FactName,
    MomentKind,
    Status,
    text_of,
)
from tracker.core.delivery import LineReason
from tracker.core.match import CityRole
from tracker.digest import formats
from tracker.digest.edition import AMSTERDAM, Candidate, Entry, is_soon
from tracker.digest.terms import TermView, terms_of
from tracker.digest.usual_rates import usually_covers_all
from tracker.digest.vocabulary import Words

__all__ = [
    "ASSUMED_SHARE",
    "CallView",
    "Link",
    "TermView",
    "fact",
    "funding_rate",
    "programme_name",
    "safe_url",
    "say_budget",
    "say_burden",
    "say_closes",
    "say_contribution",
    "say_deadline",
    "say_decide",
    "say_moved",
    "say_opens",
    "say_per_project",
    "say_role",
    "say_total",
    "say_why_here",
    "terms_of",
    "view_call",
]

ASSUMED_SHARE = 4
"""The city as one of four equal partners, where a call does not state the smallest consortium; we say so."""
_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can be pressed."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call as it stands in the mail."""

    number: int
    title: str
    language: str
    programme: str
    identifier: str
    strength: str
    moved: str
    why_here: str
    is_gone: bool
    priority: str
    terms: tuple[TermView, ...]
    also: str
    decide: str
    decide_is_soon: bool
    closes: str
    opens: str
    role: str
    money: str
    contribution: str
    burden: str
    caution: str
    url: str
    answers: tuple[Link, ...]


def view_call(
    entry: Entry,
    words: Words,
    *,
    number: int,
    programme_names: Mapping[str, tuple[str, str]],
    answers: Mapping[str, str],
    now: datetime,
    explains_role: bool = False,
) -> CallView:
    """Put one call into words. `answers` gives the address behind each answer, or nothing."""
    candidate, data = entry.candidate, entry.candidate.call.data
    today = now.astimezone(AMSTERDAM).date()
    text = text_of(data, (words.language, "en"))
    decide, opens = _say_decide_and_opens(candidate, words, now=now)
    return CallView(
        number=number,
        title=formats.clean(text.title) or formats.clean(data.identifier),
        language=text.language,
        programme=programme_name(data, programme_names, words),
        identifier=formats.clean(data.identifier, longest=80),
        strength=words.strengths[candidate.match.strength],
        moved=say_moved(entry, words, now=now),
        why_here=say_why_here(candidate, words),
        is_gone=entry.is_gone,
        priority=candidate.priority.text(words.language).title,
        terms=terms_of(candidate.match.reasons, words),
        also=formats.listing([other.text(words.language).title for other in candidate.also], words),
        decide=decide,
        decide_is_soon=is_soon(candidate.decide_by, today),
        closes=say_closes(candidate, words),
        opens=opens,
        role=say_role(candidate.match.role, words, explained=explains_role),
        money=" · ".join(say_budget(data, words)),
        contribution=say_contribution(data, words),
        burden=say_burden(data, words),
        caution=words.mined if fact(data, FactName.CONFIDENCE) == "mined" else "",
        url=safe_url(data.url),
        answers=tuple(Link(words.answers[answer], url) for answer, url in answers.items()),
    )


def say_why_here(candidate: Candidate, words: Words) -> str:
    """Say who passed a call on and with which words, or that the reader put it off; mostly nothing."""
    passed = candidate.passed_on
    if passed is None:
        return words.asked_again if candidate.asked_again else ""
    by, note = formats.clean(passed.by), formats.clean(passed.note)
    return words.passed_on_note.format(by=by, note=note) if note else words.passed_on.format(by=by)


def programme_name(data: CallData, names: Mapping[str, tuple[str, str]], words: Words) -> str:
    """Give the programme's name in the reader's language (`names` holds Dutch and English), else its code."""
    known = names.get(data.programme)
    if known is not None:
        return words.of_two(known)
    return formats.clean(data.programme_code or data.programme, longest=80)


def say_moved(entry: Entry, words: Words, *, now: datetime) -> str:
    """Say what is no longer as it was told: another deadline, gone or back; else nothing."""
    line = entry.line
    if line.reason is LineReason.BACK:
        return words.back
    if line.reason is LineReason.GONE:
        return _say_gone(entry, words, now=now)
    if line.reason is not LineReason.CHANGED or line.deadline is None:
        return ""
    closes = formats.full_date(line.deadline, words)
    if line.previous_deadline is None:
        return words.moved_from_unknown.format(now=closes)
    return words.moved.format(now=closes, before=formats.plain_date(line.previous_deadline, words))


def _say_gone(entry: Entry, words: Words, *, now: datetime) -> str:
    if entry.candidate.call.status_at(now) is Status.VANISHED:
        return words.vanished
    before = entry.line.previous_deadline
    if before is None:
        return words.closed_now
    return words.closed_early.format(before=formats.full_date(before, words))


def say_decide(candidate: Candidate, words: Words, *, today: date) -> str:
    """Say until when there is time to decide; a moment that passed is labelled, not hidden."""
    if candidate.decide_by is None:
        return ""
    sentence = words.decide_passed if candidate.decide_by < today else words.decide_by
    return sentence.format(date=formats.near_date(candidate.decide_by, words, today=today))


def _say_decide_and_opens(candidate: Candidate, words: Words, *, now: datetime) -> tuple[str, str]:
    """Say until when to decide and when the call opens: in one sentence where the decision comes first."""
    today = now.astimezone(AMSTERDAM).date()
    decide, opens = say_decide(candidate, words, today=today), say_opens(candidate.call, words, now=now)
    opens_on, decide_by = candidate.call.data.opens_on, candidate.decide_by
    if not opens or opens_on is None or decide_by is None or not today <= decide_by < opens_on:
        return decide, opens
    return words.decide_before_open.format(decide=decide, date=formats.full_date(opens_on, words)), ""


def say_closes(candidate: Candidate, words: Words) -> str:
    """Say how and when the call closes, with the hour where it is known."""
    return say_deadline(candidate.call.data.deadline_kind, candidate.next_deadline, words)


def say_deadline(kind: DeadlineKind, deadline: Deadline | None, words: Words) -> str:
    """Say what one deadline of a call of this kind is, or how the call closes where it has none."""
    if deadline is None:
        return {
            DeadlineKind.ROLLING: words.rolling,
            DeadlineKind.UNTIL_EXHAUSTED: words.until_exhausted,
        }.get(kind, words.deadline_unknown)
    sentence = {
        MomentKind.SINGLE: words.closes,
        MomentKind.STAGE_1: words.closes_stage_1,
        MomentKind.STAGE_2: words.closes_stage_2,
        MomentKind.CUT_OFF: words.closes_cut_off,
    }[deadline.kind]
    if kind is DeadlineKind.UNTIL_EXHAUSTED:
        sentence = words.closes_or_exhausted
    return sentence.format(date=_moment(deadline, words))


def _moment(deadline: Deadline, words: Words) -> str:
    if deadline.time is None:
        return words.hour_unknown.format(date=formats.full_date(deadline.date, words))
    return words.at_hour.format(
        date=formats.full_date(deadline.date, words), hour=formats.hour(deadline.time, words)
    )


def say_opens(call: Call, words: Words, *, now: datetime) -> str:
    """Say when a call that is only announced opens, else nothing."""
    if call.status_at(now) is not Status.FORTHCOMING or call.data.opens_on is None:
        return ""
    return words.opens.format(date=formats.full_date(call.data.opens_on, words))


def say_role(role: CityRole, words: Words, *, explained: bool = False) -> str:
    """Say what the city can be under this call; `explained` adds what a rare role means."""
    if role is CityRole.NONE_SEEN:
        return words.no_role
    said = words.city_can.format(role=words.roles[role])
    return f"{said} ({words.role_meanings[role]})" if explained and role in words.role_meanings else said


def say_budget(data: CallData, words: Words) -> list[str]:
    """Say the amounts, each with what it is for: one project or the whole call."""
    budget = data.budget
    parts = [say_per_project(budget, words), say_total(budget, words)]
    rate = funding_rate(data)
    if rate is not None:
        parts.append(words.covered.format(percent=formats.percent(rate, words)))
    known = [part for part in parts if part]
    has_amount = any(parts[:2])
    return known if has_amount else [words.amount_unknown, *known]


def say_per_project(budget: Budget, words: Words) -> str:
    """Say what one project may get, or nothing where the source does not state it."""
    ends = (budget.per_project_min, budget.per_project_max)
    low, high = (formats.amount(end, budget.currency, words) if end else "" for end in ends)
    if not low and not high:
        return ""
    both = low and high and low != high
    said = words.amount_range.format(low=low, high=high) if both else high or low
    return words.per_project.format(amount=said)


def say_total(budget: Budget, words: Words) -> str:
    """Say what the whole call holds, and that other calls draw on it too; nothing where it is not stated."""
    if not budget.total:
        return ""
    said = words.in_total.format(amount=formats.amount(budget.total, budget.currency, words))
    if budget.shared:
        return words.shared.format(amount=said)
    if budget.expected_grants:
        return f"{said} {words.count(words.grants, budget.expected_grants)}"
    return said


def say_contribution(data: CallData, words: Words) -> str:
    """Say what the city would pay itself, only as far as the source's own figures carry it.

    An amount needs the rate and the grant of one project. The grant is then taken as divided equally over the
    smallest consortium, or over four where that is not stated; the sentence says which. Without a rate the
    type of action may tell what is usual, and the sentence says that it is only that.
    """
    rate, grant = funding_rate(data), data.budget.per_project_max
    stated = _number(fact(data, FactName.CONSORTIUM_MINIMUM))
    if rate is None or not 0 < rate <= _WHOLE:
        return words.contribution_usually_none if usually_covers_all(data) else words.contribution_unknown
    if rate == _WHOLE:
        return words.contribution_none
    own = formats.percent(_WHOLE - rate, words)
    if not grant:
        return words.contribution_percent.format(percent=own)
    share = grant / (stated or ASSUMED_SHARE) / rate * _WHOLE
    sentence = words.contribution if stated else words.contribution_assumed
    if stated == 1:
        sentence = words.contribution_alone
    return sentence.format(
        own=formats.amount(_rounded(share * (_WHOLE - rate) / _WHOLE), data.budget.currency, words),
        percent=own,
        share=formats.amount(_rounded(share), data.budget.currency, words),
        n=stated,
    )


def say_burden(data: CallData, words: Words) -> str:
    """Say what applying and accounting take, in parts, or nothing where the source states none of it."""
    stages = {DeadlineKind.TWO_STAGE: words.two_stages, DeadlineKind.FIXED: words.one_stage}
    model = words.cost_models.get(fact(data, FactName.COST_MODEL), "")
    found = [_say_consortium(data, words), stages.get(data.deadline_kind, ""), model]
    parts = [part for part in found if part]
    return words.burden.format(parts=" · ".join(parts)) if parts else ""


def _say_consortium(data: CallData, words: Words) -> str:
    partners = _number(fact(data, FactName.CONSORTIUM_MINIMUM))
    countries = _number(fact(data, FactName.CONSORTIUM_COUNTRIES))
    if partners is None:
        return ""
    if partners == 1:
        return words.alone
    if countries and countries > 1:
        return words.partners_and_countries.format(n=partners, countries=countries)
    return words.partners.format(n=partners)


def funding_rate(data: CallData) -> Decimal | None:
    """Give the covered share in percent: as the source's field says, else as its text does."""
    if data.budget.funding_rate is not None:
        return data.budget.funding_rate
    return _decimal(fact(data, FactName.FUNDING_RATE))


def fact(data: CallData, name: FactName) -> str:
    """Give the value of the first fact of this name, or nothing."""
    return next((found.value for found in data.facts if found.name is name), "")


def safe_url(url: str) -> str:
    """Give the address back when it is a web address, else nothing: a reader is going to press it."""
    stripped = url.strip()
    try:
        parts = urlsplit(stripped)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    return stripped if is_web and stripped.isprintable() and " " not in stripped else ""


def _number(value: str) -> int | None:
    return int(value) if value.isdecimal() and int(value) > 0 else None


def _decimal(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _rounded(value: Decimal) -> Decimal:
    """Round to thousands: more digits would look like knowledge."""
    return value.quantize(Decimal("1E3")) if value >= 1_000 else value
