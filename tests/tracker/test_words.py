"""What several doors say of a thing has a word for every value, in both languages, and one only."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from tracker.core.answer import AnswerKind
from tracker.core.delivery import DeliveryState
from tracker.core.person import Role
from tracker.core.run import SourceState
from tracker.telling.say import word
from tracker.words import ANSWER_WORDS, BOTH, DELIVERY_WORDS, ROLE_WORDS, SOURCE_WORDS

TABLES: list[tuple[type[StrEnum], Mapping[StrEnum, BOTH]]] = [
    (AnswerKind, dict(ANSWER_WORDS.items())),
    (DeliveryState, dict(DELIVERY_WORDS.items())),
    (Role, dict(ROLE_WORDS.items())),
    (SourceState, dict(SOURCE_WORDS.items())),
]


@pytest.mark.parametrize(("kind", "table"), TABLES)
def test_every_value_has_its_own_word_and_the_pages_say_the_same(
    kind: type[StrEnum], table: Mapping[StrEnum, BOTH]
) -> None:
    assert set(table) == set(kind)
    for place, language in enumerate(("nl", "en")):
        said = [table[one][place] for one in kind]
        assert all(said)
        assert len(set(said)) == len(said)
        assert [word(one, language) for one in kind] == said
