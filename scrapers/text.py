"""Turns a publisher's HTML into clean text with its paragraphs, without gluing words or losing them."""

import html
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, CData, Tag
from bs4.element import NavigableString, PageElement

_TAG_NAMES = (
    "a|abbr|b|blockquote|br|caption|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|script|small|span|strong|style"
    "|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
)
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "caption", "dd", "div", "dl", "dt", "fieldset", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
    *("pre", "section", "table", "tbody", "tfoot", "thead", "title", "tr", "ul"),
}
_DROPPED = {"script", "style", "noscript", "template", "iframe", "svg"}
_LABELS = {"span", "b", "strong", "em", "i", "u"}
_WORDS = {NavigableString, CData}

_UNICODE_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+(?=#?\w{1,31};)")
_ESCAPED_TAG = re.compile(
    rf"&lt;(/?(?:{_TAG_NAMES})(?:\s(?:(?!&[lg]t;)[^<>]){{0,500}})?/?)&gt;", re.IGNORECASE
)
_DECLARATION = re.compile(r"<\?[^<>]{0,500}>")
_LONE_BRACKET = re.compile(r"<(?!/?[a-zA-Z][^<>]*>|!--)")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&#?\w{1,31};|\\u[0-9a-fA-F]{4}|\[\[")
_FOOTNOTE = re.compile(r"\[\[(?:(?!\[\[).){0,3000}?\]{2,}", re.DOTALL)
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
    """Read the page in one walk, so that the time grows with its length and not with its depth."""
    soup = BeautifulSoup(_LONE_BRACKET.sub("&lt;", markup), "lxml")
    words: list[str] = []
    begun: list[int] = []
    opens_item = False
    for node, ends in _walk(soup):
        if not isinstance(node, Tag):
            opens = opens_item and bool(node.strip())
            words.append(f"- {node.lstrip()}" if opens else node)
            opens_item = opens_item and not opens
        elif ends:
            said = words[-1] if len(words) > begun.pop() else ""
            words += _what_follows(node, said)
            opens_item = opens_item and node.name != "li"
        else:
            begun.append(len(words))
            words += "\n" if node.name in _BLOCKS else ""
            opens_item = opens_item or node.name == "li"
    return "".join(words)


def _walk(soup: BeautifulSoup) -> Iterator[tuple[Tag | NavigableString, bool]]:
    """Give the words of a page in order and, round them, each tag twice: at its start and at its end."""
    todo: list[tuple[PageElement, bool]] = [(soup, False)]
    while todo:
        node, ends = todo.pop()
        if isinstance(node, Tag) and node.name not in _DROPPED:
            yield node, ends
            if not ends:
                todo.append((node, True))
                todo.extend((child, False) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and type(node) in _WORDS:
            yield node, False


def _what_follows(tag: Tag, said: str) -> str:
    """Part a tag, whose last words are `said`, from what comes next.

    `<span>Objective:</span>The` has a line end there on the page.
    """
    if tag.name in _BLOCKS or tag.name == "br":
        return "\n"
    if tag.name in {"td", "th"}:
        return " "
    if tag.name not in _LABELS:
        return ""
    if "topicdescriptionkind" in (tag.get("class") or []):
        return "\n"
    is_label = said.endswith((":", ";", ".", "!", "?"))
    return " " if is_label and _next_words(tag)[:1].isalpha() else ""


def _next_words(tag: Tag) -> str:
    """Give the words right after a tag, past what is not read; nothing where another tag comes first."""
    for following in tag.next_siblings:
        if isinstance(following, NavigableString) and type(following) in _WORDS:
            return following
        if isinstance(following, Tag) and following.name not in _DROPPED:
            return ""
    return ""


def _spaced(line: str) -> str:
    return " ".join(line.split())
