"""`tracker`: the command line of the product."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from tracker.cli import (
    admin,
    calls,
    contacts,
    deliveries,
    doctor,
    feedback,
    job,
    matches,
    own,
    serve,
    sources,
    users,
    watch,
)
from tracker.cli.speak import Door, spoken_language
from tracker.core.errors import TrackerError, UsageError

app = typer.Typer(
    name="tracker",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Find the European calls that matter to the city, say why, and tell the right colleague in time.\n\n"
    'A first time: `tracker demo`. Every day: `tracker run`. In a meeting: `tracker match "an idea"`.\n\n'
    "Exit status: 0 done, 1 error, 2 wrong use, 3 some sources failed.",
)
job.add_to(app)
matches.add_to(app)
feedback.add_to(app)
calls.add_to(app)
own.add_to(calls.calls_app)
watch.add_to(app)
sources.add_to(app)
deliveries.add_to(app)
contacts.add_to(app)
users.add_to(app)
serve.add_to(app)
doctor.add_to(app)
admin.add_to(app)


@app.callback()
def _global(
    context: typer.Context,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="DATETIME",
            help="Rehearse as if it were this moment, such as 2026-05-04T08:00 (Amsterdam time). "
            "Never sends mail, and works only on a database that was made as a rehearsal.",
        ),
    ] = None,
) -> None:
    context.obj = Door(at=moment(at) if at else None)


def moment(text: str) -> datetime:
    """Read a moment; without a zone it is Amsterdam time.

    Raises:
        UsageError: it is no moment.
    """
    from tracker.app import AMSTERDAM

    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--at: expected a moment such as 2026-05-04T08:00, not {text!r}",
            nl=f"--at: verwacht werd een moment zoals 2026-05-04T08:00, niet {text!r}",
        ) from error
    return (read if read.tzinfo else read.replace(tzinfo=AMSTERDAM)).astimezone(UTC)


def main() -> None:
    """Run the command line; an expected error becomes one line, in the reader's language, and a status."""
    try:
        app(prog_name="tracker")
    except TrackerError as error:
        sys.stderr.write(f"tracker: {error.text(spoken_language())}\n")
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
