"""Records the golden files of EuroAccess, culture and page-watch: `python -m tests.scrapers.recording_pages`.

The pages are those of the demo's stand-ins on a fixed day. A person reads the diff of `expected.json` before
it is committed.
"""

import json

from scrapers.recorder import OPTIONS
from scrapers.sources import culture, euroaccess, page_watch
from tests.scrapers.golden import RECORDED
from tests.scrapers.recording import TODAY, record
from tracker.demo import culture as culture_pages
from tracker.demo import euroaccess as euroaccess_pages
from tracker.demo import watched

WITH_PAGES = RECORDED / page_watch.NAME
"""The generic test replays without options, so what the profile's pages give has a folder of its own."""

PAGES = {"pages": json.dumps(watched.PAGES), "today": TODAY.isoformat()}


def main() -> None:
    """Record the three sources anew, the watched pages with the profile's list."""
    record(euroaccess.SOURCE, euroaccess_pages.answer, RECORDED / euroaccess.NAME, options={})
    record(culture.SOURCE, culture_pages.answer, RECORDED / culture.NAME, options={})
    record(page_watch.SOURCE, watched.answer, WITH_PAGES, options=PAGES)
    (WITH_PAGES / OPTIONS).write_text(json.dumps(PAGES, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
