"""Changes one part of the ranker for a while, so that what it gives can be measured."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

from matching import everyday, features, glossary, query, statistic, text, translate

AT_HAND = ("themes_dev", "keywords_dev")
"""The packs that were known when the word lists were made."""


@contextmanager
def changed(target: object, name: str, value: object) -> Iterator[None]:
    """Change one part for a while; what was remembered of texts is forgotten before and after."""
    forget()
    try:
        with patch.object(target, name, value):
            yield
    finally:
        forget()


@contextmanager
def held_out(pack: str, queries: Mapping[str, str]) -> Iterator[None]:
    """Leave out of the common words each entry that is a whole query of a pack that was known.

    A colleague may ask for it, so it stands in the list ("opleiding"); a figure must not be flattered by it.
    """
    if pack not in AT_HAND:
        yield
        return
    asked = {text.phrase_stems(query, "nl") for query in queries.values()}
    words = translate.load().items()
    left = {dutch: said for dutch, said in words if text.phrase_stems(dutch, "nl") not in asked}
    with changed(translate, "load", lambda: left):
        yield


def forget() -> None:
    """Forget everything that was remembered of words and calls."""
    for module in (text, everyday, glossary, translate, query, statistic):
        for value in vars(module).values():
            clear: Callable[[], None] = getattr(value, "cache_clear", _nothing)
            clear()
    features._known_hashes.clear()


def _nothing() -> None:
    return None
