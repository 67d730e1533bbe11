"""Tells what was just done with a call, and what a verdict on it did to the ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from matching.ranker import LEARNED
from tracker.core.call import Call
from tracker.core.feedback import Verdict
from tracker.core.match import Match, ReasonKind
from tracker.core.profile import Municipality, Priority
from tracker.numbers import whole_number
from tracker.web.pages import Pages

OF_A_VERDICT = frozenset({"judged", "taken_back"})
"""The codes of what moves calls; the others only tell that something was kept."""

LAST_PLACE = 999_999
"""No place is believed that is lower than this one: so many calls there are not."""

SHOWN = 5
"""How many of the calls with a verdict are named as what moved another one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was just done (`code`), and what a verdict moved: places before and after, and by which words.

    `marked` are the last calls with a verdict (does it fit?) under the priority, `more` how many others have.
    """

    code: str
    priority: str = ""
    was: int | None = None
    now: int | None = None
    moved: int = 0
    because_of: tuple[str, ...] = ()
    marked: tuple[tuple[Call, bool], ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Learning:
    """What the matcher learned of the verdicts on this and other calls, to be told with an effect."""

    pages: Pages
    fits: Sequence[Match]
    municipality: Municipality
    language: str
    verdicts: Sequence[Verdict]

    def read(self, here: str) -> Told | None:
        """Read from a page's own address what was just done, or None; only places are believed of it."""
        query = dict(parse_qsl(urlsplit(here).query))
        if not query.get("done"):
            return None
        if query["done"] not in OF_A_VERDICT:
            return Told(query["done"])
        priority = self.municipality.priority(query.get("priority", ""))
        return self._effect(query, priority) if priority else None

    def _effect(self, query: Mapping[str, str], priority: Priority) -> Told:
        """Add the words and the calls by which the call moved under a priority."""
        fit = next((fit for fit in self.fits if fit.priority == priority.slug), None)
        phrases = (
            [reason.phrase for reason in fit.reasons if _is_learned(reason.kind, reason.term)] if fit else []
        )
        given = [one for one in self.verdicts if one.priority == priority.slug]
        last = [(self.pages.desk.call(one.call_id), one.wanted) for one in given[: -SHOWN - 1 : -1]]
        return Told(
            query["done"],
            priority.text(self.language).title,
            _place(query.get("was", "")),
            _place(query.get("now", "")),
            _place(query.get("moved", "")) or 0,
            tuple(dict.fromkeys(one for phrase in phrases for one in phrase.split(", ") if one)),
            tuple((call, wanted) for call, wanted in last if call is not None),
            max(len(given) - SHOWN, 0),
        )


def _is_learned(kind: ReasonKind, term: str) -> bool:
    return term == LEARNED and kind in {ReasonKind.LIFT, ReasonKind.SINK}


def _place(text: str) -> int | None:
    """Read a place in a ranking from an address; anything else is none."""
    return whole_number(text, most=LAST_PLACE)
