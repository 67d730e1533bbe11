"""Turns the words of calls and priorities into stems that compare, each with its place in the text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

LANGUAGES = ("en", "nl")
"""The languages that a text can be compared in; anything else is read as English."""

LONGEST_PHRASE = 3
"""Phrases are compared by at most so many words; a longer one is found by its parts."""

_SNOWBALL = {"en": "english", "nl": "dutch"}
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?|\d+[^\W\d_]+", re.UNICODE)
_CODE = re.compile(
    r"\b(?:[A-Z][A-Z0-9]*\d?(?:-[A-Za-z0-9]+){2,}|COM\(\d{4}\)\s*\d+|\(?EU\)?\s*\d{4}/\d+|TRL\s*\d(?:\s*[-–]\s*\d)?)"
)
_FOOTNOTE = re.compile(
    r"\[\[.{0,3000}?\]\]|\[\d+\]|https?://\S+|\bstate[- ]of[- ]the[- ]art\b", re.DOTALL | re.IGNORECASE
)
_HEADING = re.compile(
    r"\b(?:Expected (?:Outcomes?|Impacts?)|Scope|Objectives?|Topic scope|Specific challenge|Policy context|"
    r"null)\s*:",
    re.IGNORECASE,
)
_NOTICE_MARKS = (
    "please consult the call document",
    "see the call document",
    "for further information",
    "for more information",
    "see general annex",
    "work programme general annexes",
    "effective contribution of social sciences and humanities",
    "effective contribution of ssh",
    "integrate the gender dimension",
    "other social categories besides gender",
    "by the end of the project – see",
    "activities are expected to achieve trl",
    "activities may start at any trl",
    "eligible costs will take the form of a lump sum",
    "call documentraadpleeg",
    "raadpleeg het oproepdocument",
    "zie het oproepdocument",
)
_BREAK = re.compile(r"[.,;:!?()\[\]|•\n]")
_WIDEST_GAP = 16
"""Characters between two words of one phrase: room for small words ("participation of the citizens")."""
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[a-z\])][.!?;])(?=[A-Z])|\n+")

_STOP_WORDS = {
    "en": """a about above across action actions activities activity address addressing after all also among
        an and any applicant applicants approach approaches are area areas as at be been being between
        both build but by call calls can contribute contributing could develop developing development
        different do each eg enable ensure ensuring etc eu europe european expected field fields
        following for from further general had has have how however i ie if important in including into
        is it its key level main may more most must need needs new no not of on one only or other our
        outcome outcomes over own participants particular possible potential programme project projects
        proposal proposals propose provide providing related relevant result results s scope should so
        some specific such support supporting t than that the their them then there these they this
        those through to topic topics toward towards two under up use used using very via was we well
        were what when where which while who will with within without work would you your""",
    "nl": """aan aanpak actie acties al alle als andere bij binnen dan dat de deze die dit doel doen door een
        eigen elk en er ergens europa europees europese geen haar had heb hebben heeft hen het hij hoe
        hun ik in is ja je kan kunnen maar meer men met mijn moet moeten na naar niet nieuw nieuwe nog
        nu of om omdat onder ons onze ook op oproep over per project projecten te ten ter tot tussen u
        uit van vanuit veel via voor voorstel voorstellen waar wat we wel welke werd werken wie wij wil
        willen worden wordt ze zich zij zijn zo zoals zonder zou""",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word that counts: its stem, its place in the text, and whether a phrase can run up to it."""

    stem: str
    start: int
    end: int
    joins: bool = True


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give the words that say nothing of a theme, official filler ("project", "call") included."""
    return frozenset(_STOP_WORDS[known_language(language)].split())


def known_language(language: str) -> str:
    """Give the language to compare a text in: `nl` for Dutch, else `en`."""
    return "nl" if language == "nl" else "en"


def clean(text: str) -> str:
    """Blank out what is no theme: call codes, footnotes, addresses, headings and portal notices.

    Every removed character becomes a space, so that places in the result are places in `text`.
    """
    for pattern in (_FOOTNOTE, _CODE, _HEADING):
        text = pattern.sub(lambda found: " " * len(found.group()), text)
    lowered = text.lower()
    if len(lowered) != len(text) or not any(mark in lowered for mark in _NOTICE_MARKS):
        return text
    return _without_notices(text)


def tokens(text: str, language: str) -> list[Token]:
    """Split a text into the words that count, stemmed, each with its place in the text."""
    language = known_language(language)
    ignored = stop_words(language)
    cleaned = clean(text)
    found: list[Token] = []
    for match in _WORD.finditer(cleaned):
        word = match.group().lower().replace("’", "'").removesuffix("'s")
        if len(word) > 1 and word not in ignored:
            between = cleaned[found[-1].end : match.start()] if found else ""
            joins = len(between) <= _WIDEST_GAP and not _BREAK.search(between)
            found.append(Token(_stem(word, language), match.start(), match.end(), joins))
    return found


def stems(text: str, language: str) -> list[str]:
    """Give the stems of the words that count, in their order."""
    return [token.stem for token in tokens(text, language)]


def features(text: str, language: str) -> list[str]:
    """Give every stem and every phrase of up to three neighbouring stems: what a text is compared by."""
    return list(_phrases(tokens(text, language)))


@cache
def phrase_features(phrase: str, language: str) -> tuple[str, ...]:
    """Give the features that stand for one phrase: itself, or its parts of three words when it is longer."""
    words = phrase_stems(phrase, language).split()
    if len(words) <= LONGEST_PHRASE:
        return (" ".join(words),) if words else ()
    windows = range(len(words) - LONGEST_PHRASE + 1)
    return tuple(" ".join(words[start : start + LONGEST_PHRASE]) for start in windows)


@cache
def phrase_stems(phrase: str, language: str) -> str:
    """Give the stems of a phrase, with a space between two."""
    return " ".join(stems(phrase, language))


def sentences(text: str) -> list[str]:
    """Split a text into sentences, also where the publisher lost the space between two."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def guess_language(text: str) -> str:
    """Tell whether a text is Dutch or English by its small words; English when it shows none."""
    words = {match.group().lower() for match in _WORD.finditer(text)}
    dutch = len(words & _DUTCH_SIGNS)
    return "nl" if dutch > len(words & _ENGLISH_SIGNS) else "en"


_DUTCH_SIGNS = frozenset(
    [
        "de",
        "het",
        "een",
        "van",
        "voor",
        "met",
        "en",
        "op",
        "wijk",
        "gemeente",
        "naar",
        "bij",
        "onze",
        "zijn",
        "te",
        "door",
        "om",
        "dat",
    ]
)
_ENGLISH_SIGNS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "with",
        "and",
        "on",
        "to",
        "by",
        "from",
        "our",
        "are",
        "is",
        "that",
        "this",
        "into",
    ]
)


def _phrases(words: list[Token]) -> Iterable[str]:
    for start, first in enumerate(words):
        phrase = first.stem
        yield phrase
        for token in words[start + 1 : start + LONGEST_PHRASE]:
            if not token.joins:
                break
            phrase = f"{phrase} {token.stem}"
            yield phrase


def _without_notices(text: str) -> str:
    """Blank out each sentence that carries one of the notices that every page of the portal shows."""
    kept, place = [], 0
    for gap in [*_SENTENCE_END.finditer(text), None]:
        end = gap.start() if gap else len(text)
        sentence = text[place:end]
        is_notice = any(mark in sentence.lower() for mark in _NOTICE_MARKS)
        kept.append(" " * len(sentence) if is_notice else sentence)
        place = gap.end() if gap else end
        kept.append(text[end:place])
    return "".join(kept)


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (the library's own name)


@cache
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer(_SNOWBALL[language])
    return stemmer


@cache
def _stem(word: str, language: str) -> str:
    return _stemmer(language).stemWord(word)
