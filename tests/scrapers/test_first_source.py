"""The source that docs/sources.md writes in six steps, run as it stands there."""

import re
from datetime import date
from pathlib import Path
from types import ModuleType

from scrapers.contract import Page, Request, run_crawl
from scrapers.registry import site_for

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


def test_the_test_of_the_document_names_the_files_of_its_steps() -> None:
    assert "from scrapers.sources.harbour_fund import SOURCE" in TEST_FILE
    assert "from tracker.demo import harbour_fund as stand_in" in TEST_FILE
    compile(TEST_FILE, str(DOCUMENT), "exec")
