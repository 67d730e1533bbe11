"""A colleague gets all that is kept about them, and can be erased without a hole in the audit trail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import people
from db.engine import Engine, session_scope
from tests.db.samples import data, keep
from tracker.accounts import AccountError, Accounts, Problem
from tracker.core.errors import UsageError
from tracker.core.person import Person, Role, SubscriptionKind
from tracker.core.profile import Contact
from tracker.core.review import Advice, Answered, Assessment, ReviewState
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
