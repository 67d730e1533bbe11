"""`tracker calls`: what is stored, and everything known of one call."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.matches import fit_word
from tracker.cli.reasons import reason_sentence
from tracker.cli.speak import Door, Voice, out, print_json, print_table
from tracker.core.errors import UsageError
from tracker.shapes import (
    answer_shape,
    call_detail_shape,
    call_shape,
    change_shape,
    match_shape,
    region_shape,
    sighting_shape,
)
from tracker.words import ANSWER_WORDS

if TYPE_CHECKING:
    from tracker.core.call import Call, Change
    from tracker.core.match import Match

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
calls_app = typer.Typer(
    no_args_is_help=True, help="Stored calls: list them, or show everything known of one."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(calls_app, name="calls")


@calls_app.command("list")
def list_calls(
    context: typer.Context,
    status: Annotated[
        str | None,
        typer.Option(help="Comma-separated: open, forthcoming, closed, vanished, unknown. Default: all."),
    ] = None,
    programme: Annotated[str | None, typer.Option(help="A programme: slug, code or name.")] = None,
    source: Annotated[str | None, typer.Option(help="Only calls that this source shows.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many.")] = None,
    as_json: Json = False,
) -> None:
    """List stored calls, the next deadline first."""
    door: Door = context.obj
    found = door.desk.list_calls(status=status, programme=programme, source=source, limit=limit)
    now = door.app.now()
    if as_json:
        print_json([call_shape(call, now) for call in found])
        return
    from tracker.telling.facts import programme_of, title_of
    from tracker.telling.say import word

    say = door.voice
    columns = (
        say("oproep", "call"),
        say("titel", "title"),
        say("programma", "programme"),
        "status",
        say("sluit", "closes"),
    )
    print_table(
        columns,
        (
            (
                call.data.identifier,
                title_of(call.data, say.language),
                programme_of(call.data, say.language),
                word(call.status_at(now), say.language),
                say.deadline(call.next_deadline(now)),
            )
            for call in found
        ),
    )
    out().print(say.calls(len(found)))


@calls_app.command("show")
def show_call(
    context: typer.Context, ref: Annotated[str, typer.Argument(metavar="REF")], as_json: Json = False
) -> None:
    """Show everything known of one call. REF is an identifier, our number or a source's number."""
    door: Door = context.obj
    call = one_call(door, ref)
    history = door.desk.changes_of(call)
    fits = door.desk.matches_of(call)
    now = door.app.now()
    if as_json:
        from tracker.region import region_of

        print_json(
            call_detail_shape(call, now)
            | {
                "region": region_shape(region_of(call.data, door.app.municipality)),
                "sightings": [sighting_shape(one) for one in door.desk.sightings_of(call)],
                "history": [change_shape(change) for change in history],
                "matches": [match_shape(call, match, now) for match in fits],
                "answers": [answer_shape(answer) for answer in door.desk.answers_to(call)],
            }
        )
        return
    _print_call(door, call)
    _print_region(door, call)
    _print_sightings(door, call)
    _print_fits(door.voice, fits)
    _print_answers(door, call)
    _print_history(door.voice, call, history)


def one_call(door: Door, ref: str) -> "Call":
    """Give the one call that `ref` means.

    Raises:
        UsageError: no call, or more than one.
    """
    found = door.desk.find_calls(ref)
    if not found:
        alike = _alike(door, ref)
        raise UsageError(
            f"No call found for {ref!r}. {f'Did you mean {alike}? ' if alike else ''}"
            "Look with: tracker calls list",
            nl=f"Geen oproep gevonden voor {ref!r}. {f'Bedoelt u {alike}? ' if alike else ''}"
            "Zoek met: tracker calls list",
        )
    ours = [call for call in found if str(call.id) == ref.strip()]
    if ours:
        return ours[0]
    if len(found) > 1:
        raise UsageError(
            f"{ref!r} is more than one call. Which? Use the number in front:\n{_choice(found, 'en')}",
            nl=f"{ref!r} is meer dan één oproep. Welke? Gebruik het nummer vooraan:\n{_choice(found, 'nl')}",
        )
    return found[0]


def _choice(found: "list[Call]", language: str) -> str:
    """Give calls a line each, with the number by which one can be chosen."""
    from tracker.telling.facts import title_of

    return "\n".join(
        f"  {call.id}  {call.data.identifier}  {title_of(call.data, language)}" for call in found
    )


def _alike(door: Door, ref: str) -> str:
    """Give the identifiers that are nearly spelled so, or nothing."""
    every = door.desk.list_calls(status=None, programme=None, source=None, limit=None)
    known = {call.data.identifier.upper(): call.data.identifier for call in every}
    return ", ".join(known[name] for name in get_close_matches(ref.strip().upper(), known, n=3, cutoff=0.85))


def _print_call(door: Door, call: "Call") -> None:
    from tracker.telling.facts import DEADLINE_KINDS, facts_of, links_of, of_two, programme_of
    from tracker.telling.history import told
    from tracker.telling.say import word

    say, data, now = door.voice, call.data, door.app.now()
    console, language = out(), say.language
    console.print(data.title, style="bold", markup=False)
    if data.title_nl and data.title_nl != data.title:
        console.print(data.title_nl, markup=False)
    known = [
        (say("oproep", "call"), f"{data.identifier} · {data.source} {data.source_ref} · nr. {call.id}"),
        (say("programma", "programme"), programme_of(data, language)),
        ("status", word(call.status_at(now), language)),
        (say("opent", "opens"), told(data.opens_on, language)),
        (say("sluit", "closes"), told(data.deadlines, language)),
        (say("manier", "how"), of_two(DEADLINE_KINDS[data.deadline_kind], language)),
        (say("geld", "money"), told(data.budget, language)),
        (say("soort", "action"), told(data.action_type, language)),
        (say("pagina", "page"), data.url),
        (say("gezien", "seen"), f"{say.day(call.first_seen)} – {say.day(call.last_seen)}"),
    ]
    for label, value in known:
        console.print(f"{label:<11} {value}", markup=False)
    for link in links_of([(data.source, data)], language)[1:]:
        console.print(f"{link.label}: {link.url}", markup=False)
    for fact in facts_of(data, language):
        console.print(f"{fact.label}: {fact.value} — “{fact.sentence}”", markup=False)
    text = data.text(language) or data.text("en") or data.texts[0]
    console.print(
        "\n" + (text.body or say("De bron geeft geen tekst.", "The source gives no text.")), markup=False
    )


def _print_region(door: Door, call: "Call") -> None:
    from tracker.region import region_of

    region = region_of(call.data, door.app.municipality)
    why = door.voice(region.nl, region.en)
    quoted = f" — “{region.sentence}”" if region.sentence else ""
    out().print(f"{door.voice('gebied', 'region'):<11} {why}{quoted}", markup=False)


def _print_sightings(door: Door, call: "Call") -> None:
    """Say where else a call is shown, and where another deadline stands."""
    from tracker.joining import disagreements

    say, console = door.voice, out()
    sightings = door.desk.sightings_of(call)
    for sighting in sightings[1:]:
        console.print(f"{say('ook in', 'also in')} {sighting.source}: {sighting.data.url}", markup=False)
    for sighting in disagreements(call, sightings):
        dates = ", ".join(say.day(deadline.date) for deadline in sighting.data.deadlines)
        console.print(
            say(
                f"Let op: {sighting.source} noemt een andere datum: {dates}",
                f"Note: {sighting.source} says another date: {dates}",
            ),
            markup=False,
        )


def _print_fits(say: Voice, fits: "list[Match]") -> None:
    console = out()
    console.print()
    if not fits:
        console.print(say("Past bij geen van de prioriteiten.", "Fits none of the priorities."))
    for match in fits:
        fit = match.blocked or f"{fit_word(say, match.strength)}, {say('plaats', 'rank')} {match.rank}"
        console.print(f"{match.priority}: {fit}", style="bold", markup=False)
        for reason in match.reasons:
            console.print("  " + reason_sentence(say, reason), markup=False)


def _print_answers(door: Door, call: "Call") -> None:
    """Say what contacts answered in their mails: reviewers see all of it."""
    say, console = door.voice, out()
    given = door.desk.answers_to(call)
    if given:
        console.print("\n" + say("Antwoorden", "Answers"), style="bold")
    for answer in given:
        said = say(*ANSWER_WORDS[answer.kind])
        if answer.until:
            said += f" ({say('weer op', 'again on')} {say.day(answer.until)})"
        if answer.to_domain:
            said += f" → {answer.to_domain.value}: “{answer.note}”"
        console.print(f"{say.day(answer.at)}  {answer.contact}: {said}", markup=False)


def _print_history(say: Voice, call: "Call", history: "list[Change]") -> None:
    from tracker.telling.history import view_change

    console = out()
    console.print("\n" + say("Geschiedenis", "History"), style="bold")
    console.print(f"{say.day(call.first_seen)}  {say('voor het eerst gezien', 'first seen')}")
    for change in history:
        seen = view_change(change, say.language)
        said = f"{seen.old} → {seen.new}" if seen.old else seen.new
        console.print(f"{say.day(change.at)}  {seen.field}: {said}", markup=False)
