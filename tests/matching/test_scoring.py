from hypothesis import given
from hypothesis import strategies as st

from matching.features import K1
from matching.index import Index
from matching.query import Concept, Phrase
from matching.scoring import score
from matching.statistic import rarity
from tests.matching.calls import CALLS, HEAT

INDEX = Index.fit(CALLS)
WORDS = ("heat", "town", "food", "procurement", "district heating", "citizens", "quark", "unicorn")


def english(*phrases: str, weight: float = 1.0) -> Concept:
    return Concept(phrases[0], tuple(Phrase("en", one) for one in phrases), weight)


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.integers(1, 9))
def test_the_first_calls_are_the_head_of_the_whole_order(words: list[str], limit: int) -> None:
    table = score(INDEX, [english(word) for word in words])
    assert table.order(limit) == table.order()[:limit] == tuple(table.totals())[:limit]


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_the_parts_of_a_call_add_up_to_its_score(words: list[str]) -> None:
    table = score(INDEX, [english(word, weight=0.5) for word in words])
    for call_id, total in table.totals().items():
        assert abs(sum(value for _, value in table.parts(call_id)) - total) < 1e-9


def test_a_concept_adds_no_more_than_its_rarest_wording_in_that_language() -> None:
    many = Concept("heat", tuple(Phrase("en", word) for word in ("heat", "town", "district", "network")))
    rare_dutch = many._replace(phrases=(*many.phrases, Phrase("nl", "warmtenet")))
    cap = (K1 + 1.0) * max(rarity(phrase.words, "en") for phrase in many.phrases)
    for concept in (many, rare_dutch):
        ((_, value),) = score(INDEX, [concept]).parts(HEAT.id)
        assert value <= cap + 1e-9
