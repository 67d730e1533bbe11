"""Publications of our own and short ways to mine them, for the tests of the KOOP source."""

from collections.abc import Sequence

from scrapers.platforms.koop_calls import Statement, call_of, statements_of
from scrapers.platforms.koop_mining import Mined, mine
from scrapers.platforms.koop_publication import parse_publication
from scrapers.platforms.sru import SruRecord
from tests.scrapers.koop_pages import TODAY
from tracker.core.call import CallData, Fact, FactName
from tracker.demo.koop import publication
from tracker.demo.koop_publications import STAATSCOURANT, Sample, al, article, items

WEST = "(Deel)subsidieplafonds EFRO Programma West-Nederland 2021–2027"


OPENING = al(
    "Deelplafond 7, programmadeel West-Regio, regio Noord-Holland, van € 500.000 opent op 1 mei 2026."
)


PROVINCE = (
    article(
        "1",
        "Plafond",
        al("Het subsidieplafond voor de periode van 8 april 2027 tot 8 april 2028 bedraagt € 3.000.000,-."),
    )
    + article("2", "Hoogte", al("De subsidie bedraagt maximaal € 100.000 per project."))
    + article(
        "3", "Periode", al("Aanvragen worden ingediend tussen 8 april 2027 en 7 april 2028, 17.00 uur.")
    )
    + al("Haarlem, 30 maart 2027", "Gedeputeerde Staten van Noord-Holland")
)


OLD_AND_NEW = article(
    "2b.1",
    "Aanvraagtijdvak",
    al("Een aanvraag kan worden ingediend in de volgende tijdvakken:"),
    items(
        a="3 oktober 2022, 09.00 uur tot en met 15 december 2022, 17.00 uur;",
        b="1 december 2026, 09.00 uur tot en met 26 januari 2027, 17.00 uur.",
    ),
) + article(
    "2b.2",
    "Subsidieplafond",
    al(
        "Het subsidieplafond voor het tijdvak, bedoeld in artikel 2b.1, onderdeel a, bedraagt € 1.000.000.",
        "Het subsidieplafond, bedoeld in artikel 2b.1, onderdeel b, bedraagt € 113.999.500,–.",
    ),
)
ESF = "Regeling tot wijziging van de Subsidieregeling ESF+ 2021–2027 [KetenID WGK000001]"


def statements(
    body: str, *, title: str = WEST, creator: str = "Rotterdam", name: str = STAATSCOURANT, number: int = 1
) -> tuple[Statement, ...]:
    sample = Sample(number=number, age=0, name=name, creator=creator, title=title, body=body)
    record = SruRecord(
        sample.identifier(TODAY), title, creator, name, TODAY, "https://a.test/p.html", "https://a.test/p.xml"
    )
    return statements_of(record, parse_publication(publication(sample, TODAY)))


def mined(body: str, *, title: str = WEST) -> tuple[Mined, ...]:
    sample = Sample(number=1, age=0, creator="Rotterdam", title=title, body=body)
    return mine(parse_publication(publication(sample, TODAY)), title=title)


def call(body: str, *, title: str = WEST, creator: str = "Rotterdam", name: str = STAATSCOURANT) -> CallData:
    (statement,) = statements(body, title=title, creator=creator, name=name)
    return call_of(statement, source="koop")


def ends(windows: Sequence[Mined]) -> list[tuple[str, str]]:
    return [(str(one.opens and one.opens.date), str(one.closes and one.closes.date)) for one in windows]


def fact(data: CallData, name: FactName) -> list[Fact]:
    return [one for one in data.facts if one.name is name]
