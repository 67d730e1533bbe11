"""`tracker calls add`, `duplicates`, `join` and `apart`: what people know of calls that no source does."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.calls import one_call
from tracker.cli.speak import Door, out, print_json
from tracker.core.errors import UsageError, dutch_reason
from tracker.shapes import call_shape

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def add_to(calls_app: typer.Typer) -> None:
    """Add these commands to `tracker calls`."""
    calls_app.command("add")(add_call)
    calls_app.command("duplicates")(duplicates)
    calls_app.command("join")(join)
    calls_app.command("apart")(apart)


def add_call(
    context: typer.Context,
    title: Annotated[str, typer.Option(help="The title.")] = "",
    url: Annotated[str, typer.Option(help="The publisher's page.")] = "",
    title_nl: Annotated[str, typer.Option(help="The title in Dutch.")] = "",
    programme: Annotated[str, typer.Option(help="The programme: slug, code or name.")] = "",
    opens: Annotated[str, typer.Option(metavar="DATE", help="When it opens: 2027-01-15.")] = "",
    deadline: Annotated[
        str, typer.Option(metavar="DATE", help="When it closes: 2027-03-01 or 2027-03-01T17:00.")
    ] = "",
    text: Annotated[str, typer.Option(help="What it asks, in a few sentences.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="A TOML file with [[call]] tables instead.")
    ] = None,
) -> None:
    """Add a call that you know of: by its title and page, or several from a TOML file."""
    door: Door = context.obj
    given = {"title": title, "url": url, "title_nl": title_nl, "programme": programme, "text": text}
    dates = {"opens": opens, "deadline": deadline}
    if file is not None:
        if any((*given.values(), *dates.values())):
            raise UsageError(
                "Give --file, or a call by the other options, not both.",
                nl="Geef --file, of een oproep met de andere opties, niet allebei.",
            )
        try:
            entries = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{file} cannot be read as text: {error}",
                nl=f"{file} is niet als tekst te lezen: {dutch_reason(error)}",
            ) from error
    else:
        entries = _entry({key: value for key, value in given.items() if value}, dates)
    door.app.prepare_database()
    with door.app.working():
        run = door.desk.add_calls(entries)
    say = door.voice
    out().print(
        say(
            f"{run.new} toegevoegd, {run.changed} gewijzigd, {run.unchanged} gelijk. Daarna: tracker rank",
            f"{run.new} added, {run.changed} changed, {run.unchanged} the same. Then: tracker rank",
        )
    )


def _entry(texts: dict[str, str], dates: dict[str, str]) -> str:
    """Write one `[[call]]` table. JSON's strings are TOML's too, unless escaped in pairs; a date is bare."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in texts.items()]
    lines += [f"{key} = {_date(key, value)}" for key, value in dates.items() if value]
    return "\n".join(["[[call]]", *lines, ""])


def _date(option: str, text: str) -> str:
    """Write a day, or a day with its hour, as TOML has it (with seconds).

    Raises:
        UsageError: the text is no date.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--{option}: a date such as 2027-03-01 or 2027-03-01T17:00 was expected, not {text!r}",
            nl=f"--{option}: verwacht werd een datum zoals 2027-03-01 of 2027-03-01T17:00, niet {text!r}",
        ) from error
    return moment.isoformat() if ":" in text else moment.date().isoformat()


def duplicates(context: typer.Context, as_json: Json = False) -> None:
    """Show calls of different sources that look alike; say `join` or `apart`, and it sticks."""
    door: Door = context.obj
    found = door.desk.duplicates()
    if as_json:
        now = door.app.now()
        print_json(
            [
                {
                    "likeness": round(p.likeness, 3),
                    "same_identifier": p.same_identifier,
                    "deadlines_differ": p.disagree,
                    "calls": [call_shape(p.one, now), call_shape(p.other, now)],
                }
                for p in found
            ]
        )
        return
    say, console = door.voice, out()
    for pair in found:
        facts = [f"{pair.likeness:.0%}"]
        if pair.same_identifier:
            facts.append(say("zelfde kenmerk", "same identifier"))
        if pair.disagree:
            facts.append(say("let op: andere datums", "note: they state other dates"))
        console.print(" · ".join(facts), markup=False)
        for call in (pair.one, pair.other):
            closes = say.deadline(call.next_deadline(door.app.now()))
            console.print(f"  {call.id}  {call.data.source}  {call.data.title}  {closes}", markup=False)
        ids = f"{pair.one.id} {pair.other.id}"
        console.print(f"  tracker calls join {ids}   |   tracker calls apart {ids}")
    if not found:
        console.print(say("Niets lijkt op elkaar.", "Nothing looks alike."))


def join(context: typer.Context, keep: str, gone: str) -> None:
    """Make two calls one: KEEP stays, and what is known of GONE moves to it.

    The source that knows best leads, whichever of the two it showed.
    """
    door: Door = context.obj
    one, other = one_call(door, keep), one_call(door, gone)
    with door.app.working():
        door.desk.join_calls(one, other)
    out().print(door.voice(f"Samengevoegd tot nr. {one.id}.", f"Joined as nr. {one.id}."))


def apart(context: typer.Context, one: str, other: str) -> None:
    """Say that two calls that look alike are two; they are not proposed again."""
    door: Door = context.obj
    first, second = one_call(door, one), one_call(door, other)
    if first.id == second.id:
        raise UsageError("These are the same call already.", nl="Dit is al dezelfde oproep.")
    door.desk.keep_apart(first, second)
    out().print(door.voice("Onthouden: dit zijn er twee.", "Noted: these are two."))
