"""The main job over stand-ins of every source: all well, then one source after another broken in every way.

Whatever breaks: the right state, exit status 3 where a person must act, nothing stored harmed, the others
read, the digest naming what was not seen, and all well again as soon as the source is.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from scrapers.registry import sources
from tests.proof.product import Product
from tracker.cli.main import app
from tracker.demo import culture, euroaccess, interreg, koop, urban_initiative, watched
from tracker.demo.faults import Fault, FaultKind
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn
from tracker.demo.web import Answer, WebStandIn

FIRST, SECOND, THIRD = "2026-11-23T06:30", "2026-11-30T06:30", "2026-12-01T06:30"
SITES: Mapping[str, Callable[[str, str, str, bytes, date], Answer | None]] = {
    "koop": koop.answer,
    "interreg": interreg.answer,
    "urban-initiative": urban_initiative.answer,
    "euroaccess": euroaccess.answer,
    "culture": culture.answer,
    "page-watch": watched.answer,
}
COHESION = {
    "efro-west",
    "esf-nl",
    "jtf-nl",
    "province-nh",
    "eui",
    "interreg-nwe",
    "interreg-north-sea",
    "urbact",
}
OWN_CALLS = '[[call]]\ntitle = "Heat for a district of ours"\nurl = "https://own.example.org/heat"\n'
Spoil = Callable[[Answer], Answer]


class BreakableWeb(WebStandIn):
    """Answers as the publishers would, but for the sources that are told to answer something else."""

    def __init__(self, today: date) -> None:
        super().__init__(today)
        self.spoilt: dict[str, Spoil] = {}

    def answer(self, method: str, path: str, *, query: str, body: bytes) -> Answer:
        for name, site in SITES.items():
            given = site(method, path, query, body, self.today)
            if given is not None:
                return self.spoilt[name](given) if name in self.spoilt else given
        return super().answer(method, path, query=query, body=body)


def _status(code: int) -> Spoil:
    return lambda _: (code, "text/html; charset=utf-8", b"<html><body>no</body></html>")


def _half(answer: Answer) -> Answer:
    status, kind, body = answer
    return status, kind, body[: len(body) // 2]


def _renamed(answer: Answer) -> Answer:
    """Take away what a scraper looks for: classes and ids of a page, an element of XML, a key of JSON."""
    status, kind, body = answer
    if "html" in kind:
        return status, kind, re.sub(rb"\b(class|id)=", rb"data-\1=", body)
    return status, kind, body.replace(b"numberOfRecords", b"total").replace(b'"nbHits"', b'"count"')


def _nothing(answer: Answer) -> Answer:
    """Give a well-formed answer in which nothing is found."""
    status, kind, body = answer
    if "html" in kind:
        return status, kind, b"<html><head><title>Calls</title></head><body><main></main></body></html>"
    if "json" in kind:
        return status, kind, b'{"results": [{"hits": [], "nbHits": 0}]}'
    empty = re.sub(rb"<records>.*</records>", b"<records></records>", body, flags=re.DOTALL)
    return status, kind, re.sub(rb"(numberOfRecords>)\d+", rb"\g<1>0", empty)


FAULTS: Mapping[str, tuple[Spoil, str]] = {
    "403": (_status(403), "blocked"),
    "500": (_status(500), "down"),
    "half a page": (_half, "layout-changed"),
    "changed classes": (_renamed, "layout-changed"),
    "nothing": (_nothing, "layout-changed"),
}
"""Each fault, and the state that it gives a source."""
OTHERWISE = {
    ("interreg", "403"): "needs-key",  # the index wants another key, and the programmes' pages refuse as well
    ("page-watch", "changed classes"): "well-none-open",  # no class is looked for
}
CASES = [
    pytest.param(name, fault, OTHERWISE.get((name, fault), state), id=f"{name}, {fault}")
    for name in SITES
    for fault, (_, state) in FAULTS.items()
]


@dataclass
class Rehearsal:
    """The command line over stand-ins of all sources, on a database of its own, in this process."""

    product: Product
    portal: PortalStandIn
    web: BreakableWeb
    runner: CliRunner = field(default_factory=CliRunner)

    def environment(self) -> dict[str, str]:
        addresses = {"sedia": self.portal.url, **self.web.addresses}
        own = self.product.folder / "own.toml"
        own.write_text(OWN_CALLS, encoding="utf-8")
        return self.product.environment() | {
            "TRACKER_SOURCE_URLS": json.dumps(addresses),
            "TRACKER_SOURCES_ON": "euroaccess",
            "TRACKER_OWN_CALLS": str(own),
            "TRACKER_INTERREG_APP_ID": "demo",
            "TRACKER_INTERREG_KEY": "demo",
            "TRACKER_REQUEST_TIMEOUT": "10",
            "TRACKER_REQUEST_ATTEMPTS": "1",
        }

    def ask(self, at: str, *arguments: str) -> Result:
        self.web.today = datetime.fromisoformat(at).date()
        result = self.runner.invoke(app, ["--at", at, *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def collect(self, at: str) -> Result:
        """Read all sources but the portal, whose faults have a proof of their own."""
        return self.ask(at, "collect", *(word for name in SITES for word in ("--source", name)))

    def states(self, at: str) -> dict[str, str]:
        return {one["name"]: one["state"] for one in json.loads(self.ask(at, "sources", "--json").stdout)}

    def kept_of(self, name: str) -> list[dict[str, Any]]:
        """Give all that is stored of a source: its sightings, and the calls and passages that are its own."""
        led = "(SELECT call_id FROM sightings WHERE source = ? AND leads)"
        found = self.product.rows("SELECT * FROM sightings WHERE source = ? ORDER BY id", name)
        found += self.product.rows(f"SELECT * FROM calls WHERE id IN {led} ORDER BY id", name)
        for row in found:
            row.pop("last_seen")  # another source may have shown the same call
        for table in ("texts", "deadlines", "changes"):
            found += self.product.rows(f"SELECT * FROM {table} WHERE call_id IN {led} ORDER BY 1, 2", name)
        if name == "page-watch":
            found += self.product.rows("SELECT * FROM candidates ORDER BY key")
            found += self.product.rows("SELECT * FROM watched_pages ORDER BY name")
        return found


@contextmanager
def rehearsing(folder: Path) -> Iterator[Rehearsal]:
    day = datetime.fromisoformat(FIRST).date()
    with ExitStack() as stack:
        portal = stack.enter_context(PortalStandIn(rows(day)))
        web = stack.enter_context(BreakableWeb(day))
        ready = Rehearsal(Product(folder, portal.url), portal, web)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for key, value in ready.environment().items():
            patch.setenv(key, value)
        yield ready


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database on which the main job was done once over all sources, to be copied."""
    with rehearsing(tmp_path_factory.mktemp("first")) as ready:
        result = ready.ask(FIRST, "run")
        assert result.exit_code == 0, result.output
        return ready.product.file


@pytest.fixture
def rehearsal(first_run: Path, tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsing(tmp_path) as ready:
        with closing(sqlite3.connect(first_run)) as kept, closing(sqlite3.connect(ready.product.file)) as own:
            kept.backup(own)
        yield ready


def test_the_main_job_reads_every_source_and_ranks_cohesion_calls(
    rehearsal: Rehearsal, say: Callable[[str], None]
) -> None:
    shown = rehearsal.ask(FIRST, "sources", "--json")
    found = {one["name"]: one for one in json.loads(shown.stdout)}
    assert shown.exit_code == 0
    assert set(found) == {source.name for source in sources()}
    assert {name: one["state"] for name, one in found.items()} == {
        name: "well-none-open" if name == "page-watch" else "well" for name in found
    }
    counts = {name: one["found"] for name, one in found.items()}
    assert {name for name, count in counts.items() if not count} == {"page-watch"}
    assert all(one["problems"] == 0 and one["gaps"] == [] for one in found.values())
    say("calls per source: " + ", ".join(f"{name} {count}" for name, count in counts.items()))

    ranked = rehearsal.product.rows(
        "SELECT c.programme FROM matches m JOIN calls c ON c.id = m.call_id WHERE m.rank > 0"
    )
    assert len({row["programme"] for row in ranked} & COHESION) >= 3
    shut = rehearsal.product.rows("SELECT blocked FROM matches WHERE rank = 0")
    assert "voor een ander gebied (Rotterdam)" in {row["blocked"] for row in shut}


def test_a_call_of_many_sources_is_stored_once(rehearsal: Rehearsal) -> None:
    shared = rehearsal.product.rows(
        "SELECT call_id, group_concat(source) AS names, sum(leads) AS leading FROM sightings "
        "GROUP BY call_id HAVING count(*) > 1"
    )
    assert len(shared) >= 3
    assert all(row["leading"] == 1 and "euroaccess" in row["names"] for row in shared)
    leading = rehearsal.product.rows(
        "SELECT source FROM sightings WHERE leads AND call_id IN "
        "(SELECT call_id FROM sightings GROUP BY call_id HAVING count(*) > 1)"
    )
    assert {row["source"] for row in leading} == {"portal", "urban-initiative"}


def test_a_second_run_on_the_same_day_changes_nothing(rehearsal: Rehearsal) -> None:
    result = rehearsal.ask(FIRST, "run", "--json")
    done = json.loads(result.stdout)
    assert result.exit_code == 0
    assert all((run["new"], run["changed"], run["vanished"]) == (0, 0, 0) for run in done["runs"])
    assert done["deliveries"] == []


@pytest.mark.parametrize(("name", "fault", "state"), CASES)
def test_a_broken_source_is_told_by_its_state_and_harms_nothing(
    rehearsal: Rehearsal, name: str, fault: str, state: str
) -> None:
    before = rehearsal.kept_of(name)
    rehearsal.web.spoilt = {name: FAULTS[fault][0]}
    exit_code = rehearsal.collect(SECOND).exit_code
    states = rehearsal.states(SECOND)
    assert states[name] == state
    is_read = state == "well-none-open"
    assert exit_code == (0 if is_read else 3)
    if not is_read:
        assert rehearsal.kept_of(name) == before
    for other in set(SITES) - {name}:
        assert states[other] == ("well-none-open" if other == "page-watch" else "well")
        (run,) = rehearsal.product.rows(
            "SELECT state, found FROM runs WHERE source = ? ORDER BY id DESC LIMIT 1", other
        )
        assert run["state"] == "good"
        assert run["found"] or other == "page-watch"

    rehearsal.web.spoilt = {}
    assert rehearsal.collect(THIRD).exit_code == 0
    assert rehearsal.states(THIRD)[name].startswith("well")
    gone = rehearsal.product.rows("SELECT source_ref FROM sightings WHERE absent_days <> '[]'")
    assert gone == []


@pytest.mark.parametrize("name", ["koop", "interreg", "page-watch"])
def test_the_digest_names_what_was_not_read(rehearsal: Rehearsal, name: str) -> None:
    rehearsal.web.spoilt = {name: _status(500)}
    assert rehearsal.ask(SECOND, "run").exit_code == 3
    assert rehearsal.ask(SECOND, "sources", "--json").exit_code == 3
    source = next(one for one in sources() if one.name == name)
    edition = sorted(rehearsal.product.out.glob("2026-W49-*.html"))
    assert len(edition) >= 3, "who wants no mail in quiet weeks gets none"
    for file in edition:
        page = file.read_text(encoding="utf-8")
        area = {source.area, source.area_nl or source.area}
        assert any(words in page for words in area), file.name
    told = rehearsal.ask(THIRD, "sources").stdout
    assert f"{name}: " in told


def test_a_broken_portal_leaves_the_cohesion_calls_alone(rehearsal: Rehearsal) -> None:
    rehearsal.portal.faults = [Fault(kind=FaultKind.STATUS, code=403)]
    assert rehearsal.ask(SECOND, "collect").exit_code == 3
    states = rehearsal.states(SECOND)
    assert (states["portal"], states["portal-cascade"]) == ("blocked", "blocked")
    assert {states[name] for name in SITES} == {"well", "well-none-open"}


def test_all_sources_broken_at_once_keep_all_that_is_stored(rehearsal: Rehearsal) -> None:
    before = rehearsal.product.content()
    rehearsal.web.spoilt = dict.fromkeys(SITES, _status(500))
    rehearsal.portal.faults = [Fault(kind=FaultKind.STATUS, code=500)]
    assert rehearsal.ask(SECOND, "collect").exit_code == 3
    states = rehearsal.states(SECOND)
    assert {states[name] for name in ("portal", "portal-cascade", *SITES)} == {"down"}
    assert states["manual"] == "well"
    after = rehearsal.product.content()
    for kept in (before, after):
        for name, told in kept.items():
            kept[name] = [row for row in told if ("source", "manual") not in row]
    assert after == before
