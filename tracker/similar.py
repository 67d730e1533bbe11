"""Finds the stored calls that say much the same as one call, past ones too, for whoever reads that call."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from db import activity
from db.engine import Engine, Session, session_scope
from db.rows import read_calls_by_id
from db.standings import standings
from matching.neighbours import Neighbours, shared_words
from tracker.core.call import Call
from tracker.ranking import open_index, state_path


@dataclass(frozen=True, slots=True)
class Similar:
    """A call that is like another: how much (0 to 1), and in one language the words that both say."""

    call: Call
    likeness: float
    language: str
    shared: tuple[str, ...]


@dataclass
class SimilarCalls:
    """Keeps the ranker's index in memory, so that a question takes milliseconds; renewed when calls change.

    At 10 000 calls with full text the index takes about 100 MB and a second to open.
    """

    engine: Engine
    _lock: Lock = field(default_factory=Lock, repr=False)
    _kept: tuple[tuple[int, int, int], Neighbours] | None = field(default=None, repr=False)

    def to(self, call: Call, *, limit: int, now: datetime) -> tuple[Similar, ...]:
        """Give the calls most like this one, the likest first; none where nothing is like it."""
        with session_scope(self.engine, read_only=True) as session:
            found = self._neighbours(session, now).nearest(call.id, limit=limit)
            calls = read_calls_by_id(session, [one.call_id for one in found])
        words = shared_words(call.data, found)
        return tuple(
            Similar(calls[one.call_id], one.likeness, one.language, shared)
            for one, shared in zip(found, words, strict=True)
        )

    def _neighbours(self, session: Session, now: datetime) -> Neighbours:
        mark = activity.generation(session)
        with self._lock:
            if self._kept is None or self._kept[0] != mark:
                index = open_index(session, standings(session, now), state=state_path(self.engine))
                self._kept = (mark, Neighbours.of(index))
            return self._kept[1]
