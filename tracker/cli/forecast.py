"""Shows what `tracker digest --dry-run` found: for each contact the mail, or why there is none."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracker.cli.speak import Voice, out
from tracker.core.call import text_of
from tracker.digest.calls import terms_of
from tracker.digest.due import Verdict
from tracker.digest.formats import clean
from tracker.digest.order import Entry
from tracker.digest.vocabulary import Words
from tracker.digest.words import words_in
from tracker.shapes import plain
from tracker.words import DELIVERY_WORDS

if TYPE_CHECKING:
    from tracker.digest.forecast import Forecast

NOT_DUE = {
    Verdict.LEFT: ("heeft zich afgemeld", "has unsubscribed"),
    Verdict.PAUSES: ("pauzeert", "pauses"),
    Verdict.MADE: ("deze editie is al gemaakt", "this edition was made already"),
    Verdict.WAITS: ("een eerder bericht is nog onderweg", "an earlier message is still on its way"),
    Verdict.NOTHING_READ: ("nog geen bron is gelezen", "no source was read yet"),
    Verdict.URGENT_ONLY: ("krijgt alleen wat haast heeft", "gets only what is urgent"),
    Verdict.QUIET: ("niets te melden", "nothing to tell"),
}
"""Why a contact gets no message."""


def print_forecasts(say: Voice, forecasts: "Sequence[Forecast]") -> None:
    """Say of each contact which message they would get and why, or why none."""
    if not forecasts:
        out().print(say("Geen contacten (TRACKER_CONTACTS).", "No contacts (TRACKER_CONTACTS)."))
    for one in forecasts:
        decision = one.decision
        about = f"{decision.contact.name} <{decision.contact.email}> · {decision.edition}"
        out().print(f"{about} · {decision.channel.value}", markup=False)
        if decision.is_due:
            _print_message(say, one)
        else:
            made = f" ({say(*DELIVERY_WORDS[one.made])})" if one.made else ""
            why = say(*NOT_DUE[decision.verdict]) + made
            out().print(f"  {say('krijgt niets', 'gets nothing')}: {why}", markup=False)
    out().print(say("Niets is bewaard of verstuurd.", "Nothing was stored or sent."))


def _print_message(say: Voice, one: "Forecast") -> None:
    words, plan = words_in(say.language), one.decision.plan
    out().print(f"  {say('krijgt', 'gets')}: {one.subject}", markup=False)
    if one.decision.verdict is Verdict.BLIND:
        out().print(say("  omdat een bron niet is gelezen", "  because a source was not read"))
    counts = Counter(words.headings[entry.line.reason] for entry in plan.entries)
    parts = [f"{heading} {count}" for heading, count in counts.items()]
    if plan.more:
        parts.append(words.count(words.more, plan.more))
    if parts:
        out().print(f"  {' · '.join(parts)}", markup=False)
    for number, entry in enumerate(plan.entries, start=1):
        _print_call(number, entry, words)


def _print_call(number: int, entry: Entry, words: Words) -> None:
    candidate = entry.candidate
    data, match = candidate.call.data, candidate.match
    title = clean(text_of(data, (words.language, "en")).title)
    where = f"{words.headings[entry.line.reason]} · {words.strengths[match.strength]}"
    out().print(f"  {number:>2}  {where} · {clean(data.identifier, longest=60)} · {title}", markup=False)
    because = ", ".join(_because(entry, words))
    reason = f"{words.fits} {candidate.priority.text(words.language).title}"
    out().print(f"      {reason}{': ' if because else ''}{because}", markup=False)


def _because(entry: Entry, words: Words) -> list[str]:
    terms = terms_of(entry.candidate.match.reasons, words)
    return [
        f"{term.term} (‘{term.phrase}’)" if term.term and term.phrase else term.term or f"‘{term.phrase}’"
        for term in terms
    ]


def forecast_shape(one: "Forecast") -> dict[str, Any]:
    """Give one forecast for programs."""
    decision, plan = one.decision, one.decision.plan
    return {
        "contact": decision.contact.email,
        "channel": decision.channel.value,
        "edition": decision.edition,
        "due": decision.is_due,
        "why": decision.verdict.value,
        "made": one.made.value if one.made else None,
        "subject": one.subject or None,
        "counts": dict(Counter(entry.line.reason.value for entry in plan.entries)),
        "more": plan.more,
        "calls": [_call_shape(entry) for entry in plan.entries],
    }


def _call_shape(entry: Entry) -> dict[str, Any]:
    candidate = entry.candidate
    return {
        "id": candidate.call.id,
        "identifier": candidate.call.data.identifier,
        "title": candidate.call.data.title,
        "reason": entry.line.reason.value,
        "strength": candidate.match.strength.value,
        "priority": candidate.priority.slug,
        "because": _because(entry, words_in("nl")),
        "decide_by": plain(candidate.decide_by),
        "deadline": plain(candidate.deadline),
    }
