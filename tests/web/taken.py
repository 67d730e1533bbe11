"""Reads what leaves the house, with other libraries than those that wrote it."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import icalendar
import openpyxl
import vobject  # type: ignore[import-untyped]

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def lines_of(content: bytes, *, delimiter: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def sheet_of(content: bytes) -> list[dict[str, Any]]:
    heading, *lines = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
    return [dict(zip((cell.value for cell in heading), line, strict=True)) for line in lines]


def events_of(content: bytes) -> list[icalendar.Component]:
    """Read a calendar with two libraries; the second one refuses what the standard does not allow."""
    assert vobject.readOne(content.decode()).validate()
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def page_of(event: icalendar.Component) -> int:
    return int(str(event["url"]).rpartition("/")[2])


def entries_of(content: bytes) -> list[ElementTree.Element]:
    """Read a feed and hold it to what RFC 4287 asks of each."""
    feed = ElementTree.fromstring(content)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    entries = feed.findall("a:entry", ATOM)
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"a:{name}", ATOM)
            assert (one.text or "").strip()
        assert re.match(r"(urn:uuid:|https?://)", element.findtext("a:id", "", ATOM))
        moment = datetime.fromisoformat(element.findtext("a:updated", "", ATOM))
        assert moment.utcoffset() == timedelta(0)
    assert feed.find("a:author/a:name", ATOM) is not None
    (own,) = feed.findall("a:link[@rel='self']", ATOM)
    assert urlsplit(own.attrib["href"]).path.endswith(".atom")
    for entry in entries:
        assert len(entry.findall("a:link[@rel='alternate']", ATOM)) == 1
        assert entry.find("a:summary", ATOM) is not None
    ids = [entry.findtext("a:id", "", ATOM) for entry in entries]
    assert len(ids) == len(set(ids))
    moments = [entry.findtext("a:updated", "", ATOM) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    return entries


def number_of(entry: ElementTree.Element) -> int:
    return int(entry.findtext("a:id", "", ATOM).rpartition("/")[2])
