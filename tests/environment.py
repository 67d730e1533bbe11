"""A process without any setting of ours, in an empty folder; import the fixture into a `conftest.py`."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forget every setting and stand in an empty folder: a developer's own `.env` decides no test."""
    for name in list(os.environ):
        if name.upper().startswith("TRACKER_") or name in {"LC_ALL", "LC_MESSAGES", "LANG", "FORCE_COLOR"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
