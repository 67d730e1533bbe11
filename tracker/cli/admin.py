"""For the operator: `tracker config`, `tracker database` and `tracker demo`."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.speak import Door, err, out, print_json, print_table

database_app = typer.Typer(no_args_is_help=True, help="The database: create it, or bring it up to date.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(database_app, name="database")
    app.command()(config)
    app.command()(demo)


def config(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the effective settings, secrets masked."""
    from tracker.config import shown_settings

    door: Door = context.obj
    rows = shown_settings(door.settings)
    _warn_of_unknown_keys(door)
    if as_json:
        print_json({key: value for key, value, _ in rows})
        return
    say = door.voice
    print_table((say("instelling", "setting"), say("waarde", "value"), say("betekenis", "meaning")), rows)


def _warn_of_unknown_keys(door: Door) -> None:
    from tracker.config import unknown_keys

    say = door.voice
    for key, nearest in unknown_keys():
        hint = say(f"; bedoeld is misschien {nearest}", f"; perhaps {nearest} was meant") if nearest else ""
        err().print(say(f"{key} is geen instelling{hint}", f"{key} is no setting{hint}"), markup=False)


@database_app.command("upgrade")
def upgrade(
    context: typer.Context,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="Mark an empty database as a rehearsal, for --at.")
    ] = False,
) -> None:
    """Create the database, or bring it up to date with this version. Safe to repeat."""
    from db import schema

    door: Door = context.obj
    schema.upgrade(door.app.unchecked_engine, rehearsal=rehearsal or door.at is not None)
    out().print(door.voice("De database is bij de tijd.", "The database is up to date."))


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where to write; default: TRACKER_OUT, in a folder demo.")
    ] = None,
) -> None:
    """Do the main job offline on recorded calls: collect, rank, write the digests, say where to look."""
    from tracker.cli.demo import run_demo

    door: Door = context.obj
    run_demo(door.settings, folder=folder or door.settings.out / "demo", voice=door.voice)
