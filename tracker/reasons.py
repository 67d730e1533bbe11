"""Says why a call fits a priority or does not, in Dutch and English, in the same words everywhere."""

from tracker.core.match import Reason, ReasonKind

PLACES = {
    "title": ("de titel", "the title"),
    "keywords": ("de trefwoorden", "the keywords"),
    "body": ("de tekst", "the text"),
    "destination": ("de tekst van het onderdeel", "the destination's text"),
    "conditions": ("de voorwaarden", "the conditions"),
}
"""The parts of a call in which a word was found, as (Dutch, English)."""

_LIFTS = {
    "lead": ("gemeente kan trekker zijn", "a city can lead"),
    "partner": ("gemeente kan partner zijn", "a city can be partner"),
    "test_site": ("gemeente kan proefstad zijn", "a city can be test site"),
    "tie:network": ("noemt een netwerk van de stad: {}", "names a network of the city: {}"),
    "tie:region": ("noemt de regio van de stad: {}", "names the city's region: {}"),
    "tie:partnership": ("noemt een samenwerking van de stad: {}", "names a partnership of the city: {}"),
    "learned": ("lijkt op wat je koos: {}", "like what you chose: {}"),
    "region": ("het geld is voor de eigen regio", "the money is for the city's own region"),
}
_SINKS = {
    "alleen voor onderzoekers": ("vooral voor onderzoekers", "mainly for researchers"),
    "fundamenteel onderzoek": ("fundamenteel onderzoek", "fundamental research"),
    "klinisch onderzoek": ("klinisch onderzoek", "clinical research"),
    "landbouw op het platteland": ("landbouw op het platteland", "rural agriculture"),
    "industriële productie": ("industriële productie", "industrial production"),
    "ruimtevaart, luchtvaart of defensie": (
        "ruimtevaart, luchtvaart of defensie",
        "space, aviation or defence",
    ),
    "ontwikkelingslanden": ("ontwikkelingslanden", "developing countries"),
    "learned": ("lijkt op wat je afwees: {}", "like what you turned down: {}"),
}
_BLOCKERS = {
    "closed": ("de oproep is gesloten", "the call is closed"),
    "companies_only": ("alleen voor bedrijven", "for companies only"),
    "researchers_only": ("alleen voor onderzoekers", "for researchers only"),
    "country": ("niet open voor Nederland", "not open to the Netherlands"),
    "region": ("niet voor ons gebied", "not for our area"),
}
_EXCLUDED = ("de prioriteit sluit uit: {}", "the priority excludes: {}")


def place_word(where: str, language: str) -> str:
    """Name the part of a call that a word was found in: `de titel` or `the title`."""
    return _of_two(PLACES[where], language)


def side_reason(reason: Reason, language: str) -> str:
    """Say what raised, lowered or blocked a call beside its theme; a word that lowered it is an exclusion."""
    if reason.term == "tie:twin_town":
        return _twin_towns(reason.phrase, language)
    if reason.kind is ReasonKind.SINK and reason.term not in _SINKS:
        return _of_two(_EXCLUDED, language).format(reason.term)
    pairs = {ReasonKind.LIFT: _LIFTS, ReasonKind.SINK: _SINKS, ReasonKind.BLOCKER: _BLOCKERS}[reason.kind]
    return _of_two(pairs[reason.term], language).format(reason.phrase)


def quote_of(reason: Reason) -> str:
    """Give the call's own sentence behind a reason, or nothing; a blocker's phrase is its sentence."""
    return reason.snippet or (reason.phrase if reason.kind is ReasonKind.BLOCKER else "")


def _twin_towns(names: str, language: str) -> str:
    *others, last = names.split(", ")
    is_dutch = language == "nl"
    listed = f"{', '.join(others)} {'en' if is_dutch else 'and'} {last}" if others else last
    if not is_dutch:
        return f"twin towns: {listed} could join"
    return f"stedenbanden: {listed} {'kunnen' if others else 'kan'} meedoen"


def _of_two(pair: tuple[str, str], language: str) -> str:
    return pair[0 if language == "nl" else 1]
