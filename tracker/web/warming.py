"""Opens the ranker's index when the server starts: the first visitor of a call does not wait for it."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from fastapi import FastAPI

from tracker.desk import Desk

log = structlog.get_logger()

NAME = "warming"
"""The name of the thread."""


def warming(desk: Desk) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Give what a server does at its start: let a thread of its own warm this desk, and not wait for it."""

    @asynccontextmanager
    async def lifespan(_web: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=warm, args=(desk,), name=NAME, daemon=True).start()
        yield

    return lifespan


def warm(desk: Desk) -> None:
    """Ask of one call what its page asks: the desk keeps the index, and who asks meanwhile waits for it.

    A failure is logged: it costs the first visitor some seconds, and nothing else.
    """
    try:
        for call, _ in desk.ranked(None, limit=1, blocked=False)[:1]:
            desk.similar_to(call)
    except Exception:
        log.exception("the ranker's index could not be opened before the first question")
