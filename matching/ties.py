"""Reads whether a call touches the city's ties: its twin towns, its networks, its region."""

import re
from collections.abc import Sequence

from matching.text import sentences
from tracker.core.call import CallData
from tracker.core.match import Reason, ReasonKind
from tracker.core.profile import Tie

TIE = "tie"
"""The term of a reason that tells of a tie is this, a colon and the kind of the tie: "tie:twin_town"."""

_TWIN_TOWNS = re.compile(
    r"\btown[- ]twinning|\btwin(?:ned)? (?:towns?|cities)|\btwinning of (?:towns|cities)|"
    r"\bsister (?:cities|towns)|\bstedenband",
    re.IGNORECASE,
)
_SHORT = 3
"""A name of so few letters ("MRA") means something else in English papers: it counts in Dutch ones only."""


def tie_reasons(data: CallData, ties: Sequence[Tie]) -> tuple[Reason, ...]:
    """Give a lift for each kind of tie that the call touches, with the names and the sentence that says so.

    The city's own name never counts: a publication of the province is just signed there.
    """
    found = []
    for text in data.texts:
        named_at_all = any(name in text.title or name in text.body for tie in ties for name in _names(tie))
        for sentence in [text.title, *sentences(text.body)] if named_at_all else ():
            named = [tie for tie in ties if _is_named(tie, sentence, text.language)]
            found += [_reason(tie.kind, [tie.name], sentence, text.language) for tie in named]
    return (*_twin_towns(data, ties), *{reason.phrase: reason for reason in reversed(found)}.values())


def _twin_towns(data: CallData, ties: Sequence[Tie]) -> tuple[Reason, ...]:
    """Tell which twin towns could join, where a call is about twin towns: by its title, or said twice."""
    towns = [tie.name for tie in ties if tie.kind == "twin_town" and not _is_far(tie)]
    for text in data.texts:
        said = [part for part in [text.title, *sentences(text.body)] if _TWIN_TOWNS.search(part)]
        if towns and (len(said) > 1 or text.title in said):
            return (_reason("twin_town", towns, said[0], text.language),)
    return ()


def _is_named(tie: Tie, sentence: str, language: str) -> bool:
    """Tell whether a sentence names a tie, as a word of its own and written as the profile writes it."""
    names = [name for name in _names(tie) if len(name) > _SHORT or language == "nl"]
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) for name in names)


def _names(tie: Tie) -> tuple[str, ...]:
    return (tie.name, *tie.names)


def _is_far(tie: Tie) -> bool:
    """Tell whether a twin town lies outside Europe: the profile adds its place, as in "Harlem (New York)"."""
    return any("(" in name for name in tie.names)


def _reason(kind: str, names: Sequence[str], sentence: str, language: str) -> Reason:
    return Reason(ReasonKind.LIFT, f"{TIE}:{kind}", ", ".join(names), "body", sentence[:400], 0.0, language)
