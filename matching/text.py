"""Turns the words of calls and priorities into stems that compare, each with its place in the text."""

import re
from array import array
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from threading import Lock
from typing import NamedTuple, Protocol

LANGUAGES = ("en", "nl")
"""The languages that a text can be compared in; anything else is read as English."""

LONGEST_PHRASE = 3
"""Phrases are compared by at most so many words; a longer one is found by its parts."""

_WORD = r"\w+(?:[’']\w+)?"
_MASK = "\ufffc"
_NO_WORDS = (  # footnotes, addresses, codes
    rf"{_MASK}+|\[\d+\]|https?://\S+|[A-Z][A-Z0-9]*(?:-[A-Za-z0-9]+){{2,}}|TRL\d+"
)
_BREAKS = frozenset(".,;:!?()[]|•\n")
_UNIT = re.compile(rf"{_NO_WORDS}|{_WORD}|[{re.escape(''.join(sorted(_BREAKS)))}]")
"""What a text falls apart in: things that are no words, words, and breaks. None holds a space."""
_SPACED = (
    ("[[", re.compile(r"\[\[[\s\S]{0,3000}?\]\]")),
    ("tate", re.compile(r"(?<![\w’'][Ss])(?<=[Ss])tate[- ]of[- ]the[- ][Aa]rt\b")),
)
"""Things that are no words and can hold a space: footnotes, filler. Each has plain letters by which it is
found at once."""
_FILLER = "tate of the "
"""What of these has neither a digit nor a mark."""
_ONLY_WORD = re.compile(_WORD)
_NO_WORD = re.compile(_NO_WORDS)
_PHRASES_KEPT = 200_000
"""Phrases of which the stems are kept ready."""
MOST_SMALL_WORDS = 2
"""Small words that may stand between two words of one phrase: "participation of the citizens"."""
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
_SHORTEST_NOTICE = min(map(len, _NOTICE_MARKS))
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[a-z\])][.!?;])(?=[A-Z])|\n+")
_SENTENCE_STOP = re.compile(r"[.!?;](?:\s+|(?<=[A-Za-z\])].)(?=[A-Z\[]|null[A-Z]))|\n+")
"""The same with the mark that ends it, also before a footnote or the "null" that the portal glues on."""
_STOPS = ".!?;\n"
"""What the end of a sentence begins with."""

_STOP_WORDS = {
    "en": """a about above across action actions activities activity address addressing after all also among
        an and any applicant applicants approach approaches are area areas as at be been being between
        both build but by call calls can com contribute contributing could develop developing development
        different do each eg enable ensure ensuring etc eu europe european expected field fields
        following for from further general had has have how however i ie if important in including into
        is it its key level main may more most must need needs new no not null of on one only or other our
        outcome outcomes over own participants particular possible potential programme project projects
        proposal proposals propose provide providing related relevant result results s scope should so
        some specific such support supporting t than that the their them then there these they this
        those through to topic topics toward towards trl two under up use used using very via was we well
        were what when where which while who will with within without work would you your""",
    "nl": """aan aanpak actie acties al alle als andere bij binnen dan dat de deze die dit doel doen door een
        eigen elk en er ergens europa europees europese geen haar had heb hebben heeft hen het hij hoe
        hun ik in is ja je kan kunnen maar meer men met mijn moet moeten na naar niet nieuw nieuwe nog
        nu of om omdat onder ons onze ook op oproep over per project projecten te ten ter tot tussen u
        uit van vanuit veel via voor voorstel voorstellen waar wat we wel welke werd werken wie wij wil
        willen worden wordt ze zich zij zijn zo zoals zonder zou""",
}


class Token(NamedTuple):
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


def pieces(text: str, language: str) -> Iterable[int]:
    """Give a text as numbers of what stands between its spaces; `units_of_pieces` tells what each says."""
    known = _pieces(known_language(language))
    return map(known.__getitem__, _masked(text).replace("\n", " | ").split())


def units_of_pieces(language: str) -> "tuple[array[int], array[int]]":
    """Give the units of every piece met so far, one after the other, and how many each piece has.

    A unit is BREAK, SMALL (a word or thing that says nothing), or a word's own number.
    """
    return _pieces(known_language(language)).copies()


def stem_of(number: int, language: str) -> str:
    """Give the stem that a number of `units` stands for."""
    return _numbers(known_language(language)).stems[number]


def stems_known(language: str) -> Sequence[str]:
    """Give the stems by their number, as far as words were met; the first two stand for no word."""
    return _numbers(known_language(language)).stems


def tokens(text: str, language: str) -> list[Token]:
    """Split a text into the words that count, stemmed, each with its place in the text."""
    numbers = _numbers(known_language(language))
    found: list[Token] = []
    joins, small = False, 0
    for match in _UNIT.finditer(_masked(text)):
        number = numbers[match.group()]
        if number == BREAK:
            joins = False
        elif number == SMALL:
            small += 1
        else:
            stem = numbers.stems[number]
            found.append(Token(stem, match.start(), match.end(), joins and small <= MOST_SMALL_WORDS))
            joins, small = True, 0
    return found


def stems(text: str, language: str) -> list[str]:
    """Give the stems of the words that count, in their order."""
    return [token.stem for token in tokens(text, language)]


def features(text: str, language: str) -> list[str]:
    """Give every stem and every phrase of up to three neighbouring stems: what a text is compared by."""
    return list(_phrases(tokens(text, language)))


@lru_cache(_PHRASES_KEPT)
def phrase_features(phrase: str, language: str) -> tuple[str, ...]:
    """Give the features that stand for one phrase: itself, or its parts of three words when it is longer."""
    words = phrase_stems(phrase, language).split()
    if len(words) <= LONGEST_PHRASE:
        return (" ".join(words),) if words else ()
    windows = range(len(words) - LONGEST_PHRASE + 1)
    return tuple(" ".join(words[start : start + LONGEST_PHRASE]) for start in windows)


@lru_cache(_PHRASES_KEPT)
def phrase_stems(phrase: str, language: str) -> str:
    """Give the stems of a phrase, with a space between two."""
    is_plain = phrase.replace(" ", "").isalpha() and _FILLER not in phrase
    if is_plain and len(phrase) < _SHORTEST_NOTICE:  # so are thousands of the word lists
        known = known_language(language)
        return " ".join(filter(None, (_word_stem(word, known) for word in phrase.split())))
    return " ".join(stems(phrase, language))


def _word_stem(word: str, language: str) -> str:
    """Give the stem of a word that has only letters; nothing for one that says nothing."""
    word = word.lower()
    return "" if len(word) == 1 or word in stop_words(language) else _stem(word, language)


def sentences(text: str) -> list[str]:
    """Split a text into sentences, also where the publisher lost the space between two."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def guess_language(text: str) -> str:
    """Tell whether a text is Dutch or English by its small words; English when it shows none."""
    words = {word.lower() for word in _ONLY_WORD.findall(text)}
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


def no_notices(text: str) -> str:
    """Blank out each sentence that carries one of the notices that every page of the portal shows.

    Every removed character becomes a space, so that places in the result are places in `text`.
    """
    lowered = text.lower()
    if len(text) < _SHORTEST_NOTICE or len(lowered) != len(text):
        return text
    spans = []
    for mark in _NOTICE_MARKS:
        place = lowered.find(mark)
        while place >= 0:
            spans.append(_sentence_around(text, place))
            place = lowered.find(mark, spans[-1][1])
    return _blanked(text, sorted(spans), " ")


def _masked(text: str) -> str:
    """Blank out notices and mask what is no word and can hold a space, every character keeping its place."""
    if not text:  # most of a call's fields are empty, and this is the one place that reads them all
        return text
    text = no_notices(text)
    for begin, spaced in _SPACED:
        text = _blanked(text, _places(text, begin, spaced), _MASK)
    return text


def _places(text: str, begin: str, spaced: re.Pattern[str]) -> list[tuple[int, int]]:
    """Give where a pattern stands; the plain letters it begins with are found much faster than all of it."""
    places = []
    place = text.find(begin)
    while place >= 0:
        found = spaced.match(text, place)
        if found:
            places.append(found.span())
        place = text.find(begin, found.end() if found else place + len(begin))
    return places


def _blanked(text: str, spans: Sequence[tuple[int, int]], mark: str) -> str:
    """Put a mark in the place of each character of some stretches, which rise and may overlap."""
    if not spans:
        return text
    kept, done = [], 0
    for first, last in spans:
        if last > done:
            kept += [text[done:first], mark * (last - max(first, done))]
            done = last
    return "".join([*kept, text[done:]])


def _sentence_around(text: str, place: int) -> tuple[int, int]:
    """Give where the sentence around a place begins and ends."""
    after = _SENTENCE_STOP.search(text, place)
    last = after.start() if after else len(text)
    first, stop = max(0, place - _LONGEST_SENTENCE), place
    while (stop := max(text.rfind(mark, first, stop) for mark in _STOPS)) >= 0:
        before = _SENTENCE_STOP.match(text, stop)
        if before and before.end() <= place:
            return before.end(), last
    return first, last


_LONGEST_SENTENCE = 800
"""Characters to look back for the beginning of a sentence."""


BREAK, SMALL = 0, 1
"""The numbers of what is no word: the end of a phrase, and what says nothing of a theme."""


class _Numbers(dict[str, int]):
    """Numbers every unit of one language's texts when it is first met, so that a text is read by look-ups."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.stems = ["", ""]
        self._language = language
        self._by_stem: dict[str, int] = {}
        self._lock = Lock()  # two threads must not give one number twice, nor share the stemmer

    def __missing__(self, unit: str) -> int:
        with self._lock:
            number = self._number(unit)
        if len(unit) < _LONGEST_KEPT:
            self[unit] = number
        return number

    def _number(self, unit: str) -> int:
        if unit in _BREAKS:
            return BREAK
        word = unit.lower().replace("’", "'").removesuffix("'s")
        is_word = len(word) > 1 and not word.isdecimal() and _ONLY_WORD.fullmatch(unit)
        if not is_word or _NO_WORD.fullmatch(unit) or word in stop_words(self._language):
            return SMALL
        stem = _stem(word, self._language)
        if stem not in self._by_stem:
            self._by_stem[stem] = len(self.stems)
            self.stems.append(stem)
        return self._by_stem[stem]


_LONGEST_KEPT = 40
"""Longer units are footnotes and addresses that come once: not kept in memory."""


@cache
def _numbers(language: str) -> _Numbers:
    return _Numbers(language)


class _Pieces(dict[str, int]):
    """Numbers what stands between spaces when it is first met: most of a text was met before."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.units, self.counts = array("l"), array("l")
        self._numbers = _numbers(language)
        self._lock = Lock()

    def __missing__(self, piece: str) -> int:
        with self._lock:
            found = [self._numbers[unit] for unit in _UNIT.findall(piece)]
            self.units.extend(found)
            self.counts.append(len(found))
            self[piece] = len(self.counts) - 1
            return self[piece]

    def copies(self) -> "tuple[array[int], array[int]]":
        """Give the units and counts as they are now: another thread may add to them meanwhile."""
        with self._lock:
            return self.units[:], self.counts[:]


@cache
def _pieces(language: str) -> _Pieces:
    return _Pieces(language)


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (the library's own name)


@cache
def _stemmer(algorithm: str) -> _Stemmer:
    import Stemmer

    stemmer: _Stemmer = Stemmer.Stemmer(algorithm, 0)  # `_stem` keeps what it gave
    return stemmer


def stemmer_version() -> str:
    """Give the version of the library that makes stems: another one may make others."""
    import Stemmer

    version: str = Stemmer.version()
    return version


_BRITISH = re.compile(r"is(ations?)$|(?<=al)is(e[ds]?|ing)$")


@lru_cache(_PHRASES_KEPT)
def _stem(word: str, language: str) -> str:
    """Give the stem: Snowball's, with what it does not see of British spelling and of Dutch inflection."""
    if language == "nl":
        return _dutch_stem(word)
    word = _BRITISH.sub(lambda found: f"iz{found.group(1) or found.group(2)}", word)
    return _stemmer("english").stemWord(word)


@lru_cache(_PHRASES_KEPT)
def broad_stem(word: str) -> str:
    """Give one stem to all of a Dutch word's kin, and to words that are none ("land", "landing")."""
    return _stemmer("dutch").stemWord(word)


_PLURAL_IN_S = re.compile(
    r".*[aeiouy].*(?:el|er|en|em|or|um)s|.{2,}(?:ie|je|[tdgvp]e|ule|al|ent|op|ot|ilm)s|.+[ua]bs"
)
"""Dutch plurals in "-s": "inwoners", "subsidies", "clubs". Of other words it is a part: "fiets", "mens"."""
_CHANGED_PLURALS = re.compile("(?<=kind)eren$|steden$|musea$|centra$")
_SINGULARS = {"eren": "", "steden": "stad", "musea": "museum", "centra": "centrum"}
_LONG_VOWEL = re.compile(r"([aeou])\1(?=[^aeiouy]$)")
_HARD = str.maketrans("vz", "fs")


def _dutch_stem(word: str) -> str:
    """Give one stem to all spellings of a Dutch word: "huis" and "huizen", "sociaal" and "sociale".

    It is the older of Snowball's two: the newer one takes "gezond" for "zon" and "gemeente" for "menen", and
    leaves the "e" of an adjective ("duurzame") where it is.
    """
    word = _CHANGED_PLURALS.sub(lambda found: _SINGULARS[found.group()], word)
    if _PLURAL_IN_S.fullmatch(word):
        word = word[:-1]
    elif word.endswith("s"):
        word += "en"  # so that the "s" is taken for no plural
    stem = _stemmer("dutch_porter").stemWord(word)
    stem = _LONG_VOWEL.sub(r"\1", stem[:-1] + stem[-1:].translate(_HARD))
    is_double = len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "aeiou"
    return stem[:-1] if is_double else stem
