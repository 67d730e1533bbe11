"""What all tests share."""

import pytest
from hypothesis import settings

settings.register_profile("product", deadline=None)  # speed is measured in benchmarks/, never as a timed test
settings.load_profile("product")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the proofs: they are the longest, and begun last one worker would end alone with them."""
    items.sort(key=lambda item: "proof" not in item.path.parts)
