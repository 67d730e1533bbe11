"""The main job on the real index of 22 August 2026: what comes in, what is kept, what the digests say of it.

The index is the 715 recorded rows (all dates, no texts of topics) with the 629 recorded texts put into the
rows of the same number; texts whose row was not recorded (forthcoming, or closed since) come as rows of their
own. `tests.real_data` says what is made up; nothing is Dutch, so each source has the gap `nl`.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

import tracker
from tests.proof.product import PORTAL, Product
from tests.real_data import real_rows, real_snapshot
from tracker.demo.server import PortalStandIn

TODAY = date(2026, 8, 22)
AT = ("--at", "2026-08-22T08:00")
SAID_OF_A_TOPIC = ("descriptionByte", "destinationDetails", "topicConditions", "budgetOverview", "keywords")
TRACKER = (
    sys.executable,
    "-c",
    "import atexit, resource as r, sys; from tracker.cli.main import main; "
    "atexit.register(lambda: sys.stderr.write(f'peak {r.getrusage(r.RUSAGE_SELF).ru_maxrss}\\n')); main()",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What the index held, and what one run made of it."""

    index: list[Row]
    product: Product
    seconds: float
    peak: int  # MiB
    calls: list[dict[str, Any]]
    top: list[dict[str, Any]]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    index = _index()
    with PortalStandIn(index) as portal:
        product = Product(tmp_path_factory.mktemp("real"), portal.url)
        started = time.perf_counter()
        names = [word for name in PORTAL for word in ("--source", name)]
        complaint = _tracker(product, "run", *names)[1]
        seconds = time.perf_counter() - started
    assert len(complaint.splitlines()) == 1, complaint
    return Outcome(
        index,
        product,
        seconds,
        int(complaint.split()[1]) // 1024,
        calls=json.loads(_tracker(product, "calls", "list", "--json")[0]),
        top=json.loads(_tracker(product, "matches", "--limit", "5", "--json")[0]),
    )


def _tracker(product: Product, *command: str) -> tuple[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    done = subprocess.run(
        (*TRACKER, *AT, *command),
        cwd=Path(tracker.__file__).parent.parent,
        env=inherited | product.environment() | {"TRACKER_REQUEST_TIMEOUT": "30"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def _index() -> list[Row]:
    texts = {row["reference"]: row for row in real_rows()}
    rows = [_with_text(row, texts.pop(row["reference"], None)) for row in real_snapshot()]
    return rows + list(texts.values())


def _with_text(row: Row, text: Row | None) -> Row:
    if text is None or row["metadata"]["DATASOURCE"] != ["SEDIA"]:
        return row
    said = {name: text["metadata"][name] for name in SAID_OF_A_TOPIC}
    return row | {"metadata": row["metadata"] | said}


def _of(row: Row, field: str) -> str:
    return str((row["metadata"].get(field) or [""])[0])


def _is_read(row: Row) -> bool:
    asked = _of(row, "DATASOURCE") == "SEDIA" and _of(row, "type") in {"1", "8"}
    return asked and _of(row, "status") in {"31094501", "31094502"}


def _dates(row: Row) -> list[str]:
    return sorted({text[:10] for text in row["metadata"]["deadlineDate"]})


def _is_past(row: Row) -> bool:
    dates = _dates(row)
    return dates[0 if _of(row, "deadlineModel") == "two-stage" else -1] < TODAY.isoformat()


def _number(row: Row) -> str:
    return re.split(r"\D", row["reference"], maxsplit=1)[0]


def test_every_live_row_and_no_other_is_kept(outcome: Outcome) -> None:
    live = {_number(row): row for row in outcome.index if _is_read(row)}
    kept = {call["source_ref"]: call for call in outcome.calls}
    assert kept.keys() == live.keys()
    assert len(kept) == len(outcome.calls)
    for number, call in kept.items():
        assert [one["date"] for one in call["deadlines"]] == _dates(live[number])


def test_what_is_past_is_closed_and_what_is_not_is_open_or_coming(outcome: Outcome) -> None:
    live = {_number(row): row for row in outcome.index if _is_read(row)}
    claims = {"31094501": "forthcoming", "31094502": "open"}
    for call in outcome.calls:
        row = live[call["source_ref"]]
        expected = "closed" if _is_past(row) else claims[_of(row, "status")]
        assert call["status"] == expected, call["identifier"]
        if expected != "closed":
            assert call["next_deadline"] >= TODAY.isoformat()


def test_archive_copies_lend_nothing_to_a_live_call(outcome: Outcome) -> None:
    archive = {_of(row, "identifier") for row in outcome.index if _of(row, "DATASOURCE") != "SEDIA"}
    live = {_of(row, "identifier") for row in outcome.index if _is_read(row)}
    assert len(archive - live) > 200
    assert not {call["identifier"] for call in outcome.calls} & (archive - live)


CLOSES = "(Sluit|Closes|Eerste ronde sluit|First stage closes|Volgende sluitdatum:|Next closing date:)"


def test_a_mail_is_short_and_each_call_in_it_says_why_and_until_when(outcome: Outcome) -> None:
    mails = sorted(outcome.product.out.glob("*.eml"))
    assert len(mails) == 4
    told = 0
    for mail in mails:
        body = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
        assert body is not None
        entries = re.split(r"^\d+\. ", body.get_content(), flags=re.MULTILINE)[1:]
        assert len(entries) <= 10
        told += len(entries)
        for entry in entries:
            flat = " ".join(entry.split())
            assert re.search(r"(Past bij|Fits) .+(omdat|because).+‘.+’", flat), flat
            closes = re.search(rf"{CLOSES}[^.]*? (\d{{1,2}} \w+ 202[6-9])", flat)
            assert closes or "Sluitdatum onbekend" in flat or "Closing date unknown" in flat, flat
    assert told


def test_no_closed_call_is_told(outcome: Outcome) -> None:
    closed = {call["id"] for call in outcome.calls if call["status"] == "closed"}
    told = {row["call_id"] for row in outcome.product.rows("SELECT call_id FROM lines")}
    assert told
    assert not told & closed


def test_figures(outcome: Outcome, say: Callable[[str], None]) -> None:
    say(_drops(outcome))
    blocked = outcome.product.rows(
        "SELECT blocked, count(*) AS n FROM matches WHERE blocked <> '' GROUP BY 1"
    )
    say(f"blocked (call and priority): {sum(row['n'] for row in blocked)}, by reason: {len(blocked)}")
    strengths = outcome.product.rows("SELECT strength, count(*) AS n FROM projections GROUP BY 1")
    say(f"best fit of a call: { {row['strength']: row['n'] for row in strengths} }")
    for match in outcome.top:
        words = ", ".join(f"{one['term']} ‘{one['phrase']}’" for one in match["reasons"][:3])
        say(
            f"  {match['priority']} {match['rank']} {match['strength']} {match['identifier']} "
            f"“{match['title']}” until {match['next_deadline']}: {words}"
        )
    say(f"main job on real data: {outcome.seconds:.1f} seconds, peak {outcome.peak} MiB")
    assert outcome.seconds < 60
    assert outcome.peak < 1024


def _drops(outcome: Outcome) -> str:
    """Say how many rows came in, how many calls were kept, and why the others were not."""
    why: Counter[str] = Counter()
    for row in outcome.index:
        if _of(row, "DATASOURCE") != "SEDIA":
            why["archive copy"] += 1
        elif _of(row, "type") not in {"1", "8"}:
            why["external action or other type"] += 1
        elif not _is_read(row):
            why["said to be closed"] += 1
    statuses = Counter(call["status"] for call in outcome.calls)
    return (
        f"real index of {TODAY}: {len(outcome.index)} rows in, {len(outcome.calls)} calls kept "
        f"{dict(statuses)} (closed by their dates), not asked for: {dict(why)}"
    )
