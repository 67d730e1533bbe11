"""Chooses the words that tell why a call fits a priority, and shows them as a person reads them; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.core.match import Reason, ReasonKind
from tracker.digest import formats
from tracker.digest.vocabulary import Words

_MOST_TERMS = 3


@dataclass(frozen=True, slots=True)
class TermView:
    """A word of the priority, and the call's own words for it where they differ.

    `note` names the language of a quote that the reader could take for their own, such as `in Dutch`.
    """

    term: str
    phrase: str
    language: str
    note: str = ""


def terms_of(reasons: tuple[Reason, ...], words: Words) -> tuple[TermView, ...]:
    """Give the words that weigh most, heaviest first, each with the call's own phrase where it differs.

    The priority's word is Dutch. An English reader gets the call's words alone where there are any, and is
    told which of them are Dutch. A word that stands whole within another that is shown is left out.
    """
    heaviest = sorted(
        (reason for reason in reasons if reason.kind is ReasonKind.TERM), key=lambda reason: -reason.share
    )
    views: dict[str, TermView] = {}
    for reason in heaviest:
        view = _view_term(reason, words)
        views.setdefault(view.term or view.phrase, view)
    return _without_repeats(views.values())


def _view_term(reason: Reason, words: Words) -> TermView:
    term, phrase = (formats.clean(said, longest=60) for said in (reason.term, reason.phrase))
    if words.language == "nl":
        return TermView(term, phrase if phrase.casefold() != term.casefold() else "", reason.language)
    language = reason.language if phrase else "nl"
    return TermView("", phrase or term, language, words.foreign_quotes.get(language, ""))


def _without_repeats(views: Iterable[TermView]) -> tuple[TermView, ...]:
    """Give the first few, none of which another one says already: `hergebruik` in `hergebruik van hout`."""
    shown: list[TermView] = []
    for view in views:
        if any(_contains(other, view) for other in shown):
            continue
        shown = [*(other for other in shown if not _contains(view, other)), view]
        if len(shown) == _MOST_TERMS:
            break
    return tuple(shown)


def _contains(longer: TermView, shorter: TermView) -> bool:
    """Tell whether the words of one stand in the other, as whole words."""
    outer, inner = (f" {view.term or view.phrase} ".casefold() for view in (longer, shorter))
    return inner in outer
