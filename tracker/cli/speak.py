"""How the command line speaks: language, tables for people, JSON for programs."""

import json
import locale
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TextIO

from tracker.app import AMSTERDAM, App
from tracker.config import Settings, language_setting, load_settings
from tracker.desk import Desk
from tracker.mailroom import Mailroom

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.core.call import Deadline

UNWRAPPED = 10_000
"""The width, in signs, of what goes to a pipe: a program reads a row as one line."""


@dataclass(frozen=True)
class Door:
    """What the global options gave every command."""

    at: datetime | None = None

    @cached_property
    def settings(self) -> Settings:
        """The effective settings."""
        settings = load_settings()
        set_up_logging(settings.log_level)
        return settings

    @cached_property
    def app(self) -> App:
        """The product, wired."""
        return App(settings=self.settings, at=self.at)

    @cached_property
    def desk(self) -> Desk:
        """What people ask and decide."""
        return Desk(self.app)

    @cached_property
    def mailroom(self) -> Mailroom:
        """Deliveries, contacts and their answers."""
        return Mailroom(self.app)

    @cached_property
    def voice(self) -> "Voice":
        """The language to speak."""
        return Voice(self.settings.language or system_language())


def spoken_language() -> str:
    """Give the language to tell an error in, also where the settings themselves are what is wrong."""
    return language_setting() or system_language()


def system_language() -> str:
    """Give `nl` where the system's locale is Dutch, else `en`."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((name for name in names if name), None) or locale.getlocale()[0] or ""
    return "nl" if first.lower().startswith("nl") else "en"


@dataclass(frozen=True)
class Voice:
    """Says things in one language."""

    language: str

    def __call__(self, dutch: str, english: str) -> str:
        """Give the text in this voice's language."""
        return dutch if self.language == "nl" else english

    def calls(self, number: int) -> str:
        """Give a number of calls in words: `1 call`, `2 calls`."""
        return f"{number} {self('oproep', 'call') if number == 1 else self('oproepen', 'calls')}"

    def day(self, day: date | datetime | None) -> str:
        """Give a date in words; empty for None. A moment is told in Amsterdam time."""
        from babel.dates import format_date

        if day is None:
            return ""
        local = day.astimezone(AMSTERDAM).date() if isinstance(day, datetime) else day
        return format_date(local, "d MMM y", locale=self.language)

    def moment(self, moment: datetime | None) -> str:
        """Give a moment in words, Amsterdam time; empty for None."""
        from babel.dates import format_datetime

        if moment is None:
            return ""
        return format_datetime(moment.astimezone(AMSTERDAM), "d MMM HH:mm", locale=self.language)

    def deadline(self, deadline: "Deadline | None") -> str:
        """Give what a table says of a deadline."""
        return self.day(deadline.date) if deadline else self("onbekend", "unknown")


def out() -> "Console":
    """Give the console for answers: colour and width follow the terminal, a pipe gets none."""
    return _console(sys.stdout)


def err() -> "Console":
    """Give the console for progress and remarks, beside the answers."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    if stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, soft_wrap=True, width=UNWRAPPED, color_system=None)


def set_up_logging(level: str) -> None:
    """Send the log to standard error, from `level` on: standard output is for answers alone."""
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
    )


def print_json(value: object) -> None:
    """Print stable JSON for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """Print a table for people; `right` names the columns of numbers. The first column is never broken."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    out().print(table)
