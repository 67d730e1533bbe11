"""Subsidy windows in the official publications of the Netherlands: Staatscourant and Provinciaal blad.

Publisher: KOOP, for the State, the province of Noord-Holland, and Rotterdam as managing authority of Kansen
    voor West.
Covers: openings, changes and closings of EFRO (Kansen voor West), ESF+ and JTF windows, and the province's
    own subsidies beside European money.
Access: the repository's SRU 2.0 interface, no key; about eight questions a run and one request for each new
    publication.
Terms: official publications carry no copyright (article 11 of the Dutch Copyright Act).
Caveats: windows, ceilings and places are mined from legal text, so a person confirms them; whether Kansen
    voor West 2021-2027 publishes its openings here was not shown; the remaining budget is not published; a
    known publication of the province may not hold the words that query C asks for.
Checked on: not checked live; captured answers prove the envelope alone, since none of them holds a window.
"""

from functools import partial

from scrapers.contract import Listing, Source
from scrapers.platforms import koop
from scrapers.platforms.sru import ENDPOINT

SOURCE = Source(
    name="koop",
    title="Official publications (KOOP)",
    area="Kansen voor West, ESF+ and JTF in the Netherlands, and the province",
    title_nl="Officiële bekendmakingen (KOOP)",
    area_nl="Kansen voor West, ESF+ en JTF in Nederland, en de provincie",
    url=ENDPOINT,
    listing=Listing.INCREMENT,
    crawl=partial(koop.crawl, source="koop"),
    platform="sru",
    languages=("nl",),
    programmes=("efro-west", "esf-nl", "jtf-nl", "province-nh"),
)
