"""Real topics of the EU portal, given the shapes that the product works with.

The records are flat: a table of 629 topics with full text, put together by others from the portal's answers.
They lie outside this project; TRACKER_REAL_DATA names their folder, and tests that need them skip without it.

Fields that we make up, because the records lack them: our ids (1, 2, … in the order of the file), the moments
of first and last sight, and `deadline_kind` (from the deadline model). In the rows of an answer: the envelope
of each row, `type`, `language`, `DATASOURCE`, `programmePeriod`, the tags around the texts, and the codes of
the status (from the record's status word). Both have the first deadline only; the records have no more.
"""

import datetime as dt
import gzip
import html
import json
import os
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tracker.core.call import Budget, Call, CallData, CallText, Claim, Deadline, DeadlineKind, MomentKind

NOW = dt.datetime(2026, 8, 24, 8, 0, tzinfo=dt.UTC)
"""The day that the records describe; later in the year many of them are closed."""

PROGRAMMES = {
    "43108390": "horizon-europe",
    "43251814": "creative-europe",
    "43251589": "cerv",
    "43252405": "life",
    "43152860": "digital-europe",
    "43353764": "erasmus-plus",
    "44416173": "i3",
    "43252476": "single-market",
    "43251567": "cef",
    "43332642": "eu4health",
    "43254019": "esf-plus",
    "43637601": "pppa",
    "44773066": "just-transition",
    "46324255": "erdf-ta",
    "44773133": "imreg",
    "43251447": "amif",
}
_KINDS = {
    "single-stage": (DeadlineKind.FIXED, MomentKind.SINGLE),
    "two-stage": (DeadlineKind.TWO_STAGE, MomentKind.STAGE_1),
    "multiple cut-off": (DeadlineKind.CUT_OFFS, MomentKind.CUT_OFF),
}
_STATUS_CODES = {"forthcoming": "31094501", "open": "31094502", "closed": "31094503"}
_GLUED = re.compile(r"(?<=[a-z\])”’\"][.:;])(?=[A-Z])|(?<=[a-z])(?=(?:Scope|Objective|Expected Impact):)")
_NEEDED = "TRACKER_REAL_DATA does not name the folder of real portal records"


def data_folder() -> Path:
    """Give the folder of real data, or skip the test that asks for it."""
    folder = os.environ.get("TRACKER_REAL_DATA", "")
    if not folder or not (Path(folder) / "portal" / "open_topics_fulltext_2026-08.ndjson").exists():
        pytest.skip(_NEEDED)
    return Path(folder)


@cache
def real_records() -> tuple[dict[str, Any], ...]:
    """Give the 629 flat records as they lie in the file."""
    path = data_folder() / "portal" / "open_topics_fulltext_2026-08.ndjson"
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def real_calls() -> list[Call]:
    """Give the 629 topics as calls seen on the day that the records describe."""
    return [
        Call(id=number, data=_call_data(record), first_seen=NOW, last_seen=NOW)
        for number, record in enumerate(real_records(), 1)
    ]


def real_rows() -> list[dict[str, Any]]:
    """Give the 629 topics in the shape of the rows of a search answer: metadata as lists of texts."""
    return [_row(record) for record in real_records()]


def _call_data(record: dict[str, Any]) -> CallData:
    kind, moment = _KINDS.get(record["deadlineModel"], (DeadlineKind.UNKNOWN, MomentKind.SINGLE))
    text = CallText(
        language="en",
        title=record["title"].strip(),
        body=_with_breaks(record["description"]),
        keywords=tuple(
            word for word in record["keywords"].split(", ") if word and not _is_code(record, word)
        ),
        destination=_with_breaks(record["objectives"]),
        conditions=_with_breaks(record["topicConditions"]),
    )
    return CallData(
        source="portal",
        source_ref=re.split(r"\D", record["reference"], maxsplit=1)[0] or record["reference"],
        identifier=record["topicId"],
        url=record["portalUrl"],
        texts=(text,),
        programme=PROGRAMMES.get(record["programmeId"], ""),
        programme_code=record["programmeId"],
        call_identifier=record["callIdentifier"],
        call_title=record["callTitle"] or "",
        claim=Claim(record["callStatus"]),
        deadlines=(Deadline(dt.date.fromisoformat(record["deadline"]), kind=moment),),
        deadline_kind=kind,
        budget=Budget(
            per_project_min=_amount(record["budgetMin"]),
            per_project_max=_amount(record["budgetMax"]),
            expected_grants=record["expectedGrants"],
        ),
        action_type=record["typesOfAction"] or "",
    )


def _row(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "2.151",
        "reference": record["reference"],
        "url": record["portalUrl"],
        "title": None,
        "contentType": "text/plain",
        "language": "en",
        "databaseLabel": "SEDIA",
        "database": "SEDIA",
        "summary": record["title"],
        "content": record["title"],
        "weight": 1.0,
        "metadata": _metadata(record),
    }


def _metadata(record: dict[str, Any]) -> dict[str, list[str]]:
    values = {
        "identifier": record["topicId"],
        "title": record["title"],
        "callIdentifier": record["callIdentifier"],
        "callTitle": record["callTitle"],
        "frameworkProgramme": record["programmeId"],
        "programmePeriod": "2021 - 2027",
        "status": _STATUS_CODES[record["callStatus"]],
        "type": "2" if record["topicId"].startswith("EuropeAid") else "1",
        "language": "en",
        "DATASOURCE": "SEDIA",
        "REFERENCE": record["reference"],
        "ccm2Id": re.split(r"\D", record["reference"], maxsplit=1)[0],
        "deadlineDate": f"{record['deadline']}T00:00:00.000+0000",
        "deadlineModel": record["deadlineModel"],
        "typesOfAction": record["typesOfAction"],
        "descriptionByte": _as_html(record["description"]),
        "destinationDetails": _as_html(record["objectives"]),
        "topicConditions": _as_html(record["topicConditions"]),
        "budgetOverview": _budget_overview(record),
    }
    keywords = [word for word in record["keywords"].split(", ") if word]
    return {name: [value] if value else [] for name, value in values.items()} | {"keywords": keywords}


def _as_html(text: str | None) -> str:
    lines = _with_breaks(text).split("\n")
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def _budget_overview(record: dict[str, Any]) -> str:
    """Write the record's amounts per project as the overview's own line (the total is not in the record)."""
    if record["budgetMax"] is None:
        return ""
    line = {
        "action": f"{record['topicId']} - {record['typesOfAction'] or 'Grant'}",
        "expectedGrants": record["expectedGrants"] or 0,
        "minContribution": record["budgetMin"] or 0,
        "maxContribution": record["budgetMax"],
        "budgetYearMap": {},
        "deadlineModel": record["deadlineModel"] or "",
        "deadlineDates": [record["deadline"]],
    }
    return json.dumps({"budgetYearsColumns": [], "budgetTopicActionMap": {"1": [line]}})


def _with_breaks(text: str | None) -> str:
    """Put back the breaks that were lost when the tags were stripped ("incomes:Streamlining")."""
    return _GLUED.sub("\n", text or "")


def _is_code(record: dict[str, Any], word: str) -> bool:
    return word in {record["topicId"], record["callIdentifier"]}


def _amount(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@cache
def real_history() -> tuple[dict[str, Any], ...]:
    """Give the events of the real history, oldest first: `{day, put: row}` or `{day, gone: [...]}`."""
    path = data_folder() / "portal" / "history_2026-04-21_2026-06-15.ndjson.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@cache
def real_snapshot() -> tuple[dict[str, Any], ...]:
    """Give the 715 rows that the index called open on 22 August 2026, archive copies among them."""
    path = data_folder() / "portal" / "search_rows_2026-08-22.ndjson"
    return tuple(in_answer_shape(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines())


def in_answer_shape(row: dict[str, Any]) -> dict[str, Any]:
    """Give a recorded row the envelope of the index's answers; its metadata stays as it was recorded.

    We make up: the version of the interface, the content type and the database's name where the record lacks
    them, `content` (the summary again), weight, pages and the empty lists. Nobody recorded a Dutch row, so
    the Dutch series of these rows is empty and every reading has that gap; none is forthcoming either.
    """
    made_up = {
        "apiVersion": "2.147",
        "contentType": "text/plain",
        "databaseLabel": "SEDIA",
        "database": "SEDIA",
        "title": None,
        "content": row["summary"],
        "weight": 1.0,
        "pages": None,
        "children": [],
        "highlightedFragments": [],
    }
    return made_up | row
