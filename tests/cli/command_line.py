"""Runs the real command line: in this process, or as a process of its own."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import main

PORTAL = ("--source", "portal", "--source", "portal-cascade")
"""The sources that the demo's stand-in answers for: no test reads another."""

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """`tracker …` as a person or a program calls it."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Said:
        self.monkeypatch.setattr(sys, "argv", ["tracker", *arguments])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self.capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Said(code or 0, captured.out, captured.err)

    def good(self, *arguments: str, stdin: bytes = b"") -> Said:
        said = self(*arguments, stdin=stdin)
        assert said.status == 0, said
        return said


def start_process(*arguments: str) -> subprocess.Popen[str]:
    """Start the command line as a process, in the present folder and with the present environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_process(*arguments: str) -> Said:
    """Run the command line as a process to its end."""
    process = start_process(*arguments)
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, err)
