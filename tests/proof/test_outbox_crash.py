"""Kill -9 at random moments while mail is handed over: nobody misses an edition, nobody gets two.

The one case that SMTP leaves open (the server accepted, its answer never arrived) is shown as unsure.
"""

import multiprocessing
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from db import schema
from db.engine import make_engine
from tests.mailing import NOW, Inbox, compose, mailer, people, serving
from tracker.digest.handover import deliver_pending

RUNS = 100
READERS = people(5)
SPAWNING = multiprocessing.get_context("forkserver")
SPAWNING.set_forkserver_preload(["tests.mailing", "tracker.digest.handover"])


def deliver(file: str, port: int, day: int, ready: Connection | None = None) -> None:
    """Be the process that hands the outbox over, `day` days after the first try."""
    engine = make_engine(f"sqlite:///{file}")
    if ready is not None:
        ready.send("ready")
    out = Path(file).parent / "out"
    deliver_pending(engine, out=out, mailer=mailer(port), clock=lambda: NOW + timedelta(days=day))
    engine.dispose()


def kill_one(file: Path, port: int, *, day: int, after: float) -> bool:
    """Start that process and kill it so many seconds later; tells whether it was still at work."""
    parent, child = SPAWNING.Pipe()
    process = SPAWNING.Process(target=deliver, args=(str(file), port, day, child))
    process.start()
    assert parent.recv() == "ready"
    time.sleep(after)
    process.kill()
    process.join()
    killed = process.exitcode == -signal.SIGKILL
    process.close()
    parent.close()
    child.close()
    return killed


@dataclass(frozen=True)
class Outcome:
    """How one run ended: by reader the state of the mail and how often the server accepted it."""

    kills: int
    mails: dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Bench:
    """An outbox to copy, and how long handing it over takes."""

    template: Path
    folder: Path
    seconds: float

    def run(self, seed: int) -> Outcome:
        """Kill one to three processes at random moments, with a server in a random mood; then finish."""
        chance = random.Random(seed)
        folder = self.folder / str(seed)
        folder.mkdir()
        file = folder / "tracker.db"
        shutil.copy(self.template, file)
        inbox = Inbox(delay=chance.choice((0, 0, 0.01, 0.03)))
        kills = 0
        with serving(inbox) as port:
            for day in range(chance.randint(1, 3)):
                inbox.data = chance.choice(("250 ok", "250 ok", "250 ok", "451 busy"))
                span = self.seconds + len(READERS) * inbox.delay
                kills += kill_one(file, port, day=day, after=chance.random() * span)
            inbox.data = "250 ok"
            deliver(str(file), port, day=10)
            deliver(str(file), port, day=20)  # a run too many changes nothing
            time.sleep(inbox.delay * 2)
        accepted = Counter(to for to, _ in inbox.received)
        assert len({message_id for _, message_id in inbox.received}) == len(accepted)
        with closing(sqlite3.connect(file)) as connection:
            states = dict(connection.execute("SELECT contact, state FROM deliveries"))
        return Outcome(kills, {who: (state, accepted[who]) for who, state in states.items()})


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("outbox")
    template = folder / "template.db"
    engine = make_engine(f"sqlite:///{template}")
    schema.upgrade(engine)
    assert len(compose(engine, READERS)) == len(READERS)
    engine.dispose()
    with closing(sqlite3.connect(template)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    trial = folder / "trial.db"
    shutil.copy(template, trial)
    with serving(Inbox()) as port:
        started = time.monotonic()
        deliver(str(trial), port, 0)
        return Bench(template, folder, (time.monotonic() - started) * 1.2)


def test_a_kill_at_any_moment_neither_loses_nor_doubles_a_mail(
    bench: Bench, say: Callable[[str], None]
) -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(bench.run, range(RUNS)))
    ends = Counter(mail for outcome in outcomes for mail in outcome.mails.values())
    kills = sum(outcome.kills for outcome in outcomes)
    shown = ", ".join(f"{state} and accepted {times}x: {n}" for (state, times), n in sorted(ends.items()))
    say(f"outbox: {kills} kills in {RUNS} seeded runs of {len(READERS)} mails: {shown}")
    assert kills > RUNS / 2
    assert set(ends) <= {("sent", 1), ("unsure", 0), ("unsure", 1)}
    assert ends.total() == RUNS * len(READERS)
    assert ends["sent", 1] > 0.8 * ends.total()  # doubt is the exception
