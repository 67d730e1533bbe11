"""Papers of every kind are read as running text, and say what they are about."""

import codecs
import os
import zipfile
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from matching.ranker import Ranker
from tests.cli.command_line import CommandLine
from tests.matching.calls import NOW, make_call
from tests.tracker.council_paper import ABOUT, FOOTER, HEADER, write_pdf, write_word
from tracker.core.errors import UsageError
from tracker.papers import MOST_BYTES, draft_priority, key_terms, read_paper, search_text
from tracker.profile_file import load_profile, shipped_profile_path

DUTCH = "Wij zoeken één coöperatie voor energie – in drie wijken."
MARCHES = "\n".join(f"Deel {number}: de raad stemt in." for number in range(60))


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pdf(tmp_path_factory.mktemp("papers") / "nota.pdf")


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_word(tmp_path_factory.mktemp("papers") / "nota.docx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", DUTCH.encode()),
        ("a.TXT", codecs.BOM_UTF8 + DUTCH.encode()),
        ("a.md", DUTCH.encode("utf-16")),
        ("b.txt", codecs.BOM_UTF16_BE + DUTCH.encode("utf-16-be")),
        ("c.txt", DUTCH.encode("cp1252")),
    ],
)
def test_text_is_read_in_the_encodings_that_offices_write(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert read_paper(tmp_path / name) == DUTCH


@pytest.mark.parametrize("kind", ["pdf", "word"])
def test_a_paper_of_forty_pages_is_read_whole_without_its_running_headers(
    kind: str, request: pytest.FixtureRequest
) -> None:
    text = read_paper(request.getfixturevalue(kind))
    assert all(" ".join(text.split()).count(paragraph) >= 5 for paragraph in ABOUT)
    for running in (HEADER, FOOTER, "Pagina 3 van 40", "Pagina"):
        assert running not in text
    assert "17. Straten" in text  # a heading is no running header


def test_headers_do_stand_in_the_pdf_before_they_are_removed(pdf: Path) -> None:
    pages = [page.extract_text() for page in PdfReader(pdf).pages]
    assert len(pages) == 40
    assert all(HEADER in page and FOOTER in page and "Pagina" in page for page in pages)


def test_a_table_of_a_word_file_is_read_and_its_header_is_not(word: Path) -> None:
    text = read_paper(word)
    assert "Hergebruik van bakstenen" in text
    assert HEADER in docx.Document(str(word)).sections[0].header.paragraphs[0].text


@pytest.mark.parametrize(
    ("lines", "running"),
    [
        ("het warm-\ntenet ligt er", "het warmtenet ligt er"),
        ("wijk-\nen buurtaanpak", "wijk- en buurtaanpak"),
        ("de provincie Noord-\nHolland", "de provincie Noord-\nHolland"),
        ("een lange regel die\nverder gaat", "een lange regel die verder gaat"),
        ("Einde van een zin.\nbegin", "Einde van een zin.\nbegin"),
        ("energie\u00adarmoede", "energiearmoede"),
    ],
)
def test_words_broken_at_a_line_end_are_joined(tmp_path: Path, lines: str, running: str) -> None:
    (tmp_path / "a.txt").write_text(lines, encoding="utf-8")
    assert read_paper(tmp_path / "a.txt") == running


def test_a_word_broken_at_a_page_end_is_joined_over_the_header(tmp_path: Path) -> None:
    pages = [f"Nota {page}\n{word} een\n{word} twee\n{page}" for page, word in enumerate("abcde", 1)]
    pages += ["Nota 6\nwij geven\nvoor isola-\n6", "Nota 7\ntie van het huis\nsubsidie\n7"]
    (tmp_path / "a.txt").write_text("\f".join(pages), encoding="utf-8")
    assert "isolatie van het huis" in read_paper(tmp_path / "a.txt")


def test_what_a_page_says_once_stays_also_at_its_edge(tmp_path: Path) -> None:
    pages = [f"Loopkop {page}\nOnderwerp {'abcdef'[page]}\ntekst" for page in range(6)]
    (tmp_path / "a.txt").write_text("\f".join(pages), encoding="utf-8")
    text = read_paper(tmp_path / "a.txt")
    assert "Loopkop" not in text
    assert all(f"Onderwerp {letter}" in text for letter in "abcdef")


def _scan(path: Path) -> None:
    page = FPDF()
    page.add_page()
    page.rect(20, 20, 100, 100, style="F")
    page.output(str(path))


def _locked(path: Path) -> None:
    lock_pdf(path, user="geheim")


def lock_pdf(path: Path, *, user: str) -> None:
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    page.cell(text="Een warmtenet in de wijk")
    page.output(str(path))
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.encrypt(user_password=user, owner_password="eigenaar", algorithm="RC4-128")
    with path.open("wb") as stream:
        writer.write(stream)


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/readme.txt", "no document")


def _huge(path: Path) -> None:
    with path.open("wb") as stream:
        os.truncate(stream.fileno(), MOST_BYTES + 1)


def _old_word(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


@pytest.mark.parametrize(
    ("name", "write", "message"),
    [
        ("scan.pdf", _scan, "There is no text to match. The file may be a scan"),
        ("locked.pdf", _locked, "locked.pdf cannot be read as text: it is protected with a password"),
        ("broken.pdf", lambda path: path.write_bytes(b"%PDF-1.7 broken"), "no PDF file, or a damaged one"),
        ("empty.pdf", lambda path: path.write_bytes(b""), "no PDF file, or a damaged one"),
        ("zip.docx", _zip, "no Word file, or a damaged one"),
        ("text.docx", lambda path: path.write_text("text"), "no Word file, or a damaged one"),
        ("old.docx", _old_word, "an old .doc file; save it as .docx"),
        ("huge.pdf", _huge, "it has 25 MB and the most is 25 MB"),
        ("sheet.xlsx", _zip, "expected a file that ends in .txt, .md, .docx, .pdf"),
        ("bytes.txt", lambda path: path.write_bytes(bytes(range(40))), "holds bytes that no text has"),
        (
            "odd.txt",
            lambda path: path.write_bytes(b"abc\x81\x8d\xff"),
            "not in UTF-8, UTF-16 or Windows-1252",
        ),
        ("blank.txt", lambda path: path.write_text(" \n\n"), "There is no text to match."),
        ("missing.txt", lambda path: None, "missing.txt cannot be read as text"),
        ("folder.txt", lambda path: path.mkdir(), "folder.txt cannot be read as text"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path, name: str, write: "object", message: str
) -> None:
    assert callable(write)
    write(tmp_path / name)
    with pytest.raises(UsageError) as told:
        read_paper(tmp_path / name)
    assert message in str(told.value)


def test_a_pdf_that_only_forbids_changes_is_read(tmp_path: Path) -> None:
    lock_pdf(tmp_path / "a.pdf", user="")
    assert read_paper(tmp_path / "a.pdf") == "Een warmtenet in de wijk"


@pytest.mark.parametrize("kind", ["pdf", "word"])
def test_a_council_paper_says_what_it_is_about_and_not_how_councils_work(
    kind: str, request: pytest.FixtureRequest
) -> None:
    terms = [term.words for term in key_terms(read_paper(request.getfixturevalue(kind)))]
    assert {"isolatie", "warmtenet", "warmtepompen", "energiearmoede", "aquathermie"} <= set(terms[:10])
    procedure = {"college", "raad", "nota", "begroting", "bijlage", "wethouder", "voortgang", "kadernota"}
    assert procedure.isdisjoint(terms)


def test_key_terms_carry_their_count_and_their_english(pdf: Path) -> None:
    found = {term.words: term for term in key_terms(read_paper(pdf))}
    assert found["energiearmoede"].count == 10
    assert "energy poverty" in found["energiearmoede"].english


def test_an_english_paper_gives_its_themes_with_their_dutch() -> None:
    about = "Tenants in energy poverty cannot pay for heat pumps. District heating serves the neighbourhood. "
    council = "The council decides on the budget in its meeting. The alderman reports on the schedule. "
    terms = {term.words: term for term in key_terms((about + council * 2) * 12)}
    assert {"heat pumps", "energy poverty", "district heating"} <= set(terms)
    assert terms["energy poverty"].dutch == "energiearmoede"
    assert {"council", "budget", "meeting", "alderman", "schedule"}.isdisjoint(terms)


def test_a_paper_of_procedure_alone_is_about_nothing_much() -> None:
    assert key_terms(MARCHES) == ()


def test_names_are_no_key_terms() -> None:
    text = "Jansen spreekt met Pietersen over het warmtenet. " * 60
    assert [term.words for term in key_terms(text)] == ["warmtenet"]


def test_a_short_text_is_searched_as_it_stands_and_a_long_one_by_its_terms(pdf: Path) -> None:
    short = "Een warmtenet in de wijk"
    assert search_text(short, key_terms(short)) == short
    paper = read_paper(pdf)
    assert search_text(paper, key_terms(paper)).split("\n")[:2] == ["isolatie", "warmtenet"]


def test_a_long_paper_finds_the_call_on_its_theme_first(pdf: Path) -> None:
    calls = [
        make_call(
            1, "Progress reports", "Public authorities report on progress, risks and budgets to councils."
        ),
        make_call(2, "District heating and heat pumps for cities", "Insulation of homes; energy poverty."),
        make_call(3, "Urban food systems", "Short food supply chains and healthy diets in cities."),
        make_call(4, "Regional governance", "Provinces and regions improve decision making and planning."),
    ]
    paper = read_paper(pdf)
    found = Ranker.fit(calls).match_text(search_text(paper, key_terms(paper)), now=NOW)
    assert found[0].call_id == 2


def test_a_draft_priority_fits_in_a_profile(pdf: Path, tmp_path: Path) -> None:
    draft = draft_priority(key_terms(read_paper(pdf)))
    head = shipped_profile_path().read_text(encoding="utf-8").split("[[priorities]]")[0]
    (tmp_path / "profile.toml").write_text(head + draft, encoding="utf-8")
    priority = load_profile(tmp_path / "profile.toml").priorities[0]
    pairs = dict(priority.pairs)
    assert "district heating" in pairs["warmtenet"]
    assert priority.nl.keywords[:2] == ("isolatie", "warmtenet")
    assert priority.slug == "concept"


def test_a_draft_of_few_or_odd_words_is_still_toml(tmp_path: Path) -> None:
    draft = draft_priority(key_terms('Een "wijk\\aanpak" zonder gas'))
    head = shipped_profile_path().read_text(encoding="utf-8").split("[[priorities]]")[0]
    (tmp_path / "profile.toml").write_text(head + draft, encoding="utf-8")
    assert load_profile(tmp_path / "profile.toml").priorities


def test_the_command_line_prints_the_draft_alone(
    pdf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = CommandLine(monkeypatch, capsys).good("match", "--file", str(pdf), "--draft-priority")
    assert said.out == draft_priority(key_terms(read_paper(pdf)))
