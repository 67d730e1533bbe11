"""The contract of every source, found by the registry: a new source is tested by being there."""

import inspect
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import scrapers.sources
from scrapers.contract import Page, Request, Source, unnamed_languages
from scrapers.programmes import PROGRAMMES, Programme, by_code, find
from scrapers.recorder import EXPECTED, INDEX, Recorder, Replay, key_of, recorded_site
from scrapers.recorder import crawl_as_json as as_json
from scrapers.registry import site_for, sources
from tests.scrapers.golden import RECORDED, replayed
from tests.scrapers.rows import page_of
from tracker.core.errors import FetchError

TERMS = ["Publisher", "Covers", "Access", "Terms", "Caveats", "Checked on"]
ALL = pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)


def test_both_listings_of_the_portal_are_found() -> None:
    assert {"portal", "portal-cascade"} <= {source.name for source in sources()}


def test_names_are_given_once() -> None:
    names = [source.name for source in sources()]
    assert len(names) == len(set(names))


@ALL
def test_a_source_reads_what_was_approved(source: Source) -> None:
    expected = RECORDED / source.name / EXPECTED
    assert expected.exists(), f"{source.name} has no golden file: record it and have a person approve it"
    assert as_json(replayed(source)) == json.loads(expected.read_text())


@ALL
def test_what_a_source_gives_is_fit_to_be_kept(source: Source) -> None:
    crawl = replayed(source)
    assert crawl.calls or crawl.watched
    refs = [call.source_ref for call in crawl.calls]
    assert len(refs) == len(set(refs))
    for call in crawl.calls:
        assert call.source == source.name
        assert call.identifier
        assert call.url.startswith("https://")
        assert call.title.strip()
    assert unnamed_languages(source, crawl) == ()
    assert unnamed_languages(replace(source, languages=()), crawl) == tuple(
        sorted({text.language for call in crawl.calls for text in call.texts})
    )


@ALL
def test_a_source_asks_only_what_it_recorded(source: Source) -> None:
    asked: list[str] = []
    replay = Replay(RECORDED / source.name)

    def fetch(request: Request) -> Page:
        asked.append(key_of(request))
        return replay(request)

    list(source.crawl(fetch, recorded_site(source, RECORDED / source.name)))
    assert sorted(set(asked)) == sorted(json.loads((RECORDED / source.name / INDEX).read_text()))


def _modules() -> list[str]:
    return sorted(path.stem for path in Path(scrapers.sources.__path__[0]).glob("[a-z]*.py"))


@pytest.mark.parametrize("name", _modules())
def test_a_source_file_is_short_and_states_its_terms(name: str) -> None:
    assert sources()
    module = sys.modules[f"scrapers.sources.{name}"]
    doc = inspect.getdoc(module) or ""
    for term in TERMS:
        assert re.search(rf"^{term}: \S", doc, re.MULTILINE), f"{name} does not state {term}"
    assert len(inspect.getsource(module).splitlines()) <= 120


def test_an_operator_can_replace_a_sources_address_before_its_platforms() -> None:
    source = next(source for source in sources() if source.name == "portal")
    assert site_for(source, {}).url == source.url
    assert site_for(source, {"sedia": "http://a"}).url == "http://a"
    assert site_for(source, {"sedia": "http://a", "portal": "http://b"}).url == "http://b"
    assert site_for(source, {"other": "http://c", "": "http://d"}).url == source.url


def test_what_was_recorded_is_given_back_and_nothing_else(tmp_path: Path) -> None:
    asked = Request("https://index.test/search", "POST", params={"page": "1"}, parts={"query": "{}"})
    page = page_of({"café": 1})
    assert Recorder(lambda _: page, tmp_path)(asked) == page
    assert Replay(tmp_path)(asked) == page
    others = [
        Request("https://index.test/other", "POST", params={"page": "1"}, parts={"query": "{}"}),
        Request("https://index.test/search", "GET", params={"page": "1"}, parts={"query": "{}"}),
        Request("https://index.test/search", "POST", params={"page": "2"}, parts={"query": "{}"}),
        Request("https://index.test/search", "POST", params={"page": "1"}, parts={"query": "[]"}),
    ]
    for other in others:
        with pytest.raises(FetchError, match="not recorded"):
            Replay(tmp_path)(other)


def test_every_programme_has_one_code_and_one_slug() -> None:
    assert len(PROGRAMMES) == 37
    for field in ("code", "slug", "abbreviation"):
        values = [getattr(programme, field) for programme in PROGRAMMES]
        assert len(values) == len(set(values)), field


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda programme: programme.slug)
def test_a_programme_is_found_by_whatever_a_person_types(programme: Programme) -> None:
    for field in ("slug", "code", "abbreviation", "name_en", "name_nl"):
        assert find(f" {getattr(programme, field).upper()} ") is programme
    assert by_code(programme.code) is programme


def test_an_unknown_programme_is_kept_under_its_code() -> None:
    unknown = by_code("99")
    assert (unknown.slug, unknown.name_en, unknown.name_nl) == ("unknown-99", "99", "99")
    assert find("99") is None
