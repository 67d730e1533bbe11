"""Gives the reviewed Dutch-English glossary of municipal words, for free text in Dutch."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def load() -> Mapping[str, tuple[str, ...]]:
    """Give each Dutch wording with the English phrases that calls use for it."""
    raw = tomllib.loads((files("matching") / "glossary.toml").read_text(encoding="utf-8"))
    return {dutch: tuple(english) for section in raw.values() for dutch, english in section.items()}
