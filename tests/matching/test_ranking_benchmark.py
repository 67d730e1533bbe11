import json
from pathlib import Path

import pytest

from benchmarks.ranking import SYSTEMS, Timed, interval, main, measure, read_pack

DOCUMENTS = [
    {"id": "D1", "title": "District heating for towns", "description": "Heat networks in neighbourhoods."},
    {"id": "D2", "title": "Museums and crafts", "description": "Heritage that lives."},
    {"id": "D3", "title": "Better membranes", "description": "Ions move."},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)), encoding="utf-8")
    queries = {"heat.sen": "district heating", "heat.snl": "warmtenet", "arts.sen": "museums"}
    (tmp_path / "queries.json").write_text(json.dumps(queries), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("heat\tD1\t2\narts\tD2\t1\n", encoding="utf-8")
    return tmp_path


def test_the_figures_are_those_of_the_definition(folder: Path) -> None:
    pack = read_pack(folder)
    run = {"heat.sen": ["D3", "D1"], "arts.sen": ["D2"], "heat.snl": ["D2"]}
    english, dutch = measure(pack, "by hand", Timed(run, 0.0, 0.0))
    assert (english.form, english.n) == ("sen", 2)
    assert english.ndcg10 == pytest.approx((0.6309 + 1.0) / 2, abs=0.001)
    assert (english.recall50, english.map) == (1.0, 0.75)
    assert (dutch.form, dutch.ndcg10, dutch.recall50, dutch.map) == ("snl", 0.0, 0.0, 0.0)


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_every_system_finds_what_is_said_in_so_many_words(folder: Path, system: str) -> None:
    pack = read_pack(folder)
    run = SYSTEMS[system](pack)
    assert run["heat.sen"][0] == "D1"
    assert run["arts.sen"][0] == "D2"


def test_the_product_finds_english_calls_for_a_dutch_question(folder: Path) -> None:
    assert SYSTEMS["ours"](read_pack(folder))["heat.snl"][0] == "D1"


def test_the_figures_are_printed_as_a_table_or_as_json(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--pack", str(folder), "--system", "ours", "--json"])
    lines = json.loads(capsys.readouterr().out)
    assert {line["form"] for line in lines} == {"sen", "snl"}
    names = "pack system form n ndcg10 recall50 map index_seconds query_ms"
    assert all(list(line) == names.split() for line in lines)
    assert all(line["index_seconds"] > 0 and line["query_ms"] > 0 for line in lines)
    main(["--pack", str(folder), "--system", "ours", "--queries"])
    printed = capsys.readouterr().out
    assert "nDCG@10" in printed
    assert "warmtenet" in printed


def test_an_interval_holds_the_mean_and_narrows_with_agreement() -> None:
    low, high = interval([0.2, 0.4, 0.9])
    assert 0.2 <= low < 0.5 < high <= 0.9
    assert interval([0.5, 0.5]) == (0.5, 0.5)
