"""What leaves the house as a file: a spreadsheet, a table, a calendar and a feed, read by other libraries."""

import csv
import datetime as dt
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import icalendar
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.db.samples import FULL
from tracker.core.call import Budget, Call, CallText, Deadline
from tracker.core.match import CityRole, Match, Projection, Reason, ReasonKind
from tracker.core.person import Person
from tracker.core.profile import Strength
from tracker.core.review import Review, ReviewState
from tracker.exports import Column, columns, harmless, write_atom, write_csv, write_moments, write_xlsx
from tracker.lists import Row
from tracker.profile_file import load_profile, shipped_profile_path
from tracker.telling.facts import programme_of
from tracker.telling.say import word

HAARLEM = load_profile(shipped_profile_path())
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FORMULA = '=HYPERLINK("https://example.org","open")'


def row(number: int = 1, *, title: str = "Stedelijk water", assignee: str | None = None) -> Row:
    data = replace(
        FULL,
        programme="horizon-europe",
        texts=(CallText("nl", title), CallText("en", title)),
        deadlines=(Deadline(date(2027, 2, 16), dt.time(17)),),
        budget=Budget(total=Decimal(12_000_000), per_project_max=Decimal("1500000.50")),
    )
    call = Call(id=number, data=data, first_seen=NOW, last_seen=NOW)
    term = Reason(ReasonKind.TERM, "warmtenet", phrase="district heating", share=1.0)
    return Row(
        call=call,
        projection=Projection(
            call_id=number,
            status=call.status_at(NOW),
            next_deadline=date(2027, 2, 16),
            decide_by=date(2026, 12, 1),
            strength=Strength.STRONG,
            priority="klimaat",
        ),
        match=Match(
            call_id=number,
            priority="klimaat",
            score=0.7,
            strength=Strength.STRONG,
            rank=1,
            reasons=(term,),
            role=CityRole.LEAD,
        ),
        review=Review(call_id=number, state=ReviewState.SHORTLISTED, due_on=date(2026, 12, 4)),
        assignee=Person(id=3, email="a@example.org", name=assignee) if assignee else None,
    )


def table_of(rows: list[Row], *, language: str = "nl") -> list[Column]:
    return columns(rows, municipality=HAARLEM, language=language, word=word, programme=programme_of, now=NOW)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "nl",
            {
                "programma": "Horizon Europa",
                "prioriteit": "Klimaatneutraal Haarlem",
                "programmacode": "horizon-europe",
                "prioriteitcode": "klimaat",
            },
        ),
        (
            "en",
            {
                "programme": "Horizon Europe",
                "priority": "Climate-neutral Haarlem",
                "programme code": "horizon-europe",
                "priority code": "klimaat",
            },
        ),
    ],
)
def test_a_programme_and_a_priority_have_a_name_to_read_and_a_lasting_code(
    language: str, expected: dict[str, str]
) -> None:
    said = {one.heading: one.values[0] for one in table_of([row()], language=language)}
    assert {heading: said.get(heading) for heading in expected} == expected
    assert list(said)[-2:] == list(expected)[-2:]


def test_a_priority_that_the_profile_lost_keeps_its_code_and_a_call_without_a_match_has_none() -> None:
    whole = row()
    assert whole.match is not None
    lost = replace(whole, match=replace(whole.match, priority="lost"))
    said = {one.name: list(one.values) for one in table_of([lost, replace(whole, match=None)])}
    assert (said["priority"], said["priority_slug"]) == (["lost", ""], ["lost", ""])


def test_a_spreadsheet_has_typed_dates_and_amounts_and_a_frozen_header() -> None:
    content = write_xlsx(table_of([row()]), title="Oproepen")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    heading = [cell.value for cell in sheet[1]]
    line = dict(zip(heading, sheet[2], strict=True))
    assert sheet.freeze_panes == "C2"
    assert line["sluit"].value == datetime(2027, 2, 16)  # noqa: DTZ001 - a spreadsheet knows no zones
    assert line["sluit"].number_format == "yyyy-mm-dd"
    assert line["totaal"].value == 12_000_000
    assert line["totaal"].data_type == "n"
    assert line["past"].value == "past sterk"
    assert line["stand"].value == "op de shortlist"
    assert line["uur (Brussel)"].value == "17:00"


@pytest.mark.parametrize("title", [FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(title: str) -> None:
    table = table_of([row(title=title, assignee=title)], language="en")
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(table, title="Calls"))).active
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
    for line in csv.reader(io.StringIO(write_csv(table, language="en").decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)


@given(st.text())
def test_any_text_becomes_a_harmless_line(text: str) -> None:
    said = harmless(text)
    assert "\n" not in said
    assert "\r" not in said
    assert not said.startswith(("=", "+", "-", "@", "|", "%"))


def test_a_table_in_dutch_opens_in_a_dutch_spreadsheet() -> None:
    content = write_csv(table_of([row(), row(2)]), language="nl")
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 2
    assert lines[0]["per project tot"] == "1500000,50"
    assert lines[0]["beslis vóór"] == "2026-12-01"


def test_an_empty_list_gives_files_that_open() -> None:
    table = table_of([])
    assert openpyxl.load_workbook(io.BytesIO(write_xlsx(table, title="Oproepen"))).active.max_row == 1
    assert write_csv(table, language="nl").count(b"\r\n") == 1


def moments(rows: list[Row], *, moved: int = 0) -> list[icalendar.Component]:
    content = write_moments(
        rows,
        owner="lezer@example.org",
        language="nl",
        sequences={1: moved},
        base="https://kansen.example.org",
        sender="kansen@example.org",
        name="Europese kansen",
        now=NOW,
    )
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_a_calendar_has_the_moments_that_lie_ahead() -> None:
    events = moments([row()])
    assert [str(event["summary"]) for event in events] == [
        "Sluit: Stedelijk water",
        "Beslis: Stedelijk water",
        "Actie: Stedelijk water",
    ]
    assert events[0].decoded("dtstart").hour == 17
    assert events[1].decoded("dtstart") == date(2026, 12, 1)


def test_a_calendar_takes_the_newer_date_of_the_same_moment() -> None:
    before, after = moments([row()]), moments([row()], moved=2)
    assert [event["uid"] for event in before] == [event["uid"] for event in after]
    assert (before[0]["sequence"], after[0]["sequence"]) == (0, 2)


def test_a_calendar_takes_the_newer_day_that_a_reviewer_set() -> None:
    later = replace(row(), review=replace(row().review, due_on=date(2026, 12, 11), version=4))
    before, after = moments([row()])[2], moments([later])[2]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 4)


def test_a_call_that_is_over_is_not_in_a_calendar() -> None:
    over = replace(row(), call=replace(row().call, vanished_at=NOW))
    assert moments([over]) == []


def test_a_feed_is_atom_with_what_changed_last_first() -> None:
    newer = replace(row(2), review=replace(row(2).review, updated_at=NOW + dt.timedelta(hours=1)))
    content = write_atom(
        [row(), newer],
        address="https://kansen.example.org/feeds/x.atom",
        base="https://kansen.example.org",
        title="Klimaat <& \x00co",
        language="nl",
        since=NOW,
        now=NOW,
    )
    feed = ElementTree.fromstring(content)
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries = feed.findall("a:entry", space)
    assert [entry.findtext("a:id", namespaces=space) for entry in entries] == [
        "https://kansen.example.org/calls/2",
        "https://kansen.example.org/calls/1",
    ]
    assert feed.findtext("a:updated", namespaces=space) == "2026-11-23T10:30:00Z"
    assert feed.findtext("a:title", namespaces=space) == "Klimaat <& co"
    assert "district heating" in (entries[0].findtext("a:summary", namespaces=space) or "")
