"""Says a reason in a line of the terminal."""

from tracker.cli.speak import Voice
from tracker.core.match import Reason, ReasonKind

PLACES = {
    "title": ("de titel", "the title"),
    "keywords": ("de trefwoorden", "the keywords"),
    "body": ("de tekst", "the text"),
    "destination": ("de tekst van het onderdeel", "the destination's text"),
    "conditions": ("de voorwaarden", "the conditions"),
}
LIFTS = {
    "lead": ("gemeente kan trekker zijn", "a city can lead"),
    "partner": ("gemeente kan partner zijn", "a city can be partner"),
    "test_site": ("gemeente kan proefstad zijn", "a city can be test site"),
    "tie:network": ("noemt een netwerk van de stad: {}", "names a network of the city: {}"),
    "tie:region": ("noemt de regio van de stad: {}", "names the city's region: {}"),
    "tie:partnership": ("noemt een samenwerking van de stad: {}", "names a partnership of the city: {}"),
    "learned": ("lijkt op wat je koos: {}", "like what you chose: {}"),
}
SINKS = {
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
BLOCKERS = {
    "closed": ("de oproep is gesloten", "the call is closed"),
    "companies_only": ("alleen voor bedrijven", "for companies only"),
    "researchers_only": ("alleen voor onderzoekers", "for researchers only"),
    "country": ("niet open voor Nederland", "not open to the Netherlands"),
}


def reason_sentence(say: Voice, reason: Reason) -> str:
    """Give one reason as a sentence: the priority's word beside the call's own, marked »like this«."""
    if reason.kind is not ReasonKind.TERM:
        return _side_sentence(say, reason)
    place = say(*PLACES.get(reason.where, (reason.where, reason.where)))
    share = f"{reason.share:.0%}"
    snippet = reason.snippet.replace(reason.phrase, f"»{reason.phrase}«", 1)
    return f"{share:>4} {reason.term} — “{reason.phrase}” {say('in', 'in')} {place}: {snippet}"


def _side_sentence(say: Voice, reason: Reason) -> str:
    """Say what raised, lowered or blocked a call beside its theme, with the sentence that tells so."""
    mark = {ReasonKind.LIFT: "+", ReasonKind.SINK: "-", ReasonKind.BLOCKER: "!"}[reason.kind]
    said = f": “{reason.snippet}”" if reason.snippet else ""
    if reason.term == "tie:twin_town":
        return f"{mark} {_twin_towns(say, reason.phrase)}{said}"
    labels = {ReasonKind.LIFT: LIFTS, ReasonKind.SINK: SINKS, ReasonKind.BLOCKER: BLOCKERS}[reason.kind]
    if reason.term in labels:
        text = say(*labels[reason.term]).format(reason.phrase)
    else:
        text = say(f"de prioriteit sluit uit: {reason.term}", f"the priority excludes: {reason.term}")
    return f"{mark} {text}{said}"


def _twin_towns(say: Voice, names: str) -> str:
    *others, last = names.split(", ")
    listed = f"{', '.join(others)} {say('en', 'and')} {last}" if others else last
    verb = say("kunnen meedoen" if others else "kan meedoen", "could join")
    return f"{say('stedenbanden', 'twin towns')}: {listed} {verb}"


def reason_line(reasons: tuple[Reason, ...], *, most: int = 4) -> str:
    """Give the strongest terms with their share, for under a title."""
    terms = [reason for reason in reasons if reason.kind is ReasonKind.TERM]
    return " · ".join(f"{reason.term} “{reason.phrase}” {reason.share:.0%}" for reason in terms[:most])
