"""Turns our sample calls into rows of the EU portal's search index, with all the traps of the real rows.

For the demonstration and the tests. Values are lists of strings, JSON is hidden in strings, HTML is escaped
once too often here and there, and the budget of a row is that of its whole parent call.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.demo.search_index import API_VERSION, Row

PORTAL = "https://ec.europa.eu/info/funding-tenders/opportunities"
TOPIC_PAGE = f"{PORTAL}/portal/screen/opportunities/topic-details"
CASCADE_PAGE = f"{PORTAL}/portal/screen/opportunities/competitive-calls-cs"
FORTHCOMING, OPEN, CLOSED = "31094501", "31094502", "31094503"
_STATUS_LABELS = {FORTHCOMING: "Forthcoming", OPEN: "Open", CLOSED: "Closed"}
_SORT_STATUS = {OPEN: "1", FORTHCOMING: "2", CLOSED: "3"}
_PROCEDURES = {"single-stage": 31094504, "two-stage": 31094505, "multiple cut-off": 31094506}
_LARGE_TOTAL = 15_000_000  # larger totals are spread over two years, as the portal often does


@dataclass(frozen=True, kw_only=True)
class SampleCall:
    """One call of `portal_calls.json`, its dates already moved to the day of the demonstration."""

    facts: dict[str, Any]
    opens_on: date
    deadlines: tuple[str, ...]  # a date, or a date and time for a cascade call
    conditions: str = ""
    destination: dict[str, str] | None = None

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a fact is whatever the JSON file holds
        """Give a fact by its name in the file, None where the file does not state it."""
        return self.facts.get(name)

    @property
    def days(self) -> list[date]:
        """The deadlines without their hours."""
        return [date.fromisoformat(moment[:10]) for moment in self.deadlines]

    @property
    def number(self) -> str:
        """The number in front of the row's reference."""
        return str(self["ccm2_id"] or self["call_ccm2_id"])

    def claim_on(self, today: date) -> str:
        """Give the status code that the portal would state on a day."""
        if self.opens_on > today:
            return FORTHCOMING
        return OPEN if not self.days or max(self.days) >= today else CLOSED


def base_row(reference: str, language: str, *, title: str, url: str, metadata: dict[str, list[str]]) -> Row:
    """Wrap metadata in the outer fields of a search result, and add the fields that every row carries."""
    checksum = hashlib.sha256(json.dumps([reference, metadata], sort_keys=True).encode()).hexdigest().upper()
    shared = {
        "REFERENCE": [reference],
        "language": [language],
        "title": [title],
        "url": [url],
        "esST_URL": [url],
        "es_ContentType": ["text/plain"],
        "esST_FileName": ["file.txt"],
        "esST_checksum": [checksum],
    }
    return {
        "apiVersion": API_VERSION,
        "reference": reference,
        "url": url,
        "title": None,
        "contentType": "text/plain",
        "language": language,
        "databaseLabel": "SEDIA",
        "database": "SEDIA",
        "summary": metadata.get("caName", [title])[0],
        "content": title,
        "weight": 1.0,
        "groupById": metadata.get("sortStatus", [None])[0],
        "accessRestriction": False,
        "pages": None,
        "checksum": checksum,
        "metadata": shared | metadata,
        "enrichedMetadata": {},
        "children": [],
        "highlightedFragments": [],
        "citation": None,
    }


def topic_row(call: SampleCall, language: str, *, today: date, siblings: Sequence[SampleCall]) -> Row:
    """Build the type-1 row of a call in one language; `siblings` are all calls of the same parent call."""
    claim, mga = call.claim_on(today), _mga(call)
    metadata = {
        "type": ["1"],
        "DATASOURCE": ["SEDIA"],
        "identifier": [call["identifier"]],
        "ccm2Id": [call["ccm2_id"]],
        "cftId": ["0"],
        "callIdentifier": [call["call_identifier"]],
        "callTitle": [call["call_title"]],
        "callccm2Id": [stand_in_number(call["call_identifier"])],
        "frameworkProgramme": [call["programme_code"]],
        "programmePeriod": ["2021 - 2027"],
        "programmeDivision": [],
        "typesOfAction": [call["action_type"]],
        "typeOfMGAs": [mga[0]] if mga else [],
        "crossCuttingPriorities": call["cross_cutting"] or [],
        "keywords": [call["identifier"], call["call_identifier"], *call["keywords"]],
        "tags": [],
        "allowPartnerSearch": ["true"],
        "focusArea": [],
        "specificObjective": [],
    }
    metadata |= _dates_and_claim(call, claim) | _long_texts(call, language)
    metadata["actions"] = [_actions(call, claim)]
    metadata["budgetOverview"] = [budget_overview(siblings)]
    title = call["title_nl"] if language == "nl" and call["title_nl"] else call["title"]
    url = f"{TOPIC_PAGE}/{call['identifier']}"
    return base_row(f"{call.number}TOPICS{language}", language, title=title, url=url, metadata=metadata)


def cascade_row(call: SampleCall, language: str, *, today: date) -> Row:
    """Build the type-8 row of a cascade call: identifier, title and page are those of its parent topic."""
    dutch = language == "nl"
    texts = [call["text_nl"]] if dutch and call["text_nl"] else [text for _kind, text in call["text_en"]]
    site = re.sub(r"[^a-z0-9]+", "-", call["project_acronym"].lower()).strip("-")
    link = f'<a href="https://{site}.example.org/call">call page</a>'
    metadata = {
        "type": ["8"],
        "DATASOURCE": ["SEDIA"],
        "identifier": [call["identifier"]],
        "callccm2Id": [call["call_ccm2_id"]],
        "caName": [call["own_title_nl"] if dutch and call["own_title_nl"] else call["own_title"]],
        "frameworkProgramme": [call["programme_code"]],
        "projectAcronym": [call["project_acronym"]],
        "projectName": [call["project_name"]],
        "budget": [str(call["budget"])],
        "currency": [call["currency"]],
        "duration": ["12 months"],
        "description": [f"<p>{html.escape(text)}</p>" for text in texts],
        "beneficiaryAdministration": ["<p>Questions go to desk@example.org.</p>"],
        "furtherInformation": [f"<p>Forms and guide:&nbsp;{link}</p>"],
        "descriptionByte": [],
    }
    metadata |= _dates_and_claim(call, call.claim_on(today))
    url = f"{CASCADE_PAGE}/{call['parent_ccm2_id']}"
    reference = f"{call.number}COMPETITIVE_CALL{language}"
    return base_row(reference, language, title=call["title"], url=url, metadata=metadata)


def index_time(day: date, hours: str = "00:00:00.000+0000") -> str:
    """Write a day in the time format of the index."""
    return f"{day.isoformat()}T{hours}"


def stand_in_number(text: str) -> str:
    """Make a stable eight-digit number for things whose real number is not known."""
    return str(58_100_000 + int(hashlib.sha256(text.encode()).hexdigest(), 16) % 800_000)


def budget_overview(siblings: Sequence[SampleCall]) -> str:
    """Write the budget of a whole parent call as the JSON string that each of its topics carries."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in siblings:
        group = stand_in_number(call["shared_pot"] or call["identifier"])[2:]
        groups.setdefault(group, []).extend(_budget_lines(call))
    years = sorted({year for lines in groups.values() for line in lines for year in line["budgetYearMap"]})
    return json.dumps({"budgetYearsColumns": years, "budgetTopicActionMap": groups})


def _budget_lines(call: SampleCall) -> list[dict[str, Any]]:
    """Give the lines of one topic; a made-up sub-line, with the topic as its prefix, comes first."""
    own = {
        "identifier": call["identifier"],
        "total": call["total"],
        "grants": call["expected_grants"],
        **(call["per_project"] or {}),
    }
    return [_budget_line(call, line) for line in [*(call["extra_lines"] or []), own]]


def _budget_line(call: SampleCall, line: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "action": f"{line['identifier']} - {call['action_abbreviation']} {call['action_type']}",
        "expectedGrants": line["grants"] or 0,
        "budgetYearMap": _years(line["total"] or 0, call.opens_on.year),
        "plannedOpeningDate": call.opens_on.isoformat(),
        "deadlineModel": call["deadline_model"],
        "deadlineDates": [day.isoformat() for day in call.days],
    }
    if "max" in line:
        written |= {"minContribution": line["min"], "maxContribution": line["max"]}
    return written


def _years(total: int, year: int) -> dict[str, str]:
    if total <= _LARGE_TOTAL:
        return {str(year): str(total)}
    first = total * 2 // 5
    return {str(year): str(first), str(year + 1): str(total - first)}


def _dates_and_claim(call: SampleCall, claim: str) -> dict[str, list[str]]:
    """Give the fields that tell when and whether; the ingest times are a signal of change, without order."""
    opened = call.opens_on
    seen = opened - timedelta(days=int(call.number) % 9 + 1)
    moments = [index_time(day, _hours(moment)) for day, moment in zip(call.days, call.deadlines, strict=True)]
    return {
        "status": [claim],
        "sortStatus": [_SORT_STATUS[claim]],
        "es_Combine": [_SORT_STATUS[claim]],
        "startDate": [index_time(opened)],
        "es_SortDate": [index_time(opened)],
        "deadlineDate": moments,
        "deadlineModel": [call["deadline_model"]],
        "esDA_FirstIngestDate": [index_time(seen, "05:07:03.326+0200")],
        "esDA_IngestDate": [index_time(seen + timedelta(days=1), "18:04:40.851+0200")],
        "esDA_QueueDate": [index_time(seen + timedelta(days=1), "18:04:40.842+0200")],
    }


def _hours(moment: str) -> str:
    return f"{moment[11:] or '00:00'}:00.000+0000"


def _long_texts(call: SampleCall, language: str) -> dict[str, list[str]]:
    """Give the HTML fields; a Dutch row without Dutch text has the English one, as on the portal."""
    sections = call["text_en"] or []
    if language == "nl" and call["text_nl"]:
        sections = [["Doelstelling", call["text_nl"]]]
    fields: dict[str, list[str]] = {
        "descriptionByte": [_description(call, sections)] if sections else [],
        "topicConditions": [_conditions(call)],
        "supportInfo": ["<p>The <a href='https://support.example.org'>manual</a> tells how to apply.</p>"],
        "sepTemplate": ["<p>Applications are made online.</p>"],
        "latestInfos": ["[]"],
        "links": ["[]"],
    }
    if call.destination is not None:
        fields["destination"] = [call.destination["id"]]
        fields["destinationGroup"] = [str(int(call.destination["id"]) + 50)]
        fields["destinationDescription"] = [call.destination["title"]]
        fields["destinationDetails"] = [f"<p>{html.escape(call.destination['details'])}</p>"]
    return fields


def _description(call: SampleCall, sections: Sequence[Sequence[str]]) -> str:
    """Write the sections as the portal's HTML: spans or paragraphs as heads, odd escapes, footnote marks."""
    number = int(call.number)
    tag = "span" if number % 2 else "p"
    written = []
    for kind, text in sections:
        sentences = html.escape(text, quote=False).split(". ")
        body = "".join(f"<p>{sentence.rstrip('.')}.</p>" for sentence in sentences)
        written.append(f'<{tag} class="topicdescriptionkind">{kind}:</{tag}>{body}')
    page = "".join(written)
    if number % 3 == 0:
        page = page.replace(", ", ",&#xa0;", 2)
    if number % 5 == 0:
        page = page.replace(" and ", " &amp;amp; ", 1).replace(" en ", " &amp;amp; ", 1)
    if number % 7 == 0:
        page = page.replace(".</p>", ".[[Terms are defined in the work programme.]]</p>", 1)
    return page


def _conditions(call: SampleCall) -> str:
    return (
        '<div class="eui-u-mt-l>"><h4>General conditions</h4><div><h4>1. Admissibility and eligibility</h4>'
        f'<div class="eui-u-mt-s"><p>{html.escape(call.conditions)}</p></div></div></div>'
    )


def _mga(call: SampleCall) -> tuple[str, str, str] | None:
    """Make up a model grant agreement for Horizon Europe: number, abbreviation, description."""
    if not str(call["action_type"]).startswith("HORIZON"):
        return None
    if int(call.number) % 2:
        return "43027849", "HORIZON-AG-LS", "HORIZON Lump Sum Grant"
    return "43027846", "HORIZON-AG", "HORIZON Action Grant Budget-Based"


def _actions(call: SampleCall, claim: str) -> str:
    mga = _mga(call)
    grants = [{"id": int(mga[0]), "abbreviation": mga[1], "description": mga[2]}] if mga else []
    label, model = _STATUS_LABELS[claim], call["deadline_model"]
    action = {
        "types": [
            {"typeOfAction": f"{call['action_abbreviation']} {call['action_type']}", "typeOfMGA": grants}
        ],
        "status": {"id": int(claim), "abbreviation": label, "description": label},
        "plannedOpeningDate": call.opens_on.isoformat(),
        "submissionProcedure": {"id": _PROCEDURES[model], "abbreviation": model, "description": model},
        "deadlineDates": [day.isoformat() for day in call.days],
    }
    return json.dumps([action])
