"""Hard blockers: why a city cannot apply at all, each with the sentence that says so.

A blocker gates; it is no subtraction from a score. What a text does not say never blocks.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.text import sentences
from tracker.core.call import CallData, Fact, FactName, Status, status_at


class BlockerKind(StrEnum):
    """The rules that exclude a city."""

    CLOSED = "closed"
    COMPANIES_ONLY = "companies_only"
    RESEARCHERS_ONLY = "researchers_only"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One rule that excludes the city, with the sentence that was read (in the source's own words)."""

    kind: BlockerKind
    sentence: str


COUNTRY_NAMES = {"NL": ("netherlands", "nederland")}
"""Names under which a list of countries may hold the city's own, by country code."""

_ONLY_COMPANIES = (
    r"\bparticipation is (?:limited|restricted) to (?:\w+ ){0,2}"
    r"(?:SMEs?|start-?ups?|companies|undertakings)\b",
    r"\bonly (?:\w+ ){0,2}(?:SMEs?|start-?ups?|companies|undertakings|enterprises)\b[^.]{0,40}"
    r"\b(?:can apply|may apply|are eligible(?: to apply)?)\b",
    r"\b(?:applicants?|the applicant) must be (?:an? |single )?(?:\w+ )?"
    r"(?:SMEs?|start-?ups?|company|companies|audiovisual production compan\w+)\b",
    r"\b(?:call|topic) is (?:only|exclusively) open to (?:\w+ )?"
    r"(?:SMEs?|start-?ups?|companies|undertakings)\b",
    r"\balleen (?:mkb|bedrijven|ondernemingen)\b[^.]{0,40}\b(?:kunnen|mogen)\b[^.]{0,40}"
    r"\b(?:aanvragen|indienen|aanmelden|meedoen)\b",
)
_ONLY_RESEARCHERS = (
    r"\b(?:available|open) only to principal investigators\b",
    r"\bopen to principal investigators\b",
    r"\b(?:call|scheme|fellowships?|grants?) (?:is|are) (?:only )?open to "
    r"(?:individual )?(?:researchers|postdoctoral researchers|principal investigators)\b",
    r"\bonly (?:individual )?researchers (?:can|may) apply\b",
    r"\bapplications are submitted (?:jointly )?by the (?:host|researcher)\b",
)
_RESEARCHER_ACTIONS = (r"\bERC\b", r"\bMSCA Postdoctoral\b", r"\bERA Fellowships\b")
_ESTABLISHED = re.compile(
    r"\b(?:(?:participation|eligibility)(?: in (?:this|the) (?:topic|call))? is (?:limited|restricted) to "
    r"(?:legal )?(?:entities|applicants|organisations) "
    r"(?:established|registered) in|(?:all )?applicants? must be "
    r"(?:legal entities )?(?:established|registered) in|"
    r"only (?:legal )?(?:entities|applicants|organisations) established in)"
    r"(?P<places>[^.;]*)(?P<rest>[.;]|$)",
    re.IGNORECASE,
)
_OTHER_PLACES = re.compile(
    r"\b(?:widening countries|third countries|western balkans?|africa\w*|albania|armenia|austria|"
    r"azerbaijan|belgium|bosnia|bulgaria|canada|croatia|cyprus|czechia|denmark|estonia|finland|france|georgia|germany|"
    r"greece|hungary|iceland|india|ireland|israel|italy|japan|kosovo|latvia|lithuania|luxembourg|malta|moldova|"
    r"montenegro|morocco|macedonia|norway|poland|portugal|romania|serbia|slovakia|slovenia|spain|sweden|"
    r"switzerland|tunisia|t[üu]rkiye|turkey|ukraine|united kingdom|united states)\b",
    re.IGNORECASE,
)
"""Places that are not the city's own; a sentence must name one of them before it can exclude anybody."""
_INCLUDES_UNION = re.compile(
    r"\b(?:member states?|member countries|EU countries|eligible countr\w+|the union|"
    r"european union|EU\b|EEA\b|europe\b|"
    r"associated countries|participating (?:states|countries)|any country|countries listed|following)",
    re.IGNORECASE,
)
_OTHERS_MONEY = re.compile(
    r"\b(?:third part(?:y|ies)|FSTP|sub-?grants?|cascade|financial support|coordinators?|"
    r"but not limited to|unless|except)\b",
    re.IGNORECASE,
)


_MAY_RULE = re.compile(
    r"\b(?:only|limited|restricted|exclusively|established|registered|open to|must be|alleen|submitted)\b",
    re.IGNORECASE,
)
"""A sentence without any of these states no rule: asked first, for speed."""


def find_blocker(data: CallData, *, country: str, now: datetime) -> Blocker | None:
    """Give the first rule that keeps a public body in `country` ("NL") from applying at `now`, or None."""
    if status_at(data, now) is Status.CLOSED:
        return Blocker(BlockerKind.CLOSED, data.title)
    return _by_facts(data.facts) or _by_action(data) or _by_words(data, country)


def _by_facts(facts: tuple[Fact, ...]) -> Blocker | None:
    """Judge by who may apply, where the source lists it: every entry must exclude a public body."""
    applicants = [fact for fact in facts if fact.name is FactName.APPLICANTS]
    values = {fact.value.lower() for fact in applicants}
    if values and values <= {"companies", "smes"}:
        return Blocker(BlockerKind.COMPANIES_ONLY, applicants[0].sentence)
    if values and values <= {"researchers", "individuals"}:
        return Blocker(BlockerKind.RESEARCHERS_ONLY, applicants[0].sentence)
    return None


def _by_action(data: CallData) -> Blocker | None:
    for pattern in _RESEARCHER_ACTIONS:
        if re.search(pattern, data.action_type):
            return Blocker(BlockerKind.RESEARCHERS_ONLY, data.action_type)
    return None


def _by_words(data: CallData, country: str) -> Blocker | None:
    for text in data.texts:
        for sentence in [*sentences(text.conditions), *sentences(text.body)]:
            kind = _excludes(sentence, country)
            if kind is not None:
                return Blocker(kind, sentence[:500])
    return None


def _excludes(sentence: str, country: str) -> BlockerKind | None:
    """Tell which rule one sentence states; money that others pass on and exceptions are no rule for us."""
    if not _MAY_RULE.search(sentence) or _OTHERS_MONEY.search(sentence):
        return None
    if any(re.search(pattern, sentence, re.IGNORECASE) for pattern in _ONLY_RESEARCHERS):
        return BlockerKind.RESEARCHERS_ONLY
    if any(re.search(pattern, sentence, re.IGNORECASE) for pattern in _ONLY_COMPANIES):
        return BlockerKind.COMPANIES_ONLY
    return BlockerKind.COUNTRY if _excludes_country(sentence, country) else None


def _excludes_country(sentence: str, country: str) -> bool:
    """Tell whether applicants must be established in places that are named and leave the country out."""
    found = _ESTABLISHED.search(sentence)
    if found is None:
        return False
    places = found.group("places")
    names = COUNTRY_NAMES.get(country, ())
    is_named = any(name in places.lower() for name in names)
    lists_others = bool(_OTHER_PLACES.search(places))
    return bool(names) and lists_others and not is_named and not _INCLUDES_UNION.search(places)
