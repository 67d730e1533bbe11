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


def reason_sentence(say: Voice, reason: Reason) -> str:
    """Give one reason as a sentence: the priority's word beside the call's own."""
    if reason.kind is not ReasonKind.TERM:
        mark = {ReasonKind.LIFT: "+", ReasonKind.SINK: "-", ReasonKind.BLOCKER: "!"}[reason.kind]
        return f"{mark} {reason.term}{f': “{reason.snippet}”' if reason.snippet else ''}"
    place = say(*PLACES.get(reason.where, (reason.where, reason.where)))
    share = f"{reason.share:.0%}"
    return f"{share:>4} {reason.term} — “{reason.phrase}” {say('in', 'in')} {place}: {reason.snippet}"


def reason_line(reasons: tuple[Reason, ...], *, most: int = 4) -> str:
    """Give the strongest terms with their share, for under a title."""
    terms = [reason for reason in reasons if reason.kind is ReasonKind.TERM]
    return " · ".join(f"{reason.term} “{reason.phrase}” {reason.share:.0%}" for reason in terms[:most])
