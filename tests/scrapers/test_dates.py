"""Dates and periods in every form of our publishers: tables, round trips, and random text."""

import re
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scrapers.dates import Locale, Moment, find_moments, find_windows, parse_moment

DUTCH = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("locale", "written", "moment"),
    [
        ("nl", "3 oktober 2022, 09.00 uur", Moment(date(2022, 10, 3), time(9))),
        ("nl", "9 oktober 2017 (10:00 uur)", Moment(date(2017, 10, 9), time(10))),
        ("nl", "8 juni 2021 om 23:59:59 uur", Moment(date(2021, 6, 8), time(23, 59, 59))),
        ("nl", "maandag 8 juni 2026, 9 uur", Moment(date(2026, 6, 8), time(9))),
        ("nl", "31 januari 2027, 24.00 uur", Moment(date(2027, 1, 31))),
        ("nl", "17-03-2017", Moment(date(2017, 3, 17))),
        ("nl", "29 februari 2028", Moment(date(2028, 2, 29))),
        ("en", "27.01.2026 17:00", Moment(date(2026, 1, 27), time(17))),
        ("en", "15/06/2026", Moment(date(2026, 6, 15))),
        ("en", "26 June 2024", Moment(date(2024, 6, 26))),
        ("en", "16 January 2025 12.00 noon CET", Moment(date(2025, 1, 16), time(12), "CET")),
        ("en", "15 June 2026 at 14.00 CEST", Moment(date(2026, 6, 15), time(14), "CEST")),
        ("en", "5 May 2026, 5 pm", Moment(date(2026, 5, 5), time(17))),
        ("en", "5 May 2026 12:30 am", Moment(date(2026, 5, 5), time(0, 30))),
        (
            "en",
            "21st Mar 2024, 17:00 (Brussels time)",
            Moment(date(2024, 3, 21), time(17), "Europe/Brussels"),
        ),
        ("en", "2027-01-28T11:00:00Z", Moment(date(2027, 1, 28), time(11), "UTC")),
        ("en", "2027-01-28", Moment(date(2027, 1, 28))),
    ],
)
def test_each_way_in_which_a_moment_is_written(locale: Locale, written: str, moment: Moment) -> None:
    assert parse_moment(written, locale=locale) == moment
    assert find_moments(f"Sluit: {written}.", locale=locale) == (moment,)


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize(
    "written",
    [
        *(
            "31 februari 2027",
            "29 februari 2027",
            "31 February 2027",
            "31.04.2026",
            "15/13/2026",
            "2027-02-30",
        ),
        *("0 mei 2027", "32 May 2027", "17 March", "2027", "mei 2027", "1 januari 0099", "1 May 20270"),
        *("versie 1.12.2026.3", "123 mei 2027", "€ 12.000.2026", "1 mei 2027 en 2 mei 2027", "", "morgen"),
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(locale: Locale, written: str) -> None:
    with pytest.raises(ValueError, match="is not a moment"):
        parse_moment(written, locale=locale)


def test_the_months_of_another_language_are_not_read() -> None:
    assert find_moments("3 oktober 2022", locale="en") == ()
    assert find_moments("3 October 2022", locale="nl") == ()


def test_a_number_after_a_date_is_no_hour() -> None:
    assert find_moments("26 June 2024 10.50 euro", locale="en") == (Moment(date(2024, 6, 26)),)
    assert find_moments("26 juni 2024, 17 aanvragen", locale="nl") == (Moment(date(2024, 6, 26)),)


Ends = tuple[Moment | None, Moment | None]


@pytest.mark.parametrize(
    ("locale", "written", "ends"),
    [
        (
            "nl",
            "3 oktober 2022, 09.00 uur tot en met 15 december 2022, 17.00 uur",
            (Moment(date(2022, 10, 3), time(9)), Moment(date(2022, 12, 15), time(17))),
        ),
        (
            "nl",
            "16 mei 2016, 09.00 uur, tot en met 31 januari 2017, 17.00 uur",
            (Moment(date(2016, 5, 16), time(9)), Moment(date(2017, 1, 31), time(17))),
        ),
        (
            "nl",
            "tussen 8 april 2021 en 7 april 2022, 17.00 uur",
            (Moment(date(2021, 4, 8)), Moment(date(2022, 4, 7), time(17))),
        ),
        (
            "nl",
            "voor de periode van 8 april 2021 tot 8 april 2022",
            (Moment(date(2021, 4, 8)), Moment(date(2022, 4, 7))),
        ),
        (
            "nl",
            "van 8 april 2021 tot 8 april 2022, 17.00 uur",  # an hour is exact: no day is taken off
            (Moment(date(2021, 4, 8)), Moment(date(2022, 4, 8), time(17))),
        ),
        ("nl", "van 1 januari 2028 tot 1 maart 2028", (Moment(date(2028, 1, 1)), Moment(date(2028, 2, 29)))),
        ("nl", "van 1 maart t/m 30 april 2027", (Moment(date(2027, 3, 1)), Moment(date(2027, 4, 30)))),
        (
            "nl",
            "4 december 2023 tot en met 26 januari 2024",
            (Moment(date(2023, 12, 4)), Moment(date(2024, 1, 26))),
        ),
        ("nl", "met ingang van 9 oktober 2017 (10:00 uur)", (Moment(date(2017, 10, 9), time(10)), None)),
        (
            "nl",
            "zal worden gesloten op 8 juni 2021 om 23:59:59 uur",
            (None, Moment(date(2021, 6, 8), time(23, 59, 59))),
        ),
        ("nl", "wordt gesloten met ingang van 8 juni 2021", (None, Moment(date(2021, 6, 8)))),
        ("nl", "uiterlijk om 17.00 uur op 15 december 2027", (None, Moment(date(2027, 12, 15), time(17)))),
        ("nl", "vóór 17.00 uur op 15 december 2027", (None, Moment(date(2027, 12, 15), time(17)))),
        (
            "nl",
            "van 1 maart, 09.00 uur, tot en met 30 april 2027, 17.00 uur",
            (Moment(date(2027, 3, 1), time(9)), Moment(date(2027, 4, 30), time(17))),
        ),
        (
            "nl",
            "vanaf 09.00 uur op 1 maart 2027 tot en met 17.00 uur op 30 april 2027",
            (Moment(date(2027, 3, 1), time(9)), Moment(date(2027, 4, 30), time(17))),
        ),
        ("en", "by 17:00 CET on 15 June 2027", (None, Moment(date(2027, 6, 15), time(17), "CET"))),
        ("nl", "uiterlijk op 15 december 2027, 17.00 uur", (None, Moment(date(2027, 12, 15), time(17)))),
        ("nl", "vóór 15 december 2027", (None, Moment(date(2027, 12, 14)))),
        (
            "nl",
            "opent op 1 maart 2027 om 09.00 uur en sluit op 30 juni 2027 om 17.00 uur",
            (Moment(date(2027, 3, 1), time(9)), Moment(date(2027, 6, 30), time(17))),
        ),
        (
            "nl",
            "vanaf 1 maart 2027 worden ingediend, doch uiterlijk op 30 juni 2027",
            (Moment(date(2027, 3, 1)), Moment(date(2027, 6, 30))),
        ),
        ("en", "17 March - 17 June 2026", (Moment(date(2026, 3, 17)), Moment(date(2026, 6, 17)))),
        ("en", "open from 1 April to 30 June 2025", (Moment(date(2025, 4, 1)), Moment(date(2025, 6, 30)))),
        (
            "en",
            "opened on 26 June 2024 and closed on 16 January 2025",
            (Moment(date(2024, 6, 26)), Moment(date(2025, 1, 16))),
        ),
        (
            "en",
            "open until Thursday, 16 January 2025 12.00 noon CET",
            (None, Moment(date(2025, 1, 16), time(12), "CET")),
        ),
        ("en", "between 1 May 2025 and 22 July 2025", (Moment(date(2025, 5, 1)), Moment(date(2025, 7, 22)))),
        ("en", "Deadline date : 15/06/2026", (None, Moment(date(2026, 6, 15)))),
        (
            "en",
            "25 February 2026 - 15 June 2026 at 14.00 CEST - EUR 60 million ERDF",
            (Moment(date(2026, 2, 25)), Moment(date(2026, 6, 15), time(14), "CEST")),
        ),
        # the year before is meant, but it does not stand there
        ("en", "15 November - 21 March 2024", (None, Moment(date(2024, 3, 21)))),
    ],
)
def test_each_way_in_which_a_window_is_written(locale: Locale, written: str, ends: Ends) -> None:
    text = f"Eerst iets anders. Aanvragen: {written}. Daarna niets."
    (window,) = find_windows(text, locale=locale)
    assert (window.opens, window.closes) == ends
    assert window.sentence.startswith("Aanvragen")
    assert text[slice(*window.span)] in window.sentence


def test_a_date_without_a_word_for_it_makes_no_window() -> None:
    assert find_windows("Haarlem, 8 april 2027", locale="nl") == ()
    assert find_windows("De regeling van 17 november 2023, nr. 12", locale="nl") == ()
    assert find_windows("op 1 mei 2027 en op 2 mei 2027", locale="nl") == ()


def test_dates_that_run_backwards_are_no_period() -> None:
    assert find_windows("van 8 april 2022 tot en met 8 april 2021", locale="nl")[0].opens is None


def test_an_exclusive_end_on_the_first_day_is_no_period() -> None:
    assert find_windows("van 8 april 2027 tot 8 april 2027", locale="nl")[0].opens is None


def test_many_dates_are_read_in_a_time_that_grows_with_the_text() -> None:
    text = "Aanvragen van 1 maart 2027 tot en met 30 april 2027. " * 5_000
    started = monotonic()
    assert len(find_windows(text, locale="nl")) == 5_000
    assert monotonic() - started < 10  # a pass over the whole text for each date would take minutes


def test_a_start_and_an_end_of_two_sentences_stay_apart() -> None:
    found = find_windows("Opent op 1 maart 2027. Sluit op 30 juni 2027.", locale="nl")
    assert [(bool(window.opens), bool(window.closes)) for window in found] == [(True, False), (False, True)]


def test_only_utc_is_shifted_to_brussels() -> None:
    assert Moment(date(2027, 1, 28), time(23, 30), "UTC").in_brussels().date == date(2027, 1, 29)
    for zone in ("CET", "CEST", None):
        moment = Moment(date(2027, 7, 28), time(17), zone)
        assert moment.in_brussels() == moment


@given(DAYS, HOURS)
def test_every_format_comes_back_as_it_went(day: date, at: time) -> None:
    dutch, english = (
        f"{day.day} {DUTCH[day.month - 1]} {day.year}",
        f"{day.day} {ENGLISH[day.month - 1]} {day.year}",
    )
    for written in (f"{dutch}, {at:%H.%M} uur", f"{dutch} ({at:%H:%M} uur)", f"{dutch} om {at:%H:%M:%S} uur"):
        assert parse_moment(written, locale="nl") == Moment(day, at)
    for written in (f"{day:%d.%m.}{day.year} {at:%H:%M}", f"{day:%d/%m/}{day.year} {at:%H:%M}"):
        assert parse_moment(written, locale="en") == Moment(day, at)
    for zone in ("CET", "CEST"):
        assert parse_moment(f"{english} at {at:%H.%M} {zone}", locale="en") == Moment(day, at, zone)
    assert parse_moment(f"{day.isoformat()}T{at:%H:%M:%S}Z", locale="en") == Moment(day, at, "UTC")
    assert parse_moment(english, locale="en") == parse_moment(dutch, locale="nl") == Moment(day)


@given(DAYS, DAYS)
def test_both_ends_of_a_range_come_back(one: date, other: date) -> None:
    first, last = sorted((one, other + timedelta(days=1)))
    assume(first < last)
    dutch = [f"{day.day} {DUTCH[day.month - 1]} {day.year}" for day in (first, last)]
    (window,) = find_windows(" tot en met ".join(dutch), locale="nl")
    assert (window.opens, window.closes) == (Moment(first), Moment(last))
    (window,) = find_windows(" tot ".join(dutch), locale="nl")
    assert window.closes is not None
    assert (last - window.closes.date).days == 1


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone comes with the strategy
def test_a_moment_in_utc_stays_the_same_moment(at: datetime) -> None:
    local = Moment(at.date(), at.time(), "UTC").in_brussels()
    assert local.zone == "Europe/Brussels"
    assert -1 <= (local.date - at.date()).days <= 1


SCRAPS = st.sampled_from(
    [
        *DUTCH,
        *ENGLISH,
        "tot",
        "tot en met",
        "van",
        "vanaf",
        "-",
        "1",
        "31",
        "2027",
        "17.00 uur",
        "€",
        "12:00",
        ".",
        ",",
        "ſ",
        "İ",
    ]
)


@given(st.one_of(st.text(), st.lists(SCRAPS).map(" ".join)), st.sampled_from(["nl", "en"]))
def test_random_text_gives_no_crash_and_no_invented_date(text: str, locale: Locale) -> None:
    names = DUTCH if locale == "nl" else ENGLISH
    for moment in find_moments(text, locale=locale):
        numbers = {int(number) for number in re.findall(r"[0-9]+", text)}
        assert {moment.date.day, moment.date.year} <= numbers
        name = names[moment.date.month - 1][:3].lower()
        assert moment.date.month in numbers or name in text.lower()
    for window in find_windows(text, locale=locale):
        assert window.opens or window.closes
        assert window.sentence in text
        if window.opens and window.closes:
            assert window.opens.date <= window.closes.date
