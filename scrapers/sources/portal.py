"""Grant topics of the EU Funding & Tenders Portal.

Publisher: European Commission.
Covers: the calls for proposals of the programmes that the Commission and its agencies manage (Horizon Europe,
    LIFE, CERV, Digital Europe, Creative Europe, Erasmus+, I3 and about thirty more), open and forthcoming.
Access: the portal's public search interface, no key; English and Dutch series of 100 rows a page, about 20
    requests a run.
Terms: reuse is allowed with mention of the source (Commission Decision 2011/833/EU).
Caveats: the interface is thinly documented and its status lags, so dates decide; deadlines have no hour (it
    stands on the portal); Dutch texts are partly machine translations and partly missing.
Checked on: not checked live.
"""

from functools import partial

from scrapers.contract import Listing, Source
from scrapers.platforms import sedia
from scrapers.platforms.sedia_wire import TOPICS

LANGUAGES = ("en", "nl")

SOURCE = Source(
    name="portal",
    title="EU Funding & Tenders Portal",
    area="calls of the European Commission and its agencies",
    area_nl="oproepen van de Europese Commissie en haar agentschappen",
    url=sedia.SEARCH,
    listing=Listing.COMPLETE,
    crawl=partial(sedia.crawl, source="portal", kind=TOPICS, languages=LANGUAGES),
    platform="sedia",
    languages=LANGUAGES,
)
