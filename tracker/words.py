"""The words of closed sets, Dutch and English: the same at every door, be it terminal, page or mail."""

from collections.abc import Mapping

from tracker.core.answer import AnswerKind
from tracker.core.delivery import DeliveryState
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
