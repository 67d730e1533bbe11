"""Reads a paper (text, Word or PDF) and tells what it is about, so that 40 pages can be matched."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from matching import glossary
from matching.statistic import rarity
from matching.text import Token, guess_language, phrase_stems, stems, stop_words, tokens
from tracker.core.errors import UsageError, dutch_reason

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_BYTES = 25_000_000
"""A larger file is no paper but a scan or a collection of drawings."""
MOST_PAGES = 500
MOST_UNPACKED = 200_000_000
"""Bytes that a .docx file may unpack to: more is damaged or hostile."""
KINDS = (".txt", ".md", ".docx", ".pdf")

EDGE = 3
"""Lines at the head and at the foot of a page in which running headers and page numbers are looked for."""
_PAGE_NUMBER = re.compile(
    r"(?:pagina|page|blad|pag\.|p\.)?\s*[-–|]?\s*\d{1,4}\s*(?:(?:van|of|/)\s*\d{1,4})?\s*[-–|]?",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\n[ \t]*(?!(?:en|of|and|or)\b)(?=[a-zß-öø-ÿ])")
"""A word broken at the end of a line; "wijk- en buurtaanpak" is none."""
_WRAPPED = re.compile(r"(?<![.!?:;\n])[ \t]*\n[ \t]*(?=[a-zß-öø-ÿ(])")
"""A line that runs on in the next: that one goes on with a small letter."""


def read_paper(path: Path) -> str:
    """Give the words of a paper as running text, without its running headers, footers and page numbers.

    Words broken at a line's end are joined, and lines that run on.

    Raises:
        UsageError: the file is missing, huge, damaged, protected, a scan without text, or of another kind.
    """
    kind = path.suffix.lower()
    try:
        size = path.stat().st_size
        if kind not in KINDS or path.is_dir():
            kinds = ", ".join(KINDS)
            raise _unreadable(
                path,
                f"expected a file that ends in {kinds}",
                nl=f"verwacht werd een bestand dat eindigt op {kinds}",
            )
        if size > MOST_BYTES:
            raise _unreadable(
                path,
                f"it has {size / 1e6:.0f} MB and the most is {MOST_BYTES / 1e6:.0f} MB; "
                "give the text without its drawings and photos",
                nl=f"het is {size / 1e6:.0f} MB en {MOST_BYTES / 1e6:.0f} MB is de grens; "
                "geef de tekst zonder tekeningen en foto's",
            )
        pages = _READERS[kind](path)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error), nl=dutch_reason(error)) from error
    text = _running_text(pages)
    if not text.strip():
        dutch, english = _SCAN if kind == ".pdf" else ("", "")
        raise UsageError(
            f"There is no text to match.{english}", nl=f"Er is geen tekst om mee te zoeken.{dutch}"
        )
    return text


def _unreadable(path: Path, why: str, *, nl: str) -> UsageError:
    return UsageError(f"{path} cannot be read as text: {why}", nl=f"{path} is niet als tekst te lezen: {nl}")


_SCAN = (
    " Het bestand is misschien een scan: maak de tekst eerst leesbaar (OCR), of geef de tekst zelf.",
    " The file may be a scan: make its text readable first (OCR), or give the text itself.",
)


def _read_text(path: Path) -> list[str]:
    """Decode UTF-8, UTF-16 or Windows text; a form feed starts a new page."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        raise _unreadable(
            path, "it holds bytes that no text has", nl="er staan tekens in die geen tekst heeft"
        )
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\r\n", "\n").split("\f")
        except UnicodeDecodeError:
            continue
    raise _unreadable(
        path,
        "it is not in UTF-8, UTF-16 or Windows-1252",
        nl="het is geen UTF-8, UTF-16 of Windows-1252",
    )


def _read_word(path: Path) -> list[str]:
    """Give the paragraphs and tables of a Word file; its headers and footers lie apart and are not read."""
    import zipfile

    if path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0":  # the old container: .doc, or .docx with a password
        raise _unreadable(
            path,
            "it is protected with a password, or an old .doc file; save it as .docx",
            nl="het heeft een wachtwoord, of het is een oud .doc-bestand; bewaar het als .docx",
        )
    try:
        with zipfile.ZipFile(path) as package:
            unpacked = sum(item.file_size for item in package.infolist())
            if unpacked > MOST_UNPACKED:
                raise _unreadable(
                    path,
                    f"it unpacks to {unpacked / 1e6:.0f} MB, too much for a paper",
                    nl=f"uitgepakt is het {unpacked / 1e6:.0f} MB, te veel voor een stuk",
                )
        return ["\n".join(_paragraphs(path))]
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise _unreadable(
            path,
            f"it is no Word file, or a damaged one ({error})",
            nl=f"het is geen Word-bestand, of het is beschadigd ({error})",
        ) from error


def _paragraphs(path: Path) -> Iterator[str]:
    import docx
    from docx.table import Table

    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            yield from ("\n".join(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield block.text


def _read_pdf(path: Path) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        _open_pdf(reader, path)
        if len(reader.pages) > MOST_PAGES:
            raise _unreadable(
                path,
                f"it has {len(reader.pages)} pages and the most is {MOST_PAGES}",
                nl=f"het heeft {len(reader.pages)} pagina's en {MOST_PAGES} is de grens",
            )
        return [page.extract_text() for page in reader.pages]
    except PyPdfError as error:
        raise _unreadable(
            path,
            f"it is no PDF file, or a damaged one ({error})",
            nl=f"het is geen PDF-bestand, of het is beschadigd ({error})",
        ) from error


def _open_pdf(reader: "PdfReader", path: Path) -> None:
    """Open a PDF that asks no password for reading.

    Raises:
        UsageError: it asks one, or is locked in a way that needs a library we do not ship.
    """
    from pypdf.errors import DependencyError

    if not reader.is_encrypted:
        return
    try:
        is_open = bool(reader.decrypt(""))
    except DependencyError:
        is_open = False
    if not is_open:
        raise _unreadable(
            path,
            "it is protected with a password; save it without one first",
            nl="het heeft een wachtwoord; bewaar het eerst zonder",
        )


_READERS = {".txt": _read_text, ".md": _read_text, ".docx": _read_word, ".pdf": _read_pdf}


def _running_text(pages: Sequence[str]) -> str:
    lines = [[line.strip() for line in page.split("\n")] for page in pages]
    text = "\n".join("\n".join(page) for page in _without_edges(lines)).replace("\u00ad", "")
    return _WRAPPED.sub(" ", _HYPHEN.sub("", text))


def _without_edges(pages: Sequence[list[str]]) -> Iterator[list[str]]:
    """Leave out what stands at the edge of a third of the pages, and at least three, and page numbers."""
    seen = Counter(mark for page in pages for mark in {_mark(page[place]) for place in _edge(page)})
    least = max(3, len(pages) // 3)
    for page in pages:
        gone = {
            place
            for place in _edge(page)
            if seen[_mark(page[place])] >= least or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(page[place]))
        }
        yield [line for place, line in enumerate(page) if place not in gone]


def _edge(page: Sequence[str]) -> set[int]:
    filled = [place for place, line in enumerate(page) if line]
    return {*filled[:EDGE], *filled[-EDGE:]}


def _mark(line: str) -> str:
    """Give what a running header has in common on every page: all but its numbers."""
    return re.sub(r"\d+", "#", line.lower())


# --- what a paper is about -----------------------------------------------------------------------------

LONG = 200
"""Words that count, from which a text is matched by its key terms; a shorter one is matched as it stands."""
MOST_TERMS = 20
LONGEST_TERM = 3
KNOWN_WEIGHT, PART_WEIGHT, UNKNOWN_WEIGHT = 1.5, 0.8, 0.4
"""A wording of the reviewed glossary is a theme of cities, and has a name in the other language to search by.
A compound that holds one (isolatiefonds) is near it. Of other Dutch words no statistic says how common they
are, so most are turns of speech; English ones are weighed by the statistic and count in full."""
LEAST_WEIGHT = 0.2
"""Of the weightiest term: a lighter one is no longer what the paper is about."""
SHORTEST_PART = 5
PHRASE_WEIGHTS = (1.0, 1.3, 1.5)
"""By number of words: a phrase says more than a word."""
LEAST_COUNT, ONE_IN = 2, 2000
"""Times that a long paper must say a term before it can be about it, and once more for so many words."""


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """Something that a paper is about: its wording, how often it is said, and its name in the other language.

    `dutch` or `english` is empty where the glossary has no word for it.
    """

    words: str
    count: int
    dutch: str
    english: tuple[str, ...]


@dataclass(slots=True)
class _Candidate:
    """A word or phrase while it is counted: how it is spelled, and whether it is ever a name only."""

    spelled: Counter[str]
    is_name: bool = True


def key_terms(text: str, language: str | None = None, *, most: int = MOST_TERMS) -> tuple[KeyTerm, ...]:
    """Give what a text is about, the weightiest first.

    A term weighs more the more often it is said (square root), the rarer it is in European calls
    (`matching.statistic`), when it is a phrase, and when the glossary knows it. Names and the words of any
    council paper (`paper_words.toml`) are left out.
    """
    language = language or guess_language(text)
    words = [word for word in tokens(text, language) if _tells(text, word, language)]
    found = _count(text, words)
    least_count = max(LEAST_COUNT, len(words) // ONE_IN) if len(words) >= LONG else 1
    weighed = sorted(
        (-_weight(candidate, stem_row, language), stem_row)
        for stem_row, candidate in found.items()
        if candidate.spelled.total() >= least_count
    )
    least = LEAST_WEIGHT * weighed[0][0] if weighed else 0.0
    chosen: list[tuple[str, ...]] = []
    for weight, stem_row in weighed:
        if weight < 0 and weight <= least and not any(_overlaps(stem_row, other) for other in chosen):
            chosen.append(stem_row)
    return tuple(_term(found[stem_row], stem_row, language) for stem_row in chosen[:most])


def is_long(text: str, language: str | None = None) -> bool:
    """Tell whether a text is searched by its key terms and not as it stands."""
    return len(tokens(text, language or guess_language(text))) >= LONG


def search_text(text: str, terms: Sequence[KeyTerm], language: str | None = None) -> str:
    """Give what to search with: the text itself, or the key terms of a long one, each on a line."""
    return "\n".join(term.words for term in terms) if terms and is_long(text, language) else text


def draft_priority(terms: Sequence[KeyTerm]) -> str:
    """Give a `[[priorities]]` block for a profile from key terms, in TOML, for a person to finish."""
    dutch = [term.dutch or term.words for term in terms]
    english = [(term.english or (term.words,))[0] for term in terms]
    pairs = {term.dutch: term.english for term in terms if term.dutch and term.english}
    lines = [
        "# Concept uit de termen van een stuk: kies, schrap, vul aan. (A draft: choose, strike, complete.)",
        "[[priorities]]",
        'slug = "concept"',
        'theme = "physical"  # of "economic", "social"',
        'domains = ["fysiek"]  # sociaal, fysiek, bedrijfsvoering',
        'objectives = ["greener"]  # waar de prioriteit in Europa aan hangt',
        *_draft_text("nl", dutch, ("Concept", "vul de niche in", "beschrijf de prioriteit")),
        *_draft_text("en", english, ("Draft", "name the niche", "describe the priority")),
        "",
        "[priorities.pairs]",
        *(f"{_toml(key)} = [{', '.join(map(_toml, values))}]" for key, values in pairs.items()),
    ]
    return "\n".join(lines) + "\n"


def _draft_text(language: str, words: Sequence[str], said: tuple[str, str, str]) -> list[str]:
    title, niche, description = said
    about = ", ".join(words[:3])
    return [
        "",
        f"[priorities.{language}]",
        f"title = {_toml(f'{title}: {about}')}",
        f"niche = {_toml(niche)}",
        f"description = {_toml(description)}",
        f"keywords = [{', '.join(map(_toml, dict.fromkeys(words)))}]",
    ]


def _toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # for words, a JSON string is a TOML string


def _tells(text: str, word: Token, language: str) -> bool:
    said = text[word.start : word.end].lower()
    is_small = said in stop_words("nl") or said in stop_words("en")
    return (
        not is_small and len(said) > 2 and not said[0].isdigit() and word.stem not in _paper_words(language)
    )


def _count(text: str, words: Sequence[Token]) -> dict[tuple[str, ...], _Candidate]:
    """Count every word and phrase; a phrase is not joined over a word that was left out."""
    found: dict[tuple[str, ...], _Candidate] = {}
    for start in range(len(words)):
        row: list[Token] = []
        for word in islice(words, start, start + LONGEST_TERM):
            if row and (not word.joins or _words_between(text, row[-1], word)):
                break
            row.append(word)
            candidate = found.setdefault(tuple(item.stem for item in row), _Candidate(Counter()))
            said = " ".join(text[row[0].start : word.end].split())
            candidate.spelled[said.lower()] += 1
            candidate.is_name &= said[0].isupper()
    return found


def _words_between(text: str, first: Token, second: Token) -> bool:
    return len(text[first.end : second.start].split()) > 1


def _weight(candidate: _Candidate, stem_row: tuple[str, ...], language: str) -> float:
    known = _entries(language).get(stem_row)
    is_dutch_phrase = language == "nl" and len(stem_row) > 1  # what Dutch names, it says in one compound
    if known is None and (candidate.is_name or is_dutch_phrase or len(set(stem_row)) < len(stem_row)):
        return 0.0
    said = candidate.spelled.most_common(1)[0][0]
    english = known[1] if known else (said,)
    rare = min(rarity(phrase_stems(words, "en"), "en") for words in english)
    kind_weight = KNOWN_WEIGHT if known else _unknown_weight(said, language)
    count = candidate.spelled.total()
    return float(count**0.5 * rare * kind_weight * PHRASE_WEIGHTS[len(stem_row) - 1])


def _unknown_weight(said: str, language: str) -> float:
    if language != "nl":
        return 1.0
    return PART_WEIGHT if any(part in said for part in _parts()) else UNKNOWN_WEIGHT


@cache
def _parts() -> tuple[str, ...]:
    """Give the single Dutch words of the glossary that are long enough to know in a compound."""
    return tuple(dutch for dutch in glossary.load() if len(dutch) >= SHORTEST_PART and " " not in dutch)


def _overlaps(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one of two terms says the other already."""
    return set(one) <= set(other) or set(other) <= set(one)


def _term(candidate: _Candidate, stem_row: tuple[str, ...], language: str) -> KeyTerm:
    dutch, english = _entries(language).get(stem_row, ("", ()))
    words = candidate.spelled.most_common(1)[0][0]
    if language == "nl":
        return KeyTerm(words, candidate.spelled.total(), dutch or words, english)
    return KeyTerm(words, candidate.spelled.total(), dutch, english or (words,))


@cache
def _entries(language: str) -> dict[tuple[str, ...], glossary.Entry]:
    """Give the glossary by the stems of its wordings in one language; the first entry keeps a wording."""
    found: dict[tuple[str, ...], glossary.Entry] = {}
    for dutch, english in glossary.load().items():
        for words in (dutch,) if language == "nl" else english:
            found.setdefault(tuple(stems(words, language)), (dutch, english))
    return found


@cache
def _paper_words(language: str) -> frozenset[str]:
    raw = tomllib.loads((files("tracker") / "paper_words.toml").read_text(encoding="utf-8"))
    return frozenset(stems(raw["nl" if language == "nl" else "en"], language))
