"""The portal's sources over real HTTP, against the stand-in and its faults."""

from collections.abc import Iterator

import pytest

from scrapers.contract import Crawl, Source, run_crawl
from scrapers.http import Client
from scrapers.registry import site_for, sources
from tests.scrapers.rows import cascade_call, topic
from tracker.core.errors import BlockedError, ContractError, FetchError, ScrapeError
from tracker.demo.server import Fault, FaultKind, PortalStandIn

PORTAL, CASCADE = (
    next(source for source in sources() if source.name == name) for name in ("portal", "portal-cascade")
)
ROWS = [
    *(topic(48100000 + number) for number in range(130)),
    *(topic(48100000 + number, language="nl") for number in range(60)),
    *(topic(48200000 + number, language="sv") for number in range(5)),
    *(topic(48300000 + number, DATASOURCE=["SEDIA_PRD_CENTRICITY"]) for number in range(5)),
    *(topic(48400000 + number, status=["31094503"]) for number in range(5)),
    *(cascade_call(12000 + number) for number in range(29)),
    cascade_call(12001, language="nl"),
]


@pytest.fixture
def portal() -> Iterator[PortalStandIn]:
    with PortalStandIn(ROWS) as running:
        yield running


def read(portal: PortalStandIn, source: Source = PORTAL) -> Crawl:
    with Client(contact="office@example.org", delay=0, backoff=0, timeout=0.5, attempts=2) as client:
        return run_crawl(source, client, site=site_for(source, {"sedia": portal.url}))


def test_all_open_topics_are_read_in_both_languages(portal: PortalStandIn) -> None:
    crawl = read(portal)
    assert (len(crawl.calls), crawl.problems, crawl.gaps) == (130, (), ())
    assert sum(call.title_nl is not None for call in crawl.calls) == 60
    assert [(seen.languages, seen.page) for seen in portal.requests] == [
        (("en",), 1),
        (("en",), 2),
        (("nl",), 1),
    ]


def test_cascade_calls_of_one_parent_stay_apart(portal: PortalStandIn) -> None:
    crawl = read(portal, CASCADE)
    assert len({call.source_ref for call in crawl.calls}) == 29
    assert {call.identifier for call in crawl.calls} == {"DIGITAL-2025-PARENT-01"}


FINAL = [
    (Fault(kind=FaultKind.STATUS, code=500), FetchError),
    (Fault(kind=FaultKind.STATUS, code=400), FetchError),
    (Fault(kind=FaultKind.STATUS, code=403), BlockedError),
    (Fault(kind=FaultKind.STATUS, code=429, retry_after=3600), BlockedError),
    (Fault(kind=FaultKind.HTML), BlockedError),
    (Fault(kind=FaultKind.TRUNCATED), ContractError),
    (Fault(kind=FaultKind.EMPTY_PAGE), ContractError),
    (Fault(kind=FaultKind.EMPTY_PAGE, total=0, page=1), ContractError),
    (Fault(kind=FaultKind.EMPTY_PAGE, page=2), ContractError),
    (Fault(kind=FaultKind.WRONG_PAGE_ECHO), ContractError),
    (Fault(kind=FaultKind.WRONG_SIZE_ECHO), ContractError),
    (Fault(kind=FaultKind.WRONG_TYPE), ContractError),
    (Fault(kind=FaultKind.WRONG_LANGUAGE), ContractError),
    (Fault(kind=FaultKind.WRONG_CLAIM), ContractError),
    (Fault(kind=FaultKind.MOVING_TOTAL), ContractError),
    (Fault(kind=FaultKind.DUPLICATE_ROWS), ContractError),
    (Fault(kind=FaultKind.HANG, seconds=5), FetchError),
    (Fault(kind=FaultKind.RESET), FetchError),
    (Fault(kind=FaultKind.JUNK, size=100_000), ContractError),
]


def _name(value: object) -> str:
    return f"{value.kind}-{value.code}-{value.total}-{value.page}" if isinstance(value, Fault) else str(value)


@pytest.mark.parametrize(("fault", "error"), FINAL, ids=_name)
def test_a_fault_that_stays_fails_the_reading(
    portal: PortalStandIn, fault: Fault, error: type[ScrapeError]
) -> None:
    portal.faults = [fault]
    with pytest.raises(ScrapeError) as caught:
        read(portal)
    assert type(caught.value) is error


PASSING = [
    Fault(kind=kind, times=1)
    for kind in FaultKind
    if kind not in {FaultKind.HTML, FaultKind.MOVING_TOTAL, FaultKind.HANG}
]


@pytest.mark.parametrize("fault", PASSING, ids=_name)
def test_a_fault_that_passes_costs_nothing(portal: PortalStandIn, fault: Fault) -> None:
    portal.faults = [fault]
    crawl = read(portal)
    assert (len(crawl.calls), crawl.gaps) == (130, ())


@pytest.mark.parametrize(
    "kind", [FaultKind.STATUS, FaultKind.HTML, FaultKind.EMPTY_PAGE, FaultKind.TRUNCATED]
)
def test_a_fault_in_dutch_alone_is_a_gap(portal: PortalStandIn, kind: FaultKind) -> None:
    portal.faults = [Fault(kind=kind, language="nl")]
    crawl = read(portal)
    assert len(crawl.calls) == 130
    assert crawl.languages_missing == {"nl"}
