import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.text import clean, html_to_text


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<ul><li>cool</li><li><p>green</p></li></ul>", "- cool\n- green"),
        ("<ul><li><b>cool</b> streets<ul><li>deep</li></ul></li></ul>", "- cool streets\n- deep"),
        ("<ul><li></li><li>one</li></ul>", "- one"),
        ('<span class="topicdescriptionkind">Objective:</span>The aim', "Objective:\nThe aim"),
        ('<p class="topicdescriptionkind">Scope:</p>The aim', "Scope:\nThe aim"),
        ("<strong>Note:</strong>Apply", "Note: Apply"),
        ("<b>H</b>eat", "Heat"),
        ("<p>incomes:</p><ul><li>Streamlining</li></ul>", "incomes:\n- Streamlining"),
        ("one<br/>two", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("up&amp;nbsp;to &amp;amp; with", "up to & with"),
        ("a&#xa0;b&nbsp;c", "a b c"),
        ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", "One\nTwo"),
        ("&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;", "One"),
        (r"\u003cp\u003eOne\u003c/p\u003e", "One"),
        (r"caf\u00e9 \ud83d\ude00 <i>x</i>", "café 😀 x"),
        ("<p>Cities[[As defined in [1].]] apply</p>", "Cities apply"),
        ("plain[[a note]] text", "plain text"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style><!-- no -->", "a"),
        ("losses &lt; 5 % and > 2 %", "losses < 5 % and > 2 %"),
        ("<p>losses <5 % of a <b and c</p>", "losses <5 % of a <b and c"),
        ('<?xml version="1.0"?><p>One</p>', "One"),
        ("<p>soft\u00adhyphen\x00</p>", "softhyphen"),
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
        ("", ""),
    ],
)
def test_words_stay_whole_and_apart(markup: str, words: str) -> None:
    assert html_to_text(markup) == words


PLAIN = st.text(
    alphabet=st.characters(exclude_categories=["C"], exclude_characters="<&\\[\ufeff\ufffe\uffff")
)


@given(PLAIN)
def test_plain_text_passes_unchanged(text: str) -> None:
    assert html_to_text(text) == text


WORD = st.text(alphabet="abcdeé", min_size=1, max_size=6)


@given(st.lists(WORD, min_size=1, max_size=6), st.sampled_from(["p", "div", "li", "h2", "tr"]))
def test_no_word_of_a_block_is_ever_glued_to_the_next(words: list[str], tag: str) -> None:
    cells = ("<td>", "</td>") if tag == "tr" else ("", "")
    markup = "".join(f"<{tag}>{cells[0]}{word}{cells[1]}</{tag}>" for word in words)
    wrapped = f"<table>{markup}</table>" if tag == "tr" else f"<ul>{markup}</ul>" if tag == "li" else markup
    assert html_to_text(wrapped).replace("- ", "").split() == words


@given(st.text())
def test_any_text_at_all_gives_text_that_can_be_stored(text: str) -> None:
    words = html_to_text(text)
    assert "\x00" not in words


@pytest.mark.parametrize(
    "hostile",
    [
        "&lt;a " * 20_000,
        "&" + "amp;" * 50_000,
        "<" * 50_000,
        "[[" * 20_000,
        "<?" * 20_000,
        "<div>" * 20_000,
        "<b>:</b>a" * 20_000,
        "<b>:</b><script></script>" * 10_000 + "a",
    ],
    ids=["tags", "ampersands", "brackets", "footnotes", "declarations", "nesting", "labels", "scripts"],
)
def test_no_text_can_keep_the_reader_busy(hostile: str) -> None:
    started = time.process_time()
    html_to_text(f"<p>{hostile}")
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>Objective:</b>The call", "Objective: The call"),
        ("<b>Objective:</b><script>x()</script>The call", "Objective: The call"),
        ("<b>Objective:</b><!-- note -->The call", "Objective: The call"),
        ("<b>Objective:</b><i>The</i> call", "Objective:The call"),
        ("U.<b></b>S. cities", "U.S. cities"),
    ],
)
def test_a_label_is_parted_from_the_words_that_follow_it(markup: str, words: str) -> None:
    assert html_to_text(f"<p>{markup}</p>") == words


def test_a_publisher_s_comment_is_never_read_as_a_word() -> None:
    assert html_to_text("<ul><li><!-- todo: check --><b>Cities</b> plan</li></ul>") == "- Cities plan"


def test_clean_leaves_single_spaces() -> None:
    assert clean("  HORIZON  Innovation\n\tActions\u00a0") == "HORIZON Innovation Actions"
