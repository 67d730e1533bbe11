"""Finds the sources: every module in `scrapers.sources` has one, so that there is no list to keep."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import scrapers.sources
from scrapers.contract import Site, Source


@cache
def sources() -> tuple[Source, ...]:
    """Give all sources, in the order of their module names."""
    modules = pkgutil.iter_modules(scrapers.sources.__path__, prefix="scrapers.sources.")
    names = sorted(module.name for module in modules)
    return tuple(importlib.import_module(name).SOURCE for name in names)


def site_for(
    source: Source, overrides: Mapping[str, str], *, options: Mapping[str, str] | None = None
) -> Site:
    """Tell where a source is read: the operator's address for it, else for its platform, else its own."""
    url = overrides.get(source.name) or overrides.get(source.platform) or source.url
    return Site(url=url, options=options or {})
