"""Measures how well the product ranks real calls, beside plain systems of the same run.

    python -m benchmarks.ranking --pack DIR [--pack DIR …] [--system NAME …] [--json]

A pack is a folder with `docs.jsonl` (id, title, description), `queries.json` ("theme.form": text) and
`qrels.tsv` (theme, id, grade). Figures: nDCG@10 with gain 2^grade - 1, recall in the first 50, and mean
average precision over the whole ranking; a document without a judgement counts as not relevant.
"""

import argparse
import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
    """The mean figures of one system on one form of the queries of one pack."""

    pack: str
    system: str
    form: str
    queries: int
    ndcg10: float
    recall50: float
    map: float


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


def run_ours(pack: Pack) -> Run:
    """Rank with the product's own ranker, as `tracker match` does."""
    ranker = Ranker.fit([_call(number, document) for number, document in enumerate(pack.documents, 1)])
    run = {}
    for query, text in pack.queries.items():
        language = FORM_LANGUAGES.get(query.rpartition(".")[2])
        found = [pack.documents[call_id - 1].id for call_id in ranker.order_text(text, language)]
        silent = {document.id for document in pack.documents}.difference(found)
        run[query] = [*found, *sorted(silent)]
    return run


def run_tfidf(pack: Pack) -> Run:
    """Rank with scikit-learn's TF-IDF over plain words, by cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform([document.text for document in pack.documents])
    return _by_scores(pack, lambda text: (matrix @ vectorizer.transform([text]).T).toarray().ravel())


def run_lsa(pack: Pack) -> Run:
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


def run_bm25s(pack: Pack) -> Run:
    """Rank with the library bm25s over the product's own stems."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([stems(document.text, "en") or ["-"] for document in pack.documents], show_progress=False)

    def scores(text: str) -> "npt.ArrayLike":
        words = [word for word in stems(text, guess_language(text)) if word in retriever.vocab_dict]
        return retriever.get_scores(words) if words else [0.0] * len(pack.documents)

    return _by_scores(pack, scores)


SYSTEMS: dict[str, Callable[[Pack], Run]] = {
    "ours": run_ours,
    "tfidf": run_tfidf,
    "bm25s": run_bm25s,
    "lsa": run_lsa,
}


def measure(pack: Pack, system: str, run: Run) -> list[Figures]:
    """Give the figures of one run, a line for each form of the queries."""
    by_form: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for query in pack.queries:
        theme, _, form = query.rpartition(".")
        grades = pack.grades.get(theme, {})
        if grades:
            by_form[form].append(_figures_of_query(run.get(query, ()), grades))
    return [
        Figures(
            pack.name,
            system,
            form,
            len(rows),
            *(round(sum(column) / len(rows), 3) for column in zip(*rows, strict=True)),
        )
        for form, rows in by_form.items()
    ]


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


def _by_scores(pack: Pack, scores: Callable[[str], "npt.ArrayLike"]) -> Run:
    import numpy as np

    run = {}
    for query, text in pack.queries.items():
        values = np.asarray(scores(text), dtype=float).tolist()
        pairs = zip(values, (document.id for document in pack.documents), strict=True)
        run[query] = [document for _, document in sorted(pairs, key=lambda pair: (-pair[0], pair[1]))]
    return run


def _call(number: int, document: Document) -> Call:
    text = CallText(guess_language(document.text), document.title, document.description)
    data = CallData(
        source="pack", source_ref=document.id, identifier=document.id, url="", texts=(text,), claim=Claim.OPEN
    )
    return Call(id=number, data=data, first_seen=NOW, last_seen=NOW)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the systems asked for on the packs asked for, and print a line for each form."""
    parser = argparse.ArgumentParser(prog="benchmarks.ranking", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--pack", type=Path, action="append", required=True, help="folder of a pack; may be repeated"
    )
    parser.add_argument("--system", choices=list(SYSTEMS), action="append", help="all systems without it")
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of a table")
    options = parser.parse_args(arguments)
    figures = [
        line
        for pack in map(read_pack, options.pack)
        for system in options.system or SYSTEMS
        for line in measure(pack, system, SYSTEMS[system](pack))
    ]
    if options.json:
        print(json.dumps([asdict(line) for line in figures], indent=1))
        return
    print(f"{'pack':<14} {'system':<7} {'form':<5} {'n':>3} {'nDCG@10':>8} {'R@50':>6} {'MAP':>6}")
    for line in figures:
        print(
            f"{line.pack:<14} {line.system:<7} {line.form:<5} {line.queries:>3} "
            f"{line.ndcg10:>8.3f} {line.recall50:>6.3f} {line.map:>6.3f}"
        )


if __name__ == "__main__":
    main()
