"""`tracker sources`: which sources are read, how each is, and what each holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.speak import Door, Voice, out, print_json, print_table
from tracker.core.run import SourceState
from tracker.shapes import crawl_shape, source_shape
from tracker.words import SOURCE_WORDS

if TYPE_CHECKING:
    from tracker.source_reports import SourceReport

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
sources_app = typer.Typer(help="Sources: how each is, or read one without storing (`check NAME`).")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(sources_app, name="sources")


@sources_app.callback(invoke_without_command=True)
def sources(context: typer.Context, as_json: Json = False) -> None:
    """Show each source: its state and since when, the last good reading, and its open calls per programme.

    Exits with 3 when a source is blocked, changed or down.
    """
    if context.invoked_subcommand is not None:
        return
    door: Door = context.obj
    reports = door.app.source_reports()
    if as_json:
        print_json([source_shape(report) for report in reports])
    else:
        _print(door.voice, reports)
    if any(report.health.state.is_broken for report in reports):
        raise typer.Exit(3)


@sources_app.command("check")
def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The source's name.")],
    as_json: Json = False,
) -> None:
    """Read one source now and show what it gives, without storing anything.

    Exits with 3 when it cannot be read.
    """
    from scrapers.contract import unnamed_languages
    from tracker.core.errors import ScrapeError
    from tracker.health import crawl_state, failure_state

    door: Door = context.obj
    door.app.prepare_database()
    try:
        crawl = door.desk.check_source(name)
    except ScrapeError as error:
        code = type(error).__name__
        state = failure_state(code).value
        if as_json:
            print_json({"name": name, "state": state, "error_code": code, "error": str(error)})
        else:
            out().print(f"{name}: {code}: {error}", markup=False)
            _print_state(door.voice, state)
        raise typer.Exit(3) from error
    shape = crawl_shape(name, crawl) | {"state": crawl_state(crawl, door.app.now()).value}
    shape["problems"] += [
        f"a text is in {language!r}, which `languages` of the source does not name"
        for language in unnamed_languages(door.app.sources([name])[0], crawl)
    ]
    if as_json:
        print_json(shape)
    else:
        _print_check(door.voice, shape)


@sources_app.command("record")
def record(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The source's name.")],
    into: Annotated[Path, typer.Option("--into", help="The folder of recordings.")] = Path("tests/recorded"),
) -> None:
    """Read a source live and renew its recording for the tests; shows what changed, for a person to approve.

    Exits with 3 when the source cannot be read; its recording then stays as it was.
    """
    from scrapers.recorder import record as record_source
    from tracker.core.errors import ScrapeError

    door: Door = context.obj
    door.app.prepare_database()
    source = door.app.sources([name])[0]
    try:
        with door.app.client() as client:
            changed = record_source(source, client, site=door.app.site(source), folder=into / name)
    except ScrapeError as error:
        out().print(f"{name}: {type(error).__name__}: {error}", markup=False)
        raise typer.Exit(3) from error
    for line in changed:
        out().print(line, markup=False)
    say = door.voice
    out().print(
        say(
            f"{len(changed)} regels anders in {into / name}.",
            f"{len(changed)} lines differ in {into / name}.",
        )
    )


def _print_state(say: Voice, state: str) -> None:
    out().print(f"{say('Toestand', 'State')}: {say(*SOURCE_WORDS[SourceState(state)])}", markup=False)


def _print_check(say: Voice, shape: dict[str, Any]) -> None:
    console = out()
    for call in shape["calls"]:
        dates = ", ".join(deadline["date"] for deadline in call["deadlines"]) or say("onbekend", "unknown")
        console.print(f"{call['source_ref']}  {call['programme']}  {call['title']}  {dates}", markup=False)
    for page in shape["watched"]:
        counted = len(page["candidates"])
        console.print(f"{page['name']}: {counted} {say('kandidaten', 'candidates')}", markup=False)
    for trouble in (*shape["problems"], *shape["gaps"]):
        console.print(f"! {trouble}", markup=False)
    found = say.calls(len(shape["calls"]))
    _print_state(say, shape["state"])
    console.print(say(f"{found} gelezen, niets bewaard.", f"{found} read, nothing stored."))


def _print(say: Voice, reports: "list[SourceReport]") -> None:
    columns = (
        say("bron", "source"),
        say("toestand", "state"),
        say("laatst goed", "last good"),
        say("gevonden", "found"),
        say("open", "open"),
        say("verschil", "trend"),
        say("problemen", "problems"),
        say("volgende keer", "next run"),
    )
    rows = []
    for report in reports:
        health = report.health
        state = say(*SOURCE_WORDS[health.state])
        if health.since:
            state += f" {say('sinds', 'since')} {say.day(health.since)}"
        good = health.last_good
        problems = health.last_run.problems if health.last_run else ""
        good_day = say.day(good.finished_at) if good else ""
        found = good.found if good else ""
        trend = f"{report.trend:+d}" if report.trend is not None else ""
        coming = say.moment(report.next_run)
        rows.append((report.source.name, state, good_day, found, report.open, trend, problems, coming))
    print_table(columns, rows, right=columns[3:7])
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
