"""Reads the dates that publishers write; each reader takes the date as written and never shifts a zone."""

import re
from datetime import UTC, date, datetime, timedelta

from tracker.core.call import BRUSSELS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

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


def parse_date(value: str | int) -> date:
    """Read one date in any form that the EU portal uses, for every scraper.

    Knows `2027-02-16T00:00:00.000+0000`, `2024-09-27+02:00 Europe/Brussels`, plain ISO dates, `23 November
    2023`, and milliseconds since 1970 (a number or its digits), which are decoded in Brussels time.

    Raises:
        ValueError: `value` is none of these, or no day of the calendar.
    """
    text = " ".join(str(value).split())
    if _EPOCH_MILLISECONDS.fullmatch(text):
        return (_EPOCH + timedelta(milliseconds=int(text))).astimezone(BRUSSELS).date()
    if found := _ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found and (month := _MONTHS.get(found[2].lower())):
        return date(int(found[3]), month, int(found[1]))
    raise ValueError(f"{text[:60]!r} is not a date that is known here")
