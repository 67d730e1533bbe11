"""Says a reason in a line of the terminal."""

from tracker.cli.speak import Voice
from tracker.core.match import Reason, ReasonKind
from tracker.reasons import place_word, quote_of, side_reason

_MARKS = {ReasonKind.LIFT: "+", ReasonKind.SINK: "-", ReasonKind.BLOCKER: "!"}


def reason_sentence(say: Voice, reason: Reason) -> str:
    """Give one reason as a sentence: the priority's word beside the call's own, marked »like this«."""
    if reason.kind is not ReasonKind.TERM:
        quote = quote_of(reason)
        said = f": “{quote}”" if quote else ""
        return f"{_MARKS[reason.kind]} {side_reason(reason, say.language)}{said}"
    place = place_word(reason.where, say.language)
    share = f"{reason.share:.0%}"
    snippet = reason.snippet.replace(reason.phrase, f"»{reason.phrase}«", 1)
    return f"{share:>4} {reason.term} — “{reason.phrase}” {say('in', 'in')} {place}: {snippet}"


def reason_line(reasons: tuple[Reason, ...], *, most: int = 4) -> str:
    """Give the strongest terms with their share, for under a title; the 100 % of a lone one says nothing."""
    terms = [reason for reason in reasons if reason.kind is ReasonKind.TERM]
    shares = [f" {reason.share:.0%}" if len(terms) > 1 else "" for reason in terms]
    return " · ".join(
        f"{reason.term} “{reason.phrase}”{share}" for reason, share in zip(terms[:most], shares, strict=False)
    )
