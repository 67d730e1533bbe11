"""Measures indexing and answering beside bm25s and scikit-learn, on the same documents in the same run.

    python -m benchmarks.speed --pack DIR [--pack DIR …] [--json]

All packs' documents are indexed together, one that stands in two packs once. A query is asked for its ten
best. Each system is measured once to warm up (imports, the stems of words) and then nine times, in turns; the
best time counts, in processor time, so that other work on the machine weighs less. A ratio under 1 means that
the product is faster. Ratios are of this machine and this run.

What each does: `ours` makes stems and phrases of four fields, translates a Dutch question and looks for
phrases; `bm25s` indexes the product's own stems, without phrases or fields; `tfidf` is scikit-learn's TF-IDF
over plain words with cosine, which neither stems nor makes phrases; `tfidf_stems` is the same over the
product's stems, and `tfidf_phrases` over its stems and phrases.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ranking import FORM_LANGUAGES, Pack, calls_of, read_pack
from matching.ranker import Ranker
from matching.text import features, guess_language, stems
from tracker.core.call import Call

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
class Speed:
    """One system's seconds to index, milliseconds for a query, and the product's times divided by them."""

    system: str
    documents: int
    index_seconds: float
    query_ms: float
    ours_index_ratio: float
    ours_query_ratio: float


def index_ours(ground: Ground) -> Answer:
    """Index with the product's own ranker, and order as `tracker match` does."""
    ranker = Ranker.fit(ground.calls)
    return lambda name, text: ranker.order_text(text, FORM_LANGUAGES.get(name.rpartition(".")[2]))[:TOP]


def index_bm25s(ground: Ground) -> Answer:
    """Index with the library bm25s over the product's own stems, and take its own best."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([stems(text, "en") or ["-"] for text in ground.texts], show_progress=False)
    top = min(TOP, len(ground.texts))

    def answer(_name: str, text: str) -> Sequence[object]:
        words = [word for word in stems(text, guess_language(text)) if word in retriever.vocab_dict]
        found = retriever.retrieve([words], k=top, show_progress=False) if words else None
        return found.documents[0] if found else ()

    return answer


def index_tfidf(ground: Ground, analyzer: "str | Callable[[str], list[str]]" = "word") -> Answer:
    """Index with scikit-learn's TF-IDF, and rank by cosine."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=analyzer)
    matrix = vectorizer.fit_transform(ground.texts)

    def answer(_name: str, text: str) -> Sequence[object]:
        scores = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        best = np.argpartition(-scores, TOP)[:TOP] if len(scores) > TOP else np.arange(len(scores))
        found: list[int] = best[np.argsort(-scores[best])].tolist()
        return found

    return answer


SYSTEMS: dict[str, Callable[[Ground], Answer]] = {
    "ours": index_ours,
    "bm25s": index_bm25s,
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
    found = [{name: _times(indexer, ground) for name, indexer in SYSTEMS.items()} for _ in range(REPEATS)]
    best = {name: tuple(map(min, zip(*(round_[name] for round_ in found), strict=True))) for name in SYSTEMS}
    indexing, asking = best["ours"]
    return [
        Speed(
            system=name,
            documents=len(ground.calls),
            index_seconds=round(seconds, 4),
            query_ms=round(query, 4),
            ours_index_ratio=round(indexing / seconds, 2),
            ours_query_ratio=round(asking / query, 2),
        )
        for name, (seconds, query) in best.items()
    ]


def _times(indexer: Callable[[Ground], Answer], ground: Ground) -> tuple[float, float]:
    """Give the seconds to index, and the mean milliseconds of a query."""
    began = time.process_time()
    answer = indexer(ground)
    indexed = time.process_time()
    for name, text in ground.queries.items():
        answer(name, text)
    return indexed - began, 1000.0 * (time.process_time() - indexed) / len(ground.queries)


def table(packs: Sequence[Pack]) -> list[str]:
    """Give the figures as lines of a Markdown table."""
    lines = [
        "| system | documents | index s | query ms | ours / it, index | ours / it, query |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.system} | {one.documents} | {one.index_seconds:.3f} | {one.query_ms:.3f} | "
        f"{one.ours_index_ratio:.2f} | {one.ours_query_ratio:.2f} |"
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
