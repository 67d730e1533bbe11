"""Measures indexing and answering beside bm25s and scikit-learn, on the same documents in the same run.

    python -m benchmarks.speed --pack DIR [--pack DIR …] [--json]

All packs' documents are indexed together. Each system is measured once to warm up (imports, the stems of
words) and then five times; the best time counts. `bm25s` gets the product's own stems, as in
`benchmarks.ranking`; `tfidf` is scikit-learn's TF-IDF over plain words with cosine; `tfidf_phrases` is the
same over what the product indexes too, stems and phrases of up to three words. A ratio under 1 means that the
product is faster. Ratios are of this machine and this run; seconds are not to be compared between machines.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ranking import INDEXERS, Pack, Search, _by_scores, read_pack
from matching.text import features

REPEATS = 5


@dataclass(frozen=True, slots=True)
class Speed:
    """One system's seconds to index, milliseconds for a query, and the product's times divided by them."""

    system: str
    documents: int
    index_seconds: float
    query_ms: float
    ours_index_ratio: float
    ours_query_ratio: float


def index_tfidf_phrases(pack: Pack) -> Search:
    """Rank with scikit-learn's TF-IDF over the product's own stems and phrases, by cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=lambda text: features(text, "en"))
    matrix = vectorizer.fit_transform([document.text for document in pack.documents])
    return _by_scores(pack, lambda text: (matrix @ vectorizer.transform([text]).T).toarray().ravel())


SYSTEMS: dict[str, Callable[[Pack], Search]] = {
    "ours": INDEXERS["ours"],
    "bm25s": INDEXERS["bm25s"],
    "tfidf": INDEXERS["tfidf"],
    "tfidf_phrases": index_tfidf_phrases,
}


def measure(packs: Sequence[Pack]) -> list[Speed]:
    """Measure all systems on the documents and queries of the packs together."""
    documents = tuple(document for pack in packs for document in pack.documents)
    queries = {f"{pack.name}.{name}": text for pack in packs for name, text in pack.queries.items()}
    together = Pack("together", documents, queries, {})
    times = {name: _best(indexer, together) for name, indexer in SYSTEMS.items()}
    ours = times["ours"]
    return [
        Speed(
            name,
            len(documents),
            round(indexing, 4),
            round(asking, 4),
            round(ours[0] / indexing, 2),
            round(ours[1] / asking, 2),
        )
        for name, (indexing, asking) in times.items()
    ]


def _best(indexer: Callable[[Pack], Search], pack: Pack) -> tuple[float, float]:
    """Give the best seconds to index and the best mean milliseconds of a query."""
    _times(indexer, pack)
    found = [_times(indexer, pack) for _ in range(REPEATS)]
    return min(indexing for indexing, _ in found), min(asking for _, asking in found)


def _times(indexer: Callable[[Pack], Search], pack: Pack) -> tuple[float, float]:
    began = time.perf_counter()
    search = indexer(pack)
    indexed = time.perf_counter()
    for name, text in pack.queries.items():
        search(name, text)
    return indexed - began, 1000.0 * (time.perf_counter() - indexed) / len(pack.queries)


def table(packs: Sequence[Pack]) -> list[str]:
    """Give the figures as lines of a Markdown table."""
    lines = [
        "| system | documents | index s | query ms | ours / it, index | ours / it, query |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.system} | {one.documents} | {one.index_seconds:.3f} | {one.query_ms:.2f} | "
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
