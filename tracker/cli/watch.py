"""`tracker watch`: passages on watched pages that may be calls, for a person to confirm or dismiss."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.speak import Door, Voice, out, print_json
from tracker.core.call import Budget, Deadline
from tracker.shapes import plain

if TYPE_CHECKING:
    from tracker.ingest import Withdrawal
    from tracker.watch import PageChange, Passage

FIELDS = {
    "opens_on": ("opent", "opens"),
    "deadlines": ("sluit", "closes"),
    "budget": ("geld", "money"),
}
"""The words for what a page can say otherwise than was confirmed."""

watch_app = typer.Typer(no_args_is_help=True, help="Watched pages: look at what may be a call, and decide.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(watch_app, name="watch")


@watch_app.command("list")
def list_candidates(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also what was confirmed or dismissed.")] = False,
    changes: Annotated[
        bool, typer.Option("--changes", help="What came and went on each page instead, a line each.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List the passages that wait for a person, the newest first.

    Also confirmed ones of which the page says something else now, or that it no longer shows.
    """
    door: Door = context.obj
    if changes:
        _list_changes(door, as_json=as_json)
        return
    found = door.desk.candidates(every=every)
    if as_json:
        print_json([_shape(one) for one in found])
        return
    say, console = door.voice, out()
    for passage in found:
        _print(say, passage)
    for page in door.desk.page_changes():
        console.print(_summary(say, page), markup=False)
    if found:
        choices = "tracker watch confirm KEY | tracker watch keep KEY | tracker watch dismiss KEY"
        console.print(say(f"Daarna: {choices}", f"Then: {choices}"))
    else:
        console.print(say("Er wacht niets.", "Nothing waits."))


def _list_changes(door: Door, *, as_json: bool) -> None:
    """Show what came and went on each page when it last changed."""
    found = door.desk.page_changes()
    if as_json:
        print_json([_change_shape(page) for page in found])
        return
    say, console = door.voice, out()
    for page in found:
        console.print(f"{_summary(say, page)}  {page.url}", markup=False)
        for sign, lines in (("-", page.went), ("+", page.came)):
            for line in lines:
                console.print(f"  {sign} {line}", markup=False)
    if not found:
        console.print(say("Geen pagina is veranderd.", "No page has changed."))


def _summary(say: Voice, page: "PageChange") -> str:
    day, came, went = say.day(page.changed_at), len(page.came), len(page.went)
    return say(
        f"{page.name}: veranderd op {day}: {came} regels erbij, {went} weg (tracker watch list --changes)",
        f"{page.name}: changed on {day}: {came} lines came, {went} went (tracker watch list --changes)",
    )


def _change_shape(page: "PageChange") -> dict[str, Any]:
    return {
        "page": page.name,
        "url": page.url,
        "changed_at": plain(page.changed_at),
        "came": list(page.came),
        "went": list(page.went),
    }


@watch_app.command("confirm")
def confirm(context: typer.Context, key: str) -> None:
    """Make a call of a passage. Look at the page first: its dates were read from running text.

    Confirm it again when the page says something else: the call then says so too, with history.
    """
    door: Door = context.obj
    with door.app.working():
        done = door.desk.confirm_candidate(key)
    out().print(
        door.voice("Dit is nu een oproep. Daarna: tracker rank", "This is a call now. Then: tracker rank")
        if done.new
        else door.voice(
            "De oproep zegt nu wat de pagina zegt. Daarna: tracker rank",
            "The call says now what the page says. Then: tracker rank",
        )
    )


@watch_app.command("keep")
def keep(context: typer.Context, key: str) -> None:
    """Leave a call as it is, though its page says otherwise or no longer shows it.

    It is asked again once the page changes.
    """
    door: Door = context.obj
    with door.app.working():
        door.desk.keep_candidate(key)
    out().print(door.voice("De oproep blijft zoals hij is.", "The call stays as it is."))


@watch_app.command("dismiss")
def dismiss(context: typer.Context, key: str) -> None:
    """Say that a passage is no call; it is not shown again, and the call made of it is withdrawn."""
    door: Door = context.obj
    with door.app.working():
        gone, lost = door.desk.dismiss_candidate(key)
    say = door.voice
    out().print(say(f"Weg: {gone.title}", f"Gone: {gone.title}"), markup=False)
    if lost:
        out().print(_fate(say, lost), markup=False)


def _fate(say: Voice, lost: "Withdrawal") -> str:
    """Say what became of the call of a dismissed passage."""
    number, still_at = lost.call.id, lost.still_at
    if still_at:
        return say(
            f"Oproep nr. {number} blijft: {still_at} toont hem ook.",
            f"Call nr. {number} stays: {still_at} shows it too.",
        )
    return say(
        f"Oproep nr. {number} is ingetrokken; wie hem kreeg, leest dat in de volgende mail.",
        f"Call nr. {number} is withdrawn; whoever was told of it reads so in the next mail.",
    )


def _print(say: Voice, passage: "Passage") -> None:
    one, console, indent = passage.candidate, out(), " " * 10
    closes = say.deadline(one.deadline)
    facts = f"{one.key[:8]}  {one.page}  {one.title}  {say('sluit', 'closes')} {closes}"
    console.print(facts, markup=False)
    console.print(f"{indent}{one.sentence}", markup=False)
    if passage.call:
        console.print(say(f"{indent}oproep nr. {passage.call.id}", f"{indent}call nr. {passage.call.id}"))
    for name, old, new in passage.changes:
        label, before, now = say(*FIELDS[name]), _value(say, old), _value(say, new)
        console.print(
            say(
                f"{indent}! de pagina zegt nu: {label} {now} (bevestigd: {before}); bevestig opnieuw",
                f"{indent}! page now says: {label} {now} (confirmed: {before}); confirm again",
            ),
            markup=False,
        )
    if passage.has_left:
        console.print(
            say(
                f"{indent}! de pagina toont dit niet meer; kijk, en verwerp het als de oproep weg is",
                f"{indent}! the page no longer shows this; look, and dismiss it if the call is gone",
            )
        )
    if passage.waits and passage.call:
        leave = f"tracker watch keep {one.key[:8]}"
        console.print(say(f"{indent}  of laat hem zo: {leave}", f"{indent}  or leave it as it is: {leave}"))


def _value(say: Voice, value: object) -> str:
    """Say a date or an amount as a passage states it."""
    match value:
        case (Deadline() as deadline, *_):
            hour = f" {deadline.time:%H:%M}" if deadline.time else ""
            return f"{say.day(deadline.date)}{hour}"
        case Budget(total=total) if total is not None:
            return f"€ {total:,.0f}".replace(",", ".") if say.language == "nl" else f"€ {total:,.0f}"
        case date():
            return say.day(value)
    return say("onbekend", "unknown")


def _shape(passage: "Passage") -> dict[str, Any]:
    one = passage.candidate
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
        "call": passage.call.id if passage.call else None,
        "changes": [
            {"field": field, "confirmed": plain(old), "page": plain(new)}
            for field, old, new in passage.changes
        ],
        "has_left": passage.has_left,
    }
