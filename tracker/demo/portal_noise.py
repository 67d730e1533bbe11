"""The rows of the EU portal's index that a client must not take for open calls.

Generated for the demonstration and the tests: copies from the archive of 2023, stale rows that the live index
still calls open, notices, tenders, external action, closed topics and other languages. Dates are given for
the reference day and move with the sample.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from datetime import date, timedelta

from tracker.demo.portal_rows import (
    CLOSED,
    FORTHCOMING,
    OPEN,
    PORTAL,
    TOPIC_PAGE,
    SampleCall,
    base_row,
    budget_overview,
    index_time,
    stand_in_number,
    topic_row,
)
from tracker.demo.search_index import Row

ARCHIVE = "SEDIA_PRD_CENTRICITY"
_ARCHIVE_DAY = date(2023, 9, 21)
_STALE = (
    ("HORIZON-CL5-2024-D4-01", "Smart control of heating in buildings", "43108390", date(2024, 4, 18)),
    ("HORIZON-MISS-2023-CIT-01-02", "Urban greening for neutral cities", "43108390", date(2023, 9, 21)),
    ("LIFE-2023-CET-LOCAL", "Clean energy plans of towns", "43252405", date(2023, 11, 16)),
    ("CERV-2024-CITIZENS-TOWN-TT", "Town twinning of an earlier year", "43251589", date(2024, 9, 19)),
    ("CREA-CULT-2024-COOP-1", "Cooperation in culture of an earlier year", "43251814", date(2024, 1, 23)),
    ("DIGITAL-2024-CLOUD-AI-06", "Digital twins for towns", "43152860", date(2024, 5, 29)),
    ("SMP-COSME-2023-CIRCULAR", "Circular firms", "43252476", date(2023, 5, 10)),
    ("HORIZON-EIE-2023-CONNECT-03-02", "Buyers of innovation", "43108390", date(2023, 9, 27)),
    ("HORIZON-CL2-2024-HERITAGE-01", "Heritage and young people", "43108390", date(2024, 2, 7)),
    ("HORIZON-CL6-2024-CIRCBIO-01", "Circular regions", "43108390", date(2025, 2, 19)),
)
_EXTERNAL = (
    ("186411", "CN", "Think tanks of Europe and China on green governance", date(2026, 10, 30)),
    ("186165", "RS", "Resource centre for civil society in Serbia", date(2026, 10, 5)),
    ("186661", "JM", "Human rights and democracy in Jamaica", date(2026, 8, 18)),
    ("187027", "Multi", "Borderlands in West Africa", date(2026, 10, 6)),
    ("187388", "GM", "Food safety authority in The Gambia", date(2026, 10, 1)),
)
_CLOSED_TOPICS = 8
_FOREIGN = {"de": "Kopie in deutscher Sprache: ", "fr": "Copie en langue française : "}


def noise_rows(calls: Sequence[SampleCall], *, today: date, shift: timedelta) -> list[Row]:
    """Give all rows that are no open or coming call in English or Dutch, about a hundred of them."""
    topics = [call for call in calls if call["kind"] == "topic"]
    return [
        *_archive_rows(topics, shift),
        *_stale_rows(shift),
        _charter_row(shift),
        *_notice_rows(topics, shift),
        *_tender_rows(shift),
        *_external_rows(shift),
        *_closed_rows(topics, shift),
        *_foreign_rows(topics, today),
    ]


def _archive_rows(topics: Sequence[SampleCall], shift: timedelta) -> list[Row]:
    """Copy topics as the archive has them: the same or an older reference, always open, deadlines of 2023."""
    found = []
    for place, call in enumerate(topics[::3]):
        identifier = call["identifier"]
        reference = f"{call.number}TOPICSen" if place % 2 else _old_reference(call.number, identifier)
        metadata = _old_metadata(
            identifier, call["programme_code"], deadline=_ARCHIVE_DAY + timedelta(days=place) + shift
        )
        metadata |= {
            "DATASOURCE": [ARCHIVE],
            "datasource": [ARCHIVE],
            "ccm2Id": [call.number],
            "status": [FORTHCOMING if place % 4 == 0 else OPEN],
            "keywords": [json.dumps([identifier, *call["keywords"]])],
        }
        url = f"{PORTAL}/data/topicDetails/{identifier}.json"
        found.append(base_row(reference, "en", title=call["title"], url=url, metadata=metadata))
    return found


def _stale_rows(shift: timedelta) -> list[Row]:
    """Give rows of the live index that are flagged open though their only deadline is long past."""
    found = []
    for identifier, title, programme, deadline in _STALE:
        number = stand_in_number(identifier)
        metadata = _old_metadata(identifier, programme, deadline=deadline + shift)
        metadata |= {"DATASOURCE": ["SEDIA"], "ccm2Id": [number], "status": [OPEN], "keywords": [identifier]}
        reference = _old_reference(number, identifier)
        url = f"{TOPIC_PAGE}/{identifier}"
        found.append(base_row(reference, "en", title=title, url=url, metadata=metadata))
    return found


def _charter_row(shift: timedelta) -> Row:
    """Give the real call that stays open on the portal after the last of its five cut-offs."""
    identifier = "ERASMUS-EDU-2022-ECHE-CERT-FP"
    cut_offs = ("2022-05-03", "2023-01-26", "2024-01-25", "2025-01-28", "2026-03-24")
    moved = [date.fromisoformat(day) + shift for day in cut_offs]
    metadata = _old_metadata(identifier, "43353764", deadline=moved[-1])
    metadata |= {
        "DATASOURCE": ["SEDIA"],
        "ccm2Id": ["44774210"],
        "status": [OPEN],
        "deadlineModel": ["multiple cut-off"],
        "typesOfAction": ["ERASMUS ECHE Charter"],
        "deadlineDate": [index_time(day, "17:00:00.000+0000") for day in moved],
        "keywords": [identifier],
    }
    url = f"{TOPIC_PAGE}/{identifier}"
    title = "Erasmus Charter for Higher Education"
    return base_row("44774210ERASMUSECHECharter1645574400000", "en", title=title, url=url, metadata=metadata)


def _notice_rows(topics: Sequence[SampleCall], shift: timedelta) -> list[Row]:
    """Give type-6 notices on topics: same identifier and title, no deadline, the programme as a word."""
    found = []
    for place, call in enumerate(topics[::5]):
        reference = f"{call.number}{4749900 + place}"
        url = f"{TOPIC_PAGE}/{call['identifier']}.json"
        changed = index_time(date(2026, 5, 20) + shift, "15:26:42.427+0000")
        metadata = {
            "type": ["6"],
            "DATASOURCE": ["SEDIA"],
            "identifier": [call["identifier"]],
            "callIdentifier": [call["call_identifier"]],
            "callTitle": [call["call_title"]],
            "frameworkProgramme": ["HORIZON" if place % 2 else call["programme_code"]],
            "description": ["<p>The form has been replaced. Applicants take the new version.</p>"],
            "startDate": [changed],
            "es_SortDate": [changed],
        }
        found.append(base_row(reference, "en", title=call["title"], url=url, metadata=metadata))
    return found


def _tender_rows(shift: timedelta) -> list[Row]:
    """Give type-0 tenders of European bodies, which are open and yet no grants."""
    found = []
    for place in range(10):
        number = str(58_950_000 + place)
        deadline = date(2026, 9, 1) + timedelta(days=place) + shift
        metadata = {
            "type": ["0"],
            "DATASOURCE": ["SEDIA"],
            "identifier": [f"EC-DEMO/2026/OP/{place + 1:04}"],
            "cftId": [number],
            "status": ["99999998" if place % 5 == 0 else OPEN],
            "startDate": [index_time(date(2026, 6, 1) + shift)],
            "deadlineDate": [index_time(deadline, "14:00:00.000+0000")],
        }
        url = f"{PORTAL}/portal/screen/opportunities/tender-details/{number}"
        title = f"Supply of office services, lot {place + 1}"
        found.append(base_row(f"{number}CFTen", "en", title=title, url=url, metadata=metadata))
    return found


def _external_rows(shift: timedelta) -> list[Row]:
    """Give type-2 calls of external action: real hours, a budget with a currency, no description."""
    found = []
    for place, (number, country, title, deadline) in enumerate(_EXTERNAL):
        metadata = {
            "type": ["2"],
            "DATASOURCE": [ARCHIVE if place == len(_EXTERNAL) - 1 else "SEDIA"],
            "identifier": [f"EuropeAid/{number}/DD/ACT/{country}"],
            "callIdentifier": [number],
            "frameworkProgramme": ["111111"],
            "status": [OPEN],
            "sortStatus": ["1"],
            "budget": ["1500000"],
            "currency": ["EUR"],
            "publicationDocuments": ["[]"],
            "startDate": [index_time(date(2026, 5, 18) + shift)],
            "deadlineDate": [index_time(deadline + shift, "10:00:00.000+0000")],
        }
        url = f"{PORTAL}/portal/screen/opportunities/prospect-details/{number}PROSPECTSEN"
        found.append(base_row(f"{number}PROSPECTSEN", "en", title=title, url=url, metadata=metadata))
    return found


def _closed_rows(topics: Sequence[SampleCall], shift: timedelta) -> list[Row]:
    """Give topics of last year that the portal itself calls closed."""
    found = []
    for place, call in enumerate(topics[:_CLOSED_TOPICS]):
        identifier = f"HORIZON-DEMO-2025-01-{place + 1:02}"
        number = stand_in_number(identifier)
        metadata = _old_metadata(identifier, "43108390", deadline=date(2025, 9, 18) + shift)
        metadata |= {
            "DATASOURCE": ["SEDIA"],
            "ccm2Id": [number],
            "status": [CLOSED],
            "sortStatus": ["3"],
            "deadlineDate": [index_time(date(2025, 9, 18) + shift)],
            "keywords": [identifier, *call["keywords"]],
            "budgetOverview": [budget_overview(())],
        }
        url = f"{TOPIC_PAGE}/{identifier}"
        title = f"Closed demonstration topic {place + 1}"
        found.append(base_row(f"{number}TOPICSen", "en", title=title, url=url, metadata=metadata))
    return found


def _foreign_rows(topics: Sequence[SampleCall], today: date) -> list[Row]:
    """Give German and French copies of some topics, with an English body as the portal often has."""
    found = []
    for place, call in enumerate(topics[::4]):
        language = "de" if place % 2 else "fr"
        row = copy.deepcopy(topic_row(call, language, today=today, siblings=[call]))
        row["metadata"]["title"] = [_FOREIGN[language] + call["title"]]
        row["summary"] = row["content"] = _FOREIGN[language] + call["title"]
        found.append(row)
    return found


def _old_metadata(identifier: str, programme: str, *, deadline: date) -> dict[str, list[str]]:
    """Give the fields that archive-style rows share: few, with the hour in the deadline and no text."""
    return {
        "type": ["1"],
        "identifier": [identifier],
        "callIdentifier": [identifier.rpartition("-")[0]],
        "frameworkProgramme": [programme],
        "programmePeriod": ["2021 - 2027"],
        "deadlineModel": ["single-stage"],
        "sortStatus": ["1"],
        "startDate": [index_time(deadline - timedelta(days=140))],
        "deadlineDate": [index_time(deadline, "17:00:00.000+0000")],
        "es_SortDate": [index_time(deadline - timedelta(days=140))],
    }


def _old_reference(number: str, identifier: str) -> str:
    """Make a reference of the older kind: number, action and a moment in milliseconds."""
    return f"{number}{identifier.partition('-')[0]}Grants16{stand_in_number(identifier)}000"
