"""Cascade calls of the EU Funding & Tenders Portal: funded projects that pass grants on to third parties.

Publisher: European Commission, for the projects that hold the calls.
Covers: open and forthcoming "competitive calls" for financial support to third parties.
Access: the portal's public search interface, no key; English and Dutch series of 100 rows a page.
Terms: reuse is allowed with mention of the source (Commission Decision 2011/833/EU).
Caveats: a call's identifier is that of its parent topic and is shared by many; texts are short; deadlines
    have no hour, since the index mixes time zones; where to apply often stands only behind a link.
Checked on: not checked live.
"""

from functools import partial

from scrapers.contract import Listing, Source
from scrapers.platforms import sedia
from scrapers.platforms.sedia_wire import CASCADE_CALLS

LANGUAGES = ("en", "nl")

SOURCE = Source(
    name="portal-cascade",
    title="EU Funding & Tenders Portal, cascade calls",
    area="grants that EU projects pass on to third parties",
    title_nl="EU Funding & Tenders Portal, doorgegeven subsidies",
    area_nl="geld dat Europese projecten doorgeven aan anderen",
    url=sedia.SEARCH,
    listing=Listing.COMPLETE,
    crawl=partial(sedia.crawl, source="portal-cascade", kind=CASCADE_CALLS, languages=LANGUAGES),
    platform="sedia",
    languages=LANGUAGES,
    own_identifiers=False,
)
