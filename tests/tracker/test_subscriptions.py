"""Contacts as people without an account, and the secrets that give a list without signing in."""

from dataclasses import replace

from tests.tracker.office import ADVISER, COORDINATOR, Office, office
from tracker.account_rules import MOST_SUBSCRIPTIONS
from tracker.accounts import Problem
from tracker.core.person import SubscriptionKind
from tracker.core.profile import Contact, Domain

__all__ = ["office"]


def test_contacts_are_people_without_an_account(office: Office) -> None:
    fysiek = Contact(name="Fysiek", email="Fysiek@example.org", domains=(Domain.FYSIEK,))
    adviser = Contact(name="Adviser", email=ADVISER, language="en")
    for _ in range(2):
        office.accounts.sync_contacts([fysiek, adviser])
        assert [(one.name, one.role, one.is_active) for one in office.accounts.people()] == [
            ("Adviser", None, True),
            ("Fysiek", None, True),
        ]
    office.accounts.sync_contacts([replace(fysiek, name="Wonen", domains=(Domain.SOCIAAL,))])
    gone, moved = office.accounts.people()
    assert (gone.name, gone.is_active) == ("Adviser", False)
    assert (moved.name, moved.email, moved.domains) == ("Wonen", "fysiek@example.org", (Domain.SOCIAAL,))
    office.accounts.sync_contacts([adviser])
    assert [one.is_active for one in office.accounts.people()] == [True, False]


def test_a_contact_who_gets_an_account_stays_the_same_person(office: Office) -> None:
    office.accounts.sync_contacts([Contact(name="Co", email=COORDINATOR)])
    (contact,) = office.accounts.people()
    person = office.hire()
    assert person.id == contact.id
    assert office.sign_in().person == person
    office.accounts.sync_contacts([])
    assert office.accounts.person(person.id) == person


def test_a_subscription_gives_its_list_until_it_is_revoked(office: Office) -> None:
    person = office.hire()
    kept, secret = office.accounts.subscribe(
        person, SubscriptionKind.ATOM, title="Klimaat", filters="priority=klimaat"
    )
    assert office.accounts.subscriptions(person) == [kept]
    office.wait(days=400)
    found = office.accounts.subscriber_of(secret, SubscriptionKind.ATOM)
    assert found == (person, kept)
    assert office.accounts.subscriber_of(secret, SubscriptionKind.CALENDAR) is None
    assert office.accounts.subscriptions(person)[0].used_at == office.now
    office.accounts.revoke(person, kept.id)
    assert office.accounts.subscriber_of(secret, SubscriptionKind.ATOM) is None
    assert office.accounts.subscriptions(person) == []


def test_nobody_revokes_what_is_another_s(office: Office) -> None:
    person, other = office.hire(), office.hire(ADVISER)
    kept, secret = office.accounts.subscribe(person, SubscriptionKind.API, title="Key", filters="")
    with office.problem(Problem.UNKNOWN):
        office.accounts.revoke(other, kept.id)
    assert office.accounts.subscriber_of(secret, SubscriptionKind.API) is not None


def test_subscriptions_do_not_pile_up(office: Office) -> None:
    person = office.hire()
    for number in range(MOST_SUBSCRIPTIONS):
        office.accounts.subscribe(person, SubscriptionKind.ATOM, title=f"List {number}", filters="")
    with office.problem(Problem.TOO_MANY):
        office.accounts.subscribe(person, SubscriptionKind.ATOM, title="One more", filters="")
    office.accounts.revoke(person, office.accounts.subscriptions(person)[0].id)
    office.accounts.subscribe(person, SubscriptionKind.ATOM, title="One more", filters="")
