"""Lets the proofs show their figures, whatever pytest captures."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Give a function that prints a line of figures, and adds it to the file TRACKER_FIGURES where set."""

    def speak(line: str) -> None:
        reporter = request.config.pluginmanager.getplugin("terminalreporter")
        capture = request.config.pluginmanager.getplugin("capturemanager")
        if reporter is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                reporter.write_line(f"\n{line}")
        if file := os.environ.get("TRACKER_FIGURES"):
            with Path(file).open("a", encoding="utf-8") as figures:
                figures.write(line + "\n")

    return speak
