"""Reads from a publication which fund a window is of, which place it is for, and how it closes."""

import re
from collections.abc import Iterable, Iterator

from scrapers.platforms.koop_mining import Mined, not_of_others
from scrapers.platforms.koop_publication import Publication
from scrapers.platforms.sru import PROVINCIAAL_BLAD, SruRecord
from scrapers.sentences import sentences
from tracker.core.call import DeadlineKind, Fact, FactName

_FUNDS = {
    "EFRO": re.compile(r"\bEFRO\b|Kansen\s+voor\s+West|Europees\s+Fonds\s+voor\s+Regionale\s+Ontwikkeling"),
    "ESF+": re.compile(r"\bESF\b|Europees\s+Sociaal\s+Fonds"),
    "JTF": re.compile(r"\bJTF\b|Just\s+Transition\s+Fund|Fonds\s+voor\s+een\s+rechtvaardige\s+transitie"),
    "Interreg": re.compile(r"\bInterreg\b"),
}
_PLACE_NAMES = (
    *(
        "West-Regio",
        "Noord-Holland",
        "Zuid-Holland",
        "Flevoland",
        "Utrecht",
        "Amsterdam",
        "Rotterdam",
        "Den Haag",
    ),
    *("'s-Gravenhage", "IJmond", "Rijnmond", "Metropoolregio Amsterdam", "MRA"),
)
_PLACE = re.compile(
    r"\b(?:programmadeel|deelgebied|provincies?|gemeenten?|stad|steden|regio|gebied|JTF(?:-regio)?|GTI(?:-stad)?"
    r"|regionale\s+beleid\s+van|voor|binnen|in|en|of)\s+(?:de\s+|het\s+)?(?:provincie\s+|stad\s+|gemeente\s+|regio\s+)?"
    rf"(?P<name>{'|'.join(re.escape(name) for name in _PLACE_NAMES)})\b",
)
_LIST_PLACE = re.compile(rf"[,(|]\s*(?P<name>{'|'.join(re.escape(name) for name in _PLACE_NAMES)})\b")
_ISSUER = re.compile(
    r"burgemeester\s+en\s+wethouders|\bcollege\s+van|[Mm]anagementautoriteit|Gedeputeerde\s+Staten"
    r"|Provinciale\s+Staten|gevestigd|[Pp]ostbus|kantoor|zetel|ter\s+inzage",
)
_WIDE = {"West-Regio"}
"""Programme parts that hold several provinces: a province beside them says it better."""

_EXHAUSTED = re.compile(
    r"uitgeput|uitputting|overtekend|plafond\s+is\s+bereikt|zolang\s+(?:de\s+|er\s+)?(?:middelen|budget)",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(r"volgorde\s+van\s+(?:binnenkomst|ontvangst)", re.IGNORECASE)
_MAIN_CITY = re.compile(r"\bcentrumgemeenten?\b", re.IGNORECASE)
_WHO = re.compile(
    r"\bcentrumgemeenten?\b|\bsubsidieaanvrager|\baanvragers?\b|in\s+aanmerking|aangevraagd\s+door|verstrekt\s+aan",
    re.IGNORECASE,
)


def fund_of(window: Mined, publication: Publication, *, title: str) -> Fact | None:
    """Give the fund that the title names, else the window's own passage, else the text; None for none."""
    context = window.passage.context
    for text in (title, context, publication.text):
        for sentence in sentences(text):
            named = [name for name, pattern in _FUNDS.items() if pattern.search(sentence)]
            if named:
                return Fact(FactName.FUND, named[0], sentence)
    return None


def places_of(window: Mined, publication: Publication, *, record: SruRecord) -> tuple[Fact, ...]:
    """Give the places that a window is for, from the nearest text that names any.

    Who issues a publication is no place: Rotterdam decides for all of Kansen voor West, and the province
    signs at Haarlem. A province's own publication that names no place is for the province.
    """
    passage = window.passage
    wide: tuple[Fact, ...] = ()
    for texts in (
        (window.sentence,),
        (passage.text,),
        (passage.lead, passage.heading),
        _beside(window, publication),
        (record.title,),
    ):
        found = _places_in(texts)
        if any(fact.value not in _WIDE for fact in found):
            return found
        wide = wide or found
    if wide or record.publication_name != PROVINCIAAL_BLAD:
        return wide or _places_in([publication.text])
    return (Fact(FactName.PLACE, record.creator, f"{PROVINCIAAL_BLAD}, {record.creator}"),)


def _beside(window: Mined, publication: Publication) -> tuple[str, ...]:
    """Give the passages under the same heading or article, but for those of another part-ceiling."""
    here = window.passage
    if not (here.article or here.heading):
        return ()
    own = not_of_others(publication.passages, window.unit)
    return tuple(
        other.text for other in own if (other.article, other.heading) == (here.article, here.heading)
    )


def applicants_of(publication: Publication) -> tuple[Fact, ...]:
    """Give who may apply where only the main city of a labour-market region may."""
    for sentence in sentences(publication.text):
        if _MAIN_CITY.search(sentence):
            return (Fact(FactName.APPLICANTS, "public_bodies", sentence),)
    return ()


def conditions_of(publication: Publication) -> str:
    """Give the sentences about who may apply, a line each."""
    return "\n".join(sentence for sentence in sentences(publication.text) if _WHO.search(sentence))


def deadline_kind_of(window: Mined, publication: Publication) -> DeadlineKind:
    """Tell how a window closes: on its date, or when the money is gone where the text says so."""
    if _EXHAUSTED.search(publication.text):
        return DeadlineKind.UNTIL_EXHAUSTED
    if window.closes is not None:
        return DeadlineKind.FIXED
    return DeadlineKind.UNTIL_EXHAUSTED if _IN_ORDER.search(publication.text) else DeadlineKind.UNKNOWN


def _places_in(texts: Iterable[str]) -> tuple[Fact, ...]:
    found: dict[str, Fact] = {}
    for text in texts:
        for sentence in sentences(text):
            if not _ISSUER.search(sentence):
                for name in _names_in(sentence):
                    found.setdefault(name, Fact(FactName.PLACE, name, sentence))
    narrow = {name: fact for name, fact in found.items() if name not in _WIDE}
    return tuple((narrow or found).values())


def _names_in(sentence: str) -> Iterator[str]:
    named = [match["name"] for match in _PLACE.finditer(sentence)]
    yield from named
    if named or "|" in sentence:
        yield from (match["name"] for match in _LIST_PLACE.finditer(sentence))
