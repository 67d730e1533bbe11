"""`run`, `collect`, `rank` and `digest`, through the real command line."""

import json
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.command_line import PORTAL, CommandLine, run_process, start_process
from tests.tracker.test_mail import Inbox, serving
from tracker.cli.job import print_ranked
from tracker.cli.speak import Voice
from tracker.demo.faults import Fault, FaultKind
from tracker.demo.server import PortalStandIn
from tracker.ranking import Ranked

RUN_KEYS = [
    "id", "source", "state", "started_at", "finished_at", "found", "new", "changed", "unchanged", "vanished",
    "problems", "gaps", "programmes", "error_code", "error",
]  # fmt: skip
DELIVERY_KEYS = [
    "contact", "edition", "channel", "state", "subject", "calls", "created_at", "sent_at", "attempts",
    "error",
]  # fmt: skip


def rows_of(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "tracker.db")) as connection:
        return connection.execute(query).fetchall()


def test_run_does_the_main_job_on_nothing_and_a_second_run_adds_nothing(
    tracker: CommandLine, empty_home: Path
) -> None:
    first = tracker.good("run", *PORTAL, "--json")
    assert list(first.json) == ["runs", "ranked", "deliveries"]
    assert [list(run) for run in first.json["runs"]] == [RUN_KEYS, RUN_KEYS]
    assert {run["source"]: run["state"] for run in first.json["runs"]} == {
        "portal": "good",
        "portal-cascade": "good",
    }
    assert all(run["new"] == run["found"] > 0 for run in first.json["runs"])
    assert list(first.json["ranked"]) == ["calls", "matches", "blocked"]
    assert [list(one) for one in first.json["deliveries"]] == [DELIVERY_KEYS] * 4
    assert {one["state"] for one in first.json["deliveries"]} == {"sent"}
    assert (
        len(list((empty_home / "out").glob("*.eml"))) == len(list((empty_home / "out").glob("*.html"))) == 4
    )

    second = tracker.good("run", *PORTAL, "--json")
    assert all(run["unchanged"] == run["found"] > 0 for run in second.json["runs"])
    assert second.json["deliveries"] == []
    third = tracker.good("run", *PORTAL)
    assert "No new digest: this edition was made already." in third.out
    assert len(rows_of(empty_home, "SELECT id FROM deliveries")) == 4


def test_collect_reads_only_the_named_sources_once_each(tracker: CommandLine, empty_home: Path) -> None:
    said = tracker.good("collect", "--source", "portal-cascade", "--source", "portal-cascade", "--json")
    assert [list(run) for run in said.json] == [RUN_KEYS]
    assert said.json[0]["source"] == "portal-cascade"
    assert rows_of(empty_home, "SELECT DISTINCT source FROM runs") == [("portal-cascade",)]


def test_an_unknown_source_is_wrong_use(tracker: CommandLine, empty_home: Path) -> None:
    said = tracker("collect", "--source", "portaal")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("tracker: There is no source named 'portaal'. There are: ")
    assert said.err.count("\n") == 1


def test_a_source_that_fails_is_exit_status_3_and_the_other_is_kept(
    tracker: CommandLine, home: Path, portal: PortalStandIn
) -> None:
    portal.faults = [Fault(kind=FaultKind.HTML, type="1")]
    said = tracker("collect", *PORTAL, "--json")
    assert said.status == 3
    runs = {run["source"]: run for run in said.json}
    assert (runs["portal"]["state"], runs["portal-cascade"]["state"]) == ("failed", "good")
    assert runs["portal"]["error"]
    table = tracker("sources")
    assert table.status == 3
    assert runs["portal"]["error"] in table.out
    states = tracker("sources", "--json")
    assert states.status == 3
    by_name = {one["name"]: one["state"] for one in states.json}
    assert by_name["portal"] in {"blocked", "layout-changed"}
    assert by_name["portal-cascade"] == "well"


@pytest.mark.parametrize(("level", "is_logged"), [("info", True), ("warning", False)])
def test_what_is_logged_never_mixes_with_json_and_has_a_level(
    tracker: CommandLine,
    empty_home: Path,
    portal: PortalStandIn,
    monkeypatch: pytest.MonkeyPatch,
    level: str,
    is_logged: bool,
) -> None:
    monkeypatch.setenv("TRACKER_LOG_LEVEL", level)
    portal.faults = [Fault(kind=FaultKind.STATUS, code=503, times=1)]
    said = tracker.good("collect", *PORTAL, "--json")
    assert len(said.json) == 2
    assert ("503" in said.err) is is_logged


def test_a_language_that_cannot_be_read_is_said_and_fails_nothing(
    tracker: CommandLine, empty_home: Path, portal: PortalStandIn
) -> None:
    portal.faults = [Fault(kind=FaultKind.STATUS, code=404, language="nl", type="1")]
    said = tracker.good("run", *PORTAL)
    assert "nl: " in said.out
    assert "partly" in tracker.good("sources").out


def test_a_preview_is_written_and_stores_nothing(tracker: CommandLine, home: Path) -> None:
    said = tracker.good("digest", "--preview")
    written = sorted((home / "out" / "preview").iterdir())
    assert len(written) == 8
    assert sorted(Path(line) for line in said.out.splitlines()) == [
        Path("out/preview") / path.name for path in written
    ]
    assert rows_of(home, "SELECT id FROM deliveries") == []
    assert len(tracker.good("run", *PORTAL, "--json").json["deliveries"]) == 4


ADVISER = "adviseur-europa@example.org"


def test_a_preview_can_be_of_one_contact_on_a_day(tracker: CommandLine, home: Path) -> None:
    said = tracker.good("digest", "--preview", "--contact", ADVISER.upper(), "--date", "2027-01-04")
    names = [Path(line).name for line in said.out.splitlines()]
    assert names == [f"2027-W01-adviseur-europa-example.org.{ending}" for ending in ("eml", "html")]
    page = (home / "out" / "preview" / names[1]).read_text()
    assert "4 januari 2027" in page
    assert "Niet gezien: EU Funding" not in page  # what is known now counts, not the silence until then


def test_a_dry_run_says_who_gets_what_and_why_and_stores_nothing(tracker: CommandLine, home: Path) -> None:
    said = tracker.good("digest", "--dry-run")
    assert f"Adviseur Europa <{ADVISER}> · " in said.out
    assert "Fits Climate-neutral Haarlem: " in said.out
    assert said.out.endswith("Nothing was stored or sent.\n")
    shapes = tracker.good("digest", "--dry-run", "--json").json
    assert {one["why"] for one in shapes} == {"due"}
    (one,) = tracker.good("digest", "--dry-run", "--json", "--contact", ADVISER).json
    assert one["counts"] == {"baseline": len(one["calls"])} == {"baseline": 10}
    assert all(call["because"] for call in one["calls"])
    assert rows_of(home, "SELECT id FROM deliveries") == []
    assert not (home / "out").exists()

    tracker.good("digest")
    stored = rows_of(home, "SELECT contact, subject FROM deliveries")
    assert sorted(stored) == sorted((one["contact"], one["subject"]) for one in shapes)
    again = tracker.good("digest", "--dry-run").out
    assert again.count("gets nothing: this edition was made already (sent)") == 4


def test_a_dry_run_on_a_later_day_plans_with_what_was_told(tracker: CommandLine, home: Path) -> None:
    tracker.good("digest")
    day = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    by_contact = {
        one["contact"]: one for one in tracker.good("digest", "--dry-run", "--date", day, "--json").json
    }
    later = by_contact[ADVISER]
    assert later["why"] == "due"
    assert "baseline" not in later["counts"]
    assert rows_of(home, "SELECT count(*) FROM deliveries") == [(4,)]
    tracker.good("deliveries")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--preview", "--contact", "x@example.org"),
            "There is no contact 'x@example.org'. There are: domein-",
        ),
        (
            ("--dry-run", "--contact", "x@example.org"),
            "There is no contact 'x@example.org'. There are: domein-",
        ),
        (("--dry-run", "--date", "tomorrow"), "--date: expected a day such as 2026-11-30, not 'tomorrow'"),
        (("--preview", "--dry-run"), "choose one"),
        (("--contact", "adviseur-europa@example.org"), "need --preview or --dry-run"),
        (("--date", "2027-01-04"), "need --preview or --dry-run"),
    ],
)
def test_wrong_use_of_a_preview_is_said(
    tracker: CommandLine, home: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = tracker("digest", *arguments)
    assert done.status == 2
    assert said in done.err
    assert rows_of(home, "SELECT id FROM deliveries") == []


def test_digest_makes_each_edition_once(tracker: CommandLine, home: Path) -> None:
    assert "adviseur-europa@example.org" in tracker.good("digest").out
    assert tracker.good("digest").out == "No new digest: this edition was made already.\n"


def test_rank_says_what_it_came_to(tracker: CommandLine, home: Path) -> None:
    assert "calls ranked" in tracker.good("rank").out
    tracker.good("calls", "add", "--title", "A fund for monuments", "--url", "https://own.example.org/1")
    assert "\n1 call\n" in tracker.good("calls", "list", "--source", "manual").out


@pytest.mark.parametrize(
    ("ranked", "dutch", "english"),
    [
        (Ranked(0, 0, 0), "0 oproepen gerangschikt.", "0 calls ranked."),
        (
            Ranked(1, 2, 1),
            "1 oproep gerangschikt; 1 keer kan de gemeente niet meedoen.",
            "1 call ranked; 1 time the city cannot apply.",
        ),
        (
            Ranked(2, 2, 2),
            "2 oproepen gerangschikt; 2 keer kan de gemeente niet meedoen.",
            "2 calls ranked; 2 times the city cannot apply.",
        ),
    ],
)
def test_one_is_told_as_one(
    capsys: pytest.CaptureFixture[str], ranked: Ranked, dutch: str, english: str
) -> None:
    print_ranked(Voice("nl"), ranked)
    print_ranked(Voice("en"), ranked)
    assert capsys.readouterr().out == f"{dutch}\n{english}\n"


def test_without_contacts_run_says_how_to_get_a_digest(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRACKER_CONTACTS")
    assert "TRACKER_CONTACTS" in tracker.good("digest").out


def test_run_is_in_dutch_where_that_is_asked(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", "nl")
    said = tracker.good("run", *PORTAL).out
    assert "oproepen gerangschikt" in said
    assert "gelezen" in said
    assert "ranked" not in said


def test_two_at_once_is_one_too_many(tracker: CommandLine, home: Path) -> None:
    from db.engine import hold_lock, make_engine

    engine = make_engine(f"sqlite:///{home}/tracker.db")
    with hold_lock(engine, "run"):
        said = tracker("run")
    assert said.status == 1
    assert said.err == "tracker: another run is running on this database; wait until it has finished\n"
    assert tracker.good("collect", *PORTAL, "--json").json


def test_ctrl_c_stops_soon_and_leaves_the_runs_abandoned(
    home: Path, portal: PortalStandIn, tracker: CommandLine
) -> None:
    portal.faults = [Fault(kind=FaultKind.HANG, seconds=1.5)]
    process = start_process("collect", *PORTAL)
    until = time.monotonic() + 20
    while not portal.requests and time.monotonic() < until:
        time.sleep(0.02)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert process.returncode in {1, 130}
    assert "Stopped. Nothing is lost; start again with: tracker run" in err
    assert "Traceback" not in err
    states = rows_of(home, "SELECT state FROM runs ORDER BY id")
    assert [state for (state,) in states] == ["good", "good", "abandoned", "abandoned"]
    portal.faults = []
    assert tracker.good("collect", *PORTAL, "--json").json


def test_at_on_real_work_is_refused(tracker: CommandLine, home: Path) -> None:
    for command in ("run", "matches", "rank", "digest", "sources"):
        said = tracker("--at", "2026-05-04T08:00", command)
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("tracker: --at works only on a database made as a rehearsal")
        assert said.err.count("\n") == 1
    assert rows_of(home, "SELECT count(*) FROM runs") == [(2,)]


@pytest.mark.parametrize("moment", ["tomorrow", "04-05-2026", "2026-13-01", "2026-05-04T25:00"])
def test_at_wants_a_moment(tracker: CommandLine, home: Path, moment: str) -> None:
    said = tracker("--at", moment, "calls", "list")
    assert (said.status, said.out) == (2, "")
    assert said.err == f"tracker: --at: expected a moment such as 2026-05-04T08:00, not '{moment}'\n"


def test_a_rehearsal_works_and_never_mails_also_later(
    tracker: CommandLine, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        monkeypatch.setenv("TRACKER_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("TRACKER_SMTP_PORT", str(port))
        monkeypatch.setenv("TRACKER_SMTP_SECURITY", "none")
        said = tracker.good("--at", "2026-05-04T08:00", "run", *PORTAL, "--json").json
        assert {one["channel"] for one in said["deliveries"]} == {"file"}
        assert {one["edition"] for one in said["deliveries"]} == {"2026-W19"}
        assert {run["started_at"] for run in said["runs"]} == {"2026-05-04T06:00:00+00:00"}
        assert tracker.good("--at", "2026-05-11T08:00+02:00", "digest").out
        tracker("run", *PORTAL)  # without --at the database is still a rehearsal
        assert {channel for (channel,) in rows_of(empty_home, "SELECT channel FROM deliveries")} == {"file"}
    assert inbox.received == []


def test_real_work_with_the_same_settings_does_mail(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        monkeypatch.setenv("TRACKER_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("TRACKER_SMTP_PORT", str(port))
        monkeypatch.setenv("TRACKER_SMTP_SECURITY", "none")
        tracker.good("digest")
        tracker.good("digest")
    assert len(inbox.received) == 4


def test_a_mail_server_that_is_not_there_is_exit_status_1_and_waits_for_the_next_run(
    tracker: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("TRACKER_SMTP_PORT", "1")
    said = tracker("digest")
    assert said.status == 1
    assert " · waits: " in said.out
    states = rows_of(home, "SELECT channel, state, count(*) FROM deliveries GROUP BY 1, 2 ORDER BY 1")
    assert states == [("file", "sent", 4), ("mail", "pending", 4)]


def test_the_process_itself_collects_and_prints_json(empty_home: Path) -> None:
    said = run_process("collect", "--source", "portal-cascade", "--json")
    assert (said.status, said.err) == (0, "")
    assert json.loads(said.out)[0]["state"] == "good"
