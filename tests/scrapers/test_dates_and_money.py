from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dates import parse_date
from scrapers.money import parse_amount
from tracker.core.call import BRUSSELS


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027-02-16T00:00:00.000+0000", date(2027, 2, 16)),
        ("2027-02-16T17:00:00.000+0000", date(2027, 2, 16)),
        ("2027-02-16T23:59:00.000+0000", date(2027, 2, 16)),  # shifted to Brussels this would be the 17th
        ("2024-04-18T00:30:00.000+0200", date(2024, 4, 18)),  # shifted to UTC this would be the 17th
        ("2024-09-27+02:00 Europe/Brussels", date(2024, 9, 27)),
        ("2027-02-16", date(2027, 2, 16)),
        ("2027-02-16T10:00:00Z", date(2027, 2, 16)),
        ("23 November 2023", date(2023, 11, 23)),
        ("3 may 2027", date(2027, 5, 3)),
        (1700694000000, date(2023, 11, 23)),  # midnight in Brussels, still the 22nd in UTC
        ("1700694000000", date(2023, 11, 23)),
    ],
)
def test_each_way_in_which_the_portal_writes_a_date(written: str | int, day: date) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        *("", "soon", "2027-02-30", "31 November 2027", "16-02-2027", "2027", "12 Foo 2027", "T00:00"),
        *("2027-02-16 or later", "99999999999999", "٢٠٢٧-02-16", True, 2027, 10**18, -1700694000000),
    ],
)
def test_what_is_no_date_is_never_guessed(written: str | int) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_date(written)


@given(st.dates(), st.times(), st.integers(-12, 14))
def test_the_date_stays_as_written_whatever_hour_and_zone_follow(
    day: date, time: datetime, offset: int
) -> None:
    sign = "-" if offset < 0 else "+"
    assert parse_date(f"{day}T{time:%H:%M:%S}.000{sign}{abs(offset):02d}00") == day


@given(st.datetimes(datetime(1975, 1, 1), datetime(2200, 1, 1), timezones=st.just(BRUSSELS)))  # noqa: DTZ001 - the zone comes with the strategy
def test_milliseconds_are_read_in_brussels(moment: datetime) -> None:
    assert parse_date(int(moment.timestamp()) * 1000) == moment.date()


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("23000000", Decimal(23_000_000)),
        (60000000, Decimal(60_000_000)),
        (60000000.0, Decimal(60_000_000)),
        ("1.5", Decimal("1.5")),
        ("1.5E7", Decimal(15_000_000)),
        (0, None),
        ("0", None),
        ("0.00", None),
        ("", None),
        (None, None),
    ],
)
def test_each_way_in_which_the_portal_writes_an_amount(
    written: str | float | None, amount: Decimal | None
) -> None:
    assert parse_amount(written) == amount


@pytest.mark.parametrize("written", ["-5", "about 5", "5 million", "1,5", "NaN", "Infinity", "1e999", "٣"])
def test_what_is_no_amount_is_never_guessed(written: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(written)


@given(st.integers(1, 10**15 - 1))
def test_whole_amounts_come_back_as_they_went(amount: int) -> None:
    assert parse_amount(str(amount)) == amount == parse_amount(amount)
    assert str(parse_amount(str(amount))) == str(amount)
