"""Mines subsidy windows from Dutch legal text: when one may apply, for how much, where, and from which fund.

The wordings are those seen on public pages; no captured publication holds a window. So nothing is guessed:
what a sentence does not state is left out, and each fact keeps its sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scrapers.dates import Moment, Window, find_windows
from scrapers.money import Amount, find_amounts
from scrapers.platforms.koop_publication import Passage, Publication
from scrapers.sentences import sentences

PART_CEILING = "deelplafond-"
"""How the name of a unit begins that is a numbered part-ceiling."""


class Kind(StrEnum):
    """What a publication does to a window, in the publisher's words."""

    OPENING = "openstelling"
    CHANGE = "wijziging"
    CLOSING = "sluiting"


@dataclass(frozen=True, slots=True)
class Mined:
    """One subsidy window as a publication states it; `unit` names its part-ceiling or article."""

    kind: Kind
    unit: str
    opens: Moment | None
    closes: Moment | None
    sentence: str
    passage: Passage = field(repr=False)
    ceiling: Amount | None = None

    @property
    def ends_another(self) -> bool:
        """Tell whether it only gives another end to a window: by closing it, or by prolonging it."""
        if self.opens is not None or self.closes is None:
            return False
        return self.kind is Kind.CLOSING or bool(_PROLONGS.search(self.sentence))

    @property
    def item(self) -> str:
        """The letter or number of the list item that the window stands in."""
        return self.passage.item


_APPLIES = re.compile(
    r"aanvra(?:ag|gen)|\baangevraagd\b|\b(?:in)?gediend\b|\bindien(?:en|ing)|\bopen(?:gesteld|stelling|t)?\b|\bopenstellings?"
    r"|\bgeopend\b|tijdvak|aanvraagperiode|\bgesloten\b|\bsluit(?:en|ing|t)?\b",
    re.IGNORECASE,
)
_CEILING = re.compile(r"plafond|\bbeschikbaar\b|\bbeschikbare\b|\bbudget\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"(?:aanvra(?:ag|gen)|verzoek(?:en)?)\s+(?:om|tot)\s+(?:subsidie)?vaststelling|ter\s+inzage|\bbezwaar|zienswijze"
    r"|verantwoord|afgerond|voltooid|gerealiseerd|looptijd|subsidiabel|webinar|bijeenkomst|\bbeslist\b"
    r"|activiteiten\s+(?:worden|zijn|moeten|starten)|vooraanmeld",
    re.IGNORECASE,
)
_TAKES_EFFECT = re.compile(
    r"(?:in\s*werking|inwerkingtreding|werkt\s+terug|vervalt|geldt|luidende?)\b[^.;]{0,40}$", re.IGNORECASE
)
_CLOSES = re.compile(
    r"\b(?:word(?:t|en)|zal|zullen|is|zijn)\b[^.;]{0,120}\bgesloten\b|\bsluiting\s+van\b", re.IGNORECASE
)
_PROLONGS = re.compile(r"\bverleng", re.IGNORECASE)
_CHANGES = re.compile(r"wijzig|verhog|verlag", re.IGNORECASE)
_PART = re.compile(
    r"\bdeel(?:subsidie)?plafond\s+(?:met\s+)?(?:nummer\s+|nr\.?\s*)?(?P<number>[0-9]+(?:\.[0-9]+)*[a-z]?)\b",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"\bdit\s+besluit\b|\bdeze\s+(?:regeling|openstelling)\b|volgorde\s+van\s+(?:binnenkomst|ontvangst)"
    r"|\b(?:alle|elk|iedere?|beide|de)\s+(?:deel(?:subsidie)?)?plafonds?\b|\baanvragen\s+worden\b",
    re.IGNORECASE,
)
_PER_PROJECT = re.compile(
    r"\bper\s+(?:project|aanvra(?:ag|ger)|activiteit|onderneming)|ten\s+(?:hoogste|minste)|maximaal|minimaal"
    r"|niet\s+meer\s+(?:dan|bedraagt)|\bdrempel",
    re.IGNORECASE,
)
_RAISED_TO = re.compile(
    r"\b(?:verhoogd|verlaagd|gewijzigd)\b.*?\b(?:tot|naar)\s+$", re.IGNORECASE | re.DOTALL
)


def mine(publication: Publication, *, title: str = "") -> tuple[Mined, ...]:
    """Give the subsidy windows of a publication, each once, in its order; `title` is the index's title.

    A period that only a ceiling is set for counts where no window for applying starts on the same day; the
    explanatory notes count where the articles have none.
    """
    is_change = bool(_CHANGES.search(title or publication.title))
    stated = list(_stated(publication.passages, is_change=is_change))
    main = [window for window in stated if not window.passage.is_note] or stated
    joined = _without_periods(_joined(main))
    return tuple(
        replace(window, ceiling=ceiling_of(window, publication.passages)) for window in _once(joined)
    )


def ceiling_of(window: Mined, passages: Sequence[Passage]) -> Amount | None:
    """Give the one ceiling that is stated nearest to a window, or None where none or several are.

    Nearest is the window's own sentence, then the passage that refers to its list item ("onderdeel b"), its
    passage, its article or heading, the whole publication.
    """
    here = window.passage
    passages = not_of_others(passages, window.unit)
    article = [other for other in passages if other.article == here.article and other.heading == here.heading]
    levels: Iterable[tuple[str, ...]] = (
        (window.sentence,),
        tuple(_referring(passages, here)),
        (here.text,),
        tuple(other.text for other in passages if _part_of(other) == window.unit),
        tuple(other.text for other in article if not other.is_note),
        tuple(other.text for other in passages if not other.is_note),
    )
    for texts in levels:
        amounts = {amount.value: amount for text in texts for amount in _ceilings_in(text)}
        if amounts:
            return next(iter(amounts.values())) if len(amounts) == 1 else None
    return None


def _stated(passages: Sequence[Passage], *, is_change: bool) -> Iterator[Mined]:
    for passage in passages:
        for window in find_windows(passage.text, locale="nl"):
            if not _is_for_applying(window, passage):
                continue
            is_closing = window.opens is None and _CLOSES.search(window.sentence)
            kind = Kind.CLOSING if is_closing else Kind.CHANGE if is_change else Kind.OPENING
            unit = _unit_of(window, passage)
            yield Mined(kind, unit, window.opens, window.closes, window.sentence, passage)
        if is_change and not find_windows(passage.text, locale="nl"):
            yield from _raised(passage)


def _raised(passage: Passage) -> Iterator[Mined]:
    """Give a part-ceiling that a passage raises or lowers without saying when one may apply."""
    unit = _part_of(passage)
    for sentence in sentences(passage.text) if unit and not passage.is_note else ():
        if any(_RAISED_TO.search(sentence[: one.span[0]]) for one in find_amounts(sentence, locale="nl")):
            yield Mined(Kind.CHANGE, unit, None, None, sentence, passage)


def _is_for_applying(window: Window, passage: Passage) -> bool:
    """Tell whether a period is one for applying, by its sentence, else by what it stands under."""
    before = passage.text[: window.span[0]]
    if _ELSEWHERE.search(window.sentence) or _TAKES_EFFECT.search(before):
        return False
    if _APPLIES.search(window.sentence) or _CEILING.search(window.sentence):
        return True
    return bool(_APPLIES.search(passage.lead) or _APPLIES.search(passage.heading))


def _unit_of(window: Window, passage: Passage) -> str:
    """Name what a window belongs to: its numbered part-ceiling, else its article."""
    part = _part_of(replace(passage, text=window.sentence)) or _part_of(passage)
    return part or (f"artikel-{passage.article.lower()}" if passage.article else "besluit")


def _joined(windows: Sequence[Mined]) -> list[Mined]:
    """Join a start and an end that one part-ceiling or article states in two sentences."""
    joined: list[Mined] = []
    for window in windows:
        start = next((other for other in joined if _is_end_of(window, other)), None)
        if start is None:
            joined.append(window)
        else:
            whole = replace(start, closes=window.closes, sentence=f"{start.sentence} {window.sentence}")
            joined[joined.index(start)] = whole
    return joined


def _is_end_of(end: Mined, start: Mined) -> bool:
    if end.opens is not None or end.closes is None or start.opens is None or start.closes is not None:
        return False
    same_place = end.unit == start.unit and end.item == start.item
    return same_place and start.opens.date <= end.closes.date


def _without_periods(windows: Sequence[Mined]) -> list[Mined]:
    """Drop what states a ceiling alone where a window of its day or its part says more."""
    days = {window.opens.date for window in windows if window.opens and _is_applied(window)}
    units = {window.unit for window in windows if window.opens or window.closes}

    def says_more(window: Mined) -> bool:
        if window.opens:
            return _is_applied(window) or window.opens.date not in days
        return bool(window.closes) or window.unit not in units

    return [window for window in windows if says_more(window)]


def _is_applied(window: Mined) -> bool:
    context = f"{window.sentence}\n{window.passage.lead}\n{window.passage.heading}"
    return bool(_APPLIES.search(context))


def _once(windows: Sequence[Mined]) -> list[Mined]:
    """Drop what is said twice: the same ends for the same unit and list item."""
    seen: dict[tuple[object, ...], Mined] = {}
    for window in windows:
        key = (
            window.unit,
            window.item,
            window.opens and window.opens.date,
            window.closes and window.closes.date,
        )
        seen.setdefault(key, window)
    return list(seen.values())


def _referring(passages: Sequence[Passage], here: Passage) -> Iterator[str]:
    """Give the sentences that refer to a window's list item, as in "artikel 2b.1, onderdeel b"."""
    if not here.item:
        return
    part = re.escape(here.item.rpartition(".")[2])
    article = rf"artikel\s+{re.escape(here.article)}\b" if here.article else "tijdvak"
    for passage in passages:
        for sentence in sentences(passage.text):
            if re.search(rf"{article}[^.;€]{{0,60}}?\bonder(?:deel)?\s+{part}\b", sentence, re.IGNORECASE):
                yield sentence


def not_of_others(passages: Sequence[Passage], unit: str) -> list[Passage]:
    """Give the passages but for those about another numbered part-ceiling than `unit`."""
    return [passage for passage in passages if _part_of(passage) in {"", unit}]


def said_of(publication: Publication, unit: str) -> Publication:
    """Give a publication without what it says of other numbered part-ceilings than `unit` alone.

    What stands under another's heading and speaks of all (how applications are treated, when the decision
    takes effect) is kept: such lines close a publication, under its last heading.
    """
    if not unit.startswith(PART_CEILING):
        return publication
    return replace(
        publication,
        passages=tuple(
            passage
            for passage in publication.passages
            if not (parts := _parts_of(passage)) or unit in parts or _speaks_of_all(passage)
        ),
    )


def _speaks_of_all(passage: Passage) -> bool:
    return not _PART.search(passage.text) and bool(_OF_ALL.search(passage.text))


def _part_of(passage: Passage) -> str:
    """Name the part-ceiling that a passage is about, the first of several, "" for none."""
    return next(iter(_parts_of(passage)), "")


def _parts_of(passage: Passage) -> tuple[str, ...]:
    """Name the part-ceilings that stand in the nearest text of a passage that names any."""
    for text in (passage.text, passage.lead, passage.heading):
        if found := _PART.findall(text):
            return tuple(f"{PART_CEILING}{number.lower()}" for number in found)
    return ()


def _ceilings_in(text: str) -> Iterator[Amount]:
    for sentence in sentences(text):
        if not (_CEILING.search(sentence) or _APPLIES.search(sentence)) or _PER_PROJECT.search(sentence):
            continue
        amounts = find_amounts(sentence, locale="nl")
        raised = [amount for amount in amounts if _RAISED_TO.search(sentence[: amount.span[0]])]
        yield from raised[-1:] or amounts
