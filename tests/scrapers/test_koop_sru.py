"""The search interface: paging, prefixes, diagnostics in a good answer, and answers that are none."""

from collections.abc import Callable

import pytest

from scrapers.contract import Page, Request, RowProblem
from scrapers.platforms.sru import SruRecord, ask, on_host_of, parse_answer, search, tree_of
from tracker.core.errors import ContractError

URL = "https://index.test/sru"
RECORD = """<{p}record><{p}recordData><x:gzd xmlns:x="urn:x"><x:originalData><meta><owmskern>
<identifier>stcrt-2026-{number}</identifier><title>Een titel</title><type>Overig</type>
<creator>Rotterdam</creator>
</owmskern><owmsmantel><available>2026-11-20</available></owmsmantel>
<tpmeta><publicatienaam>Staatscourant</publicatienaam></tpmeta></meta></x:originalData><x:enrichedData>
<x:itemUrl manifestation="pdf">https://a.test/x.pdf</x:itemUrl>
<x:itemUrl manifestation="xml">https://a.test/x.xml</x:itemUrl>
<x:preferredUrl>https://a.test/x.html</x:preferredUrl></x:enrichedData></x:gzd></{p}recordData></{p}record>"""


def response(*numbers: int, total: int | None = None, prefix: str = "", record: str = RECORD) -> str:
    records = "".join(record.format(p=prefix, number=number) for number in numbers)
    count = len(numbers) if total is None else total
    space = f'xmlns{":" + prefix[:-1] if prefix else ""}="urn:sru"'
    return (
        f"<{prefix}searchRetrieveResponse {space}><{prefix}numberOfRecords>{count}</{prefix}numberOfRecords>"
        f"<{prefix}records>{records}</{prefix}records></{prefix}searchRetrieveResponse>"
    )


def page(text: str) -> Page:
    return Page(URL, 200, "application/xml", text.encode(), text)


def fetching(answer: Callable[[int], str]) -> Callable[[Request], Page]:
    return lambda request: page(answer(int(request.params["startRecord"])))


@pytest.mark.parametrize("prefix", ["", "sru:", "srw:", "ns2:"])
def test_a_record_is_read_whatever_its_prefixes(prefix: str) -> None:
    answer = parse_answer(page(response(7, prefix=prefix)), query="q")
    (record,) = answer.records
    assert isinstance(record, SruRecord)
    assert record.identifier == "stcrt-2026-7"
    assert (record.creator, record.publication_name) == ("Rotterdam", "Staatscourant")
    assert (record.page_url, record.xml_url) == ("https://a.test/x.html", "https://a.test/x.xml")
    assert record.available.isoformat() == "2026-11-20"


def test_all_pages_are_asked_by_the_number_of_their_first_record() -> None:
    asked = []

    def answer(start: int) -> str:
        asked.append(start)
        return response(*range(start, min(start + 2, 6)), total=5)

    found = list(search(fetching(answer), URL, query="q"))
    assert [record.identifier for record in found if isinstance(record, SruRecord)] == [
        f"stcrt-2026-{number}" for number in range(1, 6)
    ]
    assert asked == [1, 3, 5]


def test_nothing_found_is_one_question_and_no_error() -> None:
    assert list(search(fetching(lambda _: response(total=0)), URL, query="q")) == []


def test_a_listing_that_ends_before_its_total_is_refused() -> None:
    with pytest.raises(ContractError, match=r"ended after 2 of 5 records of the query subsidie"):
        list(
            search(
                fetching(lambda start: response(1, 2, total=5) if start == 1 else response(total=5)),
                URL,
                query="subsidie",
            )
        )


def test_a_query_that_has_lost_its_meaning_is_refused() -> None:
    with pytest.raises(ContractError, match="of 900000 records"):
        list(search(fetching(lambda _: response(*range(100), total=900_000)), URL, query="q"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "<searchRetrieveResponse><numberOfRecords>0</numberOfRecords><diagnostics><diagnostic><message>Unsupported"
            " sort</message></diagnostic></diagnostics></searchRetrieveResponse>",
            "refused: Unsupported sort",
        ),
        ("<z:diagnostics xmlns:z='urn:z'><message>Bad</message></z:diagnostics>", "refused: Bad"),
        ("<html><body>Er is een fout opgetreden</body></html>", "not answered with a number"),
        ("<html><body>Er is een fout<br></html>", "not answered with XML"),
        (response(1)[:300], "not answered with XML"),
        ("", "not answered with XML"),
        ("<searchRetrieveResponse/>", "not answered with a number"),
        (
            "<!DOCTYPE x [<!ENTITY a 'b'>]><searchRetrieveResponse>&a;</searchRetrieveResponse>",
            "document type",
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        ask(lambda _: page(text), URL, query="q")


@pytest.mark.parametrize(
    "lost", ["<identifier>stcrt-2026-{number}</identifier>", "<title>Een titel</title>", "2026-11-20"]
)
def test_a_record_without_its_name_or_day_is_a_problem_and_not_lost(lost: str) -> None:
    (problem, good) = parse_answer(
        page(
            response(1, record=RECORD.replace(lost, "")).replace(
                "</records>", RECORD.format(p="", number=2) + "</records>"
            )
        ),
        query="q",
    ).records
    assert isinstance(problem, RowProblem)
    assert isinstance(good, SruRecord)


def test_a_publication_is_read_from_the_host_that_was_searched() -> None:
    file = "https://repository.overheid.nl/frbr/officielepublicaties/stcrt/2026/x/1/xml/x.xml"
    assert on_host_of("https://repository.overheid.nl/sru", file) == file
    assert on_host_of("http://127.0.0.1:8000/sru", file) == file.replace(
        "https://repository.overheid.nl", "http://127.0.0.1:8000"
    )
    assert (
        on_host_of("https://repository.overheid.nl/sru", "https://evil.test/a.xml")
        == "https://repository.overheid.nl/a.xml"
    )


def test_a_byte_order_mark_is_no_trouble() -> None:
    assert tree_of("\ufeff<?xml version='1.0' encoding='utf-8'?><a>é</a>".encode()).text == "é"
