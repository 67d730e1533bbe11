"""One short file a source, found by `scrapers.registry`: there is no list to keep."""
