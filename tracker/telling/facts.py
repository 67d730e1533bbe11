"""Says what is known of a call as label and value, each fact with the source's own sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date

from scrapers.programmes import find
from tracker.core.call import CallData, Claim, DeadlineKind, Fact, FactName, MomentKind
from tracker.digest.calls import safe_url
from tracker.digest.formats import amount, percent
from tracker.digest.vocabulary import Words
from tracker.digest.words import words_in
from tracker.telling.say import BOTH

LABELS: Mapping[FactName, BOTH] = {
    FactName.FUNDING_RATE: ("Deel dat wordt vergoed", "Funding rate"),
    FactName.ACTION_TYPE: ("Soort project", "Type of action"),
    FactName.COST_MODEL: ("Verantwoording", "Cost model"),
    FactName.CONSORTIUM_MINIMUM: ("Minstens zoveel partners", "Partners at least"),
    FactName.CONSORTIUM_COUNTRIES: ("Uit minstens zoveel landen", "From so many countries at least"),
    FactName.APPLICANTS: ("Wie mag aanvragen", "Who may apply"),
    FactName.COUNTRIES: ("Landen", "Countries"),
    FactName.PLACE: ("Gebied", "Place"),
    FactName.FUND: ("Fonds", "Fund"),
    FactName.LINK: ("Eigen pagina", "Own page"),
    FactName.OWNER: ("Uitgever van de oproep", "Body that runs the call"),
    FactName.WINDOW: ("Aanvraagperiode", "Application window"),
    FactName.BUDGET: ("Budget volgens de tekst", "Budget as the text says"),
    FactName.CONFIDENCE: ("Zekerheid", "Certainty"),
}
_APPLICANTS: Mapping[str, BOTH] = {
    "public_bodies": ("overheden", "public bodies"),
    "companies": ("bedrijven", "companies"),
    "researchers": ("onderzoekers", "researchers"),
    "any": ("alle rechtspersonen", "any legal entity"),
}
_CERTAINTY: Mapping[str, BOTH] = {
    "mined": ("uit lopende tekst gehaald: controleer het", "taken from running text: check it"),
    "confirmed": ("door een collega bevestigd", "confirmed by a colleague"),
    "opening_unknown": ("wanneer het opent, staat er niet", "the opening is not stated"),
}
CLAIMS: Mapping[Claim, BOTH] = {
    Claim.OPEN: ("open", "open"),
    Claim.FORTHCOMING: ("komt eraan", "coming"),
    Claim.CLOSED: ("gesloten", "closed"),
}
DEADLINE_KINDS: Mapping[DeadlineKind, BOTH] = {
    DeadlineKind.FIXED: ("vaste sluitdatum", "fixed deadline"),
    DeadlineKind.TWO_STAGE: ("twee rondes", "two stages"),
    DeadlineKind.CUT_OFFS: ("meer sluitdata", "several cut-off dates"),
    DeadlineKind.ROLLING: ("doorlopend open", "rolling"),
    DeadlineKind.UNTIL_EXHAUSTED: ("tot het geld op is", "until the money is gone"),
    DeadlineKind.UNKNOWN: ("onbekend", "unknown"),
}
MOMENT_KINDS: Mapping[MomentKind, BOTH] = {
    MomentKind.SINGLE: ("sluitdatum", "deadline"),
    MomentKind.STAGE_1: ("eerste ronde", "first stage"),
    MomentKind.STAGE_2: ("tweede ronde", "second stage"),
    MomentKind.CUT_OFF: ("tussentijdse sluitdatum", "cut-off"),
}
_MONEY = {FactName.BUDGET}


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact as people read it; `sentence` is the source's own, in `language`."""

    label: str
    value: str
    sentence: str
    language: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """An address on the web that can be pressed, and what is behind it."""

    label: str
    url: str


def of_two(pair: BOTH, language: str) -> str:
    """Choose from Dutch and English."""
    return pair[0 if language == "nl" else 1]


def title_of(data: CallData, language: str) -> str:
    """Give a call's title in the reader's language where there is one."""
    return (data.title_nl or data.title) if language == "nl" else data.title


def programme_of(data: CallData, language: str) -> str:
    """Give a call's programme as people call it, else the publisher's code."""
    return programme_name(data.programme, language) or data.programme_code


def programme_name(slug: str, language: str) -> str:
    """Give a programme's name by our slug; one that we do not know keeps its slug."""
    programme = find(slug)
    if programme is None:
        return slug
    return programme.name_nl if language == "nl" else programme.name_en


def facts_of(data: CallData, language: str) -> tuple[FactView, ...]:
    """Give what was found in a call's text, in the order in which it was found; links stand elsewhere."""
    words = words_in(language)
    return tuple(
        FactView(
            label=of_two(LABELS[fact.name], language),
            value=_value(fact, words),
            sentence=fact.sentence,
            language=_language_of(fact.sentence, data),
        )
        for fact in data.facts
        if fact.name is not FactName.LINK
    )


def fact_text(fact: Fact, language: str) -> str:
    """Say a fact in a few words: what it is about and what it says."""
    return f"{of_two(LABELS[fact.name], language)}: {_value(fact, words_in(language))}"


def _value(fact: Fact, words: Words) -> str:
    language, value = words.language, fact.value
    if fact.name is FactName.FUNDING_RATE and _is_number(value):
        return percent(Decimal(value), words)
    if fact.name in _MONEY and _is_number(value):
        return amount(Decimal(value), "EUR", words)
    if fact.name is FactName.WINDOW:
        return _window(value, language)
    if fact.name is FactName.COST_MODEL:
        return words.cost_models.get(value, value)
    known = {FactName.APPLICANTS: _APPLICANTS, FactName.CONFIDENCE: _CERTAINTY}.get(fact.name, {})
    return of_two(known.get(value, (value, value)), language)


def _window(value: str, language: str) -> str:
    """Say "2027-04-15/2027-06-30" as people do; an end that is not stated is ".."."""
    opens, _, closes = value.partition("/")
    until = f"{'tot en met' if language == 'nl' else 'up to and including'} {_day(closes, language)}"
    if opens == "..":
        return until
    if closes in {"", ".."}:
        return f"{'vanaf' if language == 'nl' else 'from'} {_day(opens, language)}"
    return f"{_day(opens, language)} {until}"


def _day(text: str, language: str) -> str:
    try:
        return plain_day(date.fromisoformat(text), language)
    except ValueError:
        return text  # a source's own words for a day that is no date


def plain_day(day: date, language: str) -> str:
    """Say `16 februari 2027`."""
    return format_date(day, "d MMMM y", locale="nl" if language == "nl" else "en_GB")


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal()


def _language_of(sentence: str, data: CallData) -> str:
    """Give the language of the text that a sentence stands in, else of the call's first text."""
    wanted = " ".join(sentence.split())
    for text in data.texts:
        if wanted and any(wanted in " ".join(part.split()) for part in (text.conditions, text.body)):
            return text.language
    return data.texts[0].language


def links_of(shown: Sequence[tuple[str, CallData]], language: str) -> tuple[LinkView, ...]:
    """Give the pages where a call stands, each once: (name of the source, what it says), the leading first.

    Only web addresses: a reader is going to press them.
    """
    found: dict[str, str] = {}
    for title, data in shown:
        found.setdefault(safe_url(data.url), title)
        for fact in data.facts:
            if fact.name is FactName.LINK:
                label = "Pagina van de uitgever" if language == "nl" else "The publisher's own page"
                found.setdefault(safe_url(fact.value), label)
    return tuple(LinkView(label, url) for url, label in found.items() if url)
