"""Writes the golden files of the portal's two sources: `python -m tests.scrapers.golden`.

The rows are our own, in the real shape; they are served over real HTTP by the stand-in, recorded under the
real address, and parsed. A person reads the diff of `expected.json` before it is committed.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

from scrapers.contract import Crawl, Page, Request, Source, run_crawl
from scrapers.http import Client
from scrapers.recorder import EXPECTED, Recorder, Replay, recorded_site
from scrapers.recorder import crawl_as_json as as_json
from scrapers.registry import site_for, sources
from tests.scrapers.rows import cascade_call, topic
from tracker.demo.server import PortalStandIn

RECORDED = Path(__file__).parent.parent / "recorded"


def replayed(source: Source) -> Crawl:
    """Read a source from its recording, with the options that it was made with."""
    folder = RECORDED / source.name
    return run_crawl(source, Replay(folder), site=recorded_site(source, folder))


STAGES = ["2027-03-02T00:00:00.000+0000", "2027-09-14T00:00:00.000+0000"]


def _rows() -> list[dict[str, Any]]:
    budget = {
        "budgetYearsColumns": ["2027"],
        "budgetTopicActionMap": {
            "1": [
                {
                    "action": f"LIFE-2027-TEST-{number:04d} - LIFE-PJG LIFE Project Grants",
                    "expectedGrants": 4 * number,
                    "minContribution": 0,
                    "maxContribution": 2_000_000 * number,
                    "budgetYearMap": {"2027": str(9_000_000 * number)},
                }
                for number in (1, 2)
            ]
        },
    }
    words = (
        '<span class="topicdescriptionkind">Objective:</span>Town squares stay cool.<ul><li>shade</li></ul>'
    )
    conditions = (
        "<p>The funding rate is 60 % of the eligible costs.</p><p>See section 6 of the call document.</p>"
    )
    return [
        topic(48100001, budgetOverview=[json.dumps(budget)], descriptionByte=[words]),
        topic(48100001, language="nl", budgetOverview=[json.dumps(budget)]),
        topic(48100002, status=["31094501"], topicConditions=[conditions], typeOfMGAs=["43027849"]),
        topic(48100003, deadlineModel=["two-stage"], deadlineDate=STAGES, keywords=['["Heat","Trees"]']),
        topic(48100004, deadlineModel=["multiple cut-off"], deadlineDate=STAGES, frameworkProgramme=["77"]),
        topic(48100005, deadlineDate=["to be announced"]),
        topic(48100006, DATASOURCE=["SEDIA_PRD_CENTRICITY"]),
        topic(48100007, status=["31094503"]),
        cascade_call(12001),
        cascade_call(12001, language="nl", caName=["Vouchers voor kleine steden"]),
        cascade_call(12002, deadlineModel=None, deadlineDate=[], duration=["6 months"]),
    ]


def _record(source: Source, stand_in: PortalStandIn, client: Client) -> None:
    def fetch(request: Request) -> Page:
        page = client(dataclasses.replace(request, url=stand_in.url))
        return dataclasses.replace(page, url=request.url)

    folder = RECORDED / source.name
    for old in folder.glob("*"):
        old.unlink()
    crawl = run_crawl(source, Recorder(fetch, folder), site=site_for(source, {}))
    text = json.dumps(as_json(crawl), indent=2, ensure_ascii=False, sort_keys=True)
    (folder / EXPECTED).write_text(text + "\n")


def main() -> None:
    """Record both sources anew."""
    with PortalStandIn(_rows()) as stand_in, Client(contact=None, delay=0) as client:
        for source in sources():
            if source.platform == "sedia":
                _record(source, stand_in, client)


if __name__ == "__main__":
    main()
