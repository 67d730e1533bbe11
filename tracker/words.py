"""The words of closed sets, Dutch and English: the same at every door, be it terminal, page or mail."""

from collections.abc import Mapping

from tracker.core.answer import AnswerKind
from tracker.core.delivery import DeliveryState
from tracker.core.match import CityRole
from tracker.core.person import Role
from tracker.core.run import SourceState

BOTH = tuple[str, str]
"""A word in Dutch and in English."""

SOURCE_WORDS: Mapping[SourceState, BOTH] = {
    SourceState.WELL: ("goed", "well"),
    SourceState.WELL_NONE_OPEN: ("goed, niets open", "well, none open"),
    SourceState.PARTLY: ("deels gelezen", "partly"),
    SourceState.BLOCKED: ("geblokkeerd", "blocked"),
    SourceState.LAYOUT_CHANGED: ("vorm veranderd", "layout changed"),
    SourceState.DOWN: ("onbereikbaar", "down"),
    SourceState.NEEDS_KEY: ("sleutel nodig", "needs a key"),
    SourceState.OFF: ("uit", "off"),
    SourceState.NEVER_RUN: ("nooit gelezen", "never run"),
}
"""How a source is."""

DELIVERY_WORDS: Mapping[DeliveryState, BOTH] = {
    DeliveryState.PENDING: ("wacht", "waits"),
    DeliveryState.SENDING: ("onderbroken", "interrupted"),
    DeliveryState.SENT: ("verstuurd", "sent"),
    DeliveryState.UNSURE: ("onzeker", "unsure"),
    DeliveryState.FAILED: ("mislukt", "failed"),
    DeliveryState.DROPPED: ("vervallen", "dropped"),
}
"""Where a message stands."""

ROLE_WORDS: Mapping[Role, BOTH] = {
    Role.READER: ("lezer", "reader"),
    Role.REVIEWER: ("beoordelaar", "reviewer"),
    Role.ADMINISTRATOR: ("beheerder", "administrator"),
}
"""What an account may do."""

ANSWER_WORDS: Mapping[AnswerKind, BOTH] = {
    AnswerKind.INTERESTING: ("interessant", "interesting"),
    AnswerKind.NOT_FOR_US: ("niets voor ons", "not for us"),
    AnswerKind.NOT_MY_DOMAIN: ("niet mijn domein", "not my domain"),
    AnswerKind.LATER: ("later", "later"),
}
"""What a contact answered in a mail."""

CITY_ROLE_WORDS: Mapping[CityRole, BOTH] = {
    CityRole.LEAD: ("trekker", "lead"),
    CityRole.PARTNER: ("partner", "partner"),
    CityRole.TEST_SITE: ("proefstad", "test site"),
    CityRole.NONE_SEEN: ("geen rol gevonden", "no role found"),
}
"""What a city can be in a project."""

CITY_ROLE_MEANINGS: Mapping[CityRole, BOTH] = {
    CityRole.LEAD: (
        "De gemeente vraagt het geld zelf aan en leidt het project.",
        "The city applies for the money itself and leads the project.",
    ),
    CityRole.PARTNER: (
        "De gemeente doet mee in een project dat een ander leidt, met taken en een deel van het geld.",
        "The city takes part in a project that somebody else leads, with tasks and a share of the money.",
    ),
    CityRole.TEST_SITE: (
        "De stad is een plek om iets uit te proberen, in een project dat een ander leidt.",
        "The city is a place to try something out, in a project that somebody else leads.",
    ),
    CityRole.NONE_SEEN: (
        "De tekst noemt geen rol voor een gemeente. Meedoen kan soms toch: vraag het bij de uitgever na.",
        "The text names no role for a city. Taking part may still be possible: ask the publisher.",
    ),
}
"""What each of these roles means, in a sentence for whoever does not know the word."""
