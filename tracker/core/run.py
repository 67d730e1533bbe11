"""One execution of reading one source, and how healthy that makes the source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    GOOD = "good"
    PARTIAL = "partial"  # a part of the listing was not read
    FAILED = "failed"
    ABANDONED = "abandoned"  # its process died


class SourceState(StrEnum):
    """How a source is, in stable codes for programs."""

    WELL = "well"
    WELL_NONE_OPEN = "well-none-open"
    PARTLY = "partly"
    BLOCKED = "blocked"
    LAYOUT_CHANGED = "layout-changed"
    DOWN = "down"
    NEEDS_KEY = "needs-key"
    OFF = "off"
    NEVER_RUN = "never-run"

    @property
    def is_read(self) -> bool:
        """Tell whether the source was read, wholly or in part."""
        return self in {SourceState.WELL, SourceState.WELL_NONE_OPEN, SourceState.PARTLY}

    @property
    def is_broken(self) -> bool:
        """Tell whether a person must act: the exit status 3 states."""
        return self in {SourceState.BLOCKED, SourceState.LAYOUT_CHANGED, SourceState.DOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one attempt to read a source did; counts are calls, `problems` rows not understood.

    `error_code` is the class name of the error of a failed run, or of a partial one that lacks a key; `gaps`
    names the parts that were not read.
    """

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None = None
    state: RunState = RunState.RUNNING
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    problems: int = 0
    gaps: tuple[str, ...] = ()
    error_code: str = ""
    error: str = ""
    programmes: Mapping[str, int] = field(default_factory=dict)
