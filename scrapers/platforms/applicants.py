"""Puts the words with which publishers list who may apply into the few kinds that the product knows."""

import re
from collections.abc import Iterable

from tracker.core.call import Fact, FactName

_KINDS = {
    "public_bodies": re.compile(
        r"\bauthorit(?:y|ies)\b|\bmunicipalit|\bcities\b|\bpublic\s+(?:bod|entit|organi[sz]ation)",
        re.IGNORECASE,
    ),
    "companies": re.compile(r"\bSMEs?\b|\bstart-?ups?\b|\bcompan(?:y|ies)\b|\benterprises?\b", re.IGNORECASE),
}


def applicant_facts(entries: Iterable[str]) -> tuple[Fact, ...]:
    """Give a fact for each kind of applicant in a list, with the entry it was read from.

    An entry of no known kind is kept in its own words: it must never make a list look narrower than it is.
    """
    facts: dict[str, Fact] = {}
    for entry in entries:
        kinds = [kind for kind, pattern in _KINDS.items() if pattern.search(entry)]
        for kind in kinds or [entry.lower()]:
            facts.setdefault(kind, Fact(FactName.APPLICANTS, kind, entry))
    return tuple(facts.values())
