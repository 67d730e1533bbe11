"""What the answer pages say, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.profile import Domain
from tracker.links import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """The words of one language. `ask` is the question, `press` the button, `done` what was kept."""

    language: str
    locale: str  # Babel's name
    brand: str
    ask: Mapping[Purpose, str]
    press: Mapping[Purpose, str]
    done: Mapping[Purpose, str]
    effect: Mapping[Purpose, str]
    domains: Mapping[Domain, str]
    hand_to: str
    nobody: str
    note: str
    note_hint: str
    weeks: str
    week: tuple[str, str]
    thanks: str
    passed: str
    hidden_until: str
    paused_until: str
    change_mind: str
    rather_pause: str
    come_back: str
    too_old: str
    too_old_help: str
    not_right: str
    not_right_help: str
    nothing_happened: str


DUTCH = PageWords(
    language="nl",
    locale="nl",
    brand="Europese kansen",
    ask={
        Purpose.INTERESTING: "Is deze oproep interessant voor je?",
        Purpose.NOT_FOR_US: "Is deze oproep niets voor ons?",
        Purpose.NOT_MY_DOMAIN: "Hoort deze oproep niet bij jouw domein?",
        Purpose.LATER: "Wil je deze oproep later weer zien?",
        Purpose.LEAVE: "Wil je deze mails niet meer krijgen?",
        Purpose.PAUSE: "Wil je een tijd geen mail krijgen?",
        Purpose.RETURN: "Wil je de mails weer krijgen?",
    },
    press={
        Purpose.INTERESTING: "Ja, interessant",
        Purpose.NOT_FOR_US: "Ja, niets voor ons",
        Purpose.NOT_MY_DOMAIN: "Niet mijn domein",
        Purpose.LATER: "Ja, later",
        Purpose.LEAVE: "Ja, meld mij af",
        Purpose.PAUSE: "Ja, pauzeer",
        Purpose.RETURN: "Ja, stuur ze weer",
    },
    done={
        Purpose.INTERESTING: "Je vindt deze oproep interessant.",
        Purpose.NOT_FOR_US: "Deze oproep is niets voor ons.",
        Purpose.NOT_MY_DOMAIN: "Deze oproep hoort niet bij jouw domein.",
        Purpose.LATER: "Je ziet deze oproep later weer.",
        Purpose.LEAVE: "Je bent afgemeld.",
        Purpose.PAUSE: "Je krijgt een tijd geen mail.",
        Purpose.RETURN: "Je krijgt de mails weer.",
    },
    effect={
        Purpose.INTERESTING: "De adviseur en de coördinator zien dat.",
        Purpose.NOT_FOR_US: "Je ziet hem niet meer. Collega’s zien hem nog wel.",
        Purpose.NOT_MY_DOMAIN: "Je ziet hem niet meer. Je kunt hem doorgeven aan een ander domein.",
        Purpose.LATER: "Tot die dag zie je hem niet. Let op: de sluitdatum schuift niet mee.",
        Purpose.LEAVE: "Je krijgt dan ook geen bericht als een datum verandert.",
        Purpose.PAUSE: "Wat in die tijd nieuw is en nog openstaat, zie je daarna.",
        Purpose.RETURN: "De eerste komt op de volgende maandag.",
    },
    domains={
        Domain.SOCIAAL: "Sociaal",
        Domain.FYSIEK: "Fysiek",
        Domain.BEDRIJFSVOERING: "Bedrijfsvoering",
    },
    hand_to="Doorgeven aan",
    nobody="Aan niemand",
    note="Een zin voor je collega",
    note_hint="Mag leeg blijven. Je collega ziet je mailadres erbij.",
    weeks="Hoe lang?",
    week=("{n} week", "{n} weken"),
    thanks="Dank je wel",
    passed="Domein {domain} krijgt hem in de volgende mail.",
    hidden_until="Je ziet hem weer vanaf {date}.",
    paused_until="Vanaf {date} krijg je weer mail.",
    change_mind="Bedacht? Kies in de mail een ander antwoord: het laatste telt.",
    rather_pause="Liever een tijd pauze?",
    come_back="Toch weer mail?",
    too_old="Deze link is verlopen",
    too_old_help="Een link werkt een tijd. Gebruik de laatste mail, of vraag het wie je de mail stuurt.",
    not_right="Deze link klopt niet",
    not_right_help="Misschien is een stuk van het adres weggevallen. Open de link nog eens vanuit de mail.",
    nothing_happened="Er is niets veranderd.",
)

ENGLISH = PageWords(
    language="en",
    locale="en_GB",
    brand="European opportunities",
    ask={
        Purpose.INTERESTING: "Is this call interesting to you?",
        Purpose.NOT_FOR_US: "Is this call not for us?",
        Purpose.NOT_MY_DOMAIN: "Does this call not belong to your domain?",
        Purpose.LATER: "Do you want to see this call again later?",
        Purpose.LEAVE: "Do you want no more of these mails?",
        Purpose.PAUSE: "Do you want no mail for a while?",
        Purpose.RETURN: "Do you want the mails again?",
    },
    press={
        Purpose.INTERESTING: "Yes, interesting",
        Purpose.NOT_FOR_US: "Yes, not for us",
        Purpose.NOT_MY_DOMAIN: "Not my domain",
        Purpose.LATER: "Yes, later",
        Purpose.LEAVE: "Yes, unsubscribe me",
        Purpose.PAUSE: "Yes, pause",
        Purpose.RETURN: "Yes, send them again",
    },
    done={
        Purpose.INTERESTING: "You find this call interesting.",
        Purpose.NOT_FOR_US: "This call is not for us.",
        Purpose.NOT_MY_DOMAIN: "This call does not belong to your domain.",
        Purpose.LATER: "You will see this call again later.",
        Purpose.LEAVE: "You are unsubscribed.",
        Purpose.PAUSE: "You get no mail for a while.",
        Purpose.RETURN: "You get the mails again.",
    },
    effect={
        Purpose.INTERESTING: "The adviser and the coordinator see that.",
        Purpose.NOT_FOR_US: "You will not see it any more. Colleagues still do.",
        Purpose.NOT_MY_DOMAIN: "You will not see it any more. You can pass it on to another domain.",
        Purpose.LATER: "Until that day you will not see it. Note that its deadline does not move.",
        Purpose.LEAVE: "You will not be told either when a date changes.",
        Purpose.PAUSE: "What is new in that time and still open, you will see afterwards.",
        Purpose.RETURN: "The first comes on the next Monday.",
    },
    domains={
        Domain.SOCIAAL: "Social affairs",
        Domain.FYSIEK: "Physical domain",
        Domain.BEDRIJFSVOERING: "Operations",
    },
    hand_to="Pass on to",
    nobody="Nobody",
    note="A sentence for your colleague",
    note_hint="May stay empty. Your colleague sees your address with it.",
    weeks="For how long?",
    week=("{n} week", "{n} weeks"),
    thanks="Thank you",
    passed="{domain} gets it in the next mail.",
    hidden_until="You will see it again from {date}.",
    paused_until="From {date} you get mail again.",
    change_mind="Changed your mind? Choose another answer in the mail: the last one counts.",
    rather_pause="Rather a pause?",
    come_back="Mail again after all?",
    too_old="This link is too old",
    too_old_help="Links in a mail work for a time. Use the latest mail, or ask who sends you the mail.",
    not_right="This link is not right",
    not_right_help="A part of the address may have got lost. Open the link from the mail again.",
    nothing_happened="Nothing has changed.",
)


def page_words(language: str) -> PageWords:
    """Give the words in `nl`, else in English."""
    return DUTCH if language == "nl" else ENGLISH
