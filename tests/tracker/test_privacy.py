"""A colleague gets all that is kept about them, and can be erased without a hole in the audit trail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import answers, deliveries, people
from db.engine import Engine, Session, session_scope
from tests.databases import address
from tests.db.samples import data, keep
from tracker.accounts import AccountError, Accounts, Problem
from tracker.app import App
from tracker.config import load_settings
from tracker.core.answer import Absence, Answer, AnswerKind
from tracker.core.delivery import Channel, DeliveryState
from tracker.core.errors import UsageError
from tracker.core.person import Person, Role, SubscriptionKind
from tracker.core.profile import Contact, Domain
from tracker.core.review import Advice, Answered, Assessment, ReviewState
from tracker.mailroom import Mailroom
from tracker.privacy import erase, export
from tracker.review import Reviewing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
COORDINATOR = "coordinator@example.org"
PASSWORD = "vijf paarden in de regen"


def at_work(engine: Engine) -> tuple[Accounts, Person, int]:
    """Give accounts in which a coordinator has decided, noted, weighed and subscribed, and the call."""
    accounts = Accounts(engine, lambda: NOW)
    accounts.add("boss@example.org", "Boss", Role.ADMINISTRATOR)
    person, _ = accounts.add(COORDINATOR, "Co Ordinator", Role.REVIEWER, password=PASSWORD)
    (call_id,) = keep(engine, data("1"))
    reviewing = Reviewing(engine, "haarlem", lambda: NOW)
    reviewing.change(
        call_id, person, seen=0, state=ReviewState.LOOKING, person_id=person.id, because="Warmte is van ons."
    )
    reviewing.add_note(call_id, person, "Bellen met de provincie.")
    reviewing.assess(
        Assessment(
            call_id=call_id,
            person_id=person.id,
            at=NOW,
            version="1",
            framework={},
            answers={"niche": Answered(3, "Past in de wijk.")},
            advice=Advice.GO,
        )
    )
    accounts.subscribe(person, SubscriptionKind.ATOM, title="Klimaat", filters="priority=klimaat")
    accounts.sign_in(COORDINATOR, PASSWORD)
    return accounts, person, call_id


def test_a_colleague_gets_what_is_kept_about_them(engine: Engine) -> None:
    _, person, call_id = at_work(engine)
    given = export(engine, "Coordinator@example.org", None)
    account, review = given["account"], given["review"]
    assert (account["id"], account["name"], account["role"]) == (person.id, "Co Ordinator", "reviewer")
    assert [(one["title"], one["filters"]) for one in account["subscriptions"]] == [
        ("Klimaat", "priority=klimaat")
    ]
    assert len(account["sessions"]) == 1
    assert [(one["field"], one["new"]) for one in review["events"] if one["field"] == "state"] == [
        ("state", "looking")
    ]
    assert {one["because"] for one in review["events"]} >= {"Warmte is van ons."}
    assert [one["text"] for one in review["notes"]] == ["Bellen met de provincie."]
    assert review["assessments"][0]["answers"] == {"niche": [3, "Past in de wijk."]}
    assert review["assigned"] == [call_id]
    assert "argon2" not in str(given)
    assert given["deliveries"] == []


def test_another_colleague_s_work_is_not_given(engine: Engine) -> None:
    accounts, _, call_id = at_work(engine)
    other, _ = accounts.add("other@example.org", "Somebody Else", Role.REVIEWER)
    Reviewing(engine, "haarlem", lambda: NOW).add_note(call_id, other, "Ik kijk mee.")
    review = export(engine, "other@example.org", None)["review"]
    assert [one["text"] for one in review["notes"]] == ["Ik kijk mee."]
    assert {one["field"] for one in review["events"]} == {"note"}
    assert (review["assessments"], review["assigned"]) == ([], [])


def test_who_is_erased_becomes_a_pseudonym_and_the_trail_stays_whole(engine: Engine, tmp_path: Path) -> None:
    accounts, person, call_id = at_work(engine)
    session = accounts.sign_in(COORDINATOR, PASSWORD).secret
    _, key = accounts.subscribe(person, SubscriptionKind.API, title="Key", filters="")
    reviewing = Reviewing(engine, "haarlem", lambda: NOW)
    before = reviewing.trail(call_id), reviewing.notes(call_id), reviewing.assessments(call_id)
    erased = erase(engine, COORDINATOR, None, out=tmp_path)
    assert accounts.visit_of(session) is None
    assert accounts.subscriber_of(key, SubscriptionKind.API) is None
    nameless = accounts.person(person.id)
    assert (nameless.name, nameless.email, nameless.role) == (erased.pseudonym, erased.pseudonym, None)
    assert not nameless.is_active
    assert (reviewing.trail(call_id), reviewing.notes(call_id), reviewing.assessments(call_id)) == before
    assert reviewing.review_of(call_id).person_id == person.id
    with pytest.raises(UsageError, match="nothing is kept"):
        export(engine, COORDINATOR, None)
    assert len(export(engine, erased.pseudonym, None)["review"]["notes"]) == 1
    with session_scope(engine, read_only=True) as kept:
        for table in ("people", "web_sessions", "subscriptions"):
            rows = str(kept.connection().exec_driver_sql(f"SELECT * FROM {table}").all())
            assert not any(one in rows for one in (COORDINATOR, "Co Ordinator", "Klimaat"))
        assert people.web_sessions(kept, person.id) == []


def test_the_same_address_may_come_back_as_somebody_new(engine: Engine, tmp_path: Path) -> None:
    accounts, person, _ = at_work(engine)
    erase(engine, COORDINATOR, None, out=tmp_path)
    again, _ = accounts.add(COORDINATOR, "Co Ordinator", Role.READER)
    assert again.id != person.id
    assert export(engine, COORDINATOR, None)["review"]["notes"] == []


def test_a_contact_without_any_mail_yet_can_be_erased(engine: Engine, tmp_path: Path) -> None:
    accounts = Accounts(engine, lambda: NOW)
    contact = Contact(name="Only mail", email="Only@Example.org")
    accounts.sync_contacts([contact])
    with pytest.raises(UsageError, match="remove it there first"):
        erase(engine, contact.email, contact, out=tmp_path)
    erased = erase(engine, contact.email, None, out=tmp_path)
    accounts.sync_contacts([])
    assert [one.name for one in accounts.people()] == [erased.pseudonym]


def test_the_only_administrator_is_not_erased(engine: Engine, tmp_path: Path) -> None:
    accounts, _, _ = at_work(engine)
    with pytest.raises(AccountError) as refused:
        erase(engine, "boss@example.org", None, out=tmp_path)
    assert refused.value.problem is Problem.LAST_ADMINISTRATOR
    assert accounts.find("boss@example.org").name == "Boss"


@pytest.mark.parametrize("asked", ["anna.voorbeeld@example.org", " Anna.Voorbeeld@Example.ORG "])
def test_a_person_is_found_however_the_address_is_written(engine: Engine, tmp_path: Path, asked: str) -> None:
    """Messages and answers keep the address as the contacts file wrote it; a person asks as they like."""
    spellings = ("Anna.Voorbeeld@example.org", "anna.voorbeeld@Example.org")
    (call_id,) = keep(engine, data("1"))
    with session_scope(engine) as session:
        for number, spelling in enumerate((*spellings, "xanna.voorbeeld@example.org")):
            write_to(session, spelling, edition=f"2026-W4{number}")
            note = Answer(
                contact=spelling, call_id=call_id, kind=AnswerKind.NOT_FOR_US, at=NOW, note=f"Van {spelling}"
            )
            answers.add(session, note)
    given = export(engine, asked, None)
    assert [one["edition"] for one in given["deliveries"]] == ["2026-W40", "2026-W41"]
    assert [one["note"] for one in given["answers"]] == [f"Van {spelling}" for spelling in spellings]
    file = tmp_path / "2026-W40-anna.voorbeeld-example.org.eml"
    file.write_text("x", encoding="utf-8")
    erased = erase(engine, asked, None, out=tmp_path)
    assert (erased.deliveries, erased.answers, file.exists()) == (2, 2, False)
    with session_scope(engine, read_only=True) as kept:
        rows = [
            str(row)
            for table in ("deliveries", "answers")
            for row in kept.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert not any(spelling in row for row in rows for spelling in spellings if "xanna" not in row)
    assert sum("xanna" in row for row in rows) == 2
    with pytest.raises(UsageError, match="nothing is kept"):
        export(engine, asked, None)


def test_who_left_can_be_erased_though_nothing_else_is_kept(engine: Engine, tmp_path: Path) -> None:
    with session_scope(engine) as session:
        answers.set_absence(session, "Anna@example.org", at=NOW, until=None)
    assert export(engine, "anna@example.org", None)["no_mail"] is not None
    erase(engine, "anna@example.org", None, out=tmp_path)
    with session_scope(engine, read_only=True) as session:
        assert answers.absence(session, "Anna@example.org") is None


def test_an_absence_holds_however_the_address_is_written(engine: Engine) -> None:
    later = NOW + timedelta(hours=1)
    with session_scope(engine) as session:
        answers.set_absence(session, "Anna@example.org", at=NOW, until=None)
        answers.set_absence(session, "anna@example.org", at=later, until=later.date())
        for spelling in ("ANNA@example.org", "Anna@example.org"):
            said = answers.absence(session, spelling)
            assert said == Absence(contact="anna@example.org", at=later, until=later.date())
        answers.end_absence(session, "ANNA@example.org")
        assert answers.absence(session, "anna@example.org") is None


def test_an_answer_counts_however_the_address_is_written_later(engine: Engine) -> None:
    (call_id,) = keep(engine, data("1"))
    passed = Answer(
        contact="Anna@example.org",
        call_id=call_id,
        kind=AnswerKind.NOT_MY_DOMAIN,
        at=NOW,
        to_domain=Domain.FYSIEK,
    )
    later = replace(passed, contact="anna@example.org", kind=AnswerKind.INTERESTING, to_domain=None)
    with session_scope(engine) as session:
        answers.add(session, passed)
        assert answers.passed_on(session) == [passed]
        answers.add(session, later)
        assert answers.standing(session, "ANNA@example.org") == {call_id: later}
        assert answers.passed_on(session) == []


def test_what_waits_or_was_told_is_found_however_the_address_is_written(engine: Engine) -> None:
    with session_scope(engine) as session:
        sent = write_to(session, "Anna@example.org", edition="2026-W47")
        deliveries.mark(session, sent, DeliveryState.SENT, at=NOW)
        waiting = write_to(session, "Anna@example.org", edition="2026-W48")
        assert deliveries.has_any(session, "anna@example.org", Channel.MAIL)
        found = deliveries.find(session, "anna@example.org", "2026-W48", Channel.MAIL)
        assert found is not None
        assert (found.id, found.contact) == (waiting, "Anna@example.org")
        deliveries.drop_waiting(session, "ANNA@example.org", why="the reader left")
        dropped = deliveries.get(session, waiting)
        assert dropped is not None
        assert dropped.state is DeliveryState.DROPPED


def test_the_mailroom_knows_a_contact_however_the_address_is_written(engine: Engine, tmp_path: Path) -> None:
    """Who is still in the contacts file is not erased, and who left comes back."""
    file = tmp_path / "contacts.toml"
    file.write_text(
        '[[contact]]\nname = "Anna"\nemail = "Anna@Example.org"\ndomains = "all"\n', encoding="utf-8"
    )
    settings = load_settings({"database_url": address(engine), "contacts": file, "out": tmp_path / "out"})
    mailroom = Mailroom(App(settings, clock=lambda: NOW))
    contact = mailroom.contact(" anna@example.ORG")
    assert contact is not None
    assert contact.email == "Anna@Example.org"
    assert mailroom.export_contact("anna@example.org")["contact"]["email"] == "Anna@Example.org"
    with pytest.raises(UsageError, match="remove it there first"):
        mailroom.erase_contact("anna@example.org")
    with session_scope(engine) as session:
        answers.set_absence(session, contact.email, at=NOW, until=None)
    assert mailroom.is_away("ANNA@example.org")
    mailroom.end_absence(" ANNA@example.org")
    assert mailroom.absence_of("Anna@Example.org") is None
    with pytest.raises(UsageError, match="did not leave"):
        mailroom.end_absence("ANNA@example.org")
    mailroom.app.engine.dispose()


def write_to(session: Session, contact: str, *, edition: str) -> int:
    """Keep a message to a contact, and give its id."""
    return deliveries.add(
        session,
        contact=contact,
        edition=edition,
        channel=Channel.MAIL,
        subject=f"Aan {contact}",
        message_id=f"<{edition}@example.org>",
        message=f"To: {contact}\n\nDag\n".encode(),
        html="<p>Dag</p>",
        lines=(),
        created_at=NOW,
    )
