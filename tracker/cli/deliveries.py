"""`tracker deliveries`: what was sent to whom, what waits, failed or is in doubt, and sending it again."""

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.speak import Door, Voice, out, print_json, print_table
from tracker.core.delivery import DeliveryState
from tracker.shapes import delivery_shape, plain
from tracker.words import DELIVERY_WORDS

if TYPE_CHECKING:
    from tracker.core.delivery import Delivery

deliveries_app = typer.Typer(help="Messages: what arrived, waits, failed or is in doubt; send one again.")
Number = Annotated[int, typer.Argument(metavar="ID", help="The delivery's number.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(deliveries_app, name="deliveries")


@deliveries_app.callback(invoke_without_command=True)
def deliveries(
    context: typer.Context,
    state: Annotated[
        list[DeliveryState] | None, typer.Option("--state", help="Only in this state; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the messages, the newest first: to whom, in which state, why, and when one is tried again."""
    if context.invoked_subcommand is not None:
        return
    door: Door = context.obj
    found = door.mailroom.deliveries(state or [], limit=limit)
    if as_json:
        print_json(
            [
                {"id": one.id} | delivery_shape(one) | {"next_attempt_at": plain(one.next_attempt_at)}
                for one in found
            ]
        )
        return
    _print(door.voice, found)


@deliveries_app.command("resend")
def resend(context: typer.Context, number: Number) -> None:
    """Send a message again now, the very same one: it failed, is unsure, or waits for its next try."""
    door: Door = context.obj
    with door.app.working():
        handed = door.mailroom.resend(number)
    said = handed.error or str(handed.path or handed.delivery.contact)
    out().print(f"{number}: {door.voice(*DELIVERY_WORDS[handed.state])}: {said}", markup=False)
    if handed.state is not DeliveryState.SENT:
        raise typer.Exit(1)


@deliveries_app.command("arrived")
def arrived(context: typer.Context, number: Number) -> None:
    """Say of an unsure message that its reader has it; it is then sent, and not shown as unsure any more."""
    door: Door = context.obj
    with door.app.working():
        settled = door.mailroom.note_arrival(number)
    out().print(
        door.voice(
            f"Onthouden: {settled.contact} heeft {settled.edition}.",
            f"Noted: {settled.contact} has {settled.edition}.",
        ),
        markup=False,
    )


def _print(say: Voice, found: "list[Delivery]") -> None:
    columns = (
        "nr.",
        say("editie", "edition"),
        say("aan", "to"),
        say("kanaal", "channel"),
        say("toestand", "state"),
        say("pogingen", "tries"),
        say("opnieuw", "next try"),
    )
    rows = []
    for one in found:
        word, again = say(*DELIVERY_WORDS[one.state]), say.moment(one.next_attempt_at)
        rows.append((one.id, one.edition, one.contact, one.channel.value, word, one.attempts, again))
    print_table(columns, rows, right=("nr.", columns[5]))
    for one in found:
        if one.error:
            out().print(f"{one.id}: {one.error}", markup=False)
    _print_next_step(say, found)


def _print_next_step(say: Voice, found: "list[Delivery]") -> None:
    unsure = [one for one in found if one.state is DeliveryState.UNSURE]
    failed = [one for one in found if one.state is DeliveryState.FAILED]
    if unsure:
        number = unsure[0].id
        out().print(
            say(
                f"Onzeker: vraag het de lezer. Is de mail er: tracker deliveries arrived {number}. "
                f"Anders: tracker deliveries resend {number}",
                f"Unsure: ask the reader. If the mail is there: tracker deliveries arrived {number}. "
                f"Otherwise: tracker deliveries resend {number}",
            )
        )
    elif failed:
        command = f"tracker deliveries resend {failed[0].id}"
        out().print(say(f"Herstel de oorzaak, dan: {command}", f"Mend the cause, then: {command}"))
    elif not found:
        out().print(say("Geen berichten.", "No messages."))
