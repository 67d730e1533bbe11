"""The JSON that programs get: names and order are a promise."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.core.answer import Answer
from tracker.core.call import Budget, Call, CallData, CallText, Change, Deadline, Fact
from tracker.core.match import Match, Reason
from tracker.core.run import Run

if TYPE_CHECKING:
    from db.calls import StoredSighting
    from scrapers.contract import Crawl
    from tracker.core.delivery import Delivery
    from tracker.region import Region
    from tracker.source_reports import SourceReport


def plain(value: Any) -> Any:  # noqa: ANN401 - any field of a call can be in the history
    """Give a value as JSON has it: dates by ISO 8601, amounts as numbers, parts of a call as in its shape."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if type(value) in _PARTS:
        return _PARTS[type(value)](value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def call_shape(call: Call, now: datetime) -> dict[str, Any]:
    """Give a call for `calls list --json` and everything built on it."""
    data = call.data
    upcoming = call.next_deadline(now)
    return {
        "id": call.id,
        "source": data.source,
        "source_ref": data.source_ref,
        "identifier": data.identifier,
        "title": data.title,
        "title_nl": data.title_nl,
        "programme": data.programme,
        "status": call.status_at(now).value,
        "claim": data.claim.value if data.claim else None,
        "opens_on": plain(data.opens_on),
        "deadlines": [deadline_shape(deadline) for deadline in data.deadlines],
        "deadline_kind": data.deadline_kind.value,
        "next_deadline": upcoming.date.isoformat() if upcoming else None,
        "budget": budget_shape(data.budget),
        "url": data.url,
        "first_seen": plain(call.first_seen),
        "last_seen": plain(call.last_seen),
    }


def deadline_shape(deadline: Deadline) -> dict[str, Any]:
    """Give one deadline; `time` is null where only the day is known."""
    clock = deadline.time.isoformat("minutes") if deadline.time else None
    return {"date": deadline.date.isoformat(), "time": clock, "kind": deadline.kind.value}


def budget_shape(budget: Budget) -> dict[str, Any]:
    """Give the amounts; null means not stated."""
    return {
        "total": plain(budget.total),
        "currency": budget.currency,
        "shared": budget.shared,
        "per_project_min": plain(budget.per_project_min),
        "per_project_max": plain(budget.per_project_max),
        "expected_grants": budget.expected_grants,
        "funding_rate": plain(budget.funding_rate),
    }


def call_detail_shape(call: Call, now: datetime) -> dict[str, Any]:
    """Give everything known of a call."""
    data = call.data
    return call_shape(call, now) | {
        "call_identifier": data.call_identifier,
        "call_title": data.call_title,
        "programme_code": data.programme_code,
        "action_type": data.action_type,
        "tags": list(data.tags),
        "facts": [fact_shape(fact) for fact in data.facts],
        "texts": [text_shape(text) for text in data.texts],
        "vanished_at": plain(call.vanished_at),
    }


def fact_shape(fact: Fact) -> dict[str, Any]:
    """Give one fact with its sentence."""
    return {"name": fact.name.value, "value": fact.value, "sentence": fact.sentence}


def text_shape(text: CallText) -> dict[str, Any]:
    """Give a call's words in one language."""
    return {
        "language": text.language,
        "title": text.title,
        "body": text.body,
        "keywords": list(text.keywords),
        "destination": text.destination,
        "conditions": text.conditions,
    }


_PARTS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Deadline: deadline_shape,
    Budget: budget_shape,
    Fact: fact_shape,
    CallText: text_shape,
}
"""How the parts of a call that a change can hold are told."""


def reason_shape(reason: Reason) -> dict[str, Any]:
    """Give one reason of a match."""
    return {
        "kind": reason.kind.value,
        "term": reason.term,
        "phrase": reason.phrase,
        "where": reason.where,
        "snippet": reason.snippet,
        "share": round(reason.share, 4),
        "language": reason.language,
    }


def match_shape(call: Call, match: Match, now: datetime) -> dict[str, Any]:
    """Give a match with its call."""
    return {
        "priority": match.priority,
        "rank": match.rank,
        "score": round(match.score, 6),
        "strength": match.strength.value,
        "reasons": [reason_shape(reason) for reason in match.reasons],
        "role": match.role.value,
        "role_sentence": match.role_sentence,
        "blocked": match.blocked,
    } | call_shape(call, now)


def answer_shape(answer: Answer) -> dict[str, Any]:
    """Give what a contact answered about a call."""
    return {
        "contact": answer.contact,
        "answer": answer.kind.value,
        "at": plain(answer.at),
        "until": plain(answer.until),
        "to_domain": answer.to_domain.value if answer.to_domain else None,
        "note": answer.note,
    }


def change_shape(change: Change) -> dict[str, Any]:
    """Give one row of a call's history."""
    return {
        "at": plain(change.at),
        "field": change.field,
        "old": plain(change.old),
        "new": plain(change.new),
        "run": change.run_id,
    }


def run_shape(run: Run) -> dict[str, Any]:
    """Give what one reading of a source did."""
    return {
        "id": run.id,
        "source": run.source,
        "state": run.state.value,
        "started_at": plain(run.started_at),
        "finished_at": plain(run.finished_at),
        "found": run.found,
        "new": run.new,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "vanished": run.vanished,
        "problems": run.problems,
        "gaps": list(run.gaps),
        "programmes": dict(run.programmes),
        "error_code": run.error_code or None,
        "error": run.error or None,
    }


def source_shape(report: "SourceReport") -> dict[str, Any]:
    """Give a source and its health."""
    health = report.health
    return {
        "name": report.source.name,
        "title": report.source.title,
        "state": health.state.value,
        "since": plain(health.since),
        "last_good": plain(health.last_good.finished_at) if health.last_good else None,
        "found": health.last_good.found if health.last_good else 0,
        "stored": report.stored,
        "open": report.open,
        "problems": health.last_run.problems if health.last_run else 0,
        "gaps": list(health.last_run.gaps) if health.last_run else [],
        "error": (health.last_run.error or None) if health.last_run else None,
        "trend": report.trend,
        "next_run": plain(report.next_run),
        "programmes": report.programmes,
        "on_schedule": report.is_on,
    }


def crawl_shape(name: str, crawl: "Crawl") -> dict[str, Any]:
    """Give what one reading of a source gave, for `sources check`."""
    return {
        "name": name,
        "listing": crawl.listing.value,
        "calls": [data_shape(data) for data in crawl.calls],
        "listed": [{"source_ref": one.source_ref, "title": one.title} for one in crawl.listed],
        "watched": [
            {"name": page.name, "url": page.url, "candidates": [one.title for one in page.candidates]}
            for page in crawl.watched
        ],
        "problems": [f"{row.source_ref}: {row.message}" for row in crawl.problems],
        "gaps": [f"{gap.part}: {gap.message}" for gap in crawl.gaps],
    }


def data_shape(data: CallData) -> dict[str, Any]:
    """Give a call as a source says it, before it is ours."""
    return {
        "source_ref": data.source_ref,
        "identifier": data.identifier,
        "title": data.title,
        "title_nl": data.title_nl,
        "programme": data.programme,
        "claim": data.claim.value if data.claim else None,
        "opens_on": plain(data.opens_on),
        "deadlines": [deadline_shape(deadline) for deadline in data.deadlines],
        "deadline_kind": data.deadline_kind.value,
        "budget": budget_shape(data.budget),
        "url": data.url,
        "facts": [fact_shape(fact) for fact in data.facts],
    }


def region_shape(region: "Region") -> dict[str, Any]:
    """Give whether the city can join a call, and why."""
    return {"fit": region.fit.value, "nl": region.nl, "en": region.en, "sentence": region.sentence}


def sighting_shape(sighting: "StoredSighting") -> dict[str, Any]:
    """Give how one source shows a call."""
    return {
        "source": sighting.source,
        "source_ref": sighting.source_ref,
        "leads": sighting.leads,
        "url": sighting.data.url,
        "title": sighting.data.title,
        "deadlines": [deadline_shape(deadline) for deadline in sighting.data.deadlines],
    }


def delivery_shape(delivery: "Delivery") -> dict[str, Any]:
    """Give one delivery, without its message."""
    return {
        "contact": delivery.contact,
        "edition": delivery.edition,
        "channel": delivery.channel.value,
        "state": delivery.state.value,
        "subject": delivery.subject,
        "calls": [line.call_id for line in delivery.lines if line.shown],
        "created_at": plain(delivery.created_at),
        "sent_at": plain(delivery.sent_at),
        "attempts": delivery.attempts,
        "error": delivery.error or None,
    }
