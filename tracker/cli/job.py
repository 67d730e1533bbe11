"""The main job: `run`, its steps `collect`, `rank` and `digest`, and `schedule`."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.speak import Door, Voice, err, out, print_json, print_table
from tracker.core.errors import UsageError
from tracker.shapes import delivery_shape, run_shape
from tracker.words import DELIVERY_WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.app import App
    from tracker.digest.handover import Handover
    from tracker.ingest import Collected
    from tracker.ranking import Ranked

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Names = Annotated[list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(run)
    app.command()(collect)
    app.command()(rank)
    app.command()(digest)
    app.command()(schedule)


def run(context: typer.Context, source: Names = None, as_json: Json = False) -> None:
    """Do the main job: collect, rank, compose the digests that are due, and deliver them.

    Safe to repeat: a second run in the same week announces nothing twice.
    """
    door: Door = context.obj
    door.app.prepare_database()
    with door.app.working(), _safe_to_stop(door.voice):
        collected = _collect(door, source or [])
        ranked = door.app.rank()
        handed = door.app.deliver()  # what waits first: until it has arrived its reader gets no new edition
        door.app.compose()
        handed += door.app.deliver()
    if as_json:
        print_json(
            {
                "runs": [run_shape(one.run) for one in collected],
                "ranked": {"calls": ranked.calls, "matches": ranked.matches, "blocked": ranked.blocked},
                "deliveries": [
                    delivery_shape(one.delivery) | {"state": one.state.value, "error": one.error or None}
                    for one in handed
                ],
            }
        )
    else:
        print_runs(door.voice, collected)
        print_ranked(door.voice, ranked)
        print_handed(door.app, handed, voice=door.voice)
    _exit_for(collected, handed)


def collect(context: typer.Context, source: Names = None, as_json: Json = False) -> None:
    """Read the sources and store what they say: new calls, changes, and what is gone."""
    door: Door = context.obj
    door.app.prepare_database()
    with door.app.working(), _safe_to_stop(door.voice):
        collected = _collect(door, source or [])
    if as_json:
        print_json([run_shape(one.run) for one in collected])
    else:
        print_runs(door.voice, collected)
    _exit_for(collected, [])


def rank(context: typer.Context) -> None:
    """Rank what is stored for the city's priorities."""
    door: Door = context.obj
    with door.app.working():
        ranked = door.app.rank()
    print_ranked(door.voice, ranked)


def digest(
    context: typer.Context,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only write what each contact would get now; tell nobody.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say who would get what now, and why; store nothing.")
    ] = False,
    contact: Annotated[
        str | None,
        typer.Option("--contact", metavar="ADDRESS", help="Only this contact (preview and dry run)."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="YYYY-MM-DD", help="As if on this day, as far as is known now (the same two)."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs (dry run).")] = False,
) -> None:
    """Compose the digests that are due and deliver them; each contact gets one edition a week."""
    door: Door = context.obj
    if preview and dry_run:
        raise UsageError("--preview and --dry-run: choose one", nl="--preview en --dry-run: kies er een")
    if preview:
        return _print_preview(door.voice, door.mailroom.preview(contact, on=_day(date)))
    if dry_run:
        return _print_dry_run(door, contact, date, as_json=as_json)
    if contact or date or as_json:
        raise UsageError(
            "--contact, --date and --json need --preview or --dry-run: a digest is for all, and now",
            nl="--contact, --date en --json horen bij --preview of --dry-run: een digest is voor iedereen, "
            "en nu",
        )
    with door.app.working():
        handed = door.app.deliver()
        door.app.compose()
        handed += door.app.deliver()
    print_handed(door.app, handed, voice=door.voice)
    _exit_for([], handed)
    return None


def schedule(context: typer.Context) -> None:
    """Do the main job unattended: read the sources each day, send the digests on Monday (Amsterdam time)."""
    from tracker.scheduler import run_forever

    door: Door = context.obj
    door.app.prepare_database()
    settings = door.settings
    err().print(
        door.voice(
            f"Gestart: bronnen elke dag om {settings.schedule_collect}, digests op maandag om "
            f"{settings.schedule_digest} (Amsterdam). Stoppen: Ctrl-C.",
            f"Started: sources each day at {settings.schedule_collect}, digests on Monday at "
            f"{settings.schedule_digest} (Amsterdam). Stop with Ctrl-C.",
        )
    )
    run_forever(door.app)


def _collect(door: Door, names: Sequence[str]) -> "list[Collected]":
    say = door.voice
    with reading_progress(say) as progress:
        return list(door.app.collect(names, progress=progress))


@contextmanager
def reading_progress(say: Voice) -> Iterator[Callable[[str, int], None]]:
    """Show how far the reading is: a live line on a terminal, nothing in a pipe."""
    console = err()
    if not console.is_terminal:
        yield lambda _source, _count: None
        return
    counts: dict[str, int] = {}
    with console.status(say("Bronnen lezen…", "Reading the sources…")) as status:

        def show(source: str, count: int) -> None:
            counts[source] = count
            parts = [f"{name}: {number} {say('pagina’s', 'pages')}" for name, number in counts.items()]
            status.update(say("Bronnen lezen… ", "Reading the sources… ") + " · ".join(parts))

        yield show


@contextmanager
def _safe_to_stop(say: Voice) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        err().print(
            say(
                "Gestopt. Er is niets verloren; start opnieuw met: tracker run",
                "Stopped. Nothing is lost; start again with: tracker run",
            )
        )
        raise


def print_runs(say: Voice, collected: "Sequence[Collected]") -> None:
    """Show what each reading did."""
    columns = [
        say("bron", "source"),
        say("gelezen", "read"),
        say("nieuw", "new"),
        say("gewijzigd", "changed"),
        say("gelijk", "same"),
        say("verdwenen", "vanished"),
        say("problemen", "problems"),
        say("uitkomst", "outcome"),
    ]
    rows = []
    for one in sorted(collected, key=lambda one: one.run.source):
        run = one.run
        outcome = run.error or "; ".join(run.gaps) or say("goed", "good")
        numbers = (run.found, run.new, run.changed, run.unchanged, run.vanished, run.problems)
        rows.append((run.source, *numbers, outcome))
    print_table(columns, rows, right=columns[1:7])


def print_ranked(say: Voice, ranked: "Ranked") -> None:
    """Say what a ranking came to."""
    number = ranked.blocked
    times = "time" if number == 1 else "times"
    barred = say(f"; {number} keer kan de gemeente niet meedoen", f"; {number} {times} the city cannot apply")
    done = say("gerangschikt", "ranked")
    out().print(f"{say.calls(ranked.calls)} {done}{barred if number else ''}.")


def print_handed(app: "App", handed: "Sequence[Handover]", *, voice: Voice) -> None:
    """Say which messages were handed over, and where they are."""
    say = voice
    if not app.contacts:
        out().print(
            say(
                "Geen contacten: zet TRACKER_CONTACTS op een contacts.toml om digests te maken.",
                "No contacts: set TRACKER_CONTACTS to a contacts.toml to make digests.",
            )
        )
    elif not handed and app.nothing_read():
        out().print(
            say(
                "Nog geen bron gelezen: de eerste digest wacht daarop. Kijk met: tracker sources",
                "No source was read yet: the first digest waits for that. Look with: tracker sources",
            )
        )
    elif not handed:
        out().print(
            say("Geen nieuwe digest: deze editie was er al.", "No new digest: this edition was made already.")
        )
    for one in handed:
        place = one.error or (str(one.path) if one.path else one.delivery.contact)
        about = f"{one.delivery.edition} · {one.delivery.contact} · {one.delivery.subject}"
        out().print(f"{about} · {say(*DELIVERY_WORDS[one.state])}: {place}", markup=False)


def _day(text: str | None) -> dt.date | None:
    """Read a day.

    Raises:
        UsageError: it is none.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--date: expected a day such as 2026-11-30, not {text!r}",
            nl=f"--date: verwacht werd een dag zoals 2026-11-30, niet {text!r}",
        ) from error


def _print_dry_run(door: Door, contact: str | None, day: str | None, *, as_json: bool) -> None:
    from tracker.cli.forecast import forecast_shape, print_forecasts

    found = door.mailroom.forecast(contact, on=_day(day))
    if as_json:
        print_json([forecast_shape(one) for one in found])
    else:
        print_forecasts(door.voice, found)


def _print_preview(say: Voice, paths: "Sequence[Path]") -> None:
    for path in paths:
        out().print(str(path))
    if not paths:
        out().print(say("Geen contacten (TRACKER_CONTACTS).", "No contacts (TRACKER_CONTACTS)."))


def _exit_for(collected: "Sequence[Collected]", handed: "Sequence[Handover]") -> None:
    from tracker.core.delivery import DeliveryState

    if any(one.state is not DeliveryState.SENT for one in handed):
        raise typer.Exit(1)
    if any(one.error is not None for one in collected):
        raise typer.Exit(3)
