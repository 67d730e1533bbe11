"""Weighs a call with the city's framework (`afwegingskader`): blockers first, then weighted criteria.

The outcome is advice. A person decides, and may differ with a reason.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any

from tracker.core.errors import ConfigError, UsageError
from tracker.core.review import Advice, Answered, Assessment

BEST_SCORE = 3
"""Of an answer: no, a little, yes, entirely."""

LONGEST_SENTENCE = 300
"""Characters of the sentence with an answer: a decision note has one page."""

_LANGUAGES = ("nl", "en")
_DIGITS = 8  # of the content hash: enough to tell the versions of one city's file apart


@dataclass(frozen=True, slots=True)
class Wording:
    """What a blocker or criterion is called, and what to think of."""

    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that makes a bid pointless; one that holds is a no."""

    slug: str
    words: Mapping[str, Wording]


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something that speaks for a bid, and how much it counts."""

    slug: str
    weight: float
    words: Mapping[str, Wording]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A weighing framework as its file says it; `go` and `talk` are shares of the points, in percent."""

    declared: str
    title: Mapping[str, str]
    go: float
    talk: float
    blockers: tuple[Blocker, ...]
    criteria: tuple[Criterion, ...]
    content: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Name this version: the one that the file declares, and a hash of all that it says.

        A weight that is changed without another declared version still is another version.
        """
        said = json.dumps(self.content, sort_keys=True, ensure_ascii=False)
        return f"{self.declared}+{hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]}"

    def share(self, answers: Mapping[str, Answered]) -> float:
        """Give the share of the points that these answers have, in percent; no answer has none."""
        most = sum(criterion.weight for criterion in self.criteria) * BEST_SCORE
        scores = {slug: answered.score for slug, answered in answers.items()}
        points = sum(criterion.weight * scores.get(criterion.slug, 0) for criterion in self.criteria)
        return round(100 * points / most, 6)  # so that a share is not a hair below a threshold that it meets

    def share_to_show(self, answers: Mapping[str, Answered]) -> Decimal:
        """Give the share as people read it: to a tenth of a percent, never rounded up to a threshold."""
        return Decimal(str(self.share(answers))).quantize(Decimal("0.1"), rounding=ROUND_FLOOR)

    def is_scored(self, answers: Mapping[str, Answered]) -> bool:
        """Tell whether each criterion has a score; before that the points say nothing yet."""
        return all(criterion.slug in answers for criterion in self.criteria)

    def advise(self, blockers: Mapping[str, bool], answers: Mapping[str, Answered]) -> Advice:
        """Give the advice: no with any blocker; else go, talk or no by the share of the points."""
        if any(blockers.get(blocker.slug, False) for blocker in self.blockers):
            return Advice.NO_GO
        share = self.share(answers)
        if share >= self.go:
            return Advice.GO
        return Advice.TALK if share >= self.talk else Advice.NO_GO


def load_framework(path: Path) -> Framework:
    """Read and check a framework.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or says something that is not allowed; it names the
            file, the key (counted from 1) and what was expected there.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"a readable file was expected ({error.strerror})", file=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"a TOML file was expected ({error})", file=str(path)) from error
    return read_framework(content, file=str(path))


def read_framework(content: Mapping[str, Any], *, file: str = "") -> Framework:
    """Read a framework from what its file says, be it today's or the one kept with an assessment.

    Raises:
        ConfigError: something in it is not allowed, as in `load_framework`.
    """
    table = _Table(content, file=file)
    table.only("version", "title", "thresholds", "blockers", "criteria")
    title = table.table("title")
    title.only(*_LANGUAGES)
    thresholds = table.table("thresholds")
    thresholds.only("go", "talk")
    go, talk = thresholds.number("go", most=100), thresholds.number("talk", most=100)
    if talk > go:
        raise thresholds.wrong("talk", f"at most go ({go:g}) was expected, found {talk:g}")
    blockers = table.tables("blockers", least=0)
    criteria = table.tables("criteria", least=1)
    _refuse_doubles([*blockers, *criteria])
    return Framework(
        declared=table.text("version"),
        title={language: title.text(language) for language in _LANGUAGES},
        go=go,
        talk=talk,
        blockers=tuple(_blocker(one) for one in blockers),
        criteria=tuple(_criterion(one) for one in criteria),
        content=content,
    )


def weigh(
    framework: Framework,
    *,
    call_id: int,
    person_id: int,
    at: datetime,
    blockers: Mapping[str, bool],
    answers: Mapping[str, Answered],
    decision: Advice | None = None,
    because: str = "",
) -> Assessment:
    """Make an assessment, with the framework as it is now inside.

    Raises:
        UsageError: a criterion has no answer or no sentence, or a decision differs from the advice and
            nothing says why. With a blocker the criteria need no answers: the advice is no already.
    """
    advice = framework.advise(blockers, answers)
    holds = {one.slug: blockers.get(one.slug, False) for one in framework.blockers}
    if missing := [] if any(holds.values()) else unanswered(framework, answers):
        raise UsageError(f"These criteria still need an answer and a sentence: {', '.join(missing)}.")
    if differs(decision, advice) and not because.strip():
        raise UsageError("The decision differs from the advice: say why in a sentence.")
    return Assessment(
        call_id=call_id,
        person_id=person_id,
        at=at,
        version=framework.version,
        framework=dict(framework.content),
        blockers=holds,
        answers={one.slug: answers[one.slug] for one in framework.criteria if one.slug in answers},
        advice=advice,
        decision=decision,
        because=because.strip(),
    )


def unanswered(framework: Framework, answers: Mapping[str, Answered]) -> list[str]:
    """Give the criteria, by their slugs, that have no answer or no sentence with it."""
    complete = {slug for slug, answered in answers.items() if answered.sentence.strip()}
    return [criterion.slug for criterion in framework.criteria if criterion.slug not in complete]


def differs(decision: Advice | None, advice: Advice) -> bool:
    """Tell whether a person decided something else than the advice; who did not decide yet did not."""
    return decision is not None and decision is not advice


class _Table:
    """A table of the file, and where it stands, for the message when it is wrong."""

    def __init__(self, values: object, *, file: str, place: str = "") -> None:
        self.file, self.place = file, place
        if not isinstance(values, Mapping):
            raise ConfigError("a table was expected", file=file, key=place)
        self.values: Mapping[str, Any] = values

    def wrong(self, key: str, message: str) -> ConfigError:
        return ConfigError(message, file=self.file, key=f"{self.place}.{key}" if self.place else key)

    def only(self, *known: str) -> None:
        for key in self.values:
            if key not in known:
                raise self.wrong(key, f"this key is not known; expected one of {', '.join(known)}")

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"a text that is not empty was expected, found {value!r}")
        return value.strip()

    def number(self, key: str, *, most: float) -> float:
        value = self.values.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= most:
            raise self.wrong(key, f"a number above 0, at most {most:g}, was expected, found {value!r}")
        return float(value)

    def table(self, key: str) -> "_Table":
        place = f"{self.place}.{key}" if self.place else key
        return _Table(self.values.get(key), file=self.file, place=place)

    def tables(self, key: str, *, least: int) -> list["_Table"]:
        found = self.values.get(key, [])
        if not isinstance(found, list) or len(found) < least:
            raise self.wrong(key, f"at least {least} table [[{key}]] was expected")
        return [
            _Table(one, file=self.file, place=f"{key}[{number}]") for number, one in enumerate(found, start=1)
        ]


def _refuse_doubles(tables: list[_Table]) -> None:
    seen: set[str] = set()
    for table in tables:
        slug = table.text("slug")
        if slug in seen:
            raise table.wrong("slug", f"each slug was expected once, found {slug!r} twice")
        seen.add(slug)


def _blocker(table: _Table) -> Blocker:
    table.only("slug", *_LANGUAGES)
    return Blocker(table.text("slug"), _words(table))


def _criterion(table: _Table) -> Criterion:
    table.only("slug", "weight", *_LANGUAGES)
    return Criterion(table.text("slug"), table.number("weight", most=10), _words(table))


def _words(table: _Table) -> dict[str, Wording]:
    found = {}
    for language in _LANGUAGES:
        words = table.table(language)
        words.only("title", "help")
        found[language] = Wording(words.text("title"), words.text("help") if "help" in words.values else "")
    return found
