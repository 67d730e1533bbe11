"""What every test of the scrapers needs."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def _plain_logging() -> None:
    """Let no test see the log level that a command line set in the same process."""
    structlog.reset_defaults()
