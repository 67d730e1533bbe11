"""A council paper of 40 pages in our own words: heat without natural gas, among much procedure."""

from pathlib import Path

import docx
from fpdf import FPDF

HEADER = "Gemeente Voorbeeldstad - Raadsstuk 2026/0417"
FOOTER = "Nota warmte in de wijken, versie 3"

ABOUT = (
    "In Parkwijk en de Amsterdamsebuurt willen bewoners van het aardgas af. Een warmtenet dat draait "
    "op aquathermie uit het Spaarne kan vierduizend woningen verwarmen, als ook de corporaties "
    "meedoen.",
    "De warmtetransitie slaagt alleen wanneer de huizen eerst goed zijn geïsoleerd. Isolatie van "
    "daken, gevels en vloeren verlaagt de warmtevraag met een derde en maakt een warmtepomp in oude "
    "woningen haalbaar.",
    "Huurders met een laag inkomen zitten nu al klem door de energierekening. Energiearmoede treft "
    "een op de tien huishoudens. Een energiecoach en een isolatiefonds moeten voorkomen dat zij "
    "achterblijven.",
    "Monumenten in de binnenstad vragen om een andere aanpak dan flats uit de jaren zestig. Voor "
    "erfgoed is een lagetemperatuurnet soms te krap, en isolatie aan de buitenkant is zelden "
    "toegestaan.",
    "Het warmtenet wordt aangelegd wanneer toch al wordt gegraven voor het riool. Zo gaat elke straat "
    "maar een keer open. De netbeheerder verzwaart daarbij het stroomnet, want warmtepompen vragen "
    "veel vermogen.",
    "Een publiek warmtebedrijf met de provincie houdt de tarieven in de hand. Bewoners kunnen lid "
    "worden van een energiecoöperatie die zonnepanelen legt en meebeslist over de warmtebron.",
)
PROCEDURE = (
    "Het college stelt de raad voor om in te stemmen met de nota en de middelen beschikbaar te "
    "stellen. De dekking komt uit de kadernota. De commissie bespreekt het stuk in haar vergadering "
    "van maart.",
    "De wethouder rapporteert elk jaar over de voortgang, de kosten en de risico's. Afwijkingen van "
    "meer dan tien procent worden aan de gemeenteraad voorgelegd, met een voorstel om de begroting te "
    "wijzigen.",
    "Bij de totstandkoming van deze nota is overleg gevoerd met de partners in de stad en de regio. "
    "De uitkomsten van de gesprekken zijn verwerkt in de bijlage. Het bestuur neemt de aanbevelingen "
    "over.",
    "De uitvoering kent drie fasen. Voor elke fase stelt het college een plan vast met "
    "doelstellingen, een planning en een begroting. De raad kan bij motie of amendement de kaders "
    "bijstellen.",
    "In dit hoofdstuk beschrijven wij de aanleiding, de context en de uitgangspunten. In de volgende "
    "paragraaf lichten wij toe hoe de maatregelen zich verhouden tot het beleid van de provincie en "
    "het rijk.",
)
PAGES = 40
HEADINGS = (
    "Bron",
    "Leidingen",
    "Daken",
    "Gevels",
    "Tarieven",
    "Stroom",
    "Straten",
    "Flats",
    "Leden",
    "Kades",
)


def page_paragraphs(page: int) -> list[str]:
    """Give what stands on a page (from 0): on most of them more procedure than theme."""
    about = [ABOUT[(page * 2 + step) % len(ABOUT)] for step in range(2 if page % 4 else 0)]
    procedure = [PROCEDURE[(page + step) % len(PROCEDURE)] for step in range(4)]
    mixed = [part for pair in zip(procedure, [*about, "", ""], strict=False) for part in pair if part]
    return [f"{page + 1}. {HEADINGS[page % len(HEADINGS)]}", *mixed]


class _Paper(FPDF):
    def header(self) -> None:
        self.set_font("helvetica", size=8)
        self.cell(0, 8, f"{HEADER} - {self.page_no()}", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("helvetica", size=8)
        self.cell(0, 5, FOOTER, new_x="LMARGIN", new_y="NEXT")
        self.cell(0, 5, f"Pagina {self.page_no()} van {PAGES}")


def write_pdf(path: Path) -> Path:
    """Write the paper as a PDF with a running header, a footer and page numbers."""
    paper = _Paper()
    for page in range(PAGES):
        paper.add_page()
        paper.set_font("helvetica", size=11)
        for paragraph in page_paragraphs(page):
            paper.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
            paper.ln(3)
    paper.output(str(path))
    return path


def write_word(path: Path) -> Path:
    """Write the paper as a Word file, with a header, and a table at its end."""
    paper = docx.Document()
    paper.sections[0].header.paragraphs[0].text = HEADER
    for page in range(PAGES):
        for paragraph in page_paragraphs(page):
            paper.add_paragraph(paragraph)
    table = paper.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "Hergebruik van bakstenen"
    table.cell(0, 1).text = "wordt onderzocht"
    paper.save(str(path))
    return path
