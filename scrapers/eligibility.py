"""Finds hard facts in a call's own words: what share is paid, who may apply, how many must work together.

Never guessed: a fact comes with the exact sentence that states it, and a text that only points to an annex
gives none. Whatever is ambiguous (two rates in one sentence) gives none either.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tracker.core.call import Fact, FactName

COST_MODELS = {
    "43027846": "actual_costs",  # HORIZON-AG, budget-based
    "43027849": "lump_sum",  # HORIZON-AG-LS
    "43251971": "unit_costs",  # HORIZON-AG-UN
}
"""The EU portal's codes of model grant agreements (`typeOfMGAs`)."""

_NUMBERS = {
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "twelve": 12, "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6},
    **{"zeven": 7, "acht": 8, "negen": 9, "tien": 10, "twaalf": 12},
}
_NUMBER = rf"(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}|\d{{1,2}})(?:\s*\(\d{{1,2}}\))?"
_AT_LEAST = (
    r"(?:at\s+least|a\s+minimum\s+of|minimum(?:\s+of)?|no\s+fewer\s+than|not\s+fewer\s+than|no\s+less\s+than"
    r"|ten\s+minste|tenminste|minstens|minimaal|ten\s+minimale)"
)
_PARTICIPANTS = (
    r"(?:legal\s+entit(?:y|ies)|entit(?:y|ies)|applicants?|organi[sz]ations?|partners?|beneficiar(?:y|ies)"
    r"|participants?|cities|municipalities|local\s+authorities|rechtspersonen|aanvragers?|organisaties?|partijen"
    r"|deelnemers|begunstigden|gemeenten|entiteiten)"
)
_COUNTRIES = r"(?:(?:eu\s+)?member\s+states?|countries|lidstaten|landen)"

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!art\.)(?<!\bno\.)(?<!bijv\.)(?<!o\.a\.)\s+")
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|per\s?cent\b|percent\b|procent\b)", re.IGNORECASE)
_RATE = re.compile(
    r"""\b(?:(?:eu[-\s])?(?:co-?)?(?:funding|financing|reimbursement|grant)\s+rate\b
        |subsidiepercentage|financieringspercentage|vergoedingspercentage|cofinancieringspercentage)
        [^%.;]{0,80}?(?:\bis\b|\bare\b|\bof\b|:|=|\bbe\b|\bat\b|\bto\b|\bbedraagt\b|\bvan\b)\s*
        (?:set\s+at\s+|fixed\s+at\s+|limited\s+to\s+|up\s+to\s+|maximum\s+|max\.?\s+|a\s+maximum\s+of\s+
        |maximaal\s+|ten\s+hoogste\s+)*(?=\d)
     | \b(?:up\s+to|maximum(?:\s+of)?|covers?|reimburses?|finances?|funds?
        |tot|maximaal|ten\s+hoogste|bedraagt)\s+
        (?:a\s+maximum\s+of\s+|maximaal\s+|up\s+to\s+)?
        (?=\d{1,3}(?:[.,]\d{1,2})?\s*(?:%|per\s?cent|procent)\s+
           (?:of|van)\s+(?:the\s+|de\s+|het\s+|all\s+|alle\s+)?(?:totale?\s+|project'?s?\s+)?
           (?:eligible\s+(?:project\s+)?costs|subsidiabele\s+(?:project)?kosten))""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_A_RATE = re.compile(
    r"indirect|overhead|pre-?financ|subcontract|third\s+part|sub-?grant|\bown\s+(?:contribution|resources)"
    r"|flat[-\s]rate|voorschot|indirecte|uitbested|eigen\s+bijdrage|additional\s+activities",
    re.IGNORECASE,
)
_CONSORTIUM = re.compile(
    rf"\b{_AT_LEAST}\s+(?P<number>{_NUMBER})\s+(?:[\w’'-]+,?\s+){{0,4}}?{_PARTICIPANTS}\b", re.IGNORECASE
)
_ANY_MINIMUM = re.compile(
    rf"\b{_AT_LEAST}\s+{_NUMBER}\b(?!\s+(?:different\s+)?(?:eligible\s+|eu\s+)?{_COUNTRIES})", re.IGNORECASE
)
_NO_WHOLE = re.compile(
    rf"\bin\s+addition\s+to\b|\bterritory\b|\bexperience\b|\b(?:and|en)\s+{_NUMBER}\s+(?!of\s+(?:them|which)|daarvan)"
    r"|\badditionally\b|\baanvullend\b",
    re.IGNORECASE,
)
_IS_RULE = re.compile(
    r"\bsubmitted\s+(?:jointly\s+)?by\b|\bmust\s+participate\b|\bparticipation\b|\binvolvement\b|\bmust\s+be\b"
    r"|\b(?:consorti(?:um|a)|partnerships?|applications?|proposals?|projects?)\s+(?:must|shall|should|has|have|of|needs?)\b"
    r"|\bsamenwerking|\bconsorti(?:um|a)\s+(?:bestaat|bestaan|moet|omvat|van)|\baanvra(?:ag|gen)\b.{0,60}\bdoor\b",
    re.IGNORECASE,
)
_FROM_COUNTRIES = re.compile(
    rf"\b(?:from|in|uit)\s+(?:{_AT_LEAST}\s+)?(?P<number>{_NUMBER})\s+(?:different\s+|verschillende\s+)?"
    rf"(?:eligible\s+|eu\s+|europese\s+)?{_COUNTRIES}\b",
    re.IGNORECASE,
)
_EACH_ELSEWHERE = re.compile(
    r"\beach\b[^.;]{0,40}?\b(?:from|in)\s+(?:a\s+)?different\s+(?:eligible\s+|eu\s+)?(?:member\s+states?|countr)"
    r"|\bfrom\s+different\s+(?:eligible\s+|eu\s+)?(?:member\s+states|countries)"
    r"|\b(?:elk|ieder)\b[^.;]{0,40}?\buit\s+een\s+(?:ander|verschillend)e?\s+(?:lidstaat|land)"
    r"|\buit\s+verschillende\s+(?:lidstaten|landen)",
    re.IGNORECASE,
)
_COST_WORDS = {
    "lump_sum": r"(?<!may take )(?<!may take the )\bform\s+of\s+(?:a\s+)?lump\s+sums?\b"
    r"|\blump\s+sum\s+(?:grants?|contributions?)\s+will\s+be\b|\bin\s+de\s+vorm\s+van\s+een\s+(?:vast|forfaitair)",
    "unit_costs": r"(?<!may take )(?<!may take the )\bform\s+of\s+unit\s+(?:costs?|grants?|contributions?)\b",
    "actual_costs": r"(?<!may take )(?<!may take the )\bform\s+of\s+(?:budget-based|actual\s+costs?)\b"
    r"|\bwerkelijke?\s+gemaakte\s+kosten\b",
}
_PUBLIC = (
    r"(?:public\s+(?:bod(?:y|ies)|authorit(?:y|ies)|entities)|(?:local|regional|national)\s+authorities)"
)
_COMPANIES = (
    r"(?:single\s+)?(?:SMEs?|start-?ups|companies|small\s+and\s+medium-sized\s+enterprises|enterprises)"
)
_PERSONS = r"(?:individual\s+researchers?|researchers|principal\s+investigators?|natural\s+persons)"
_MAY_APPLY = r"(?:(?:may|can)\s+(?:apply|submit|participate)|(?:is|are)\s+eligible)"


def _only(who: str, dutch: str) -> re.Pattern[str]:
    """Make the pattern for a sentence that lets nobody but `who` apply, in English or Dutch."""
    return re.compile(
        rf"\bonly\s+{who}\b[^.;]{{0,60}}?\b{_MAY_APPLY}"
        rf"|\b(?:the\s+)?(?:sole\s+|single\s+)?applicants?\s+must\s+be\s+(?:a\s+|an\s+)?{who}\b"
        rf"|\b(?:participation|this\s+(?:call|topic))\s+(?:is\s+)?(?:limited|restricted|reserved|open\s+only)"
        rf"\s+(?:to|for)\s+{who}\b"
        rf"|\b(?:is|are)\s+open\s+(?:only\s+to|exclusively\s+to)\s+{who}\b"
        rf"|\b(?:alleen|uitsluitend)\s+{dutch}\b[^.;]{{0,60}}?\b(?:aanvra|in\s+aanmerking|indienen|deelnemen)"
        rf"|\b(?:aanvraag|aanvragen|subsidie)\b[^.;]{{0,60}}?\b(?:alleen|uitsluitend)\b[^.;]{{0,30}}?\b{dutch}\b",
        re.IGNORECASE,
    )


_APPLICANTS = {
    "public_bodies": _only(_PUBLIC, r"(?:overheden|publieke\s+(?:instellingen|organisaties)|gemeenten)"),
    "companies": _only(_COMPANIES, r"(?:mkb-ondernemingen|mkb-ondernemers|ondernemingen|bedrijven)"),
    "researchers": _only(_PERSONS, r"(?:individuele\s+onderzoekers|onderzoekers)"),
    "any": re.compile(
        r"\bany\s+(?:type\s+of\s+)?legal\s+entit(?:y|ies)\b[^.;]{0,120}?\b(?:is|are)\s+eligible\s+to\s+participate"
        r"|\balle\s+rechtspersonen\s+(?:kunnen|mogen)\s+(?:aanvragen|een\s+aanvraag)",
        re.IGNORECASE,
    ),
}
_MIXED_APPLICANTS = re.compile(
    r"\bor\b\s+(?:other|private|public|non-profit|research|universit|compan)|\bof\s+andere\b", re.IGNORECASE
)


def facts_of(text: str, *, action_type: str = "", agreements: Sequence[str] = ()) -> tuple[Fact, ...]:
    """Give the facts that a call's clean text (English or Dutch) states, each once, with its sentence.

    `action_type` is the publisher's own label and `agreements` its codes of model grant agreements; for these
    the fact's sentence is the label or code itself.
    """
    found: dict[tuple[FactName, str], Fact] = {}
    for fact in (*_stated_apart(action_type, agreements), *_stated_in(text)):
        found.setdefault((fact.name, fact.value), fact)
    return tuple(found.values())


def only_rate(facts: Sequence[Fact]) -> Decimal | None:
    """Give the funding rate in percent where the text states exactly one, else None."""
    rates = {fact.value for fact in facts if fact.name is FactName.FUNDING_RATE}
    return Decimal(rates.pop()) if len(rates) == 1 else None


def sentences_of(text: str) -> Iterator[str]:
    """Split clean text into sentences; a line is never joined with the next."""
    for line in text.splitlines():
        yield from (part.strip() for part in _SENTENCE_END.split(line) if part.strip())


def _stated_apart(action_type: str, agreements: Sequence[str]) -> Iterator[Fact]:
    if action_type:
        yield Fact(FactName.ACTION_TYPE, action_type, action_type)
    models = {COST_MODELS[code]: code for code in agreements if code in COST_MODELS}
    if len(models) == 1:  # several agreements: the applicant's choice decides
        ((model, code),) = models.items()
        yield Fact(FactName.COST_MODEL, model, f"typeOfMGAs {code}")


def _stated_in(text: str) -> Iterator[Fact]:
    for sentence in sentences_of(text):
        if rate := _rate_in(sentence):
            yield Fact(FactName.FUNDING_RATE, rate, sentence)
        yield from _consortium_in(sentence)
        for model, words in _COST_WORDS.items():
            if re.search(words, sentence, re.IGNORECASE) and " or " not in sentence:
                yield Fact(FactName.COST_MODEL, model, sentence)
        who = [name for name, pattern in _APPLICANTS.items() if pattern.search(sentence)]
        if len(who) == 1 and not _MIXED_APPLICANTS.search(sentence):
            yield Fact(FactName.APPLICANTS, who[0], sentence)


def _rate_in(sentence: str) -> str | None:
    """Give the one percentage of a sentence that states the covered share, as "60" or "62.5"."""
    percentages = _PERCENT.findall(sentence)
    if len(percentages) != 1 or _NOT_A_RATE.search(sentence):
        return None
    if not any(_PERCENT.match(sentence, found.end()) for found in _RATE.finditer(sentence)):
        return None
    rate = Decimal(percentages[0].replace(",", "."))
    return f"{rate.normalize():f}" if 0 < rate <= 100 else None


def _consortium_in(sentence: str) -> Iterator[Fact]:
    """Give how many must apply together, and from how many countries, where a sentence makes that a rule."""
    found = _CONSORTIUM.findall(sentence)
    if len(found) != 1 or not _IS_RULE.search(sentence) or _NO_WHOLE.search(sentence):
        return
    if len(_ANY_MINIMUM.findall(sentence)) != 1:
        return  # "at least one ... and at least two other ...": no single number stands there
    number = _number(found[0])
    if number < 2:
        return
    yield Fact(FactName.CONSORTIUM_MINIMUM, str(number), sentence)
    countries = _FROM_COUNTRIES.search(sentence)
    if countries and _number(countries["number"]) > 1:
        yield Fact(FactName.CONSORTIUM_COUNTRIES, str(_number(countries["number"])), sentence)
    elif not countries and _EACH_ELSEWHERE.search(sentence):
        yield Fact(FactName.CONSORTIUM_COUNTRIES, str(number), sentence)


def _number(words: str) -> int:
    word = words.split("(")[0].strip().lower()
    return int(word) if word.isdecimal() else _NUMBERS[word]
