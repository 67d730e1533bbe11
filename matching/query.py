"""What is looked for: the concepts of a priority or of a free text, each told in the words of the one who asked."""

from dataclasses import dataclass

from matching import glossary
from matching.text import Token, known_language, phrase_stems, tokens
from tracker.core.profile import Priority

KEYWORD_WEIGHT = 0.7
"""A keyword beside a reviewed pair: it is broader, and has no wording in the other language."""
SINGLE_WORD_WEIGHT = 0.6
"""A lone word says less than a phrase: "migrants" beside "integration of migrants"."""
NEIGHBOURS_WEIGHT = 0.6
"""Two words of a free text that stand beside each other in a call as well."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording of a concept in one language."""

    language: str
    words: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea that is looked for: `term` is how a person hears of it, `phrases` how calls may say it."""

    term: str
    phrases: tuple[Phrase, ...]
    weight: float = 1.0


def priority_concepts(priority: Priority) -> tuple[Concept, ...]:
    """Give a priority's concepts: its pairs, then each keyword that no pair says already."""
    concepts = [
        Concept(dutch, (_phrase("nl", dutch), *(_phrase("en", words) for words in english)))
        for dutch, english in priority.pairs
    ]
    said = {phrase_stems(phrase.words, phrase.language) for concept in concepts for phrase in concept.phrases}
    for language, keywords in (("nl", priority.nl.keywords), ("en", priority.en.keywords)):
        for keyword in keywords:
            if phrase_stems(keyword, language) not in said:
                concepts.append(Concept(keyword, (_phrase(language, keyword),), KEYWORD_WEIGHT))
    return tuple(concepts)


def text_concepts(text: str, language: str | None) -> tuple[Concept, ...]:
    """Give the concepts of a free text: its words, its neighbouring words, and what the glossary knows of it.

    Without a language the words are looked for in both indexes: a person may mix Dutch and English.
    """
    languages = ("en",) if language == "en" else ("nl", "en")
    found: dict[tuple[str, str], Concept] = {}
    for each in languages:
        words = tokens(text, each)
        for size in (1, 2):
            for start in range(len(words) - size + 1):
                run = words[start : start + size]
                if size == 2 and not run[1].joins:
                    continue
                concept = _run(text, run, each)
                found.setdefault((each, concept.phrases[0].words.lower()), concept)
    concepts = list(found.values())
    if "nl" in languages:
        for dutch, english in glossary.translate(text):
            phrases = tuple(_phrase("en", words) for words in english)
            concepts.append(Concept(dutch, phrases, float(len(dutch.split()))))
    return tuple(concepts)


def _run(text: str, run: list[Token], language: str) -> Concept:
    words = text[run[0].start : run[-1].end]
    weight = 1.0 if len(run) == 1 else NEIGHBOURS_WEIGHT
    return Concept(words, (Phrase(language, words),), weight)


def _phrase(language: str, words: str) -> Phrase:
    return Phrase(language, words, SINGLE_WORD_WEIGHT if len(tokens(words, language)) == 1 else 1.0)
