"""Says what changed in a call, when, from what to what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from tracker.core.call import (
    Budget,
    Call,
    CallText,
    Change,
    Claim,
    Deadline,
    DeadlineKind,
    Fact,
    MomentKind,
    Status,
)
from tracker.digest.calls import say_per_project, say_total
from tracker.digest.words import words_in
from tracker.telling.facts import CLAIMS, DEADLINE_KINDS, MOMENT_KINDS, fact_text, of_two, plain_day
from tracker.telling.say import BOTH, word

FIELDS: Mapping[str, BOTH] = {
    "deadlines": ("Sluitdatum", "Deadline"),
    "deadline_kind": ("Manier van sluiten", "How it closes"),
    "opens_on": ("Gaat open", "Opens"),
    "budget": ("Geld", "Money"),
    "claim": ("De bron zegt", "The source says"),
    "status": ("Status", "Status"),
    "texts": ("Tekst", "Text"),
    "facts": ("Feiten", "Facts"),
    "tags": ("Labels", "Tags"),
    "vanished": ("In de bron", "At the source"),
    "withdrawn": ("Ingetrokken", "Withdrawn"),
    "url": ("Adres", "Address"),
    "identifier": ("Nummer", "Identifier"),
    "call_identifier": ("Nummer van het onderdeel", "Call identifier"),
    "call_title": ("Onderdeel", "Part of"),
    "programme": ("Programma", "Programme"),
    "programme_code": ("Code van het programma", "Programme code"),
    "action_type": ("Soort project", "Type of action"),
    "source": ("Leidende bron", "Leading source"),
    "source_ref": ("Nummer bij de bron", "The source's number"),
}
_PARTS: Mapping[str, BOTH] = {
    "title": ("titel", "title"),
    "body": ("omschrijving", "description"),
    "keywords": ("trefwoorden", "keywords"),
    "destination": ("tekst van het onderdeel", "destination's text"),
    "conditions": ("voorwaarden", "conditions"),
}
_LANGUAGES: Mapping[str, BOTH] = {"nl": ("Nederlands", "Dutch"), "en": ("Engels", "English")}
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change in words; `old` is empty where `new` says all of it."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Moment:
    """All that changed in a call at one moment."""

    at: datetime
    changes: tuple[ChangeView, ...]


def timeline(changes: Iterable[Change], language: str) -> tuple[Moment, ...]:
    """Put changes (the oldest first) in words, the newest moment first."""
    moments = [
        Moment(at, tuple(view_change(change, language) for change in together))
        for at, together in groupby(changes, key=lambda change: change.at)
    ]
    return tuple(reversed(moments))


def first_moment(call: Call, source: str, language: str) -> Moment:
    """Give the moment at which we first saw a call; `source` is the leading source as people call it."""
    seen = of_two(("Voor het eerst gezien", "First seen"), language)
    return Moment(call.first_seen, (ChangeView(seen, "", source),))


def view_change(change: Change, language: str) -> ChangeView:
    """Put one change in words."""
    label = of_two(FIELDS.get(change.field, (change.field, change.field)), language)
    if change.field == "texts":
        return ChangeView(label, "", _text_changes(change.old or (), change.new or (), language))
    if change.field == "facts":
        return ChangeView(label, *_fact_changes(change.old or (), change.new or (), language))
    if change.field == "vanished":
        gone = ("verdwenen", "gone") if change.new else ("weer te zien", "back again")
        return ChangeView(label, "", of_two(gone, language))
    if change.field == "status":
        return ChangeView(label, *(_status(value, language) for value in (change.old, change.new)))
    return ChangeView(label, *(_short(told(value, language)) for value in (change.old, change.new)))


def told(value: Any, language: str) -> str:  # noqa: ANN401 - any field of a call can be in the history
    """Say a value of a call's history in words."""
    match value:
        case tuple() | list():
            return ", ".join(told(item, language) for item in value) or _nothing(language)
        case Deadline():
            return _deadline(value, language)
        case Budget():
            return _budget(value, language)
        case Claim():
            return of_two(CLAIMS[value], language)
        case DeadlineKind():
            return of_two(DEADLINE_KINDS[value], language)
        case date():
            return plain_day(value, language)
    return str(value) if value not in (None, "") else _nothing(language)


def _nothing(language: str) -> str:
    return of_two(("niet bekend", "not known"), language)


def _status(value: str | None, language: str) -> str:
    return word(Status(value), language) if value else _nothing(language)


def _deadline(deadline: Deadline, language: str) -> str:
    """Say a deadline; which one it is only where a call has more than one kind, the label says the rest."""
    hour = f" {deadline.time:{'%H.%M' if language == 'nl' else '%H:%M'}}" if deadline.time else ""
    said = f"{plain_day(deadline.date, language)}{hour}"
    if deadline.kind is MomentKind.SINGLE:
        return said
    return f"{said} ({of_two(MOMENT_KINDS[deadline.kind], language)})"


def _budget(budget: Budget, language: str) -> str:
    words = words_in(language)
    said = [say_per_project(budget, words), say_total(budget, words)]
    return " · ".join(part for part in said if part) or _nothing(language)


def _text_changes(old: tuple[CallText, ...], new: tuple[CallText, ...], language: str) -> str:
    """Name the parts that changed in each language; a text that came or went as a whole is told so."""
    before, after = ({text.language: text for text in texts} for texts in (old, new))
    said = []
    for code in dict.fromkeys([*before, *after]):
        name = of_two(_LANGUAGES.get(code, (code, code)), language)
        if code not in before or code not in after:
            kept = ("{} toegevoegd", "{} added") if code in after else ("{} vervallen", "{} dropped")
            said.append(of_two(kept, language).format(name))
            continue
        parts = [
            of_two(pair, language)
            for part, pair in _PARTS.items()
            if getattr(before[code], part) != getattr(after[code], part)
        ]
        if parts:
            said.append(f"{name}: {', '.join(parts)}")
    return " · ".join(said) or of_two(("andere volgorde", "another order"), language)


def _fact_changes(old: tuple[Fact, ...], new: tuple[Fact, ...], language: str) -> tuple[str, str]:
    """Give what is no longer said, and what is said instead."""
    lost = [fact_text(fact, language) for fact in old if fact not in new]
    found = [fact_text(fact, language) for fact in new if fact not in old]
    gone = of_two(("vervallen", "dropped"), language) if lost and not found else ""
    return _short(" · ".join(lost)), _short(" · ".join(found)) or gone


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
