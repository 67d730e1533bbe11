"""The words of closed sets, as (Dutch, English)."""

from collections.abc import Mapping
from enum import StrEnum

from tracker.core.call import Status
from tracker.core.match import CityRole, RegionFit
from tracker.core.person import SubscriptionKind
from tracker.core.profile import Domain, Strength, Theme
from tracker.core.review import Advice, RejectionReason, ReviewState
from tracker.words import (
    ANSWER_WORDS,
    BOTH,
    CITY_ROLE_MEANINGS,
    CITY_ROLE_WORDS,
    DELIVERY_WORDS,
    ROLE_WORDS,
    SOURCE_WORDS,
)

__all__ = ["BOTH", "WORDS", "role_meaning", "word"]

_PAIRS: tuple[tuple[StrEnum, BOTH], ...] = (
    (Status.OPEN, ("open", "open")),
    (Status.FORTHCOMING, ("komt eraan", "coming")),
    (Status.CLOSED, ("gesloten", "closed")),
    (Status.VANISHED, ("verdwenen", "gone")),
    (Status.UNKNOWN, ("onbekend", "unknown")),
    (Strength.STRONG, ("past sterk", "strong fit")),
    (Strength.GOOD, ("past goed", "good fit")),
    (Strength.POSSIBLE, ("past misschien", "possible fit")),
    (Strength.NONE, ("past niet", "no fit")),
    (RegionFit.OPEN, ("open voor de stad", "open to the city")),
    (RegionFit.REGION, ("open voor de regio", "open to the region")),
    (RegionFit.PARTNER, ("alleen via een partner", "through a partner only")),
    (RegionFit.NEIGHBOUR, ("alleen voor buren", "for neighbours only")),
    (RegionFit.NOT_OPEN, ("niet voor ons gebied", "not for our area")),
    (RegionFit.UNKNOWN, ("gebied onbekend", "area unknown")),
    (Domain.SOCIAAL, ("Sociaal", "Social")),
    (Domain.FYSIEK, ("Fysiek", "Physical")),
    (Domain.BEDRIJFSVOERING, ("Bedrijfsvoering", "Operations")),
    (Theme.ECONOMIC, ("economisch", "economic")),
    (Theme.SOCIAL, ("sociaal", "social")),
    (Theme.PHYSICAL, ("fysiek", "physical")),
    (ReviewState.NEW, ("nieuw", "new")),
    (ReviewState.LOOKING, ("wordt bekeken", "looking")),
    (ReviewState.SHORTLISTED, ("op de shortlist", "shortlisted")),
    (ReviewState.PREPARING, ("in voorbereiding", "preparing")),
    (ReviewState.SUBMITTED, ("ingediend", "submitted")),
    (ReviewState.WON, ("gewonnen", "won")),
    (ReviewState.LOST, ("verloren", "lost")),
    (ReviewState.NOT_FOR_US, ("niets voor ons", "not for us")),
    (RejectionReason.NO_PRIORITY, ("past bij geen prioriteit", "fits no priority")),
    (RejectionReason.NO_ROLE, ("geen rol voor de gemeente", "no role for the city")),
    (RejectionReason.TOO_LATE, ("te laat om nog te beslissen", "too late to decide")),
    (RejectionReason.NO_CAPACITY, ("geen mensen of uren", "no people or hours")),
    (RejectionReason.TOO_COSTLY, ("de eigen bijdrage is te hoog", "own contribution too high")),
    (RejectionReason.NO_PARTNERS, ("geen partners", "no partners")),
    (RejectionReason.NO_BACKING, ("geen steun van bestuur of directie", "no political or official backing")),
    (RejectionReason.OTHER, ("iets anders", "something else")),
    (Advice.GO, ("doen", "go")),
    (Advice.TALK, ("bespreken", "talk")),
    (Advice.NO_GO, ("niet doen", "no go")),
    (SubscriptionKind.CALENDAR, ("agenda", "calendar")),
    (SubscriptionKind.ATOM, ("nieuwsfeed (Atom)", "news feed (Atom)")),
    (SubscriptionKind.API, ("sleutel voor programma’s (API)", "key for programs (API)")),
    *SOURCE_WORDS.items(),
    *DELIVERY_WORDS.items(),
    *ROLE_WORDS.items(),
    *ANSWER_WORDS.items(),
    *CITY_ROLE_WORDS.items(),
)

WORDS: Mapping[tuple[type[StrEnum], str], BOTH] = {(type(one), one.value): words for one, words in _PAIRS}
"""The words by class and value: the values of two sets may be equal, as those of two statuses `open`."""


def word(value: StrEnum, language: str) -> str:
    """Give the word for one of our closed values in `nl` or `en`."""
    return WORDS[type(value), value.value][0 if language == "nl" else 1]


def role_meaning(role: CityRole, language: str) -> str:
    """Say in a sentence what a role of the city means."""
    return CITY_ROLE_MEANINGS[role][0 if language == "nl" else 1]
