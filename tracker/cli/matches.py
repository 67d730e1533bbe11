"""`tracker matches` (the stored ranking) and `tracker match` (an idea or a paper against all calls)."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.reasons import reason_line, reason_sentence
from tracker.cli.speak import Door, Voice, out, print_json
from tracker.core.call import DeadlineKind
from tracker.core.errors import UsageError, dutch_reason
from tracker.core.profile import Strength
from tracker.shapes import match_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.core.call import Call
    from tracker.core.match import Match
    from tracker.papers import KeyTerm

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
MOST_TRANSLATED = 12
"""So many Dutch words are told with their English, and all of them with --explain."""


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
    merged: Annotated[
        bool, typer.Option("--all", help="One list over all priorities; each has its turn.")
    ] = False,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Rank as if no reviewer had ever said yes or no.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the calls that fit the city's priorities, the best first, each with its reasons."""
    door: Door = context.obj
    if merged:
        _print_merged(door, limit, as_json=as_json)
        return
    if baseline:
        found = door.desk.baseline(priority, limit=limit)
    else:
        found = door.desk.ranked(priority, limit=limit, blocked=blocked)
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
    file: Annotated[
        Path | None,
        typer.Option("--file", help="A paper, such as a council paper: .txt, .md, .docx or .pdf."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 10,
    draft: Annotated[
        bool, typer.Option("--draft-priority", help="Print instead a draft priority for the profile (TOML).")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell every reason: the passage, and what raised or lowered.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Match an idea or a paper, in Dutch or English, against all calls that are open or coming."""
    from tracker.papers import draft_priority

    if draft and as_json:
        raise UsageError(
            "A draft priority is TOML, for the profile: leave out --json.",
            nl="Een conceptprioriteit is TOML, voor het profiel: laat --json weg.",
        )
    door: Door = context.obj
    query = _query(text, file, needs_terms=draft)
    if draft:
        out().print(draft_priority(query.terms), markup=False, soft_wrap=True, end="")
        return
    answer = door.desk.answer_text(query.text, limit=limit)
    found = answer.found
    if as_json:
        print_json([match_shape(call, one, door.app.now()) for call, one in found])
        return
    say = door.voice
    if query.is_long:
        words = ", ".join(term.words for term in query.terms)
        out().print(say(f"Gezocht met: {words}", f"Searched with: {words}"), style="dim", markup=False)
    elif answer.translated:
        told = answer.translated[: None if explain else MOST_TRANSLATED]
        words = "; ".join(f"{dutch} → {', '.join(english)}" for dutch, english in told)
        if more := len(answer.translated) - len(told):
            words += say(f"; en nog {more}", f"; and {more} more")
        out().print(say(f"Gezocht met: {words}", f"Searched with: {words}"), style="dim", markup=False)
    if answer.unsaid and not query.is_long:
        words = ", ".join(answer.unsaid)
        out().print(say(f"Geen oproep noemt: {words}", f"No call says: {words}"), style="dim", markup=False)
    _print_found(door, found, explain=explain)
    if found:
        first = found[0][0]
        out().print(
            say(
                f"Meer weten over {first.data.identifier}: tracker calls show {first.id}",
                f"More on {first.data.identifier}: tracker calls show {first.id}",
            ),
            markup=False,
        )
    else:
        out().print(
            say(
                "Niets gevonden dat hierop lijkt. Probeer andere of meer woorden.",
                "Nothing found that resembles this. Try other or more words.",
            )
        )


@dataclass(frozen=True, slots=True)
class _Query:
    """What to match: the text to search with, and what it is about; a long one is searched by its terms."""

    text: str
    terms: "tuple[KeyTerm, ...]"
    is_long: bool


def _query(text: str | None, file: Path | None, *, needs_terms: bool) -> _Query:
    from tracker.papers import is_long, key_terms, read_paper, search_text

    if (text is None) == (file is None):
        raise UsageError(
            'Give a text, or --file PATH, or - to read it. Example: tracker match "warmtenet in de wijk"',
            nl="Geef een tekst, of --file PAD, of - om hem in te lezen. "
            'Voorbeeld: tracker match "warmtenet in de wijk"',
        )
    if file is not None:
        said = read_paper(file)
    elif text == "-":
        said = _standard_input()
    else:
        said = str(text)
    if not said.strip():
        raise UsageError("There is no text to match.", nl="Er is geen tekst om mee te zoeken.")
    terms = key_terms(said) if needs_terms or is_long(said) else ()
    asked = search_text(said, terms)
    return _Query(asked, terms, is_long=asked != said)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The standard input cannot be read as text: {error}",
            nl=f"De standaardinvoer is niet als tekst te lezen: {dutch_reason(error)}",
        ) from error


def _print_merged(door: Door, limit: int, *, as_json: bool) -> None:
    """Print one list over all priorities: each call under the one that it serves best, with the second."""
    found = door.desk.merged(limit=limit)
    say = door.voice
    if as_json:
        now = door.app.now()
        print_json(
            [match_shape(call, one, now) | {"second_priority": second or None} for call, one, second in found]
        )
        return
    also = say("ook", "also")
    notes = [f"{one.priority} · {also} {second}" if second else one.priority for _, one, second in found]
    _print_found(door, [(call, one) for call, one, _ in found], notes=notes)


def _print_found(
    door: Door,
    found: "Sequence[tuple[Call, Match]]",
    *,
    explain: bool = False,
    notes: "Sequence[str]" = (),
) -> None:
    from rich.text import Text

    from tracker.digest.words import words_in
    from tracker.telling.facts import title_of

    say, console = door.voice, out()
    for number, (call, one) in enumerate(found, start=1):
        data = call.data
        title = title_of(data, say.language)
        closes = _closes(say, door, call)
        word = one.blocked or fit_word(say, one.strength)
        console.print(Text(f"{number:>2}  {word:<15} {data.identifier}  {title}  {closes}"))
        why = reason_line(one.reasons)
        role = f"{say('gemeente', 'city')}: {words_in(say.language).roles[one.role]}"
        note = f"{notes[number - 1]} · " if notes else ""
        console.print(Text(f"    {note}{why} · {role}" if why else f"    {note}{role}", style="dim"))
        for reason in one.reasons if explain else ():
            console.print(Text(f"      {reason_sentence(say, reason)}"))


def fit_word(say: Voice, strength: Strength) -> str:
    """Give a fit in words; what is too weak to be told in a digest is called weak here."""
    from tracker.digest.words import words_in

    if strength is Strength.NONE:
        return say("past zwak", "weak fit")
    return words_in(say.language).strengths[strength]


def _closes(say: Voice, door: Door, call: "Call") -> str:
    from tracker.telling.facts import DEADLINE_KINDS, of_two

    upcoming = call.next_deadline(door.app.now())
    kind = call.data.deadline_kind
    if upcoming is None and kind in {DeadlineKind.ROLLING, DeadlineKind.UNTIL_EXHAUSTED}:
        return of_two(DEADLINE_KINDS[kind], say.language)
    return f"{say('sluit', 'closes')} {say.deadline(upcoming)}"
