"""`tracker feedback` (a reviewer's verdict) and `tracker why-not` (why a call is not in the top)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.calls import one_call
from tracker.cli.matches import fit_word
from tracker.cli.reasons import reason_sentence
from tracker.cli.speak import Door, Voice, out, print_json
from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from matching.why_not import WhyNot
    from tracker.core.call import Call
    from tracker.core.feedback import Verdict
    from tracker.feedback import Effect

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


YES, NO = ("yes", "ja"), ("no", "nee")
"""How a reviewer's verdict is written, in either language."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(feedback)
    app.command("why-not")(why_not)


def feedback(
    context: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="REF", help="The call: identifier or number.")] = None,
    answer: Annotated[
        str | None, typer.Argument(metavar="[yes|no|ja|nee]", help="Is it one for this priority?")
    ] = None,
    priority: Annotated[
        str | None,
        typer.Option(help="The priority, by its slug; --undo needs it only where several have one."),
    ] = None,
    because: Annotated[str, typer.Option(help="Why, in a sentence of your own.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the last verdict on this call back.")] = False,
    list_all: Annotated[bool, typer.Option("--list", help="Show the verdicts that hold.")] = False,
    as_json: Json = False,
) -> None:
    """Say yes or no to a call under a priority: the ranking learns from it, and tells what changed."""
    door: Door = context.obj
    if list_all:
        _print_verdicts(door, priority, as_json=as_json)
        return
    is_known = answer in (None, *YES, *NO)
    if ref is None or (priority is None and not undo) or (answer is None) is not undo or not is_known:
        raise UsageError(
            "Give a call, a priority and yes or no (or --undo). "
            "Example: tracker feedback LIFE-2026-CET-ENERPOV yes --priority klimaat",
            nl="Geef een oproep, een prioriteit en ja of nee, of --undo. "
            "Voorbeeld: tracker feedback LIFE-2026-CET-ENERPOV ja --priority klimaat",
        )
    call = one_call(door, ref)
    if priority is None:
        priority = _judged_under(door, call)
    if undo:
        effect = door.desk.undo_feedback(call, priority)
    else:
        effect = door.desk.give_feedback(call, priority, wanted=answer in YES, because=because)
    if as_json:
        print_json(_effect_shape(call, effect, undone=undo))
    else:
        out().print(_effect_sentence(door.voice, call, effect, undone=undo), markup=False)


def _judged_under(door: Door, call: "Call") -> str:
    """Give the one priority under which a call has a verdict.

    Raises:
        UsageError: there is none, or there are several, and which.
    """
    held = [verdict.priority for judged, verdict in door.desk.verdicts() if judged.id == call.id]
    name = call.data.identifier
    if not held:
        raise UsageError(
            f"There is no verdict on {name} to take back.",
            nl=f"Er is geen oordeel over {name} om terug te nemen.",
        )
    if len(held) > 1:
        slugs = ", ".join(sorted(held))
        raise UsageError(
            f"{name} has a verdict under {slugs}: say which with --priority",
            nl=f"{name} heeft een oordeel bij {slugs}: zeg welk met --priority",
        )
    return held[0]


def why_not(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The call: identifier or number.")],
    priority: Annotated[str | None, typer.Option(help="The priority, by its slug.")] = None,
    as_json: Json = False,
) -> None:
    """Say why a call is not in the top of a priority."""
    door: Door = context.obj
    if priority is None:
        slugs = ", ".join(known.slug for known in door.app.municipality.priorities)
        raise UsageError(
            f"Say with --priority which priority is meant: {slugs}",
            nl=f"Zeg met --priority welke prioriteit u bedoelt: {slugs}",
        )
    call = one_call(door, ref)
    answer = door.desk.why_not(call, priority)
    if as_json:
        print_json(_why_shape(call, answer))
        return
    for sentence in why_sentences(door.voice, call, answer):
        out().print(sentence, markup=False)


def why_sentences(say: Voice, call: "Call", answer: "WhyNot") -> list[str]:
    """Give a short, honest answer: where it stands, what keeps it down, what it lacks."""
    if answer.rank is not None:
        place = say(
            f"staat op plaats {answer.rank} van {answer.of} bij {answer.priority}",
            f"is number {answer.rank} of {answer.of} under {answer.priority}",
        )
        compared = say(
            f"{answer.score:.1f} punten; nummer 10 heeft {answer.tenth:.1f}",
            f"{answer.score:.1f} points; number 10 has {answer.tenth:.1f}",
        )
        lines = [f"{call.data.identifier} {place} ({compared})."]
    else:
        absent = say("staat niet in de lijst van", "is not in the list of")
        lines = [f"{call.data.identifier} {absent} {answer.priority}."]
    for cause in answer.causes:
        text = _CAUSES[cause.value]
        lines.append(
            say(*text).format(
                programme=call.data.programme or "?",
                sentence=answer.sentence,
                own=fit_word(say, answer.strength),
                tenth=fit_word(say, answer.tenth_strength),
            )
        )
    lines += [reason_sentence(say, reason) for reason in answer.sinks]
    if answer.missing and "in_top" not in answer.causes:
        missing = ", ".join(answer.missing)
        lines.append(
            say(
                f"Wat de top wel zegt en deze niet: {missing}.",
                f"What the top says and this does not: {missing}.",
            )
        )
    return lines


_CAUSES = {
    "in_top": ("Hij staat al in de top tien.", "It is in the top ten already."),
    "closed": ("De oproep is gesloten.", "The call is closed."),
    "not_listed": ("De bron toont de oproep niet meer.", "Its source no longer shows the call."),
    "programme": (
        "Het programma ({programme}) staat niet in het profiel van de stad.",
        "Its programme ({programme}) is not in the city's profile.",
    ),
    "blocked": ("De stad kan niet aanvragen: “{sentence}”", "The city cannot apply: “{sentence}”"),
    "says_nothing": (
        "De tekst noemt niets waar deze prioriteit naar zoekt.",
        "Its text says nothing that this priority looks for.",
    ),
    "lowered": ("Er is iets dat hem lager zet:", "Something puts it lower:"),
    "less_sure": (
        "Het woord gaat voor de punten: deze {own}, nummer 10 {tenth}. Sterk en goed vragen dat de titel het "
        "zegt, of dat de oproep van steden spreekt en er veel over zegt.",
        "The word goes before the points: this is a {own}, number 10 a {tenth}. Strong and good ask that the "
        "title says it, or that the call speaks of cities and says much of it.",
    ),
    "weaker": (
        "Andere oproepen zeggen meer over deze prioriteit.",
        "Other calls say more about this priority.",
    ),
    "one_language": (
        "De tekst is er in één taal; woorden uit de andere taal zien we alleen via de vertaallijst.",
        "Its text is in one language; words of the other are seen only through the glossary.",
    ),
}


def _effect_sentence(say: Voice, call: "Call", effect: "Effect", *, undone: bool) -> str:
    none = say("niet in de lijst", "not listed")
    before, after = effect.before or none, effect.after or none
    moved = say(f"van plaats {before} naar {after}", f"from {before} to {after}")
    why = ", ".join(effect.because_of)
    by = f", {say('door', 'because of')} {why}" if why else ""
    got = "kreeg" if effect.moved == 1 else "kregen"
    others = f"{say.calls(effect.moved)} {say(f'{got} een andere plaats', 'got another place')}."
    start = say("Teruggenomen. ", "Taken back. ") if undone else ""
    return f"{start}{call.data.identifier}: {moved}{by}. {others}"


def _effect_shape(call: "Call", effect: "Effect", *, undone: bool) -> dict[str, Any]:
    return _verdict_shape(call, effect.verdict) | {
        "undone": undone,
        "rank_before": effect.before,
        "rank_after": effect.after,
        "because_of": list(effect.because_of),
        "calls_moved": effect.moved,
    }


def _verdict_shape(call: "Call", verdict: "Verdict") -> dict[str, Any]:
    return {
        "call": call.id,
        "identifier": call.data.identifier,
        "priority": verdict.priority,
        "wanted": verdict.wanted,
        "because": verdict.because,
        "at": verdict.at.isoformat(),
    }


def _print_verdicts(door: Door, priority: str | None, *, as_json: bool) -> None:
    held = [pair for pair in door.desk.verdicts() if priority in {None, pair[1].priority}]
    if as_json:
        print_json([_verdict_shape(call, verdict) for call, verdict in held])
        return
    say = door.voice
    for call, verdict in held:
        word = say("ja", "yes") if verdict.wanted else say("nee", "no")
        because = f" — {verdict.because}" if verdict.because else ""
        line = f"{verdict.priority}  {word}  {call.data.identifier}  {call.data.title}{because}"
        out().print(line, markup=False)
    if not held:
        out().print(say("Er is nog geen oordeel.", "There is no verdict yet."))


def _why_shape(call: "Call", answer: "WhyNot") -> dict[str, Any]:
    return {
        "call": call.id,
        "identifier": call.data.identifier,
        "priority": answer.priority,
        "causes": [cause.value for cause in answer.causes],
        "rank": answer.rank,
        "of": answer.of,
        "score": round(answer.score, 6),
        "tenth": round(answer.tenth, 6),
        "strength": answer.strength.value,
        "tenth_strength": answer.tenth_strength.value,
        "said": [reason.term for reason in answer.said],
        "missing": list(answer.missing),
        "lowered_by": [reason.term for reason in answer.sinks],
        "sentence": answer.sentence,
        "only_language": answer.language or None,
    }
