"""A kill in mid-run, two runs at once, a locked database, a full disk: nothing lost, nothing told twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import tracker
from tests.proof.product import PORTAL, Product, main_job
from tracker.core.delivery import DeliveryState
from tracker.core.errors import StorageError
from tracker.demo.faults import Fault, FaultKind
from tracker.demo.portal import rows
from tracker.demo.server import PortalStandIn

ROOT = Path(tracker.__file__).parent.parent
RUN = (
    *(sys.executable, "-c", "from tracker.cli.main import main; main()", "--at", "2026-11-23T08:00", "run"),
    *(word for name in PORTAL for word in ("--source", name)),
)
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CONTACTS = 4
KILLS = 25
ONE_LINE = 1


@pytest.fixture
def portal() -> Iterator[PortalStandIn]:
    with PortalStandIn(rows(date(2026, 11, 23))) as stand_in:
        yield stand_in


def _start(product: Product, **more: str) -> subprocess.Popen[str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    return subprocess.Popen(
        RUN,
        cwd=ROOT,
        env=inherited | product.environment() | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for_request(portal: PortalStandIn, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 30
    while not portal.requests and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)


def _finish(product: Product) -> None:
    """Do the main job to its end in this process: it fails where a lock was left."""
    with product.app(AT) as app:
        collected, _ = main_job(app)
    assert [one.error for one in collected] == [None, None]


def _assert_told_once(product: Product) -> None:
    """See that each contact has its one edition, in the files as in the outbox, and no file is a half one."""
    sent = product.rows("SELECT * FROM deliveries")
    assert len({(row["contact"], row["edition"], row["channel"]) for row in sent}) == len(sent) == CONTACTS
    assert {row["state"] for row in sent} == {"sent"}
    visible = {path.name: path.read_bytes() for path in product.out.iterdir() if path.name[0] != "."}
    assert len(visible) == 2 * CONTACTS
    assert {row["message"] for row in sent} | {row["html"].encode() for row in sent} == set(visible.values())


@dataclass(frozen=True)
class Killed:
    """A product whose run was killed, and whether the kill came in time."""

    product: Product
    in_time: bool

    def reached(self) -> str:
        """Tell how far the run had come."""
        if not self.product.file.exists():
            return "no database yet"
        tables = {row["name"] for row in self.product.rows("SELECT name FROM sqlite_master")}
        if "deliveries" not in tables:
            return "no tables yet"
        for table in ("runs", "calls", "projections", "matches", "deliveries"):
            if not self.product.rows(f"SELECT 1 FROM {table} LIMIT 1"):
                return f"no {table} yet"
        unsent = self.product.rows("SELECT 1 FROM deliveries WHERE state <> 'sent'")
        whole = len(self.product.rows("SELECT 1 FROM deliveries")) == CONTACTS
        return "all sent" if whole and not unsent else "outbox under way"


def _kill(folder: Path, chance: float, *, from_start: bool) -> Killed:
    """Start a run and kill it at a moment between its start (or its first request) and its usual end."""
    folder.mkdir()
    with PortalStandIn(rows(date(2026, 11, 23))) as portal:
        product = Product(folder, portal.url)
        process = _start(product)
        if not from_start:
            _wait_for_request(portal, process)
        try:
            process.wait(chance * 2.0)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        return Killed(product, process.returncode == -signal.SIGKILL)


def test_after_a_kill_at_any_moment_the_next_run_completes(
    portal: PortalStandIn, tmp_path: Path, say: Callable[[str], None]
) -> None:
    whole = Product(tmp_path / "whole", portal.url)
    _finish(whole)
    _assert_told_once(whole)
    chances = random.Random(20261123)
    with ThreadPoolExecutor(max_workers=2) as pool:
        kills = [
            pool.submit(_kill, tmp_path / str(place), chances.random(), from_start=place % 5 == 0)
            for place in range(KILLS)
        ]
    killed = [kill.result() for kill in kills]
    reached = Counter(one.reached() for one in killed if one.in_time)
    say(f"kills: {reached.total()} of {KILLS} runs were killed in time, when there were: {dict(reached)}")
    assert reached.total() > KILLS / 2
    for one in killed:
        after = Product(one.product.folder, portal.url)
        _finish(after)
        _assert_told_once(after)
        assert after.content() == whole.content()
        assert after.results() == whole.results()
        assert after.rows("SELECT * FROM runs WHERE state = 'running'") == []


def test_a_second_run_says_that_one_is_going_on_and_stops(portal: PortalStandIn, tmp_path: Path) -> None:
    product = Product(tmp_path, portal.url)
    portal.faults = [Fault(kind=FaultKind.HANG, seconds=4, times=1)]
    first = _start(product, TRACKER_REQUEST_TIMEOUT="30")
    _wait_for_request(portal, first)
    second = _start(product)
    _, complaint = second.communicate(timeout=30)
    assert second.returncode == 1
    assert len(complaint.splitlines()) == ONE_LINE
    assert "another run is running" in complaint
    _, complaint = first.communicate(timeout=30)
    assert (first.returncode, complaint) == (0, "")
    _assert_told_once(product)


@contextmanager
def _locked_elsewhere(product: Product) -> Iterator[None]:
    """Let another process hold the database for itself."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); "
        "print('locked', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        (sys.executable, "-c", script, product.file), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    try:
        yield
    finally:
        holder.communicate("")


@pytest.mark.parametrize("moment", ["from the start", "while sources are read"])
def test_a_locked_database_is_said_and_harms_nothing(
    moment: str, portal: PortalStandIn, tmp_path: Path
) -> None:
    product = Product(tmp_path, portal.url)
    _finish(product)
    before = product.content(), product.results()
    portal.requests.clear()
    impatient = {"TRACKER_DATABASE_URL": f"sqlite:///{product.file}?timeout=0.2"}
    if moment == "from the start":
        with _locked_elsewhere(product):
            process = _start(product, **impatient)
            _, complaint = process.communicate(timeout=30)
    else:
        portal.faults = [Fault(kind=FaultKind.HANG, seconds=1.5, times=2)]
        process = _start(product, **impatient, TRACKER_REQUEST_TIMEOUT="30")
        _wait_for_request(portal, process)
        time.sleep(0.5)  # both sources have their run rows; both are being waited for
        with _locked_elsewhere(product):
            _, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaint == "tracker: another process is using the database; try again when it has finished\n"
    assert (product.content(), product.results()) == before
    _finish(product)
    _assert_told_once(product)
    assert (product.content(), product.results()) == before


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[None]:
    """Put a disk of this size at a folder; only the superuser of a machine that allows it can."""
    folder.mkdir()
    mounted = subprocess.run(
        ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(("umount", folder), check=True)


def test_a_disk_that_is_full_of_digests_leaves_no_half_file(portal: PortalStandIn, tmp_path: Path) -> None:
    product = Product(tmp_path, portal.url)
    with _small_disk(product.out, "64k"):
        with product.app(AT) as app:
            collected, handed = main_job(app)
        assert {one.error for one in collected} == {None}
        failed = [one for one in handed if one.state is DeliveryState.PENDING]
        assert failed
        for one in failed:
            assert "No space left on device. Make room or correct the folder" in one.error
        sent = [one for one in handed if one.state is DeliveryState.SENT]
        written = {path.name: path.read_bytes() for path in product.out.iterdir()}
        whole = {row["message"] for row in product.rows("SELECT message FROM deliveries")}
        whole |= {row["html"].encode() for row in product.rows("SELECT html FROM deliveries")}
        assert len(written) >= 2 * len(sent)
        assert set(written.values()) <= whole
        assert not any(name.startswith(".") for name in written)
    _finish(product)
    late = {row["contact"]: row for row in product.rows("SELECT * FROM deliveries")}
    assert {row["state"] for row in late.values()} == {"sent"}
    for one in failed:
        assert late[one.delivery.contact]["attempts"] == 2
        assert late[one.delivery.contact]["error"] == ""


def test_a_disk_too_small_for_the_database_is_said_and_room_mends_it(
    portal: PortalStandIn, tmp_path: Path
) -> None:
    product = Product(tmp_path / "small", portal.url)
    with _small_disk(product.folder, "600k"):
        with pytest.raises(StorageError, match="the disk is full; free some space"):
            _finish(product)
        with closing(sqlite3.connect(product.file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        subprocess.run(("mount", "-o", "remount,size=64m", product.folder), check=True)
        _finish(product)
        _assert_told_once(product)
