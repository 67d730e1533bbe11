"""`tracker sources`: which sources are read, how each is, and what each holds."""

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.shapes import source_shape
from tracker.cli.speak import Door, Voice, out, print_json, print_table

if TYPE_CHECKING:
    from tracker.app import SourceReport

STATE_WORDS = {
    "well": ("goed", "well"),
    "well-none-open": ("goed, niets open", "well, none open"),
    "partly": ("deels", "partly"),
    "blocked": ("geweigerd", "blocked"),
    "layout-changed": ("vorm veranderd", "layout changed"),
    "down": ("onbereikbaar", "down"),
    "needs-key": ("sleutel nodig", "needs a key"),
    "off": ("uit", "off"),
    "never-run": ("nooit gelezen", "never run"),
}


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(sources)


def sources(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show each source: its state and since when, the last good reading, and its open calls per programme.

    Exits with 3 when a source is blocked, changed or down.
    """
    door: Door = context.obj
    reports = door.app.source_reports()
    if as_json:
        print_json([source_shape(report) for report in reports])
    else:
        _print(door.voice, reports)
    if any(report.health.state.is_broken for report in reports):
        raise typer.Exit(3)


def _print(say: Voice, reports: "list[SourceReport]") -> None:
    columns = (
        say("bron", "source"),
        say("toestand", "state"),
        say("laatst goed", "last good"),
        say("gevonden", "found"),
        say("open", "open"),
        say("problemen", "problems"),
    )
    rows = []
    for report in reports:
        health = report.health
        state = say(*STATE_WORDS[health.state.value])
        if health.since:
            state += f" {say('sinds', 'since')} {say.day(health.since)}"
        good = health.last_good
        problems = health.last_run.problems if health.last_run else ""
        good_day = say.day(good.finished_at) if good else ""
        rows.append((report.source.name, state, good_day, good.found if good else "", report.open, problems))
    print_table(columns, rows, right=columns[3:])
    for report in reports:
        _print_detail(say, report)


def _print_detail(say: Voice, report: "SourceReport") -> None:
    console, run = out(), report.health.last_run
    if report.programmes:
        ordered = sorted(report.programmes.items(), key=lambda pair: (-pair[1], pair[0]))
        counts = " · ".join(f"{programme} {count}" for programme, count in ordered)
        console.print(f"{report.source.name}: {counts}", markup=False)
    for trouble in (*run.gaps, run.error) if run else ():
        if trouble:
            console.print(f"{report.source.name}: {trouble}", markup=False)
