"""Makes a database of many calls of our own: the demo's, time and again with other words, dates, amounts."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

from db import calls
from db.engine import session_scope
from tracker.app import AMSTERDAM, App
from tracker.cli.demo import run_demo
from tracker.cli.speak import Voice
from tracker.config import load_settings
from tracker.core.call import CallData, CallText, Deadline

BODY_CHARACTERS = 3500
"""What a text of the portal comes to, in the middle."""
SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "hul",
    "ker",
    "lan",
    "mes",
    "nor",
    "pil",
    "rus",
    "sta",
    "tor",
    "ven",
    "wil",
    "zan",
    "bre",
    "dri",
    "flo",
    "gra",
    "kli",
]
TRANSACTION = 500


def make_database(folder: Path, number: int) -> App:
    """Make `folder`/demo/demo.db with `number` calls that are ranked; the demo's own are among them."""
    settings = load_settings({"out": folder, "request_delay": 0})
    app = run_demo(settings, folder=folder / "demo", voice=Voice("en"))
    with session_scope(app.engine, read_only=True) as session:
        samples = [call.data for call in calls.all_calls(session)]
    now = app.now()
    made = vary(samples, number - len(samples), today=now.astimezone(AMSTERDAM).date())
    while chunk := list(islice(made, TRANSACTION)):
        with session_scope(app.engine) as session:
            for data in chunk:
                calls.insert(session, data, at=now - dt.timedelta(days=len(data.url) % 90), run_id=None)
    app.rank()
    return app


def vary(samples: Sequence[CallData], number: int, *, today: dt.date) -> Iterator[CallData]:
    """Give `number` calls like the samples, always the same ones."""
    random = Random(6)
    words = ["".join(random.choices(SYLLABLES, k=random.randint(2, 4))) for _ in range(20_000)]
    for position in range(number):
        sample = samples[position % len(samples)]
        texts = tuple(_vary_text(text, words, random) for text in sample.texts)
        opens_in = random.randint(-200, 200)
        yield replace(
            sample,
            source_ref=f"load-{position}",
            identifier=f"LOAD-{today.year}-{position:05d}",
            url=f"https://example.org/load/{position}",
            texts=texts,
            opens_on=today + dt.timedelta(days=opens_in),
            deadlines=tuple(
                Deadline(today + dt.timedelta(days=opens_in + random.randint(60, 300)), one.time, one.kind)
                for one in sample.deadlines
            ),
            budget=replace(
                sample.budget,
                per_project_min=Decimal(random.randint(1, 20) * 50_000),
                per_project_max=Decimal(random.randint(20, 100) * 50_000),
            ),
        )


def _vary_text(text: CallText, words: Sequence[str], random: Random) -> CallText:
    filler: list[str] = []
    while sum(len(word) + 1 for word in filler) < BODY_CHARACTERS - len(text.body):
        filler += random.choices(words, k=40)
    return replace(
        text,
        title=f"{text.title} {random.choice(words)}",
        body=f"{text.body}\n\n{' '.join(filler)}",
        keywords=(*text.keywords, random.choice(words)),
    )
