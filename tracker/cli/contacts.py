"""`tracker contacts`: whom we write to, whether anything is amiss, and what a person may ask for."""

from typing import Annotated

import typer

from tracker.cli.speak import Door, out, print_json, print_table
from tracker.core.answer import Absence
from tracker.core.profile import Contact, Domain, Frequency
from tracker.digest.words import strength_word

contacts_app = typer.Typer(
    no_args_is_help=True,
    help="Contacts: list and check them; give or erase what is kept about one.",
)
RHYTHM = {
    Frequency.WEEKLY: ("elke week", "weekly"),
    Frequency.DAILY: ("elke dag", "daily"),
    Frequency.URGENT: ("alleen met haast", "only urgent"),
}
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The contact's mail address.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(contacts_app, name="contacts")


@contacts_app.command("list")
def list_contacts(context: typer.Context, as_json: Json = False) -> None:
    """List whom we write to: their domains, how often, and who left or pauses."""
    door: Door = context.obj
    rows = [(contact, door.mailroom.absence_of(contact.email)) for contact in door.app.contacts]
    if as_json:
        print_json([_shape(contact, absence) for contact, absence in rows])
        return
    say = door.voice
    columns = (
        say("adres", "address"),
        say("naam", "name"),
        say("domeinen", "domains"),
        say("taal", "language"),
        say("hoe vaak", "how often"),
        say("hooguit", "at most"),
        say("vanaf", "from"),
        say("mail", "mail"),
    )
    print_table(
        columns,
        [
            (
                contact.email,
                contact.name,
                ", ".join(contact.domains) or say("alle", "all"),
                contact.language,
                say(*RHYTHM[contact.frequency]),
                contact.limit,
                strength_word(contact.minimum, say.language),
                _mail(door, absence),
            )
            for contact, absence in rows
        ],
    )


@contacts_app.command("check")
def check(context: typer.Context, as_json: Json = False) -> None:
    """See that each domain has a contact and each priority a reader; exits with 1 where one has not.

    A wrong address or key in the contacts file is an error that names it.
    """
    door: Door = context.obj
    say, app = door.voice, door.app
    readers = [one for one in app.contacts if not door.mailroom.is_away(one.email)]
    found = [
        say(f"Domein {domain} heeft geen contact.", f"Domain {domain} has no contact.")
        for domain in Domain
        if not any(domain in one.domains for one in readers)
    ]
    found += [
        say(f"Prioriteit {one.slug}: niemand krijgt die.", f"Priority {one.slug}: nobody gets it.")
        for one in app.municipality.priorities
        if not any(reader.wants(one) for reader in readers)
    ]
    if as_json:
        print_json({"contacts": len(app.contacts), "problems": found})
    else:
        for line in found or [say("Alles in orde.", "All is well.")]:
            out().print(line)
    if found:
        raise typer.Exit(1)


@contacts_app.command("export")
def export(context: typer.Context, address: Address) -> None:
    """Print everything that is kept about a person, as JSON: for them, when they ask."""
    door: Door = context.obj
    print_json(door.mailroom.export_contact(address))


@contacts_app.command("erase")
def erase(
    context: typer.Context,
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
) -> None:
    """Erase what was written to a person and what they wrote; only nameless counts stay.

    Remove the address from the contacts file first. Backups and sent mails are not reached.
    """
    door: Door = context.obj
    say = door.voice
    if not yes:
        typer.confirm(
            say(f"{address} wissen? Dit kan niet terug.", f"Erase {address}? No way back."), abort=True
        )
    with door.app.working():
        done = door.mailroom.erase_contact(address)
    out().print(
        say(
            f"Gewist: {done.deliveries} berichten, {done.answers} antwoorden, {done.files} bestanden. "
            f"De telling gaat door als {done.pseudonym}.",
            f"Erased: {done.deliveries} messages, {done.answers} answers, {done.files} files. "
            f"The counts go on as {done.pseudonym}.",
        )
    )


@contacts_app.command("return")
def come_back(context: typer.Context, address: Address) -> None:
    """Send a contact mail again who left or pauses, because they ask for it."""
    door: Door = context.obj
    door.mailroom.end_absence(address)
    out().print(door.voice(f"{address} krijgt weer mail.", f"{address} gets mail again."), markup=False)


def _mail(door: Door, absence: Absence | None) -> str:
    say = door.voice
    if absence is None or not door.mailroom.is_away(absence.contact):
        return say("ja", "yes")
    if absence.until is None:
        return say("afgemeld", "left")
    return say(f"pauze tot {say.day(absence.until)}", f"pauses until {say.day(absence.until)}")


def _shape(contact: Contact, absence: Absence | None) -> dict[str, object]:
    until = absence.until.isoformat() if absence and absence.until else None
    return {
        "email": contact.email,
        "name": contact.name,
        "domains": [domain.value for domain in contact.domains] or "all",
        "language": contact.language,
        "frequency": contact.frequency.value,
        "limit": contact.limit,
        "minimum": contact.minimum.value,
        "quiet_weeks": contact.quiet_weeks,
        "no_mail": None if absence is None else {"until": until},
    }
