"""Turns mined subsidy windows into calls: who they belong to, under which lasting number, open or closed."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scrapers.eligibility import facts_of, only_rate
from scrapers.platforms import koop_facts
from scrapers.platforms.koop_mining import PART_CEILING, Kind, Mined, mine, said_of
from scrapers.platforms.koop_publication import Publication
from scrapers.platforms.sru import PROVINCIAAL_BLAD, SruRecord
from tracker.core.call import Budget, CallData, CallText, Claim, Deadline, DeadlineKind, Fact, FactName

MOST_TEXT = 20_000
"""Characters of a publication that are kept as a call's text."""

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_YEARS = re.compile(r"\b(20[0-9]{2})-(20[0-9]{2})\b")
_CHAIN_NUMBER = re.compile(r"\s*\[KetenID[^\]]*\]")
_GENERIC = re.compile(
    r"^(?:aanvraag\w*|\w*tijdvak(?:ken)?|openstelling|indiening|periode|\w*plafonds?)$", re.IGNORECASE
)
_SCHEME = re.compile(
    r"\b(\w*(?:regeling|verordening|programma|openstellingsbesluit))\s+((?!van\b|tot\b|houdende\b).+?)"
    r"(?=\s+(?:in\s+verband|vanwege|voor\s+(?:het\s+jaar|de\s+periode)|tot\s|houdende)|[,.;:(\[]|$)",
    re.IGNORECASE,
)
_NATIONAL = re.compile(r"\bSubsidieregeling\s+(ESF|JTF)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A window as one publication states it, with all that is needed to make a call of it."""

    record: SruRecord
    publication: Publication
    window: Mined
    scheme: str
    number: int
    is_alone: bool = True
    suffix: str = ""

    @property
    def source_ref(self) -> str:
        """The lasting number of the window: `scheme:unit:start`.

        The unit is the numbered part-ceiling, else the article. The letter of a list item takes no part
        while it can be spared: an amendment that drops an old window gives the next one its letter. A window
        without a start is known by its end.
        """
        window = self.window
        ends = (window.opens.date.isoformat() if window.opens else "", window.closes and window.closes.date)
        return f"{self.scheme}:{window.unit}{self.suffix}:{ends[0] or f'tot-{ends[1]}'}"

    @property
    def own(self) -> Publication:
        """What the publication says of this window: not what it says of another part-ceiling."""
        return said_of(self.publication, self.window.unit)

    @property
    def is_about_another(self) -> bool:
        """Tell whether it ends, prolongs or raises a window that another publication opened."""
        return self.window.ends_another or not (self.window.opens or self.window.closes)

    def is_past(self, today: dt.date) -> bool:
        """Tell whether its last moment lies before `today`."""
        return self.window.closes is not None and self.window.closes.date < today


def statements_of(record: SruRecord, publication: Publication) -> tuple[Statement, ...]:
    """Give all windows that a publication states, past ones too."""
    scheme = scheme_of(record, publication)
    windows = mine(publication, title=record.title)
    made = [
        Statement(record, publication, window, scheme, number, is_alone=len(windows) == 1)
        for number, window in enumerate(windows, 1)
    ]
    return tuple(_told_apart(_told_apart(made, by_item=True), by_item=False))


def _told_apart(made: Sequence[Statement], *, by_item: bool) -> list[Statement]:
    """Add the list item, or the count, to a number that several windows of a publication would share."""
    refs = [statement.source_ref for statement in made]
    apart = []
    for index, statement in enumerate(made):
        label = _slug(statement.window.item) if by_item else str(refs[:index].count(refs[index]) + 1)
        shares = refs.count(refs[index]) > 1 and label
        apart.append(replace(statement, suffix=f"{statement.suffix}.{label}") if shares else statement)
    return apart


def scheme_of(record: SruRecord, publication: Publication) -> str:
    """Name the subsidy scheme of a publication, the same for its opening, its changes and its closing."""
    title = _DASHES.sub("-", record.title)
    text = f"{title}\n{publication.title}\n{publication.text}"
    years = _YEARS.search(title) or _YEARS.search(_DASHES.sub("-", text))
    period = f"-{years[1]}-{years[2]}" if years else ""
    found = _SCHEME.search(_CHAIN_NUMBER.sub("", title))
    own = _slug(f"{found[1]} {found[2]}" if found else title)
    if record.publication_name == PROVINCIAAL_BLAD:
        return own
    national = _NATIONAL.search(title)
    if national is None and (record.creator == "Rotterdam" or re.search(r"Kansen\s+voor\s+West", text)):
        return f"{'jtf' if re.search('JTF', title) else 'efro'}-west{period}"
    if national or (national := _NATIONAL.search(text)):
        return f"{national[1].lower()}{period}"
    return own


def call_of(statement: Statement, *, source: str) -> CallData:
    """Make the call of a window that opens or is changed."""
    record, window = statement.record, statement.window
    facts = _facts(statement)
    kind = koop_facts.deadline_kind_of(window, statement.own)
    return CallData(
        source=source,
        source_ref=statement.source_ref,
        identifier=f"{record.identifier}#{statement.number}",
        url=record.page_url or record.xml_url,
        texts=(_text(statement),),
        programme=_programme(record, facts),
        call_identifier=record.identifier,
        call_title=_title(record),
        claim=None if window.closes else Claim.OPEN,
        opens_on=window.opens.date if window.opens else None,
        deadlines=_deadlines(window),
        deadline_kind=kind,
        budget=Budget(
            total=window.ceiling.value if window.ceiling else None,
            funding_rate=only_rate(facts),
        ),
        tags=(window.kind.value,),
        facts=facts,
    )


def closed_call(
    closing: Statement, openings: Sequence[Statement], *, source: str, today: dt.date
) -> CallData:
    """Make the call of a closing or a new end: that of the window it ends where one fits, else one by itself.

    A closing that is announced for a later day leaves the call open until then.
    """
    call = call_of(closing, source=source)
    claim = Claim.CLOSED if closing.is_past(today) else None
    note = Fact(
        FactName.WINDOW, f"../{closing.window.closes and closing.window.closes.date}", closing.window.sentence
    )
    opening = opening_of(closing, openings)
    if opening is None:
        unknown = Fact(FactName.CONFIDENCE, "opening_unknown", closing.window.sentence)
        return replace(
            call,
            claim=claim,
            deadline_kind=DeadlineKind.FIXED,
            budget=Budget(),
            facts=(*call.facts, note, unknown),
        )
    opened = call_of(opening, source=source)
    return replace(
        opened,
        url=call.url,
        claim=claim,
        deadlines=call.deadlines,
        deadline_kind=DeadlineKind.FIXED,
        tags=call.tags,
        facts=(*opened.facts, note),
    )


def raised_call(raise_: Statement, openings: Sequence[Statement], *, source: str) -> CallData | None:
    """Make the call of a part-ceiling that is raised or lowered; None where its window is not known."""
    opening, ceiling = opening_of(raise_, openings), raise_.window.ceiling
    if opening is None or ceiling is None:
        return None
    opened = call_of(opening, source=source)
    others = tuple(fact for fact in opened.facts if fact.name is not FactName.BUDGET)
    return replace(
        opened,
        budget=replace(opened.budget, total=ceiling.value),
        tags=(Kind.CHANGE.value,),
        facts=(*others, Fact(FactName.BUDGET, str(ceiling.value), ceiling.sentence)),
    )


def opening_of(closing: Statement, openings: Sequence[Statement]) -> Statement | None:
    """Find what a closing closes: of its scheme and its part-ceiling, the last window opened before it.

    A closing that names no part-ceiling fits only where one window of the scheme is for its place.
    """
    end = closing.window.closes
    fitting = [
        opening
        for opening in openings
        if opening.scheme == closing.scheme
        and not opening.is_about_another
        and opening.window.opens
        and (end is None or opening.window.opens.date <= end.date)
    ]
    if closing.window.unit.startswith(PART_CEILING):
        same = [opening for opening in fitting if opening.window.unit == closing.window.unit]
        return max(same, key=_start, default=None)
    places = _places(closing)
    same = [opening for opening in fitting if places and _places(opening) == places]
    return same[0] if len({opening.source_ref for opening in same}) == 1 else None


def _start(statement: Statement) -> str:
    return statement.window.opens.date.isoformat() if statement.window.opens else ""


def _places(statement: Statement) -> frozenset[str]:
    facts = koop_facts.places_of(statement.window, statement.publication, record=statement.record)
    return frozenset(fact.value for fact in facts)


def _facts(statement: Statement) -> tuple[Fact, ...]:
    """Give what was mined, then what the text states once: two rates would each be of one window alone."""
    general = facts_of(statement.own.text)
    times = Counter(fact.name for fact in general)
    return (*_mined_facts(statement), *(fact for fact in general if times[fact.name] == 1))


def _mined_facts(statement: Statement) -> Iterator[Fact]:
    record, window, publication = statement.record, statement.window, statement.publication
    ends = (str(moment.date) if moment else ".." for moment in (window.opens, window.closes))
    yield Fact(FactName.WINDOW, "/".join(ends), window.sentence)
    if fund := koop_facts.fund_of(window, publication, title=record.title):
        yield fund
    yield from koop_facts.places_of(window, publication, record=record)
    if window.ceiling:
        yield Fact(FactName.BUDGET, str(window.ceiling.value), window.ceiling.sentence)
    yield from koop_facts.applicants_of(statement.own)
    yield Fact(FactName.CONFIDENCE, "mined", window.sentence)


def _programme(record: SruRecord, facts: Sequence[Fact]) -> str:
    """Give our slug of the programme, by who published and which fund pays."""
    fund = next((fact.value for fact in facts if fact.name is FactName.FUND), "")
    if record.publication_name == PROVINCIAAL_BLAD:
        return "province-nh"
    return {"ESF+": "esf-nl", "JTF": "jtf-nl"}.get(fund, "efro-west")


def _deadlines(window: Mined) -> tuple[Deadline, ...]:
    return (Deadline(window.closes.date, window.closes.time),) if window.closes else ()


def _text(statement: Statement) -> CallText:
    """Give the call's words; of several windows in one publication, the heading tells the titles apart."""
    heading, title = statement.window.passage.heading, _title(statement.record)
    tells = not statement.is_alone and heading and not _GENERIC.search(heading)
    return CallText(
        language="nl",
        title=f"{title}: {heading}" if tells else title,
        body=statement.own.text[:MOST_TEXT],
        conditions=koop_facts.conditions_of(statement.own)[:MOST_TEXT],
    )


def _title(record: SruRecord) -> str:
    return _CHAIN_NUMBER.sub("", record.title).strip()


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")
