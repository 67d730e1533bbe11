"""Reads the dates that publishers write, by the locale of the source; each is taken as it is written.

A date that is found stands in the text, day, month and year; nothing is guessed. Numeric dates have the day
first: all our publishers are European.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scrapers.sentences import sentence_at
from tracker.core.call import BRUSSELS

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

_ISO = re.compile(
    r"""(\d{4})-(\d{2})-(\d{2})
        (?:[T\ ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?   # an hour, which the portal mislabels: ignored
        (?:Z|[+-]\d{2}:?\d{2})?                      # an offset: ignored, the date stays as written
        (?:\ [A-Z][A-Za-z]+/[A-Z][A-Za-z_]+)?        # a zone's name, as in "Europe/Brussels"
    """,
    re.ASCII | re.VERBOSE,
)
_EPOCH_MILLISECONDS = re.compile(r"[0-9]{11,13}")
_DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})\.? ([A-Za-z]+)\.?,? ([0-9]{4})")

_MONTHS = {
    **{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6},
    **{"july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12},
}


def parse_date(value: str | int) -> dt.date:
    """Read one date in any form that the EU portal uses, for every scraper.

    Knows `2027-02-16T00:00:00.000+0000`, `2024-09-27+02:00 Europe/Brussels`, plain ISO dates, `23 November
    2023`, and milliseconds since 1970 (a number or its digits), which are decoded in Brussels time.

    Raises:
        ValueError: `value` is none of these, or no day of the calendar.
    """
    text = " ".join(str(value).split())
    if _EPOCH_MILLISECONDS.fullmatch(text):
        return (_EPOCH + dt.timedelta(milliseconds=int(text))).astimezone(BRUSSELS).date()
    if found := _ISO.fullmatch(text):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found and (month := _MONTHS.get(found[2].lower())):
        return dt.date(int(found[3]), month, int(found[1]))
    raise ValueError(f"{text[:60]!r} is not a date that is known here")


LONGEST_LEAD = 60
"""Characters before a date in which the words that make it a start or an end are looked for."""

Locale = Literal["nl", "en"]
"""The language in which a source writes; it is known for each source and never guessed from the text."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as it is written, with its hour and the zone's name where they are stated too."""

    date: dt.date
    time: dt.time | None = None
    zone: str | None = None

    def in_brussels(self) -> "Moment":
        """Give this moment in Brussels (or Amsterdam) time.

        Only UTC is shifted: publishers write CET in summer too and mean the clock on the wall.
        """
        if self.time is None or self.zone != "UTC":
            return self
        local = dt.datetime.combine(self.date, self.time, dt.UTC).astimezone(BRUSSELS)
        return Moment(local.date(), local.time(), "Europe/Brussels")


@dataclass(frozen=True, slots=True)
class Window:
    """A period as a text states it: the first and the last moment, one of which may be missing.

    `closes` is the last moment that is still in time, so an exclusive Dutch "tot 8 april" closes on the 7th.
    `span` is where it stands in the text, `sentence` the sentence around it.
    """

    opens: Moment | None
    closes: Moment | None
    sentence: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """A date in a text; a date without a year gets one from the other end of its range."""

    day: int
    month: int
    year: int | None
    time: dt.time | None
    zone: str | None
    start: int
    end: int

    def moment(self, year: int | None = None) -> Moment | None:
        """Give the moment, or None for a day that the calendar does not have."""
        in_year = self.year or year
        if in_year is None:
            return None
        try:
            return Moment(dt.date(in_year, self.month, self.day), self.time, self.zone)
        except ValueError:
            return None


_NAMES = {
    "nl": {
        **{"januari": 1, "februari": 2, "maart": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7},
        **{"augustus": 8, "september": 9, "oktober": 10, "november": 11, "december": 12},
    },
    "en": {**_MONTHS, **{name[:3]: number for name, number in _MONTHS.items()}, "sept": 9},
}
_WEEKDAYS = {
    "nl": "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    "en": "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
}
_CLOCK = r"(?P<hour>2[0-4]|[01]?[0-9])(?![0-9])"
_MINUTES = r"(?P<minute>[0-5][0-9])(?:[.:](?P<second>[0-5][0-9]))?"
_ZONE = r"(?P<zone>CES?T|UTC|GMT|\(?Brussels(?:\ |\s)time\)?|Europe/Brussels|Z)(?![A-Za-z])"
_DUTCH_HOUR = rf"""\s*,?\s*\(?(?:om|vanaf|tot|van)?\s*
    {_CLOCK}(?:(?P<sign>[.:]){_MINUTES})?\s*(?:uur|u)\b(?:\s*\(?{_ZONE}\)?)?\)?"""
_ENGLISH_HOUR = rf"""\s*,?\s*\(?(?P<at>at\s+)?{_CLOCK}(?:(?P<sign>[.:]){_MINUTES})?
    \s*(?P<half>noon|[ap]\.?m\.?(?![A-Za-z]))?\s*(?:\(?{_ZONE}\)?)?\)?"""
_PLAIN_HOUR = rf"(?:[T\ ]|,\ ?){_CLOCK}(?P<sign>:){_MINUTES}(?:\.[0-9]+)?\s?(?:{_ZONE})?(?![0-9:])"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


_HOURS = {
    "nl": (_compiled(_DUTCH_HOUR), _compiled(_PLAIN_HOUR)),
    "en": (_compiled(_ENGLISH_HOUR), _compiled(_PLAIN_HOUR)),
}
_HOURS_BEFORE = {
    "nl": _compiled(
        rf"(?<![0-9.,:])(?:om\s+)?{_CLOCK}(?:(?P<sign>[.:]){_MINUTES})?\s*(?P<zone>)uur\s+(?:op\s+)?$"
    ),
    "en": _compiled(
        rf"(?<![0-9.,:])(?P<at>at\s+)?{_CLOCK}(?P<sign>[.:]){_MINUTES}"
        rf"\s*(?P<half>noon|[ap]\.?m\.?)?\s*(?:\(?{_ZONE}\)?)?\s+on\s+$"
    ),
}
_MONTH_WORDS = {locale: "|".join(sorted(names, key=len, reverse=True)) for locale, names in _NAMES.items()}
_DATES = {
    locale: _compiled(
        rf"""(?<![0-9./])(?:(?:{_WEEKDAYS[locale]})\s*,?\s+)?(?:the\s+)?
            (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\.?\s+(?P<month>{_MONTH_WORDS[locale]})\b\.?
            (?:,?\s+(?P<year>(?:19|20|21)[0-9]{{2}})(?![0-9]))?
          | (?<![0-9./-])(?P<day2>[0-9]{{1,2}})(?P<sep>[./-])(?P<month2>[0-9]{{1,2}})(?P=sep)
            (?P<year2>(?:19|20|21)[0-9]{{2}})(?![0-9/-]|[.,][0-9])
          | (?<![0-9./-])(?P<year3>(?:19|20|21)[0-9]{{2}})-(?P<month3>[0-9]{{2}})-(?P<day3>[0-9]{{2}})
            (?![0-9-])
        """
    )
    for locale in _NAMES
}
_INCLUSIVE = {
    "nl": r"tot\s+en\s+met(?:\s+uiterlijk)?|t/m|t\.?e\.?m\.?|tot\s+uiterlijk|[-–—]"
    r"|en\s+(?:uiterlijk|sluit)",
    "en": r"to|until|till|through|up\s+to(?:\s+and\s+including)?|[-–—]"
    r"|and\s+(?:clos(?:es|ed|ing)|will\s+close)\s+on",
}
"""What stands between the two ends of a range whose last day counts."""
_BETWEEN = {
    "nl": (r"\btussen\s+$", r"en"),
    "en": (r"\bbetween\s+(?:the\s+)?$", r"and"),
}
_OPENS = {
    "nl": r"\b(?:met\s+ingang\s+van|vanaf"
    r"|(?:open(?:gesteld|t|en|stelling)?|geopend|start|begint|vangt)(?:\s+\w+){0,2}?\s+(?:op|per|van))\s+$",
    "en": r"\b(?:from|open(?:s|ed|ing)?(?:\s+on)?|start(?:s|ing)(?:\s+on)?|as\s+of)\s*:?\s+$",
}
_CLOSES = {
    "nl": r"\b(?:tot\s+en\s+met|t/m|uiterlijk(?:\s+op)?|sluitingsdatum(?:\s+is)?"
    r"|(?:gesloten|sluit(?:en|ing)?|eindigt)(?:\s+\w+){0,2}?\s+(?:op|per|met\s+ingang\s+van))\s*:?\s+$",
    "en": r"\b(?:until|till|by|no\s+later\s+than|clos(?:es|ed|ing)(?:\s+on)?"
    r"|deadline(?:\s+date)?(?:\s+is)?)\s*:?\s+$",
}
_EXCLUSIVE = {"nl": r"\b(?:tot|v(?:óó|óo|oó)r)\s+$", "en": r"\bbefore\s+$"}


def parse_moment(text: str, *, locale: Locale) -> Moment:
    """Read one date, with its hour where it has one, in any form that our publishers use.

    Knows `9 oktober 2017 (10:00 uur)`, `27.01.2026 17:00`, `15/06/2026` (always the day first), `16 January
    2025 12.00 noon CET`, and ISO with `Z`.

    Raises:
        ValueError: `text` is something else or more than that, or no day of the calendar.
    """
    found = _found_in(text, locale)
    moment = found[0].moment() if len(found) == 1 else None
    if moment is None or text[: found[0].start].strip() or text[found[0].end :].strip(" \n\t."):
        raise ValueError(f"{text[:60]!r} is not a moment that is known here")
    return moment


def find_moments(text: str, *, locale: Locale) -> tuple[Moment, ...]:
    """Give every full date that stands in a text, with its hour, in order; never one that is not there."""
    moments = (found.moment() for found in _found_in(text, locale))
    return tuple(moment for moment in moments if moment is not None)


def find_windows(text: str, *, locale: Locale) -> tuple[Window, ...]:
    """Give every period that a text states: both ends, only a start ("vanaf"), or only an end ("uiterlijk").

    A date that no word makes a start or an end gives no window. A year that stands once in a range counts
    for both ends, where the start is then not after the end. A start and an end that stand apart in one
    sentence are one window.
    """
    found = _found_in(text, locale)
    windows: list[Window] = []
    index = 0
    while index < len(found):
        pair = _range_at(text, found, index, locale=locale)
        window = pair or _single_at(text, found[index], locale)
        if window is not None:
            windows.append(window)
        index += 2 if pair else 1
    return tuple(_joined(windows))


def _found_in(text: str, locale: Locale) -> list[_Found]:
    found: list[_Found] = []
    for match in _DATES[locale].finditer(text):
        groups = {name: value for name, value in match.groupdict().items() if value}
        month = groups.get("month2") or groups.get("month3")
        number = int(month) if month else _NAMES[locale].get(groups.get("month", "").lower(), 0)
        year = groups.get("year") or groups.get("year2") or groups.get("year3")
        day = int(groups.get("day") or groups.get("day2") or groups.get("day3") or 0)
        hour = _hour_after(text, match.end(), locale)
        if hour is None:
            earliest = max(found[-1].end if found else 0, match.start() - LONGEST_LEAD)
            hour = _hour_before(text[earliest : match.start()], locale)
        at, zone, length = hour or (None, None, 0)
        start, end = match.start() + min(length, 0), match.end() + max(length, 0)
        found.append(_Found(day, number, int(year) if year else None, at, zone, start, end))
    return found


_Hour = tuple[dt.time | None, str | None, int]
"""An hour, its zone, and how many characters it takes: after a date, or (negative) before it."""


def _hour_after(text: str, position: int, locale: Locale) -> _Hour | None:
    """Give the hour that follows a date; a bare number is no hour."""
    for pattern in _HOURS[locale]:
        match = pattern.match(text, position)
        hour = _hour_of(match, locale) if match else None
        if match and hour:
            return *hour, match.end() - position
    return None


def _hour_before(lead: str, locale: Locale) -> _Hour | None:
    """Give the hour that stands before a date: "om 17.00 uur op", "at 17:00 on"."""
    match = _HOURS_BEFORE[locale].search(lead)
    hour = _hour_of(match, locale) if match else None
    return (*hour, match.start() - len(lead)) if match and hour else None


def _hour_of(match: re.Match[str], locale: Locale) -> tuple[dt.time | None, str | None] | None:
    """Work out an hour; 24.00 is the end of the day, so that the whole day is in time."""
    groups = match.groupdict()
    half = (groups.get("half") or "").lower().replace(".", "")
    marked = groups["sign"] == ":" or groups["zone"] or half or groups.get("at") or locale == "nl"
    if not marked or (groups["sign"] is None and not half and locale == "en"):
        return None
    hour = int(groups["hour"]) + (12 if half == "pm" and int(groups["hour"]) < 12 else 0)
    hour = 0 if half == "am" and hour == 12 else hour
    at = None if hour == 24 else dt.time(hour, int(groups["minute"] or 0), int(groups["second"] or 0))
    return at, _zone(groups["zone"])


def _zone(name: str | None) -> str | None:
    if not name:
        return None
    known = name.strip("()").upper()
    return "UTC" if known in {"Z", "GMT", "UTC"} else "Europe/Brussels" if "BRUSSELS" in known else known


def _range_at(text: str, found: list[_Found], index: int, *, locale: Locale) -> Window | None:
    """Give the window whose two ends are the dates at `index` and after it, or None."""
    if index + 1 >= len(found):
        return None
    first, second = found[index], found[index + 1]
    before = text[max(0, first.start - LONGEST_LEAD) : first.start]
    between = text[first.end : second.start]
    word = re.fullmatch(r"\s*,?\s*(.*?)\s*,?\s*(?:op\s+)?", between, re.DOTALL)
    joint = word[1] if word else ""
    exclusive = locale == "nl" and re.fullmatch("tot", joint, re.IGNORECASE) is not None
    opener, conjunction = _BETWEEN[locale]
    is_between = re.fullmatch(conjunction, joint, re.IGNORECASE) and re.search(opener, before, re.IGNORECASE)
    if not (exclusive or is_between or re.fullmatch(_INCLUSIVE[locale], joint, re.IGNORECASE)):
        return None
    opens, closes = first.moment(second.year), second.moment()
    if closes is None:
        return None
    closes = _last(closes) if exclusive else closes
    if opens is not None and opens.date > closes.date:
        if first.year is not None:
            return None  # two dates that are no period
        opens = None  # the year before is meant, but it does not stand there
    span = (first.start, second.end)
    return Window(opens, closes, sentence_at(text, *span), span)


def _single_at(text: str, found: _Found, locale: Locale) -> Window | None:
    """Give the window of which only one end is stated, by the words before it; None where none says which."""
    moment = found.moment()
    if moment is None:
        return None
    before = text[max(0, found.start - LONGEST_LEAD) : found.start]
    span = (found.start, found.end)
    sentence = sentence_at(text, *span)
    if re.search(_CLOSES[locale], before, re.IGNORECASE):  # first: "gesloten met ingang van" is an end
        return Window(None, moment, sentence, span)
    if re.search(_OPENS[locale], before, re.IGNORECASE):
        return Window(moment, None, sentence, span)
    if re.search(_EXCLUSIVE[locale], before, re.IGNORECASE):
        return Window(None, _last(moment), sentence, span)
    return None


def _last(moment: Moment) -> Moment:
    """Give the last day before an exclusive end; an hour is exact already."""
    return moment if moment.time else Moment(moment.date - dt.timedelta(days=1), None, moment.zone)


def _joined(windows: list[Window]) -> Iterator[Window]:
    """Join a start and the end after it where one sentence states both apart ("opent op …; sluit op …")."""
    waiting: Window | None = None
    for window in windows:
        if waiting and _belong(waiting, window):
            yield Window(waiting.opens, window.closes, window.sentence, (waiting.span[0], window.span[1]))
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = window if window.closes is None else None
        if waiting is None:
            yield window
    if waiting:
        yield waiting


def _belong(start: Window, end: Window) -> bool:
    """Tell whether a start and an end, found apart, are those of one period."""
    if not start.opens or not end.closes or end.opens:
        return False
    return start.sentence == end.sentence and start.opens.date <= end.closes.date
