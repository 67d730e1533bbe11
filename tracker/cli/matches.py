"""`tracker matches` (the stored ranking) and `tracker match` (an idea or a paper against all calls)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.reasons import reason_line
from tracker.cli.shapes import match_shape
from tracker.cli.speak import Door, Voice, out, print_json
from tracker.core.errors import UsageError
from tracker.core.profile import Strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.core.call import Call
    from tracker.core.match import Match

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(matches)
    app.command()(match)


def matches(
    context: typer.Context,
    priority: Annotated[str | None, typer.Option(help="Only this priority, by its slug.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many for each priority.")] = 10,
    blocked: Annotated[
        bool, typer.Option("--blocked", help="Show instead what the city cannot apply for, with the rule.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the calls that fit the city's priorities, the best first, each with its reasons."""
    door: Door = context.obj
    found = door.app.ranked(priority, limit=limit, blocked=blocked)
    if as_json:
        print_json([match_shape(call, match, door.app.now()) for call, match in found])
        return
    say = door.voice
    for chosen in door.app.municipality.priorities:
        here = [(call, match) for call, match in found if match.priority == chosen.slug]
        if priority in {None, chosen.slug}:
            out().print(chosen.text(say.language).title, style="bold")
            _print_found(door, here)


def match(
    context: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="An idea in words, or - to read it.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A text file, such as a council paper.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 10,
    as_json: Json = False,
) -> None:
    """Match an idea or a paper, in Dutch or English, against all calls that are open or coming."""
    door: Door = context.obj
    found = door.app.match_text(_query(text, file), limit=limit)
    if as_json:
        print_json([match_shape(call, one, door.app.now()) for call, one in found])
        return
    say = door.voice
    _print_found(door, found)
    if found:
        first = found[0][0].data.identifier
        out().print(
            say(f"Meer weten: tracker calls show {first}", f"More: tracker calls show {first}"), markup=False
        )
    else:
        out().print(
            say(
                "Niets gevonden dat hierop lijkt. Probeer andere of meer woorden.",
                "Nothing found that resembles this. Try other or more words.",
            )
        )


def _query(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise UsageError(
            'Give a text, or --file PATH, or - to read it. Example: tracker match "warmtenet in de wijk"'
        )
    if file is not None:
        try:
            query = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read as text: {error}") from error
    elif text == "-":
        query = _standard_input()
    else:
        query = str(text)
    if not query.strip():
        raise UsageError("There is no text to match.")
    return query


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UsageError(f"The standard input cannot be read as text: {error}") from error


def _print_found(door: Door, found: "Sequence[tuple[Call, Match]]") -> None:
    from rich.text import Text

    from tracker.digest.words import words_in

    say, console = door.voice, out()
    for number, (call, one) in enumerate(found, start=1):
        data = call.data
        title = (data.title_nl or data.title) if say.language == "nl" else data.title
        closes = _closes(say, door, call)
        word = one.blocked or fit_word(say, one.strength)
        console.print(Text(f"{number:>2}  {word:<15} {data.identifier}  {title}  {closes}"))
        why = reason_line(one.reasons)
        role = f"{say('gemeente', 'city')}: {words_in(say.language).roles[one.role]}"
        console.print(Text(f"    {why} · {role}" if why else f"    {role}", style="dim"))


def fit_word(say: Voice, strength: Strength) -> str:
    """Give a fit in words; what is too weak to be told in a digest is called weak here."""
    from tracker.digest.words import words_in

    if strength is Strength.NONE:
        return say("past zwak", "weak fit")
    return words_in(say.language).strengths[strength]


def _closes(say: Voice, door: Door, call: "Call") -> str:
    upcoming = call.next_deadline(door.app.now())
    return f"{say('sluit', 'closes')} {say.deadline(upcoming)}"
