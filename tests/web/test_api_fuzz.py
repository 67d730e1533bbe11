"""Hundreds of questions made from the API's own description, right and wrong ones: none breaks it."""

from collections import Counter
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from tests.web.house import House, filled_house, house
from tracker.accounts import Accounts
from tracker.core.person import Role, SubscriptionKind

__all__ = ["filled_house", "house"]

EXAMPLES = 60  # for each address
OPERATIONS = {
    "GET /calls",
    "GET /calls/{id}",
    "GET /calls/{id}/changes",
    "GET /calls/{id}/matches",
    "GET /priorities",
    "GET /priorities/{slug}/matches",
    "GET /sources",
}
REPEATABLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),  # how fast questions are made is no matter of ours
)


def can_be_sent(case: Case[Any]) -> bool:
    """Tell whether a question reaches the API as it was meant.

    In an address a null is the word `null`, which may be a name; and a path with a line end is no path of the
    API's: the web application refuses it before.
    """
    path = "".join(unquote(str(one)) for one in (case.path_parameters or {}).values())
    return None not in (case.query or {}).values() and not set(path) & set("\r\n")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (GenerationMode.POSITIVE, {200, 404}),
        (GenerationMode.NEGATIVE, {200, 400, 401, 404}),
    ],
    ids=["right", "wrong"],
)
def test_every_answer_is_as_described_whatever_is_asked(
    house: House, mode: GenerationMode, expected: set[int]
) -> None:
    """Right questions are answered, wrong ones refused, and each answer is as its own description says.

    All checks of schemathesis hold: status, media type, headers, schema, and the key that is asked for.
    """
    accounts = Accounts(house.app.engine, house.app.now)
    _, key = accounts.subscribe(house.people[Role.READER], SubscriptionKind.API, title="Fuzz", filters="")
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.web)
    seen: Counter[int] = Counter()
    asked = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        asked.add(operation.label)

        @REPEATABLY
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            assume(can_be_sent(case))
            answer = case.call(headers={"Authorization": f"Bearer {key}"})
            seen[answer.status_code] += 1
            assert answer.headers["api-version"]
            case.validate_response(answer)

        ask()
    assert asked == OPERATIONS
    assert set(seen) == expected, seen
