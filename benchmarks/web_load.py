"""Lets people work with the review page of a real server, over many calls, and tells how long they wait.

    python -m benchmarks web-load [--users 50] [--seconds 60] [--calls 10000] [--folder DIR]

Makes a database of our own calls (`benchmarks.many_calls`; with --folder it is kept and used again), starts
`tracker serve` on it, signs everybody in, and lets each read lists, calls and search results for so many
seconds, with 2 to 8 seconds of reading between two pages. Times are until the last byte, in milliseconds;
the first page of each kind after the start, which loads what all later ones use, is told apart. Server and
readers share the machine.
"""

import argparse
import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles

import httpx

from benchmarks.many_calls import make_database
from tracker.accounts import Accounts
from tracker.app import App
from tracker.config import load_settings
from tracker.core.person import Role

THINKING = (2.0, 8.0)
"""Seconds that somebody reads before the next page."""
GOOD, SEE_OTHER = 200, 303
KINDS = ("list", "call", "search")
SHARES = (50, 30, 20)
"""How often somebody asks for each kind of page, of a hundred."""
LISTS = (
    "",
    "page=7",
    "priority=klimaat&strength=possible",
    "priority=inkoop&priority=sociaal&sort=decide",
    "decide_within=60&strength=good&sort=decide",
    "domain=fysiek&state=new&sort=deadline",
    "programme=horizon-europe&budget_min=1000000&sort=budget",
    "strength=possible&news=7",
    "status=all&assignee=me&sort=decide",
    "source=portal&region=open&per_page=50",
)
WORDS = ("warmtenet", "energie", "circulair", "heritage", "inclusion", "stad", "public procurement", "één")


@dataclass(frozen=True, slots=True)
class Asked:
    """One page that somebody asked for: its kind, how long it took in seconds, and its status, 0 for none."""

    kind: str
    seconds: float
    status: int


@contextmanager
def serving(database_url: str) -> Iterator[str]:
    """Run `tracker serve` on a database as a process of its own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "TRACKER_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "tracker.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(address).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def add_people(app: App, number: int) -> dict[str, str]:
    """Give so many people an account, or a new password where they have one; gives passwords by address."""
    accounts = Accounts(app.engine, app.now)
    known = {person.email: person for person in accounts.people()}
    passwords = {}
    for address in (f"person{place}@example.org" for place in range(number)):
        if address in known:
            passwords[address] = accounts.reset_password(known[address].id)
        else:
            _, passwords[address] = accounts.add(address, "Person at work", Role.REVIEWER)
    return passwords


async def work(base: str, address: str, password: str, *, seconds: float, seed: int) -> list[Asked]:
    """Let one person sign in and read until the time is over; signing in is not measured."""
    random, asked, ids = Random(seed), [], [1]
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        await _sign_in(client, address, password)
        until = time.monotonic() + seconds
        await asyncio.sleep(random.uniform(0, THINKING[1]))
        while time.monotonic() < until:
            kind = random.choices(KINDS, SHARES)[0]
            one, page = await _ask(client, kind, _path(kind, ids, random))
            asked.append(one)
            ids = [int(found) for found in re.findall(r'href="/calls/(\d+)"', page)] or ids
            await asyncio.sleep(random.uniform(*THINKING))
    return asked


def _path(kind: str, ids: Sequence[int], random: Random) -> str:
    if kind == "call":
        return f"/calls/{random.choice(ids)}"
    if kind == "search":
        return f"/calls?{httpx.QueryParams(text=random.choice(WORDS))}"
    query = random.choice(LISTS)
    return f"/calls?{query}" if query else "/calls"


async def _ask(client: httpx.AsyncClient, kind: str, path: str) -> tuple[Asked, str]:
    began = time.perf_counter()
    try:
        answer = await client.get(path)
    except httpx.TransportError:
        return Asked(kind, time.perf_counter() - began, 0), ""
    return Asked(kind, time.perf_counter() - began, answer.status_code), answer.text


async def _work_all(
    base: str, passwords: Mapping[str, str], seconds: float
) -> tuple[list[Asked], list[Asked]]:
    """Give what was asked first, by one person alone, and what all asked together after it."""
    first = await _ask_each(base, *next(iter(passwords.items())))
    people = [
        work(base, address, password, seconds=seconds, seed=place)
        for place, (address, password) in enumerate(passwords.items())
    ]
    return first, [one for asked in await asyncio.gather(*people) for one in asked]


async def _ask_each(base: str, address: str, password: str) -> list[Asked]:
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        await _sign_in(client, address, password)
        return [(await _ask(client, kind, _path(kind, [1], Random(1))))[0] for kind in KINDS]


async def _sign_in(client: httpx.AsyncClient, address: str, password: str) -> None:
    answer = await client.post("/sign-in", data={"email": address, "password": password})
    if answer.status_code != SEE_OTHER:
        raise RuntimeError(f"{address} cannot sign in: {answer.status_code}")


def table(asked: Sequence[Asked]) -> list[str]:
    """Give the waiting times as lines of a Markdown table, milliseconds."""
    lines = [
        "| pages | requests | median ms | p95 ms | longest ms | errors |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in (*KINDS, "all"):
        times = [1000 * one.seconds for one in asked if kind in {one.kind, "all"}]
        errors = sum(one.status != GOOD for one in asked if kind in {one.kind, "all"})
        if len(times) > 1:
            tail = quantiles(times, n=20)[-1]
            figures = f"{median(times):.0f} | {tail:.0f} | {max(times):.0f}"
            lines.append(f"| {kind} | {len(times)} | {figures} | {errors} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks web-load", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--users", type=int, default=50, help="how many people work at once")
    parser.add_argument("--seconds", type=float, default=60, help="for how long")
    parser.add_argument("--calls", type=int, default=10_000, help="how many calls are stored")
    parser.add_argument("--folder", type=Path, help="keep the database here and use it again")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        app = open_database(folder, options.calls)
        passwords = add_people(app, options.users)
        with serving(app.settings.database_url) as base:
            first, asked = asyncio.run(_work_all(base, passwords, options.seconds))
    print(f"\n{options.users} people, {options.seconds:.0f} s, {options.calls} calls, {os.cpu_count()} cores")
    print("\n".join(table(asked)))
    print("first: " + ", ".join(f"{one.kind} {1000 * one.seconds:.0f} ms" for one in first))
    if errors := Counter(one.status for one in asked if one.status != GOOD):
        print("errors by status: " + ", ".join(f"{status}: {number}" for status, number in errors.items()))


def open_database(folder: Path, number: int) -> App:
    """Give the product on the database in `folder`, which is made where there is none."""
    file = folder / "demo" / "demo.db"
    if not file.exists():
        return make_database(folder, number)
    return App(settings=load_settings({"database_url": f"sqlite:///{file.absolute()}"}))


if __name__ == "__main__":
    main()
