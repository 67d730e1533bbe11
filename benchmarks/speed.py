"""Measures indexing and answering beside bm25s and scikit-learn, on the same documents in the same run.

    python -m benchmarks.speed --pack DIR [--pack DIR …] [--json]

All packs' documents are indexed together, one that stands in two packs once. A query is asked for its ten
best; English and Dutch ones are told apart, those in both languages are left out. Each system is measured
once to warm up (imports, stems, what the word lists say of a word) and then nine times, in turns; the best
time counts, in processor time, so that other work on the machine weighs less. A ratio under 1 means that the
product is faster. Ratios are of this machine and this run. `answered` is the share of Dutch queries for which
a system finds any call: one that finds none has little to do.

What each does: `ours` makes stems and phrases of four fields, translates a Dutch question and looks for
phrases; `bm25s` indexes the product's own stems, without phrases or fields; `bm25s_told` is the same, asked
with the English words that the product reads out of a question, so that it answers Dutch ones too; `tfidf` is
scikit-learn's TF-IDF over plain words with cosine, which neither stems nor makes phrases; `tfidf_stems` is
the same over the product's stems, and `tfidf_phrases` over its stems and phrases.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.ranking import FORM_LANGUAGES, Pack, calls_of, read_pack
from matching.query import text_concepts
from matching.ranker import Ranker
from matching.text import features, guess_language, phrase_stems, stems
from tracker.core.call import Call

if TYPE_CHECKING:
    import bm25s

REPEATS = 9
TOP = 10

Answer = Callable[[str, str], Sequence[object]]
"""Gives the best documents for a query (its name, its text)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The documents in the two shapes that systems take, and the queries by name."""

    calls: Sequence[Call]
    texts: Sequence[str]
    queries: dict[str, str]


@dataclass(frozen=True, slots=True)
class Times:
    """What one run of a system took: seconds to index, milliseconds for an English and a Dutch query."""

    index_seconds: float
    english_ms: float
    dutch_ms: float
    answered: float


@dataclass(frozen=True, slots=True)
class Speed:
    """One system's times, the share of Dutch queries that it answers, and the product's times by its own."""

    system: str
    documents: int
    index_seconds: float
    english_ms: float
    dutch_ms: float
    dutch_answered: float
    ours_index_ratio: float
    ours_english_ratio: float
    ours_dutch_ratio: float


def index_ours(ground: Ground) -> Answer:
    """Index with the product's own ranker, and order as `tracker match` does."""
    ranker = Ranker.fit(ground.calls)
    return lambda name, text: ranker.order_text(text, _language(name), limit=TOP)


def index_bm25s(ground: Ground) -> Answer:
    """Index with the library bm25s over the product's own stems, and take its own best."""
    retriever = _bm25s(ground)
    top = min(TOP, len(ground.texts))
    return lambda name, text: _ten(retriever, stems(text, _language(name) or guess_language(text)), top)


def index_bm25s_told(ground: Ground) -> Answer:
    """The same, asked with the English words that the product reads out of a question."""
    retriever = _bm25s(ground)
    top = min(TOP, len(ground.texts))

    def known(wording: str) -> bool:
        return all(stem in retriever.vocab_dict for stem in phrase_stems(wording, "en").split())

    def answer(name: str, text: str) -> Sequence[object]:
        words = (
            stem
            for concept in text_concepts(text, _language(name), known)
            for phrase in concept.phrases
            if phrase.language == "en"
            for stem in phrase_stems(phrase.words, "en").split()
        )
        return _ten(retriever, dict.fromkeys(words), top)

    return answer


def _bm25s(ground: Ground) -> "bm25s.BM25":
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([stems(text, "en") or ["-"] for text in ground.texts], show_progress=False)
    return retriever


def _ten(retriever: "bm25s.BM25", words: Iterable[str], top: int) -> Sequence[object]:
    asked = [word for word in words if word in retriever.vocab_dict]
    found = retriever.retrieve([asked], k=top, show_progress=False) if asked else None
    return found.documents[0] if found else ()


def _language(name: str) -> str | None:
    return FORM_LANGUAGES.get(name.rpartition(".")[2])


def index_tfidf(ground: Ground, analyzer: "str | Callable[[str], list[str]]" = "word") -> Answer:
    """Index with scikit-learn's TF-IDF, and rank by cosine."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=analyzer)
    matrix = vectorizer.fit_transform(ground.texts)

    def answer(_name: str, text: str) -> Sequence[object]:
        scores = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        best = np.argpartition(-scores, TOP - 1)[:TOP] if len(scores) > TOP else np.arange(len(scores))
        best = best[np.argsort(-scores[best])]
        found: list[int] = best[scores[best] > 0].tolist()
        return found

    return answer


SYSTEMS: dict[str, Callable[[Ground], Answer]] = {
    "ours": index_ours,
    "bm25s": index_bm25s,
    "bm25s_told": index_bm25s_told,
    "tfidf": index_tfidf,
    "tfidf_stems": lambda ground: index_tfidf(ground, lambda text: stems(text, "en")),
    "tfidf_phrases": lambda ground: index_tfidf(ground, lambda text: features(text, "en")),
}


def prepare(packs: Sequence[Pack]) -> Ground:
    """Give the documents of all packs together, each once."""
    documents = {document.text: document for pack in packs for document in pack.documents}
    queries = {f"{pack.name}.{name}": text for pack in packs for name, text in pack.queries.items()}
    together = Pack("together", tuple(documents.values()), queries, {})
    return Ground(calls_of(together), list(documents), queries)


def measure(packs: Sequence[Pack]) -> list[Speed]:
    """Measure all systems on the documents and queries of the packs together."""
    ground = prepare(packs)
    for indexer in SYSTEMS.values():
        _times(indexer, ground)
    rounds = [{name: _times(indexer, ground) for name, indexer in SYSTEMS.items()} for _ in range(REPEATS)]
    best = {name: _best([round_[name] for round_ in rounds]) for name in SYSTEMS}
    ours = best["ours"]
    return [
        Speed(
            system=name,
            documents=len(ground.calls),
            index_seconds=round(own.index_seconds, 4),
            english_ms=round(own.english_ms, 4),
            dutch_ms=round(own.dutch_ms, 4),
            dutch_answered=round(own.answered, 2),
            ours_index_ratio=round(ours.index_seconds / own.index_seconds, 2),
            ours_english_ratio=round(ours.english_ms / own.english_ms, 2),
            ours_dutch_ratio=round(ours.dutch_ms / own.dutch_ms, 2),
        )
        for name, own in best.items()
    ]


def _best(times: Sequence[Times]) -> Times:
    return Times(
        min(one.index_seconds for one in times),
        min(one.english_ms for one in times),
        min(one.dutch_ms for one in times),
        times[0].answered,
    )


def _times(indexer: Callable[[Ground], Answer], ground: Ground) -> Times:
    """Index, and ask the queries of each language."""
    began = time.process_time()
    answer = indexer(ground)
    index_seconds = time.process_time() - began
    spent, answered = {}, {}
    for language in ("en", "nl"):
        queries = {name: text for name, text in ground.queries.items() if _language(name) == language}
        began = time.process_time()
        found = [len(answer(name, text)) > 0 for name, text in queries.items()]
        spent[language] = 1000.0 * (time.process_time() - began) / max(1, len(found))
        answered[language] = sum(found) / max(1, len(found))
    return Times(index_seconds, spent["en"], spent["nl"], answered["nl"])


def table(packs: Sequence[Pack]) -> list[str]:
    """Give the figures as lines of a Markdown table."""
    lines = [
        "| system | documents | index s | English ms | Dutch ms | answered "
        "| ours / it: index | English | Dutch |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.system} | {one.documents} | {one.index_seconds:.3f} | {one.english_ms:.3f} | "
        f"{one.dutch_ms:.3f} | {one.dutch_answered:.0%} | {one.ours_index_ratio:.2f} | "
        f"{one.ours_english_ratio:.2f} | {one.ours_dutch_ratio:.2f} |"
        for one in measure(packs)
    ]
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the packs asked for and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pack", type=Path, action="append", required=True, help="folder of a pack")
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of a table")
    options = parser.parse_args(arguments)
    packs = [read_pack(folder) for folder in options.pack]
    if options.json:
        print(json.dumps([asdict(one) for one in measure(packs)], indent=1))
    else:
        print("\n".join(table(packs)))


if __name__ == "__main__":
    main()
