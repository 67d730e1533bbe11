"""What a reviewer said of a call under a priority."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A reviewer's yes or no to a call under a priority, and why in a sentence of their own.

    `family` is what sibling calls share (the parent call's identifier): siblings count once.
    """

    call_id: int
    priority: str
    wanted: bool
    at: datetime
    because: str = ""
    family: str = ""
