"""Reads the amounts that publishers write, by the locale of the source."""

import re
from dataclasses import dataclass
from decimal import Decimal

from scrapers.dates import Locale
from scrapers.sentences import sentence_at

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?(?:[eE]\+?\d{1,2})?", re.ASCII)


def parse_amount(value: str | float | Decimal | None) -> Decimal | None:
    """Read an amount of the EU portal in whole units of its currency; None means that it is not stated.

    The portal writes amounts as strings ("23000000") and as numbers (60000000), and 0 for "not stated".

    Raises:
        ValueError: `value` is something else, a negative amount among it.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not an amount")
    amount = Decimal(text)
    if not amount:
        return None
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money as a text states it, in whole units of `currency`; `span` is where it stands."""

    value: Decimal
    currency: str
    sentence: str
    span: tuple[int, int]


_SPACE = r"[\ \u00a0\u2009\u202f]"
_NUMBERS = {
    # thousands with a dot, decimals with a comma, or a comma and a dash for round sums
    "nl": rf"(?P<SIDE>[0-9]{{1,3}}(?:\.[0-9]{{3}})+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]+)"
    r"(?:,(?:(?P<SIDE_decimals>[0-9]{1,3})|[-–—]{1,2}|=))?",
    "en": rf"(?P<SIDE>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]+)"
    r"(?:\.(?P<SIDE_decimals>[0-9]{1,3})|[.,][-–—])?",
}
_MULTIPLES = {
    "nl": {"miljoen": 10**6, "mln": 10**6, "miljard": 10**9, "mld": 10**9},
    "en": {"million": 10**6, "mio": 10**6, "mln": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9},
}
_EURO = r"(?:€|\bEUR\b|\beuro\b)"
_NO_MORE_DIGITS = r"(?![0-9]|[.,][0-9])"


def _pattern(locale: str) -> re.Pattern[str]:
    """Make the pattern of an amount: the euro sign before or after the number, perhaps with "million"."""
    words = "|".join(sorted(_MULTIPLES[locale], key=len, reverse=True))
    number = rf"{_NUMBERS[locale]}{_NO_MORE_DIGITS}(?:\s?(?P<SIDE_multiple>{words})\b\.?)?"
    leading, trailing = number.replace("SIDE", "before"), number.replace("SIDE", "after")
    return re.compile(
        rf"{_EURO}\s{{0,2}}{leading}"
        rf"|(?<![0-9.,€])(?<!€\s){trailing}\s?(?:€(?!\s?[0-9])|EUR\b(?!\s?[0-9])|euros?\b)",
        re.IGNORECASE,
    )


_AMOUNTS = {locale: _pattern(locale) for locale in _NUMBERS}
_TO_A_LARGER = {
    "nl": re.compile(
        r"\s*(?:-|–|à|tot|en)\s*(?:€\s?)?[0-9.,]+\s?(?:miljoen|mln|miljard|mld)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"\s*(?:-|–|to|and)\s*(?:€\s?|EUR\s)?[0-9.,]+\s?(?:million|mio|m|billion|bn)\b", re.IGNORECASE
    ),
}


def find_amounts(text: str, *, locale: Locale) -> tuple[Amount, ...]:
    """Give every sum of euros that stands in a text, in order.

    `1.234` and `1,234` mean different sums in Dutch and in English, so the source's locale decides; a number
    written the other way ("€ 750,000.00" in a Dutch text) is not taken apart but left out. So is the first
    number of "€ 1 tot 2 miljoen", which is no single euro.
    """
    amounts = []
    for found in _AMOUNTS[locale].finditer(text):
        value = _value(found, locale)
        if value is not None and not (value < 1000 and _TO_A_LARGER[locale].match(text, found.end())):
            amounts.append(Amount(value, "EUR", sentence_at(text, *found.span()), found.span()))
    return tuple(amounts)


def parse_money(text: str, *, locale: Locale) -> Amount:
    """Read the one amount that a field states ("max. € 750,000.00", "2,000,000 €").

    Raises:
        ValueError: there is no amount in `text`, or more than one.
    """
    amounts = find_amounts(text, locale=locale)
    if len(amounts) != 1:
        raise ValueError(f"{text[:60]!r} holds {len(amounts)} amounts that are known here, not one")
    return amounts[0]


def _value(found: re.Match[str], locale: Locale) -> Decimal | None:
    """Work out an amount; three decimals only make sense before "million"."""
    side = "before" if found["before"] else "after"
    digits = re.sub(r"[^0-9]", "", found[side])
    decimals, word = found[f"{side}_decimals"] or "", found[f"{side}_multiple"]
    if (len(decimals) == 3 and not word) or len(digits) > 15:
        return None
    value = Decimal(f"{digits}.{decimals or 0}") * (_MULTIPLES[locale].get(word.lower(), 0) if word else 1)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value
