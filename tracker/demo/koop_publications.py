"""Our own publications in the shape of Staatscourant and Provinciaal blad; nothing here is a real decision.

`{-20}` stands for the day twenty days ago, in Dutch; `{year}` for its year. The three publications of known
days answer the questions by which a client proves its queries; their numbers and dates are facts, their words
are ours.
"""

import datetime as dt
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober"),
    *("november", "december"),
)
STAATSCOURANT = "Staatscourant"
PROVINCIAAL_BLAD = "Provinciaal blad"
_DAY = re.compile(r"\{([+-]\d+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One publication; `age` is how many days ago it appeared, or the day itself for a known one."""

    number: int
    age: int | dt.date
    name: str = STAATSCOURANT
    creator: str
    title: str
    body: str

    def available(self, today: dt.date) -> dt.date:
        """Give the day on which it appeared."""
        return self.age if isinstance(self.age, dt.date) else today - dt.timedelta(days=self.age)

    def identifier(self, today: dt.date) -> str:
        """Give its number, as in `stcrt-2026-90012`."""
        prefix = "stcrt" if self.name == STAATSCOURANT else "prb"
        return f"{prefix}-{self.available(today).year}-{self.number}"

    def words(self, today: dt.date) -> str:
        """Give its body with the dates of a day."""
        return _DAY.sub(lambda found: dutch(today + dt.timedelta(days=int(found[1]))), self.body)


def dutch(day: dt.date) -> str:
    """Write a day as publications do: `3 oktober 2022`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def al(*texts: str) -> str:
    """Make paragraphs."""
    return "".join(f"<al>{escape(text)}</al>" for text in texts)


def article(number: str, title: str, *parts: str) -> str:
    """Make an article of a regulation."""
    head = f"<kop><label>Artikel</label><nr>{number}</nr><titel>{escape(title)}</titel></kop>"
    return f"<artikel>{head}{''.join(parts)}</artikel>"


def items(**texts: str) -> str:
    """Make a list with lettered items."""
    rows = (f"<li><li.nr>{letter}.</li.nr>{al(text)}</li>" for letter, text in texts.items())
    return f'<lijst type="expliciet">{"".join(rows)}</lijst>'


def heading(text: str) -> str:
    """Make a heading between paragraphs."""
    return f'<tussenkop><nadruk type="vet">{escape(text)}</nadruk></tussenkop>'


def _row(*cells: str) -> str:
    return f"<row>{''.join(f'<entry>{al(cell)}</entry>' for cell in cells)}</row>"


_ISSUED = "Het college van burgemeester en wethouders van Rotterdam, als Managementautoriteit, besluit:"
_MONEY_RUNS_OUT = (
    "Volledige aanvragen worden behandeld op volgorde van binnenkomst, tot het plafond is uitgeput."
)
_WEST = "(Deel)subsidieplafonds EFRO Programma West-Nederland 2021–2027"

SAMPLES: tuple[Sample, ...] = (
    Sample(
        number=90010,
        age=6,
        creator="Rotterdam",
        title=f"{_WEST}: circulair bouwen en stadslogistiek",
        body=al(_ISSUED)
        + heading("Deelplafond 12: circulair bouwen en textiel")
        + al(
            "Deelplafond 12, programmadeel West-Regio, bedraagt € 3.000.000,- en wordt opengesteld "
            "met ingang van {-2} (10:00 uur).",
            "Het project past binnen het vigerende regionale beleid van de provincie Noord-Holland.",
            "De subsidie is bestemd voor circulair bouwen, hergebruik van materialen uit sloop en een "
            "materialenhub in de stad, als bijdrage aan de circulaire economie.",
        )
        + heading("Deelplafond 21: stadslogistiek")
        + al(
            "Deelplafond 21 voor de stad Rotterdam bedraagt € 58,5 mln; aanvragen kunnen worden ingediend "
            "van {-2}, 09.00 uur tot en met {+60}, 17.00 uur.",
            _MONEY_RUNS_OUT,
            "Dit besluit treedt in werking met ingang van {-5}.",
        )
        + heading("Rotterdam, {-9}"),
    ),
    Sample(
        number=90020,
        age=25,
        creator="Rotterdam",
        title="(Deel)subsidieplafonds EFRO Programma West-Nederland 2021-2027, energie in de wijk",
        body=al(_ISSUED, "De volgende deelplafonds worden opengesteld:")
        + "<table><tgroup><thead>"
        + _row("Deelplafond", "Waarvoor", "Plafond", "Aanvraagtijdvak")
        + "</thead><tbody>"
        + _row(
            "14",
            "warmtenetten en isolatie van woningen in oude wijken, programmadeel West-Regio, Noord-Holland",
            "€ 2.781.983",
            "{-20}, 09.00 uur, tot en met {+45}, 17.00 uur",
        )
        + _row(
            "15",
            "waterstof, programmadeel West-Regio, Flevoland",
            "€ 24,5 miljoen",
            "{-20}, 09.00 uur, tot en met {+45}, 17.00 uur",
        )
        + "</tbody></tgroup></table>",
    ),
    Sample(
        number=90030,
        age=200,
        creator="Rotterdam",
        title=f"{_WEST}: digitale ambachten",
        body=al(_ISSUED)
        + heading("Deelplafond 7: digitale ambachten")
        + al(
            "Deelplafond 7, programmadeel West-Regio, regio Noord-Holland, bedraagt € 4.749.206.",
            "Deelplafond 7 wordt opengesteld met ingang van {-190} (10:00 uur).",
            _MONEY_RUNS_OUT,
        ),
    ),
    Sample(
        number=90040,
        age=3,
        creator="Rotterdam",
        title=f"{_WEST}: sluiting",
        body=al(
            _ISSUED,
            "Het plafond is bereikt: deelplafond 7 van het programmadeel West-Regio, regio Noord-Holland, "
            "zal worden gesloten op {-4} om 23:59:59 uur.",
        ),
    ),
    Sample(
        number=90050,
        age=12,
        creator="Ministerie van Sociale Zaken en Werkgelegenheid",
        title="Regeling van de Minister voor Participatie tot wijziging van de Subsidieregeling ESF+ "
        "2021–2027 in verband met een nieuw aanvraagtijdvak [KetenID WGK099999]",
        body=article(
            "I",
            "Wijziging",
            al("De Subsidieregeling ESF+ 2021-2027 wordt als volgt gewijzigd:"),
            article(
                "2b.1",
                "Aanvraagtijdvak",
                al("Een aanvraag kan worden ingediend in de volgende tijdvakken:"),
                items(
                    a="3 oktober 2022, 09.00 uur tot en met 15 december 2022, 17.00 uur;",
                    b="4 december 2023, 09.00 uur, tot en met 26 januari 2024, 17.00 uur;",
                    c="{-9}, 09.00 uur tot en met {+40}, 17.00 uur.",
                ),
            ),
            article(
                "2b.2",
                "Subsidieplafond",
                al(
                    "Het subsidieplafond voor het tijdvak, bedoeld in artikel 2b.1, onderdeel b, bedraagt "
                    "€ 60.000.000,–.",
                    "Het subsidieplafond voor het tijdvak, bedoeld in artikel 2b.1, onderdeel c, bedraagt "
                    "€ 113.999.500,–.",
                ),
            ),
            article(
                "2b.3",
                "Subsidieaanvrager",
                al(
                    "Subsidie wordt aangevraagd door de centrumgemeente van een arbeidsmarktregio.",
                    "Het subsidiepercentage bedraagt ten hoogste 40% van de subsidiabele kosten.",
                ),
            ),
        )
        + article("II", "Inwerkingtreding", al("Deze regeling treedt in werking met ingang van {-11}."))
        + "<nota-toelichting><kop><titel>Toelichting</titel></kop>"
        + al("Het nieuwe tijdvak loopt van {-9} tot en met {+40}; het is bedoeld voor werk.")
        + "</nota-toelichting>",
    ),
    Sample(
        number=90060,
        age=8,
        creator="Ministerie van Economische Zaken",
        title="Wijziging van de Subsidieregeling JTF 2021–2027 in verband met de openstelling voor de IJmond",
        body=article(
            "3.1",
            "Openstelling",
            al(
                "Aanvragen voor de JTF-regio IJmond kunnen worden ingediend van {+15} tot {+90}.",
                "Voor deze openstelling is € 12.500.000 beschikbaar.",
            ),
        ),
    ),
    Sample(
        number=9070,
        age=33,
        name=PROVINCIAAL_BLAD,
        creator="Noord-Holland",
        title="Besluit van Gedeputeerde Staten van Noord-Holland tot vaststelling van het subsidieplafond "
        "voor de Uitvoeringsregeling subsidie duurzame werklocaties, met cofinanciering uit EFRO",
        body=al("Gedeputeerde Staten van Noord-Holland besluiten:")
        + article(
            "1",
            "Plafond",
            al("Het subsidieplafond voor de periode van {-30} tot {+121} bedraagt € 1.250.000,-."),
        )
        + article("2", "Hoogte", al("De subsidie bedraagt maximaal € 100.000 per project."))
        + article("3", "Periode", al("Aanvragen worden ingediend tussen {-30} en {+120}, 17.00 uur."))
        + article("4", "Inwerkingtreding", al("Dit besluit treedt in werking op de dag na publicatie."))
        + al("Haarlem, {-35}", "Gedeputeerde Staten van Noord-Holland"),
    ),
    Sample(
        number=9080,
        age=5,
        name=PROVINCIAAL_BLAD,
        creator="Noord-Holland",
        title="Besluit van Gedeputeerde Staten van Noord-Holland tot verhoging van het subsidieplafond "
        "voor de Uitvoeringsregeling subsidie duurzame werklocaties, met cofinanciering uit EFRO",
        body=article(
            "1",
            "Verhoging",
            al("Het subsidieplafond wordt verhoogd van € 1.250.000,- tot € 2.000.000,-."),
        )
        + article("3", "Periode", al("Aanvragen worden ingediend tussen {-30} en {+120}, 17.00 uur."))
        + al("Haarlem, {-6}"),
    ),
    Sample(
        number=9090,
        age=2,
        name=PROVINCIAAL_BLAD,
        creator="Noord-Holland",
        title="Ontwerpvergunning Wet natuurbescherming, Haarlem",
        body=al(
            "De Europese richtlijn is toegepast. Het ontwerp ligt ter inzage met ingang van {-2} tot {+40}."
        ),
    ),
    Sample(
        number=90095,
        age=4,
        creator="Rotterdam",
        title="Subsidieplafonds buurtfeesten",
        body=al("De subsidieplafonds zijn vastgesteld; aanvragen vanaf {-1} tot en met {+30}."),
    ),
    Sample(
        number=90099,
        age=0,
        creator="Haarlem",
        title="Ter inzage: verkeersbesluit",
        body=al("Het besluit ligt met ingang van {+1} zes weken ter inzage.") + heading("Haarlem, {-1}"),
    ),
    Sample(
        number=28534,
        age=dt.date(2021, 6, 8),
        creator="Rotterdam",
        title="(Deel)subsidieplafonds EFRO Operationeel Programma West Nederland 2014-2020",
        body=al(
            "Deelplafond 31 van het programmadeel West-Regio, regio Flevoland, met € 2.781.983 zal worden "
            "gesloten op 8 juni 2021 om 23:59:59 uur."
        ),
    ),
    Sample(
        number=34281,
        age=dt.date(2022, 12, 29),
        creator="Ministerie van Economische Zaken en Klimaat",
        title="Subsidieregeling JTF 2021-2027",
        body=al("Deze regeling gaat over geld uit het JTF."),
    ),
    Sample(
        number=2690,
        age=dt.date(2021, 4, 1),
        name=PROVINCIAAL_BLAD,
        creator="Noord-Holland",
        title="Besluit tot vaststelling van een subsidieplafond",
        body=article("1", "Plafond", al("Het plafond, met EFRO, bedraagt € 3.000.000,-."))
        + article("3", "Periode", al("Aanvragen tussen 8 april 2021 en 7 april 2022, 17.00 uur."))
        + al("Haarlem, 30 maart 2021"),
    ),
)
