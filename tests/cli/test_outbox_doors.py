"""`tracker deliveries`, `contacts`, `doctor` and `serve` as a person calls them, with a real mail server."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine, start_process
from tests.mailing import Inbox, dropping, free_port, serving

FYSIEK = "domein-fysiek@example.org"
CONTACTS = f"""
[[contact]]
name = "Domein Fysiek"
email = "{FYSIEK}"
domains = ["fysiek"]
"""


@pytest.fixture
def town(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder where one contact gets mail, with links in it."""
    (home / "contacts.toml").write_text(CONTACTS)
    for name, value in {
        "CONTACTS": "contacts.toml",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_SECURITY": "none",
        "SMTP_TIMEOUT": "2",
        "SMTP_SENDER": "Kansen <kansen@example.org>",
        "OPERATOR": "beheer@example.org",
        "PUBLIC_URL": "https://kansen.example.org",
        "SECRET_KEY": "a key for tests, long enough to sign with",
    }.items():
        monkeypatch.setenv(f"TRACKER_{name}", value)
    return home


def use_port(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("TRACKER_SMTP_PORT", str(port))


def test_an_unsure_mail_is_shown_and_sent_again_by_hand(
    tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dropping(after_data=True) as port:
        use_port(monkeypatch, port)
        assert tracker("digest").status == 1
    (unsure,) = tracker.good("deliveries", "--state", "unsure", "--json").json
    assert (unsure["contact"], unsure["channel"], unsure["attempts"]) == (FYSIEK, "mail", 1)
    number = str(unsure["id"])
    assert f"tracker deliveries resend {number}" in tracker.good("deliveries").out
    inbox = Inbox()
    with serving(inbox) as port:
        use_port(monkeypatch, port)
        tracker.good("digest")
        assert inbox.received == []  # not by itself
        tracker.good("deliveries", "resend", number)
        assert [to for to, _ in inbox.received] == [FYSIEK]
        again = tracker("deliveries", "resend", number)
    assert (again.status, len(inbox.received)) == (2, 1)
    assert "has arrived" in again.err
    assert tracker.good("deliveries", "--state", "unsure", "--json").json == []


def test_a_refused_mail_waits_and_its_next_try_is_shown(
    tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Inbox(rcpt="451 try later")) as port:
        use_port(monkeypatch, port)
        assert tracker("digest").status == 1
    (waiting,) = tracker.good("deliveries", "--state", "pending", "--json").json
    assert waiting["next_attempt_at"] > waiting["created_at"]
    assert "451 try later" in tracker.good("deliveries").out
    said = tracker("deliveries", "arrived", str(waiting["id"]))
    assert said.status == 2


def test_a_person_gets_what_is_kept_and_can_be_erased(
    tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Inbox()) as port:
        use_port(monkeypatch, port)
        tracker.good("digest")
    kept = tracker.good("contacts", "export", FYSIEK).json
    assert kept["contact"]["name"] == "Domein Fysiek"
    assert {one["channel"] for one in kept["deliveries"]} >= {"file", "mail"}
    assert all(f"<{FYSIEK}>" in one["message"] for one in kept["deliveries"])
    told = sum(len(one["told"]) for one in kept["deliveries"])
    assert told > 0
    assert "remove it there first" in tracker("contacts", "erase", FYSIEK, "--yes").err
    (town / "contacts.toml").write_text(CONTACTS.replace(FYSIEK, "other@example.org"))
    said = tracker.good("contacts", "erase", FYSIEK, "--yes").out
    pseudonym = said.rstrip(".\n").split()[-1]
    assert "nothing is kept" in tracker("contacts", "export", FYSIEK).err
    nameless = tracker.good("contacts", "export", pseudonym).json
    assert sum(len(one["told"]) for one in nameless["deliveries"]) == told
    assert {one["message"] for one in nameless["deliveries"]} == {""}
    everything = b"".join(path.read_bytes() for path in town.rglob("*") if path.is_file())
    assert FYSIEK.encode() not in everything  # neither in freed pages of the database nor in its log
    assert list((town / "out").iterdir()) == []


def test_erasing_reaches_previews_of_any_day_and_half_files_and_nobody_elses(
    tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Inbox()) as port:
        use_port(monkeypatch, port)
        tracker.good("digest")
        tracker.good("digest", "--preview", "--date", "2027-01-04")
    previews = town / "out" / "preview"
    (town / "out" / "2026-11-25-decide_soon-domein-fysiek-example.org.html").touch()
    (previews / ".2027-W01-domein-fysiek-example.org.eml.x1.part").touch()
    kept = (previews / "2027-W01-b-domein-fysiek-example.org.eml", previews / "notes.eml")
    for other in kept:
        other.touch()
    (town / "contacts.toml").write_text(CONTACTS.replace(FYSIEK, "other@example.org"))
    assert "5 files" in tracker.good("contacts", "erase", FYSIEK, "--yes").out
    assert {path for path in (town / "out").rglob("*") if path.is_file()} == set(kept)


def test_contacts_are_listed_and_checked(tracker: CommandLine, town: Path) -> None:
    table = tracker.good("contacts", "list").out
    assert all(word in table for word in (FYSIEK, "weekly", "good fit"))
    (shape,) = tracker.good("contacts", "list", "--json").json
    assert (shape["domains"], shape["no_mail"]) == (["fysiek"], None)
    assert (shape["limit"], shape["minimum"], shape["quiet_weeks"]) == (10, "good", True)
    said = tracker("contacts", "check")
    assert said.status == 1
    assert "Domain sociaal has no contact." in said.out
    assert "Priority inkoop: nobody gets it." in said.out
    assert tracker("contacts", "return", FYSIEK).status == 2


def test_the_doctor_names_what_is_wrong_and_what_to_do(
    tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_port(monkeypatch, free_port())
    said = tracker("doctor")
    assert said.status == 1
    assert "WRONG   mail: the mail server: " in said.out
    assert "well    database: reachable and up to date" in said.out
    assert "note    contacts: no contact for sociaal, bedrijfsvoering" in said.out
    with serving(Inbox()) as port:
        use_port(monkeypatch, port)
        parts = {one["part"]: one for one in tracker("doctor", "--json").json}
    assert parts["mail"]["verdict"] == "well"
    assert parts["schedule"]["verdict"] == "well"
    assert parts["schedule"]["said"].startswith("sources last read: "), "who read them is not known"
    assert any(name.startswith("source ") for name in parts)  # most sources were never read here


def test_the_doctor_survives_a_database_without_tables(tracker: CommandLine, empty_home: Path) -> None:
    said = tracker("doctor")
    assert said.status == 1
    assert f"database: there is no database {empty_home}/tracker.db yet; make it with" in said.out
    assert said.out.count("tracker database upgrade") == 1
    assert "Traceback" not in said.err


def test_the_doctor_sees_a_damaged_file_and_tells_in_the_readers_words(
    tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", "nl")
    assert "beschadigd" not in tracker("doctor").out
    file = town / "tracker.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'notices'").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * size)
    said = tracker("doctor")
    assert said.status == 1
    assert "het bestand is beschadigd: " in " ".join(said.out.split())
    assert "zet een reservekopie terug" in " ".join(said.out.split())


def test_a_port_that_is_taken_is_told_before_it_says_ready(tracker: CommandLine, town: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = tracker("serve", "--port", str(port))
    assert said.status == 2
    assert f"127.0.0.1:{port} cannot be listened on" in said.err
    assert "--port" in said.err
    assert "Klaar" not in said.err
    assert "Ready" not in said.err


def test_serving_needs_a_key(tracker: CommandLine, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKER_SECRET_KEY")
    said = tracker("serve")
    assert said.status == 1
    assert "TRACKER_SECRET_KEY" in said.err


def test_it_serves_until_it_is_told_to_stop_and_logs_no_link(town: Path) -> None:
    import time

    import httpx

    port = free_port()
    process = start_process("serve", "--port", str(port))
    try:
        until = time.monotonic() + 20
        while True:
            try:
                assert httpx.get(f"http://127.0.0.1:{port}/health").text == "ok\n"
                break
            except httpx.TransportError:
                assert time.monotonic() < until
                time.sleep(0.05)
        assert httpx.get(f"http://127.0.0.1:{port}/a/secret-token").status_code == 404
        assert httpx.get(f"http://127.0.0.1:{port}/docs").status_code == 404
    finally:
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert "secret-token" not in out + err
