"""Measures how well the product ranks real calls, beside plain systems of the same run.

    python -m benchmarks.ranking --pack DIR [--pack DIR …] [--system NAME …] [--json]

A pack is a folder with `docs.jsonl` (id, title, description), `queries.json` ("theme.form": text) and
`qrels.tsv` (theme, id, grade). Figures: nDCG@10 with gain 2^grade - 1, recall in the first 50, and mean
average precision over the whole ranking; a document without a judgement counts as not relevant. Every system
ranks every document: those that it gives no score stand last, by their id.
"""

import argparse
import datetime as dt
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.changing import held_out
from matching.ranker import Ranker
from matching.text import guess_language, stems
from tracker.core.call import Call, CallData, CallText, Claim

if TYPE_CHECKING:
    import numpy.typing as npt

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FORM_LANGUAGES = {"nl": "nl", "snl": "nl", "lnl": "nl", "en": "en", "sen": "en", "len": "en"}
"""The language of each form of a query; a form that is not here mixes languages."""

Run = Mapping[str, Sequence[str]]
"""The ids of the documents for each query, best first."""


@dataclass(frozen=True, slots=True)
class Document:
    """One call of a pack."""

    id: str
    title: str
    description: str

    @property
    def text(self) -> str:
        """All its words."""
        return f"{self.title}\n{self.description}"


@dataclass(frozen=True, slots=True)
class Pack:
    """Calls, queries, and which calls are relevant (grade 1 or 2) for which theme."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """The mean figures of one system on the `n` queries of one form of one pack, and its times."""

    pack: str
    system: str
    form: str
    n: int
    ndcg10: float
    recall50: float
    map: float
    index_seconds: float = 0.0
    query_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Timed:
    """A run, the seconds to index the documents, and the mean milliseconds of a query, in processor time."""

    run: Run
    index_seconds: float
    query_ms: float


Search = Callable[[str, str], Sequence[str]]
"""Ranks all documents for a query (its name, its text): their ids, best first."""


def read_pack(folder: Path) -> Pack:
    """Read a pack from its folder."""
    lines = (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    documents = tuple(Document(**json.loads(line)) for line in lines)
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        theme, document, grade = line.split("\t")
        grades[theme][document] = int(grade)
    return Pack(
        folder.name, documents, json.loads((folder / "queries.json").read_text(encoding="utf-8")), grades
    )


def index_ours(pack: Pack) -> Search:
    """Rank with the product's own ranker, as `tracker match` does; silent documents follow by their id."""
    return search_ours(pack, Ranker.fit(calls_of(pack)))


def search_ours(pack: Pack, ranker: Ranker) -> Search:
    """Rank with a ranker that knows the calls of a pack."""
    ids = [document.id for document in pack.documents]
    by_id = sorted(ids)

    def search(name: str, text: str) -> list[str]:
        order = ranker.order_text(text, FORM_LANGUAGES.get(name.rpartition(".")[2]))
        found = [ids[number - 1] for number in order]
        told = set(found)
        return found + [document for document in by_id if document not in told]

    return search


def index_tfidf(pack: Pack) -> Search:
    """Rank with scikit-learn's TF-IDF over plain words, by cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform([document.text for document in pack.documents])
    return _by_scores(pack, lambda text: (matrix @ vectorizer.transform([text]).T).toarray().ravel())


def index_lsa(pack: Pack) -> Search:
    """Rank with latent semantic analysis: 200 dimensions of the same TF-IDF, by cosine."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    vectorizer = TfidfVectorizer(sublinear_tf=True)
    matrix = vectorizer.fit_transform([document.text for document in pack.documents])
    size = min(200, min(matrix.shape) - 1)
    reduction = TruncatedSVD(n_components=size, random_state=0)
    space = normalize(reduction.fit_transform(matrix))
    return _by_scores(
        pack, lambda text: space @ normalize(reduction.transform(vectorizer.transform([text]))).ravel()
    )


def index_bm25s(pack: Pack) -> Search:
    """Rank with the library bm25s over the product's own stems."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([stems(document.text, "en") or ["-"] for document in pack.documents], show_progress=False)

    def scores(text: str) -> "npt.ArrayLike":
        words = [word for word in stems(text, guess_language(text)) if word in retriever.vocab_dict]
        return retriever.get_scores(words) if words else [0.0] * len(pack.documents)

    return _by_scores(pack, scores)


INDEXERS: dict[str, Callable[[Pack], Search]] = {
    "ours": index_ours,
    "tfidf": index_tfidf,
    "bm25s": index_bm25s,
    "lsa": index_lsa,
}


def timed(pack: Pack, system: str) -> Timed:
    """Index a pack and ask its queries, in processor time, the second time that each is asked."""
    with held_out(pack.name, pack.queries):
        began = time.process_time()
        search = INDEXERS[system](pack)
        index_seconds = time.process_time() - began
        for name, text in pack.queries.items():  # what is read once, like the word lists, is no query's time
            search(name, text)
        began = time.process_time()
        run = {name: search(name, text) for name, text in pack.queries.items()}
        spent = time.process_time() - began
    return Timed(run, index_seconds, 1000.0 * spent / max(1, len(run)))


def _system(name: str) -> Callable[[Pack], Run]:
    return lambda pack: timed(pack, name).run


SYSTEMS: dict[str, Callable[[Pack], Run]] = {name: _system(name) for name in INDEXERS}
"""Each system as a function that ranks all documents of a pack for all its queries."""


def measure(pack: Pack, system: str, outcome: Timed) -> list[Figures]:
    """Give the figures of one run, a line for each form of the queries."""
    lines = []
    for form, rows in per_query(pack, outcome.run).items():
        ndcg10, recall50, precision = (
            round(sum(column) / len(rows), 3) for column in zip(*rows.values(), strict=True)
        )
        times = round(outcome.index_seconds, 4), round(outcome.query_ms, 3)
        lines.append(Figures(pack.name, system, form, len(rows), ndcg10, recall50, precision, *times))
    return lines


def per_query(pack: Pack, run: Run) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Give nDCG@10, recall@50 and average precision of each query that has judgements, by form."""
    by_form: dict[str, dict[str, tuple[float, float, float]]] = defaultdict(dict)
    for query in pack.queries:
        theme, _, form = query.rpartition(".")
        grades = pack.grades.get(theme, {})
        if grades:
            by_form[form][query] = _figures_of_query(run.get(query, ()), grades)
    return dict(by_form)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Give the 95 % interval of a mean over queries, by 2,000 bootstrap samples with a fixed seed."""
    draw = random.Random(0)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(2000))
    return means[49], means[1949]


def _figures_of_query(ranking: Sequence[str], grades: Mapping[str, int]) -> tuple[float, float, float]:
    gains = [grades.get(document, 0) for document in ranking]
    ideal = sorted(grades.values(), reverse=True)
    hits, precision = 0, 0.0
    for place, gain in enumerate(gains, 1):
        if gain:
            hits += 1
            precision += hits / place
    recall = sum(gain > 0 for gain in gains[:50]) / min(len(grades), 50)
    return _dcg(gains) / _dcg(ideal), recall, precision / len(grades)


def _dcg(gains: Sequence[int]) -> float:
    return sum((2.0**gain - 1.0) / math.log2(place + 2) for place, gain in enumerate(gains[:10]))


def _by_scores(pack: Pack, scores: Callable[[str], "npt.ArrayLike"]) -> Search:
    import numpy as np

    ids = np.asarray([document.id for document in pack.documents])

    def search(_name: str, text: str) -> list[str]:
        order = np.lexsort((ids, -np.asarray(scores(text), dtype=float)))
        found: list[str] = ids[order].tolist()
        return found

    return search


def calls_of(pack: Pack) -> list[Call]:
    """Give the documents of a pack as calls, with the ids 1, 2, … in their order."""
    return [_call(number, document) for number, document in enumerate(pack.documents, 1)]


def _call(number: int, document: Document) -> Call:
    text = CallText(guess_language(document.text[:1000]), document.title, document.description)
    data = CallData(
        source="pack", source_ref=document.id, identifier=document.id, url="", texts=(text,), claim=Claim.OPEN
    )
    return Call(id=number, data=data, first_seen=NOW, last_seen=NOW)


def table(packs: Sequence[Pack], systems: Sequence[str]) -> list[str]:
    """Give the figures as lines of a Markdown table, with the 95 % interval of nDCG@10."""
    lines = [
        "| pack | system | form | n | nDCG@10 | 95 % | recall@50 | MAP | index s | query ms |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for pack in packs:
        for system in systems:
            outcome = timed(pack, system)
            rows = per_query(pack, outcome.run)
            for line in measure(pack, system, outcome):
                low, high = interval([figures[0] for figures in rows[line.form].values()])
                lines.append(
                    f"| {line.pack} | {line.system} | {line.form} | {line.n} | {line.ndcg10:.3f} | "
                    f"{low:.2f}-{high:.2f} | {line.recall50:.3f} | {line.map:.3f} | "
                    f"{line.index_seconds:.2f} | {line.query_ms:.1f} |"
                )
    return lines


def query_lines(pack: Pack, system: str) -> list[str]:
    """Give the figures of each query as lines of text."""
    rows = per_query(pack, timed(pack, system).run)
    return [
        f"{pack.name:<14} {system:<7} {query:<14} {ndcg10:.3f} {recall50:.3f} {precision:.3f}  "
        f"{pack.queries[query]}"
        for form in rows.values()
        for query, (ndcg10, recall50, precision) in form.items()
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the systems asked for on the packs asked for, and print a line for each form."""
    parser = argparse.ArgumentParser(prog="benchmarks.ranking", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--pack", type=Path, action="append", required=True, help="folder of a pack; may be repeated"
    )
    parser.add_argument("--system", choices=list(SYSTEMS), action="append", help="all systems without it")
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of a table")
    parser.add_argument("--queries", action="store_true", help="print each query too")
    options = parser.parse_args(arguments)
    packs, systems = [read_pack(folder) for folder in options.pack], options.system or list(SYSTEMS)
    if options.json:
        lines = [line for pack in packs for one in systems for line in measure(pack, one, timed(pack, one))]
        print(json.dumps([asdict(line) for line in lines], indent=1))
        return
    if options.queries:
        print("\n".join(line for pack in packs for one in systems for line in query_lines(pack, one)) + "\n")
    print("\n".join(table(packs, systems)))


if __name__ == "__main__":
    main()
