"""Writes dates, amounts and shares as a person reads them (Babel), and cleans what others wrote."""

import unicodedata
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from tracker.digest.vocabulary import Words

_MILLION = Decimal(1_000_000)
_BILLION = Decimal(1_000_000_000)
_HARMFUL = {"Cc", "Cs", "Co", "Cn"}  # control characters, broken and unassigned ones
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def full_date(day: date, words: Words) -> str:
    """Say `dinsdag 16 februari 2027`."""
    return format_date(day, "EEEE d MMMM y", locale=words.locale)


def plain_date(day: date, words: Words) -> str:
    """Say `16 februari 2027`."""
    return format_date(day, "d MMMM y", locale=words.locale)


def near_date(day: date, words: Words, *, today: date) -> str:
    """Say `dinsdag 12 januari`, with the year only when it is another one than today's."""
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    return format_date(day, pattern, locale=words.locale)


def short_date(day: date, words: Words) -> str:
    """Say `12 januari`, where the year speaks for itself."""
    return format_date(day, "d MMMM", locale=words.locale)


def hour(moment: time, words: Words) -> str:
    """Say `17.00` in Dutch and `17:00` in English."""
    return f"{moment.hour}{'.' if words.language == 'nl' else ':'}{moment.minute:02d}"


def amount(value: Decimal, currency: str, words: Words) -> str:
    """Say `€ 1,2 miljoen`, or exactly `€ 400.000` below a million."""
    for size, name in ((_BILLION, words.billion), (_MILLION, words.million)):
        if value >= size:
            number = format_decimal(value / size, "#,##0.##", locale=words.locale)
            space = "\u00a0" if words.language == "nl" else ""
            return f"{get_currency_symbol(currency, locale=words.locale)}{space}{number}\u00a0{name}"
    pattern = "¤\u00a0#,##0" if words.language == "nl" else "¤#,##0"
    return format_currency(value, currency, pattern, locale=words.locale, currency_digits=False)


def percent(value: Decimal, words: Words) -> str:
    """Say `95 %` in Dutch and `95%` in English; `value` is in percent."""
    number = format_decimal(value, "#,##0.##", locale=words.locale)
    return f"{number}\u00a0%" if words.language == "nl" else f"{number}%"


def listing(parts: Sequence[str], words: Words) -> str:
    """Say `a, b en c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {words.conjunction} {parts[-1]}"


def clean(text: str, *, longest: int = 300) -> str:
    """Give foreign text as one safe line of at most `longest` characters.

    Control characters, line ends and marks that turn the direction of writing go: in a header or beside our
    own words they could pretend to be ours.
    """
    printable = "".join(" " if _is_harmful(character) else character for character in text)
    line = " ".join(printable.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _is_harmful(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in _HARMFUL
