"""Locks between processes, between threads, and after a sudden death."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db.engine import Engine, hold_lock, make_engine
from tests.databases import address
from tests.db.processes import other_process
from tracker.core.errors import StorageBusyError, StorageError

HOLDER = """
import sys
from db.engine import hold_lock, make_engine
with hold_lock(make_engine(sys.argv[1]), sys.argv[2]):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=["file or server", "memory"])
def any_engine(request: pytest.FixtureRequest, engine: Engine) -> Engine:
    return engine if request.param != "memory" else make_engine("sqlite://")


def test_a_lock_is_held_once_and_then_free(any_engine: Engine) -> None:
    with (
        hold_lock(any_engine, "collect"),
        pytest.raises(StorageBusyError, match="another collect is running"),
        hold_lock(any_engine, "collect"),
    ):
        pytest.fail("held twice")
    with hold_lock(any_engine, "collect"):
        pass


def test_locks_of_other_names_are_apart(any_engine: Engine) -> None:
    with hold_lock(any_engine, "collect"), hold_lock(any_engine, "digest"):
        pass


def test_locks_of_other_databases_are_apart(tmp_path: Path) -> None:
    first, second = (make_engine(f"sqlite:///{tmp_path}/{name}.db") for name in ("first", "second"))
    with hold_lock(first, "collect"), hold_lock(second, "collect"):
        pass
    with hold_lock(make_engine("sqlite://"), "collect"), hold_lock(make_engine("sqlite://"), "collect"):
        pass


def test_a_lock_is_freed_when_its_block_fails(any_engine: Engine) -> None:
    with pytest.raises(KeyError), hold_lock(any_engine, "collect"):
        raise KeyError("a bug")
    with hold_lock(any_engine, "collect"):
        pass


def test_patience_waits_for_the_holder(any_engine: Engine) -> None:
    def work(_number: int) -> tuple[float, float]:
        with hold_lock(any_engine, "collect", patience=10):
            began = time.monotonic()
            time.sleep(0.2)
            return began, time.monotonic()

    with ThreadPoolExecutor(2) as pool:
        (_, first_ended), (second_began, _) = sorted(pool.map(work, range(2)))
    assert second_began >= first_ended


def test_another_process_holds_the_lock_until_it_is_killed(engine: Engine) -> None:
    with other_process(HOLDER, address(engine), "collect") as process:
        with (
            pytest.raises(StorageBusyError, match="another collect is running"),
            hold_lock(engine, "collect"),
        ):
            pytest.fail("held by two processes")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with hold_lock(engine, "collect", patience=5):  # a server needs a moment to notice
            pass


def test_a_lock_file_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/tracker.db")
    (tmp_path / "tracker.db.collect.lock").mkdir()
    with (
        pytest.raises(StorageError, match=r"lock cannot be made \(Is a directory\)"),
        hold_lock(engine, "collect"),
    ):
        pytest.fail("held without a file")
