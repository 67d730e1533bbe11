from pathlib import Path

import pytest

from benchmarks.__main__ import DOCUMENT, write_table


def test_a_table_replaces_the_one_before_and_nothing_else(tmp_path: Path) -> None:
    document = tmp_path / "matching.md"
    document.write_text("Before\n<!-- speed -->\nold\n<!-- /speed -->\nAfter\n", encoding="utf-8")
    write_table(document, "speed", ["| new |"])
    write_table(document, "speed", ["| newer |"])
    assert document.read_text(encoding="utf-8") == (
        "Before\n<!-- speed -->\n| newer |\n<!-- /speed -->\nAfter\n"
    )


def test_a_document_without_marks_is_told(tmp_path: Path) -> None:
    document = tmp_path / "matching.md"
    document.write_text("Nothing here\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no marks for the table 'speed'"):
        write_table(document, "speed", [])


@pytest.mark.parametrize("name", ["ranking", "speed", "feedback", "ablation", "judged", "strengths"])
def test_the_document_has_a_place_for_each_table(name: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"<!-- {name} -->\n" in text
    assert f"<!-- /{name} -->" in text
