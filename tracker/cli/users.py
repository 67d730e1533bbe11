"""`tracker users`: who can sign in to the review page, and what each may do.

A password is never an argument: those stand in the history of the shell and in the list of processes.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.speak import Door, Voice, out, print_json, print_table
from tracker.core.errors import UsageError
from tracker.core.person import Person, Role
from tracker.core.profile import Domain
from tracker.words import ROLE_WORDS

if TYPE_CHECKING:  # heavy modules are imported by the function that needs them
    from tracker.accounts import Accounts

users_app = typer.Typer(
    no_args_is_help=True,
    help="Accounts of the review page: add and list them, change a role or password, let in or shut out.",
)
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The account's mail address.")]
RoleArgument = Annotated[Role, typer.Argument(help="What the account may do.")]
Ask = Annotated[bool, typer.Option("--ask", help="Type the password, instead of getting a made one.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(users_app, name="users")


@users_app.command("add")
def add(
    context: typer.Context,
    address: Address,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name, as colleagues see it.")],
    role: Annotated[Role, typer.Option("--role", help="What the account may do.")] = Role.REVIEWER,
    language: Annotated[str, typer.Option("--language", help="nl or en: what the pages speak.")] = "nl",
    domain: Annotated[
        list[Domain] | None,
        typer.Option("--domain", help="Whom they work for; may be repeated; none is all."),
    ] = None,
    ask: Ask = False,
) -> None:
    """Give somebody an account. The password that was made for them is shown once: hand it over yourself."""
    door: Door = context.obj
    if language not in {"nl", "en"}:
        raise UsageError(
            f"--language: expected nl or en, not {language!r}",
            nl=f"--language: verwacht werd nl of en, niet {language!r}",
        )
    door.app.prepare_database()
    person, password = _accounts(door).add(
        address,
        name,
        role=role,
        language=language,
        domains=domain or (),
        password=_typed(door.voice) if ask else None,
    )
    _say_role(door.voice, person, role)
    if not ask:
        _show(door.voice, password)


@users_app.command("list")
def list_users(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List the accounts: role, domains, and who is shut out or locked for a while."""
    door: Door = context.obj
    found = [person for person in _accounts(door).people() if person.role is not None]
    if as_json:
        print_json([_shape(person) for person in found])
        return
    say = door.voice
    columns = (
        say("adres", "address"),
        say("naam", "name"),
        say("rol", "role"),
        say("domeinen", "domains"),
        say("toegang", "access"),
    )
    print_table(columns, [_row(door, person) for person in found])
    if not found:
        out().print(
            say(
                "Nog geen accounts. Maak er een: tracker users add ADRES NAAM --role administrator",
                "No accounts yet. Make one: tracker users add ADDRESS NAME --role administrator",
            )
        )


@users_app.command("role")
def set_role(context: typer.Context, address: Address, role: RoleArgument) -> None:
    """Change what an account may do; its user signs in again."""
    door: Door = context.obj
    accounts = _accounts(door)
    person = accounts.find(address)
    accounts.set_role(person.id, role)
    _say_role(door.voice, person, role)


@users_app.command("password")
def password(context: typer.Context, address: Address, ask: Ask = False) -> None:
    """Give an account another password; a lock is lifted, and its sessions end."""
    door: Door = context.obj
    accounts = _accounts(door)
    person = accounts.find(address)
    made = accounts.reset_password(person.id, _typed(door.voice) if ask else None)
    if ask:
        out().print(door.voice("Het wachtwoord is veranderd.", "The password is changed."))
    else:
        _show(door.voice, made)


@users_app.command("disable")
def disable(context: typer.Context, address: Address) -> None:
    """Shut somebody out at once: sessions end, subscriptions give nothing. What they did stays theirs."""
    door: Door = context.obj
    accounts = _accounts(door)
    person = accounts.find(address)
    accounts.set_active(person.id, is_active=False)
    said = door.voice(f"{person.email} kan niet meer inloggen.", f"{person.email} cannot sign in any more.")
    out().print(said, markup=False)


@users_app.command("enable")
def enable(context: typer.Context, address: Address) -> None:
    """Let somebody in again who was shut out."""
    door: Door = context.obj
    accounts = _accounts(door)
    person = accounts.find(address)
    accounts.set_active(person.id, is_active=True)
    said = door.voice(f"{person.email} kan weer inloggen.", f"{person.email} can sign in again.")
    out().print(said, markup=False)


def _accounts(door: Door) -> "Accounts":
    from tracker.accounts import Accounts

    return Accounts(door.app.engine, door.app.now)


def _typed(say: Voice) -> str:
    """Ask for a password twice, without showing it."""
    asked = say("Nieuw wachtwoord", "New password")
    again = say("Nog een keer", "Once more")
    return str(typer.prompt(asked, hide_input=True, confirmation_prompt=again))


def _show(say: Voice, password: str) -> None:
    out().print(
        say(f"Wachtwoord, alleen nu te zien: {password}", f"Password, shown only now: {password}"),
        markup=False,
    )


def _say_role(say: Voice, person: Person, role: Role) -> None:
    dutch, english = ROLE_WORDS[role]
    out().print(
        say(
            f"{person.name} ({person.email}) is nu {dutch}.",
            f"{person.name} ({person.email}) is now {english}.",
        ),
        markup=False,
    )


def _row(door: Door, person: Person) -> tuple[str, ...]:
    say = door.voice
    role = say(*ROLE_WORDS[person.role]) if person.role else ""
    domains = ", ".join(person.domains) or say("alle", "all")
    return person.email, person.name, role, domains, _access(door, person)


def _access(door: Door, person: Person) -> str:
    say = door.voice
    if not person.is_active:
        return say("uitgezet", "disabled")
    if person.locked_until is not None and person.locked_until > door.app.now():
        until = say.moment(person.locked_until)
        return say(f"dicht tot {until}", f"locked until {until}")
    return say("ja", "yes")


def _shape(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": person.role.value if person.role else None,
        "domains": [domain.value for domain in person.domains] or "all",
        "language": person.language,
        "is_active": person.is_active,
        "locked_until": person.locked_until.isoformat() if person.locked_until else None,
    }
