"""The source that docs/sources.md writes in six steps, run as it stands there."""

import re
from datetime import date
from pathlib import Path
from types import ModuleType

from scrapers.contract import Page, Request, run_crawl, unnamed_languages
from scrapers.registry import site_for
from tracker.core.call import Budget, CallData, FactName

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "sources.md"
SOURCE_FILE, STAND_IN, TEST_FILE = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
TODAY = date(2026, 11, 24)


def module_of(code: str) -> ModuleType:
    made = ModuleType("first_source")
    exec(compile(code, str(DOCUMENT), "exec"), made.__dict__)
    return made


def test_the_source_of_the_document_reads_the_stand_in_of_the_document() -> None:
    source, stand_in = module_of(SOURCE_FILE), module_of(STAND_IN)

    def fetch(request: Request) -> Page:
        status, kind, content = stand_in.answer("GET", stand_in.CALLS, "", b"", TODAY)
        return Page(request.url, status, kind, content, content.decode())

    crawl = run_crawl(source.SOURCE, fetch, site=site_for(source.SOURCE, {}))
    quays, boats = crawl.calls
    assert (quays.source_ref, quays.url) == ("quays", "https://harbour.example.org/calls/quays")
    assert [moment.date for moment in quays.deadlines] == [date(2027, 2, 22)]
    assert boats.deadlines == ()
    assert not crawl.problems
    assert unnamed_languages(source.SOURCE, crawl) == ()
    assert "languages=" in SOURCE_FILE


def test_the_test_of_the_document_names_the_files_of_its_steps() -> None:
    assert "from scrapers.sources.harbour_fund import SOURCE" in TEST_FILE
    assert "from tracker.demo import harbour_fund as stand_in" in TEST_FILE
    compile(TEST_FILE, str(DOCUMENT), "exec")


def test_what_a_call_can_say_is_named_as_it_is() -> None:
    table = DOCUMENT.read_text().partition("#### What a call can say")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+)=", table)) <= set(CallData.__dataclass_fields__)
    assert {"claim", "opens_on", "budget", "facts"} <= set(re.findall(r"`(\w+)=", table))
    assert set(re.findall(r"FactName\.(\w+)", table)) == {"PLACE", "COUNTRIES", "APPLICANTS"}
    assert {"PLACE", "COUNTRIES", "APPLICANTS"} <= set(FactName.__members__)
    for amount in ("total", "per_project_min", "per_project_max", "funding_rate", "expected_grants"):
        assert amount in table
        assert amount in Budget.__dataclass_fields__
