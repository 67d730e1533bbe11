"""Where the server starts, the ranker's index is opened beside it: no visitor waits for that."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from matching.index import Index
from tests.web.house import House, filled_house, house, settings_for
from tests.web.serving import web_server
from tracker.app import App
from tracker.config import load_settings
from tracker.core.person import Role
from tracker.desk import Desk
from tracker.similar import SimilarCalls
from tracker.web.application import make_application
from tracker.web.warming import NAME

__all__ = ["filled_house", "house"]


def wait_until_warm() -> None:
    for thread in threading.enumerate():
        if thread.name == NAME:
            thread.join(20)
            assert not thread.is_alive()


def sign_in(client: httpx.Client, house: House) -> None:
    fields = {"email": house.people[Role.READER].email, "password": house.passwords[Role.READER]}
    assert client.post("/sign-in", data=fields).status_code == 303


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note what is done with the ranker's index, in order."""
    done: list[str] = []

    def noted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def note_and_act(*given: Any, **named: Any) -> Any:
            done.append(name)
            return act(*given, **named)

        return note_and_act

    monkeypatch.setattr(Index, "load", noted("load", Index.load))
    monkeypatch.setattr(Index, "save", noted("save", Index.save))
    yield done
    wait_until_warm()


def test_the_index_is_open_before_anybody_asks_and_is_opened_once(house: House, asked: list[str]) -> None:
    desk = Desk(house.app)
    call = desk.ranked("klimaat", limit=1, blocked=False)[0][0]
    desk.similar_to(call)  # an earlier server left the state
    asked.clear()
    with web_server(house.web) as client, capture_logs() as logs:
        wait_until_warm()
        assert asked == ["load"]
        sign_in(client, house)
        assert "Lijkt op" in client.get(f"/calls/{call.id}").text
    assert asked == ["load"]
    assert logs == []


def test_a_visitor_who_is_there_at_once_makes_no_second_index(house: House, asked: list[str]) -> None:
    """Without a kept state the index is made anew and written: by one of the two, the other waits for it."""
    state = Path(f"{house.app.engine.url.database}.ranker.npz")
    assert not state.exists()
    with web_server(house.web) as client:
        sign_in(client, house)
        assert client.get("/calls/1").status_code == 200
        wait_until_warm()
    assert asked == ["load", "save"]
    assert state.exists()


def test_the_server_answers_while_it_warms(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()
    monkeypatch.setattr(SimilarCalls, "to", lambda *_given, **_named: may_go_on.wait(20))
    with web_server(house.web) as client:
        assert client.get("/health").text == "ok\n"
        (warming,) = [one for one in threading.enumerate() if one.name == NAME]
        assert warming.daemon
        may_go_on.set()
        wait_until_warm()


def test_a_failure_is_logged_and_stops_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(SimilarCalls, "to", broken)
    with capture_logs() as logs, web_server(house.web) as client:
        wait_until_warm()
        assert client.get("/health").text == "ok\n"
    assert [(one["log_level"], one["exc_info"]) for one in logs] == [("error", True)]


def test_a_database_without_calls_has_nothing_to_open(
    clean_environment: None, tmp_path: Path, asked: list[str]
) -> None:
    app = App(settings=load_settings(settings_for(tmp_path / "empty.db")))
    app.prepare_database()
    with capture_logs() as logs, web_server(make_application(app)) as client:
        wait_until_warm()
        assert client.get("/health").text == "ok\n"
    assert (asked, logs) == ([], [])
    app.engine.dispose()
