"""Stands in for the government's repository: its search interface and its publications, for demo and tests.

It answers as harvesters describe the real one: an unknown index or too narrow a clause gives a silent zero,
and an error is a `<diagnostics>` in a good answer.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from tracker.demo.koop_publications import SAMPLES, Sample

Answer = tuple[int, str, bytes]
"""A status, a content type and a body."""

SEARCH = "/sru"
_XML = "application/xml;charset=utf-8"
_PUBLICATIONS = re.compile(
    r"/frbr/officielepublicaties/[a-z]+/[0-9]{4}/([a-z]+-[0-9]{4}-[0-9]+)/1/xml/\1\.xml"
)
_CLAUSE = re.compile(r'\s*([\w.-]+)\s*(==|>=|<=|\bany\b)\s*"((?:[^"\\]|\\.)*)"\s*')
_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse"
 xmlns:gzd="http://standaarden.overheid.nl/sru" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/">"""


def answer(method: str, path: str, query: str, body: bytes, today: dt.date) -> Answer | None:
    """Answer as the repository would on a day; None for what is not its own."""
    if method != "GET":
        return None
    if path == SEARCH:
        return _search({name: values[0] for name, values in parse_qs(query).items()}, today)
    asked = _PUBLICATIONS.fullmatch(path)
    if asked is None:
        return None
    found = next((sample for sample in SAMPLES if sample.identifier(today) == asked[1]), None)
    return (200, _XML, publication(found, today)) if found else (404, "text/plain", b"not found")


def publication(sample: Sample, today: dt.date) -> bytes:
    """Make a publication's XML."""
    element, name = sample.name.lower().replace(" ", ""), sample.name.upper()
    return f"""<?xml version="1.0" encoding="utf-8"?>
<officiele-publicatie><metadata><meta name="OVERHEIDop.externMetadataRecord" scheme="" content=""/></metadata>
<kop><titel>{name}</titel><subtitel>Officiële uitgave.</subtitel></kop>
<{element}><kop><titel>{escape(sample.title)}</titel></kop><regeling><regeling-tekst><tekst>{sample.words(today)}</tekst>
</regeling-tekst></regeling></{element}></officiele-publicatie>""".encode()


def _search(parameters: Mapping[str, str], today: dt.date) -> Answer:
    query = parameters.get("query", "")
    if parameters.get("operation") != "searchRetrieve" or "sortKeys" in parameters or not query:
        return 200, _XML, _diagnostics("Unsupported parameter")
    found = [sample for sample in SAMPLES if _fits(sample, query, today)]
    if query.endswith("sortBy dt.available/sort.descending"):
        found.sort(key=lambda sample: sample.available(today), reverse=True)
    start, most = int(parameters.get("startRecord", "1")), int(parameters.get("maximumRecords", "50"))
    records = "".join(_record(sample, today) for sample in found[start - 1 : start - 1 + most])
    content = f"<sru:numberOfRecords>{len(found)}</sru:numberOfRecords><sru:records>{records}</sru:records>"
    return 200, _XML, f"{_HEAD}{content}</sru:searchRetrieveResponse>".encode()


def _diagnostics(message: str) -> bytes:
    """Make the refusal that comes as a good answer."""
    content = (
        f"<sru:diagnostics><diagnostic><message>{escape(message)}</message></diagnostic></sru:diagnostics>"
    )
    return f"{_HEAD}{content}</sru:searchRetrieveResponse>".encode()


def _fits(sample: Sample, query: str, today: dt.date) -> bool:
    """Tell whether a sample fits all clauses; an index that is not known fits nothing, as in reality."""
    values: dict[str, Callable[[], str]] = {
        "c.product-area": lambda: "officielepublicaties",
        "w.publicatienaam": lambda: sample.name,
        "dt.creator": lambda: sample.creator,
        "dt.title": lambda: sample.title,
        "dt.available": lambda: sample.available(today).isoformat(),
        "cql.textAndIndexes": lambda: f"{sample.title} {sample.words(today)}",
    }
    for clause in query.partition(" sortBy ")[0].split(" AND "):
        parsed = _CLAUSE.fullmatch(clause)
        if parsed is None or parsed[1] not in values or not _holds(values[parsed[1]](), parsed[2], parsed[3]):
            return False
    return True


def _holds(value: str, relation: str, asked: str) -> bool:
    if relation == ">=":
        return value >= asked
    if relation == "<=":
        return value <= asked
    if relation == "==":
        return value == asked
    phrases = (phrase or word for phrase, word in re.findall(r'\\"(.+?)\\"|(\S+)', asked))
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", value, re.IGNORECASE) for one in phrases)


_RECORD = """<sru:record><sru:recordData><gzd:gzd><gzd:originalData><overheidwetgeving:meta>
<overheidwetgeving:owmskern><dcterms:identifier>{identifier}</dcterms:identifier>
<dcterms:title>{title}</dcterms:title><dcterms:language>nl</dcterms:language>
<dcterms:type scheme="OVERHEIDop.Rubriek">Instelling gemeenschappelijke regelingen</dcterms:type>
<dcterms:creator scheme="OVERHEID.Gemeente">{creator}</dcterms:creator>
<dcterms:modified>{today}</dcterms:modified></overheidwetgeving:owmskern>
<overheidwetgeving:owmsmantel><dcterms:available>{day}</dcterms:available></overheidwetgeving:owmsmantel>
<overheidwetgeving:tpmeta><overheidwetgeving:publicatienaam>{name}</overheidwetgeving:publicatienaam>
<overheidwetgeving:jaargang>{day.year}</overheidwetgeving:jaargang></overheidwetgeving:tpmeta>
</overheidwetgeving:meta></gzd:originalData><gzd:enrichedData>
<gzd:preferredUrl>https://zoek.officielebekendmakingen.nl/{identifier}.html</gzd:preferredUrl>
<gzd:itemUrl manifestation="pdf">{files}/pdf/{identifier}.pdf</gzd:itemUrl>
<gzd:itemUrl manifestation="xml">{files}/xml/{identifier}.xml</gzd:itemUrl>
</gzd:enrichedData></gzd:gzd></sru:recordData></sru:record>
"""


def _record(sample: Sample, today: dt.date) -> str:
    identifier, day = sample.identifier(today), sample.available(today)
    folder = f"{identifier.partition('-')[0]}/{day.year}/{identifier}/1"
    return _RECORD.format(
        identifier=identifier,
        title=escape(sample.title),
        creator=escape(sample.creator),
        name=sample.name,
        day=day,
        today=today,
        files=f"https://repository.overheid.nl/frbr/officielepublicaties/{folder}",
    )
