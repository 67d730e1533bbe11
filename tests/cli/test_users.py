"""`tracker users`: accounts from the command line; a password is typed or shown once, never an argument."""

from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine
from tracker.accounts import Accounts, SignInError
from tracker.app import App
from tracker.config import load_settings
from tracker.core.person import Role

ADDRESS = "coordinator@example.org"
TYPED = "vijf paarden in de regen"


def accounts() -> Accounts:
    app = App(settings=load_settings())
    return Accounts(app.engine, app.now)


def shown_password(said: str) -> str:
    return said.strip().split(": ")[-1]


def test_an_account_is_made_in_an_empty_database(tracker: CommandLine, empty_home: Path) -> None:
    said = tracker.good("users", "add", ADDRESS, "Co Ordinator", "--role", "administrator")
    assert "Co Ordinator (coordinator@example.org) is now administrator." in said.out
    signed = accounts().sign_in(ADDRESS, shown_password(said.out))
    assert signed.person.role is Role.ADMINISTRATOR
    assert tracker("users", "add", ADDRESS, "Somebody Else").status == 2
    (shape,) = tracker.good("users", "list", "--json").json
    assert (shape["email"], shape["role"], shape["domains"]) == (ADDRESS, "administrator", "all")


def test_a_password_can_be_typed_and_is_not_shown(
    tracker: CommandLine, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def type_it(question: str, *_more: object, **_named: object) -> str:
        asked.append(question)
        return TYPED

    monkeypatch.setattr("getpass.getpass", type_it)
    said = tracker.good("users", "add", ADDRESS, "Co", "--ask")
    assert len(asked) == 2
    assert TYPED not in said.out + said.err
    accounts().sign_in(ADDRESS, TYPED)
    made = shown_password(tracker.good("users", "password", ADDRESS).out)
    with pytest.raises(SignInError):
        accounts().sign_in(ADDRESS, TYPED)
    accounts().sign_in(ADDRESS, made)
    said = tracker.good("users", "password", ADDRESS, "--ask")
    assert said.out.endswith("The password is changed.\n")
    assert TYPED not in said.out + said.err
    accounts().sign_in(ADDRESS, TYPED)


def test_no_command_takes_a_password(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("users", "add", ADDRESS, "Co")
    for arguments in (
        ("add", "other@example.org", "Other", TYPED),
        ("password", ADDRESS, TYPED),
        ("password", ADDRESS, "--password", TYPED),
    ):
        assert tracker("users", *arguments).status == 2


def test_roles_change_and_who_is_shut_out_is_seen(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("users", "add", ADDRESS, "Co", "--domain", "fysiek", "--domain", "sociaal")
    tracker.good("users", "role", ADDRESS, "administrator")
    refused = tracker("users", "disable", ADDRESS)
    assert refused.status == 2
    assert "the only administrator" in refused.err
    tracker.good("users", "add", "boss@example.org", "Boss", "--role", "administrator")
    assert "cannot sign in any more" in tracker.good("users", "disable", ADDRESS).out
    listed = tracker.good("users", "list").out
    assert "disabled" in listed
    assert "sociaal, fysiek" in listed or "fysiek, sociaal" in listed
    tracker.good("users", "enable", ADDRESS)
    assert "disabled" not in tracker.good("users", "list").out


def test_a_lock_is_shown_and_a_new_password_lifts_it(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("users", "add", ADDRESS, "Co")
    for _ in range(5):
        with pytest.raises(SignInError):
            accounts().sign_in(ADDRESS, "wrong")
    assert "locked until" in tracker.good("users", "list").out
    tracker.good("users", "password", ADDRESS)
    assert "locked" not in tracker.good("users", "list").out


def test_it_speaks_dutch(tracker: CommandLine, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracker.good("database", "upgrade")
    monkeypatch.setenv("TRACKER_LANGUAGE", "nl")
    assert "Nog geen accounts." in tracker.good("users", "list").out
    said = tracker.good("users", "add", ADDRESS, "Co").out
    assert "is nu beoordelaar." in said
    assert "Wachtwoord, alleen nu te zien: " in said


def test_who_is_not_there_cannot_be_changed(tracker: CommandLine, empty_home: Path) -> None:
    tracker.good("users", "add", ADDRESS, "Co")
    for arguments in (("role", "x@example.org", "reader"), ("password", "x@example.org"), ("enable", "x")):
        said = tracker("users", *arguments)
        assert said.status == 2
        assert "there is no such account" in said.err
    assert tracker("users", "add", "x", "Name").status == 2
    assert tracker("users", "add", "x@example.org", "Name", "--language", "fr").status == 2
