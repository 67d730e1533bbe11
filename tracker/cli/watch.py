"""`tracker watch`: passages on watched pages that may be calls, for a person to confirm or dismiss."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.shapes import plain
from tracker.cli.speak import Door, out, print_json

if TYPE_CHECKING:
    from db.watching import KeptCandidate

watch_app = typer.Typer(no_args_is_help=True, help="Watched pages: look at what may be a call, and decide.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(watch_app, name="watch")


@watch_app.command("list")
def list_candidates(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also what was confirmed or dismissed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List the passages that wait for a person, the newest first."""
    door: Door = context.obj
    found = door.desk.candidates(every=every)
    if as_json:
        print_json([_shape(one) for one in found])
        return
    say, console = door.voice, out()
    for one in found:
        closes = say.deadline(one.deadline)
        facts = f"{one.key[:8]}  {one.page}  {one.title}  {say('sluit', 'closes')} {closes}"
        console.print(facts, markup=False)
        console.print(f"          {one.sentence}", markup=False)
    if found:
        choices = "tracker watch confirm KEY | tracker watch dismiss KEY"
        console.print(say(f"Daarna: {choices}", f"Then: {choices}"))
    else:
        console.print(say("Er wacht niets.", "Nothing waits."))


@watch_app.command("confirm")
def confirm(context: typer.Context, key: str) -> None:
    """Make a call of a passage. Look at the page first: its dates were read from running text."""
    door: Door = context.obj
    with door.app.working():
        door.desk.confirm_candidate(key)
    out().print(
        door.voice("Dit is nu een oproep. Daarna: tracker rank", "This is a call now. Then: tracker rank")
    )


@watch_app.command("dismiss")
def dismiss(context: typer.Context, key: str) -> None:
    """Say that a passage is no call; it is not shown again."""
    door: Door = context.obj
    gone = door.desk.dismiss_candidate(key)
    out().print(door.voice(f"Weg: {gone.title}", f"Gone: {gone.title}"), markup=False)


def _shape(one: "KeptCandidate") -> dict[str, Any]:
    return {
        "key": one.key,
        "page": one.page,
        "url": one.url,
        "programme": one.programme,
        "place": one.place,
        "neighbour": one.neighbour,
        "title": one.title,
        "sentence": one.sentence,
        "opens_on": plain(one.opens_on),
        "deadline": one.deadline.date.isoformat() if one.deadline else None,
        "amounts": [plain(amount) for amount in one.amounts],
        "state": one.state.value,
        "first_seen": plain(one.first_seen),
        "last_seen": plain(one.last_seen),
    }
