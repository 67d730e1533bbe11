"""Turns a publisher's HTML into clean text with its paragraphs, without gluing words or losing them."""

import html
import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

_TAG_NAMES = (
    "a|abbr|b|blockquote|br|caption|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|script|small|span|strong|style"
    "|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_BLOCKS = [
    *("address", "article", "aside", "blockquote", "caption", "dd", "div", "dl", "dt", "fieldset", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
    *("pre", "section", "table", "tbody", "tfoot", "thead", "title", "tr", "ul"),
]
_DROPPED = ["script", "style", "noscript", "template", "iframe", "svg"]

_UNICODE_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+(?=#?\w{1,31};)")
_ESCAPED_TAG = re.compile(
    rf"&lt;(/?(?:{_TAG_NAMES})(?:\s(?:(?!&[lg]t;)[^<>]){{0,500}})?/?)&gt;", re.IGNORECASE
)
_DECLARATION = re.compile(r"<\?[^<>]{0,500}>")
_LONE_BRACKET = re.compile(r"<(?!/?[a-zA-Z][^<>]*>|!--)")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&#?\w{1,31};|\\u[0-9a-fA-F]{4}|\[\[")
_FOOTNOTE = re.compile(r"\[\[.{0,3000}?\]{2,}", re.DOTALL)
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200d\u2060\ufeff\ufffe\uffff]")


def html_to_text(text: str) -> str:
    """Give the words of an HTML fragment, a line a block and list items as `- `, for people and for matching.

    Repairs what publishers do: entities and tags that were escaped twice, `\\u003c` left over from JSON,
    labels that are glued to the next word. Footnotes `[[...]]`, scripts and styles are dropped. Plain text
    stays as it is.
    """
    text = _UNSEEN.sub("", text)
    if not _MARKUP.search(text):
        return text
    markup = _unescape_twice(text)
    words = _words_of(markup) if "<" in markup else html.unescape(markup)
    words = _FOOTNOTE.sub("", _UNSEEN.sub("", words))
    lines = (_spaced(line) for line in words.splitlines())
    return "\n".join(line for line in lines if line not in {"", "-"})


def clean(text: str) -> str:
    """Put all white space of a text, line ends too, into single spaces."""
    return " ".join(text.split())


def _unescape_twice(text: str) -> str:
    text = _UNICODE_ESCAPES.sub(_decode_escapes, text)
    text = _ESCAPED_AMPERSAND.sub("&", text)
    text = _ESCAPED_TAG.sub(r"<\1>", text)
    return _DECLARATION.sub("", text)


def _decode_escapes(found: re.Match[str]) -> str:
    r"""Decode a run of `\uXXXX`, in which two may be halves of one character."""
    units = bytes.fromhex("".join(found[0].split("\\u")))
    return units.decode("utf-16-be", errors="replace")


def _words_of(markup: str) -> str:
    soup = BeautifulSoup(_LONE_BRACKET.sub("&lt;", markup), "lxml")
    for tag in soup(_DROPPED):
        tag.decompose()
    for tag in soup("br"):
        tag.replace_with("\n")
    for tag in soup(["td", "th"]):
        tag.append(" ")
    for tag in soup(_BLOCKS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    for tag in soup("li"):
        _mark_item(tag)
    for tag in soup(["span", "b", "strong", "em", "i", "u"]):
        _unglue(tag)
    return soup.get_text()


def _mark_item(item: Tag) -> None:
    """Put `- ` before an item's first word, past blocks that open with it (`<li><p>word`)."""
    words = (string for string in item.find_all(string=True) if string.strip())
    first = next(words, None)
    if isinstance(first, NavigableString) and first.find_parent("li") is item:
        first.replace_with(NavigableString(f"- {first.lstrip()}"))


def _unglue(tag: Tag) -> None:
    """Part a label from what follows: `<span>Objective:</span>The` has a line end there on the page."""
    if "topicdescriptionkind" in (tag.get("class") or []):
        tag.insert_after("\n")
        return
    following = tag.next_sibling
    starts_a_word = isinstance(following, NavigableString) and following[:1].isalpha()
    if starts_a_word and tag.get_text().endswith((":", ";", ".", "!", "?")):
        tag.insert_after(" ")


def _spaced(line: str) -> str:
    return " ".join(line.split())
