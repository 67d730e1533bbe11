"""`tracker doctor`: what is wrong, and what to do."""

from typing import Annotated

import typer

from tracker.cli.speak import Door, out, print_json


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Look everything over: settings, disk, database, contacts, mail, sources, deliveries, schedule.

    Exits with 1 when something must be mended.
    """
    from tracker.doctor import Verdict, examine

    door: Door = context.obj
    say, found = door.voice, examine(door.app)
    if as_json:
        print_json(
            [
                {
                    "part": one.part,
                    "verdict": one.verdict.value,
                    "said": say(*one.said),
                    "advice": say(*one.advice) or None,
                }
                for one in found
            ]
        )
    else:
        signs = {
            Verdict.WELL: say("goed", "well"),
            Verdict.NOTE: say("let op", "note"),
            Verdict.WRONG: say("FOUT", "WRONG"),
        }
        for one in found:
            advice = f" → {say(*one.advice)}" if one.advice[0] else ""
            out().print(f"{signs[one.verdict]:<6}  {one.part}: {say(*one.said)}{advice}", markup=False)
    if any(one.verdict is Verdict.WRONG for one in found):
        raise typer.Exit(1)
