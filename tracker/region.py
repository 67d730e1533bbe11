"""Region fit: whether the city can join a call, by where its money is for; a fact with its reason."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from matching.merging import numbered
from tracker.core.call import Call, CallData, Fact, FactName
from tracker.core.match import Match, Reason, ReasonKind, RegionFit
from tracker.core.profile import Municipality, Strength

NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
"""A code of an area; lists of them name a whole cooperation area, not money for one region."""
EU_WIDE = re.compile(
    r"\b(all|any)\s+(eligible\s+)?countries\b|\bEU\s*(27)?\s+member\s+states\b", re.IGNORECASE
)
COUNTRY_NAMES = {"NL": ("Netherlands", "Nederland")}
"""How lists of countries name a country, by its code."""
SHUT = {RegionFit.NEIGHBOUR, RegionFit.NOT_OPEN}
"""A call like this is shown as blocked, with the place, and never ranked among the others."""
LEAST_TERMS = 2
"""A lone word never lifts a call."""
ONE_UP = {
    Strength.NONE: Strength.POSSIBLE,
    Strength.POSSIBLE: Strength.GOOD,
    Strength.GOOD: Strength.STRONG,
    Strength.STRONG: Strength.STRONG,
}
ONLY_OTHERS = {"companies", "researchers"}
"""Applicants that a city is not: it can still join through one of them."""


@dataclass(frozen=True, slots=True)
class Region:
    """A call's region fit, why (Dutch and English), and the words it was read from where there are any."""

    fit: RegionFit
    nl: str
    en: str
    sentence: str = ""
    by_place: bool = False

    @property
    def is_local(self) -> bool:
        """Tell whether the money is for an area that the city lies in, named as a place."""
        return self.fit in {RegionFit.OPEN, RegionFit.REGION} and self.by_place


def region_of(data: CallData, municipality: Municipality) -> Region:
    """Derive the region fit of a call. What is not stated stays unknown; a place says more than a country."""
    places = [fact for fact in data.facts if fact.name is FactName.PLACE]
    if places:
        return _by_place(places, municipality)
    countries = [fact for fact in data.facts if fact.name is FactName.COUNTRIES]
    if countries:
        return _by_country(countries, municipality)
    if data.source == "portal":
        applicants = [fact for fact in data.facts if fact.name is FactName.APPLICANTS]
        if applicants and {fact.value for fact in applicants} <= ONLY_OTHERS:
            sentence = applicants[0].sentence
            return Region(RegionFit.PARTNER, "alleen via een partner", "only through a partner", sentence)
        nl, en = "programma voor alle EU-landen", "a programme for all EU countries"
        return Region(RegionFit.OPEN, nl, en)
    return Region(RegionFit.UNKNOWN, "niet gevonden voor wie het is", "not found whom it is for")


def is_for_others(call: Call, municipality: Municipality) -> bool:
    """Tell whether a call's money is for neighbours or another area, so that the city cannot join it."""
    return region_of(call.data, municipality).fit in SHUT


def gate(
    ranked: Iterable[Match], by_id: Mapping[int, Call], *, municipality: Municipality
) -> tuple[Match, ...]:
    """Weigh where the money is for: set apart what is for others, lift what is for the region itself.

    Gives each priority's matches together, in their new order, with those of rank 0 last. A call set apart
    gets rank 0 and the place as its reason; the rest close ranks. Money for the city's own
    region is rare, and its notices are short, so that their few words can hardly fit strongly: one level up.
    """
    by_priority: dict[str, list[Match]] = {}
    for match in ranked:
        region = region_of(by_id[match.call_id].data, municipality)
        by_priority.setdefault(match.priority, []).append(_placed(match, region) if match.rank else match)
    return tuple(match for found in by_priority.values() for match in numbered(found))


def _placed(match: Match, region: Region) -> Match:
    """Set one match apart or lift it, by where its money is for."""
    if region.fit in SHUT:
        reason = Reason(ReasonKind.BLOCKER, "region", phrase=region.sentence)
        return replace(match, rank=0, blocked=region.nl, reasons=(reason, *match.reasons))
    terms = [reason for reason in match.reasons if reason.kind is ReasonKind.TERM]
    return _lifted(match, region) if region.is_local and len(terms) >= LEAST_TERMS else match


def _lifted(match: Match, region: Region) -> Match:
    reason = Reason(ReasonKind.LIFT, "region", phrase=region.nl, snippet=region.sentence)
    return replace(match, strength=ONE_UP[match.strength], reasons=(*match.reasons, reason))


def _by_place(places: Iterable[Fact], municipality: Municipality) -> Region:
    """Choose the best place for the city among those that a call names."""
    found = [(_place_fit(name, municipality), name, fact) for fact in places for name in _names(fact.value)]
    order = [RegionFit.OPEN, RegionFit.REGION, RegionFit.NEIGHBOUR, RegionFit.NOT_OPEN]
    fit, name, fact = min(found, key=lambda one: order.index(one[0]))
    nl, en = {
        RegionFit.OPEN: (f"open voor {municipality.name}", f"open to {municipality.name}"),
        RegionFit.REGION: (f"open voor de regio ({name})", f"open to the region ({name})"),
        RegionFit.NEIGHBOUR: (f"alleen voor buren ({name})", f"for neighbours only ({name})"),
        RegionFit.NOT_OPEN: (f"voor een ander gebied ({name})", f"for another area ({name})"),
    }[fit]
    return Region(fit, nl, en, fact.sentence, by_place=NUTS.fullmatch(name) is None)


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _place_fit(name: str, municipality: Municipality) -> RegionFit:
    places = municipality.places
    plain = name.casefold()
    if plain.startswith("neighbour:") or plain in {one.casefold() for one in places.neighbours}:
        return RegionFit.NEIGHBOUR
    own = (municipality.name, *places.own)
    words = [name, *re.findall(r"\b[A-Z]{2}[0-9][0-9A-Z]{0,2}\b", name)]  # "Noord-Holland (NL32)"
    codes = [word for word in words if NUTS.fullmatch(word)]
    if plain in {one.casefold() for one in own} or any(_holds(code, municipality.nuts) for code in codes):
        return RegionFit.OPEN
    if plain in {one.casefold() for one in places.region}:
        return RegionFit.REGION
    return RegionFit.NOT_OPEN


def _holds(code: str, own: Iterable[str]) -> bool:
    """Tell whether a NUTS code is the city's, or of an area that the city lies in."""
    return any(one.startswith(code) for one in own)


def _names_country(text: str, municipality: Municipality) -> bool:
    """Tell whether a text names the city's country; lists write "Netherlands (Nederland)" and the like."""
    names = (municipality.country, *COUNTRY_NAMES.get(municipality.country, ()))
    return re.search(rf"\b(?:{'|'.join(names)})\b", text, re.IGNORECASE) is not None


def _by_country(countries: Iterable[Fact], municipality: Municipality) -> Region:
    for fact in countries:
        if EU_WIDE.search(fact.value) or _names_country(fact.value, municipality):
            return Region(RegionFit.OPEN, "open voor Nederland", "open to the Netherlands", fact.value)
    first = next(iter(countries))
    nl, en = "Nederland staat niet in de lijst van landen", "the Netherlands is not on the list of countries"
    return Region(RegionFit.NOT_OPEN, nl, en, first.value)
