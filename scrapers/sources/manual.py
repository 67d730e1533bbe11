"""Calls that colleagues know of before any page shows them.

Publisher: the city's own people.
Covers: whatever they enter with `tracker calls add` or write in the file of own calls.
Access: a TOML file that the operator names (`TRACKER_OWN_CALLS`), or the command line; no network.
Terms: the city's own notes; the link goes to the publisher.
Caveats: nobody checks a hand-written date but the person who wrote it; a call that leaves the file stays.
Checked on: needs no live check.
"""

from scrapers.contract import Listing, Source
from scrapers.platforms import entries

SOURCE = Source(
    name="manual",
    title="Own calls",
    area="calls that colleagues entered themselves",
    title_nl="Eigen oproepen",
    area_nl="oproepen die collega’s zelf hebben ingevoerd",
    url="",
    listing=Listing.INCREMENT,
    crawl=entries.crawl,
    languages=("en", "nl"),
    on_schedule=False,
    authority=2,
)
