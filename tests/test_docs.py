"""The documents keep step with the product: commands, settings, links, version; and name no machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.cli.test_doors import ALL
from tracker.config import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROSE = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)

MACHINE = re.compile(r"(?<![\w.~$}*/-])/(?:work|root|tmp|home/\w+)(?:/|\b)")
REGISTRY = re.compile(
    r"https?://[^\s\"']*(?:pypi|pythonhosted|npmjs|artifactory|nexus|proxy\.golang)[^\s\"']*"
)
MAY_NAME_MACHINES = {
    "tests/test_docs.py",  # the patterns themselves
    "tests/demo/test_portal_stand_in.py",  # sees that no such name is written
}


def tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no checkout of git, so there is no list of tracked files")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Give a file's text, empty for what is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_is_in_the_documents(words: tuple[str, ...]) -> None:
    assert re.search(rf"\btracker {' '.join(words)}\b", PROSE)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_documents_as_it_describes_itself(name: str) -> None:
    row = next((line for line in PROSE.splitlines() if line.startswith(f"| `TRACKER_{name.upper()}` |")), "")
    assert row, f"TRACKER_{name.upper()} is not in docs/settings.md"
    assert (Settings.model_fields[name].description or "").rstrip(".") in row


def test_the_documents_name_no_setting_that_does_not_exist() -> None:
    known = {f"TRACKER_{name.upper()}" for name in Settings.model_fields} | {"TRACKER_REAL_DATA"}
    assert set(re.findall(r"TRACKER_[A-Z_]*[A-Z]", PROSE)) <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_project_resolves(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    inside = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in inside if not (document.parent / link).exists()] == []


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\]", changelog, flags=re.MULTILINE)


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in tracked_files()
        if str(path.relative_to(ROOT)) not in MAY_NAME_MACHINES
        for pattern in (MACHINE, REGISTRY)
        for hit in pattern.finditer(text_of(path))
    ]
    assert found == []


@pytest.mark.parametrize("text", ["see /work/main", "'/tmp/x'", "cd /root", "in /home/someone/x"])
def test_the_pattern_sees_a_machine(text: str) -> None:
    assert MACHINE.search(text)


@pytest.mark.parametrize("text", ["https://example.org/work/1", "art/work/", "home/work", "~/tmp"])
def test_the_pattern_sees_no_machine_in_an_address(text: str) -> None:
    assert not MACHINE.search(text)
